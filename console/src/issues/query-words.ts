/** What can stand in a query, for completing it while it is typed. */
export interface QueryKey {
  readonly key: string;
  readonly help: string;
  /** Values that are always the same; others are asked from the server. */
  readonly values?: readonly string[];
}

export const QUERY_KEYS: readonly QueryKey[] = [
  {
    key: 'is',
    help: 'state of the issue',
    values: [
      'unresolved',
      'resolved',
      'ignored',
      'new',
      'ongoing',
      'regressed',
      'escalating',
      'for_review',
      'assigned',
      'unassigned',
      'unhandled',
    ],
  },
  { key: 'level', help: 'how bad', values: ['fatal', 'error', 'warning', 'info', 'debug'] },
  { key: 'priority', help: 'priority of the issue', values: ['high', 'medium', 'low'] },
  { key: 'assigned', help: 'who works on it', values: ['me', 'none'] },
  { key: 'error.type', help: 'class of the exception' },
  { key: 'error.value', help: 'message of the exception' },
  { key: 'error.handled', help: 'caught by the application', values: ['true', 'false'] },
  { key: 'environment', help: 'where it ran' },
  { key: 'release', help: 'version that sent it' },
  { key: 'firstRelease', help: 'version that sent it first', values: ['latest'] },
  { key: 'transaction', help: 'route or task' },
  { key: 'url', help: 'address of the request' },
  { key: 'user.id', help: 'whom it happened to' },
  { key: 'user.email', help: 'whom it happened to' },
  { key: 'timesSeen', help: 'number of events', values: ['>10', '>100', '>1000'] },
  { key: 'firstSeen', help: 'age', values: ['-24h', '-7d', '+30d'] },
  { key: 'lastSeen', help: 'how long ago', values: ['-1h', '-24h', '+7d'] },
  { key: 'has', help: 'a tag is there', values: ['user', 'release', 'url'] },
  { key: 'issue', help: 'short id' },
  { key: 'type', help: 'kind of event', values: ['error', 'message', 'csp'] },
  { key: 'platform', help: 'language or system' },
  { key: 'browser.name', help: 'browser' },
  { key: 'os.name', help: 'operating system' },
  { key: 'server_name', help: 'host' },
  { key: 'trace', help: 'id of the trace' },
];

export interface Token {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** The word that the cursor is in or at the end of; quotes hold a word together. */
export function tokenAt(text: string, cursor: number): Token {
  let start = 0;
  let isQuoted = false;
  for (let at = 0; at < cursor; at += 1) {
    const char = text[at];
    if (char === '"') isQuoted = !isQuoted;
    if (char === ' ' && !isQuoted) start = at + 1;
  }
  let end = cursor;
  for (; end < text.length; end += 1) {
    const char = text[end];
    if (char === '"') isQuoted = !isQuoted;
    if (char === ' ' && !isQuoted) break;
  }
  return { start, end, text: text.slice(start, end) };
}

export interface Suggestion {
  /** What the word becomes. */
  readonly text: string;
  readonly help: string;
  /** False for a key, after which a value follows at once. */
  readonly isWhole: boolean;
}

export const quoted = (value: string): string => (/[\s"()]/.test(value) ? `"${value.replaceAll('"', '\\"')}"` : value);

const SUGGESTIONS_MAX = 12;

/** Ways to go on with a word: keys first, after a colon the values of that key. `values` are those of the key in the word that the server knows. */
export function suggestionsFor(
  word: string,
  values: readonly string[],
  tags: readonly string[],
): readonly Suggestion[] {
  const isNegated = word.startsWith('!');
  const mark = isNegated ? '!' : '';
  const bare = isNegated ? word.slice(1) : word;
  const colon = bare.indexOf(':');
  if (colon < 0) {
    const known = new Set(QUERY_KEYS.map(({ key }) => key));
    const keys = [...QUERY_KEYS, ...tags.filter((tag) => !known.has(tag)).map((key) => ({ key, help: 'tag' }))];
    return keys
      .filter(({ key }) => key.toLowerCase().includes(bare.toLowerCase()))
      .toSorted((a, b) => Number(b.key.startsWith(bare)) - Number(a.key.startsWith(bare)))
      .slice(0, SUGGESTIONS_MAX)
      .map(({ key, help }) => ({ text: `${mark}${key}:`, help, isWhole: false }));
  }
  const key = bare.slice(0, colon);
  const typed = bare
    .slice(colon + 1)
    .replaceAll('"', '')
    .toLowerCase();
  const fixed = QUERY_KEYS.find((one) => one.key === key)?.values ?? [];
  return [...new Set([...fixed, ...values])]
    .filter((value) => value.toLowerCase().includes(typed))
    .slice(0, SUGGESTIONS_MAX)
    .map((value) => ({ text: `${mark}${key}:${quoted(value)}`, help: '', isWhole: true }));
}

/** The text with the word replaced, and where the cursor stands then. */
export function complete(
  text: string,
  token: Token,
  suggestion: Suggestion,
): { readonly text: string; readonly cursor: number } {
  const space = suggestion.isWhole && text[token.end] !== ' ' ? ' ' : '';
  const placed = `${suggestion.text}${space}`;
  return {
    text: text.slice(0, token.start) + placed + text.slice(token.end),
    cursor: token.start + placed.length + (suggestion.isWhole && space === '' ? 1 : 0),
  };
}

/** The query with one more condition; an opposite or equal one before is taken out. */
export function withCondition(query: string, key: string, value: string): string {
  const condition = `${key}:${quoted(value)}`;
  if (query.split(' ').includes(condition)) return query;
  return `${query.trim()} ${condition}`.trim();
}
