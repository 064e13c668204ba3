/** What a piece of a query is, for its colour. */
export type TokenKind = 'command' | 'word' | 'function' | 'text' | 'regex' | 'number' | 'comment' | 'pipe' | 'field';

export interface Token {
  readonly kind: TokenKind;
  readonly from: number;
  readonly to: number;
}

const PATTERN =
  /(?<comment>#[^\n]*)|(?<text>"(?:[^"\\\n]|\\.)*"?|'(?:[^'\\\n]|\\.)*'?)|(?<field>`[^`\n]*`?|@\w+)|(?<number>\b\d+(?:\.\d+)?(?:ms|mo|[smhdwqy])?\b)|(?<pipe>\|)|(?<name>[A-Za-z_][\w.]*)|(?<slash>\/)/g;

const WORDS = new Set([
  'and',
  'or',
  'not',
  'in',
  'like',
  'as',
  'by',
  'asc',
  'desc',
  'into',
  'any',
  'offset',
  'true',
  'false',
]);
// After these an expression between slashes is a regular expression and not a division.
const BEFORE_REGEX = /(?:\blike|=~|\bparse(?:\s+\S+)?|,|\()\s*$/i;

function kindOfName(text: string, query: string, end: number, startsStage: boolean): TokenKind | undefined {
  if (startsStage) return 'command';
  if (WORDS.has(text.toLowerCase())) return 'word';
  return /^\s*\(/.test(query.slice(end, end + 3)) ? 'function' : undefined;
}

const regexEnd = (query: string, from: number): number => {
  const match = /^\/(?:[^/\\\n]|\\.)+\/[a-z]*/.exec(query.slice(from));
  return match === null ? -1 : from + match[0].length;
};

/** Cuts a query into coloured pieces. Never fails: a query is being typed most of the time. */
export function tokenize(query: string): readonly Token[] {
  const tokens: Token[] = [];
  let startsStage = true;
  const pattern = new RegExp(PATTERN);
  for (let match = pattern.exec(query); match !== null; match = pattern.exec(query)) {
    const groups = match.groups ?? {};
    const from = match.index;
    let to = from + match[0].length;
    const named = Object.keys(groups).find((name) => groups[name] !== undefined) ?? '';
    let kind: TokenKind | undefined;
    if (named === 'name') kind = kindOfName(match[0], query, to, startsStage);
    else if (named !== 'slash') kind = named as TokenKind;
    else if (BEFORE_REGEX.test(query.slice(0, from))) {
      const end = regexEnd(query, from);
      if (end !== -1) {
        kind = 'regex';
        to = end;
        pattern.lastIndex = end;
      }
    }
    if (kind !== undefined) tokens.push({ kind, from, to });
    if (named !== 'comment') startsStage = named === 'pipe';
  }
  return tokens;
}
