import { ISSUES_GROUPING_LIMITS } from './limits.ts';

/**
 * Patterns with `*`, `?`, `[abc]`, `[!a-z]` and `{a,b}`; a backslash takes the next character as it is. For paths, `*`
 * and `?` stop at `/` and `**` does not. Matching never goes back over the text, so that neither a pattern nor a text
 * can be made that takes long: its cost is the length of the text times that of the pattern.
 */
export interface GlobOptions {
  readonly ignoreCase?: boolean;
  /** `*` does not cross `/`, and separators are all `/`. */
  readonly path?: boolean;
}

export type Glob = (text: string) => boolean;

type Token =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'any' }
  | { readonly type: 'star' }
  | { readonly type: 'stars' }
  | { readonly type: 'set'; readonly negated: boolean; readonly ranges: readonly (readonly [number, number])[] };

export function compileGlob(pattern: string, options: GlobOptions = {}): Glob {
  const folded = options.ignoreCase === true ? pattern.toLowerCase() : pattern;
  const written = options.path === true ? withOptionalFolders(folded) : folded;
  const globs = expandBraces(written).map((part) =>
    compileTokens(tokenize(part, options.path === true), options.path === true),
  );
  const [first] = globs;
  const matches =
    globs.length === 1 && first !== undefined ? first : (text: string) => globs.some((glob) => glob(text));
  return options.ignoreCase === true ? (text) => matches(text.toLowerCase()) : matches;
}

/** Between `a/` and `/b` the folders of two stars may be none. The first few are enough for what people write. */
function withOptionalFolders(pattern: string): string {
  let seen = 0;
  return pattern.replace(/\/\*\*\//g, (folders) => (seen++ < 3 ? `{${folders},/}` : folders));
}

/** True when a pattern stands for one text only. */
export const isPlain = (pattern: string): boolean => !/[*?[\]{}\\]/.test(pattern);

/** `a{b,c}d` -> `abd`, `acd`. More alternatives than the limit are taken as text. */
function expandBraces(pattern: string): readonly string[] {
  const open = findUnescaped(pattern, '{', 0);
  const close = open < 0 ? -1 : findUnescaped(pattern, '}', open);
  if (open < 0 || close < 0) return [pattern];
  const head = pattern.slice(0, open);
  const parts = splitUnescaped(pattern.slice(open + 1, close));
  const tails = expandBraces(pattern.slice(close + 1));
  if (parts.length < 2 || parts.length * tails.length > ISSUES_GROUPING_LIMITS.alternativesMax) {
    return tails.map((tail) => `${head}\\{${pattern.slice(open + 1, close)}\\}${tail}`);
  }
  return parts.flatMap((part) => tails.map((tail) => head + part + tail));
}

function findUnescaped(text: string, wanted: string, from: number): number {
  for (let at = from; at < text.length; at++) {
    if (text[at] === '\\') at++;
    else if (text[at] === wanted) return at;
  }
  return -1;
}

function splitUnescaped(text: string): readonly string[] {
  const parts: string[] = [];
  let start = 0;
  for (let at = findUnescaped(text, ',', 0); at >= 0; at = findUnescaped(text, ',', at + 1)) {
    parts.push(text.slice(start, at));
    start = at + 1;
  }
  parts.push(text.slice(start));
  return parts;
}

function tokenize(pattern: string, isPath: boolean): readonly Token[] {
  const tokens: Token[] = [];
  let text = '';
  const flush = (): void => {
    if (text !== '') tokens.push({ type: 'text', text });
    text = '';
  };
  for (let at = 0; at < pattern.length; at++) {
    const char = pattern[at] ?? '';
    const set = char === '[' ? readSet(pattern, at) : undefined;
    if (char === '\\' && at + 1 < pattern.length) {
      at++;
      text += pattern[at] ?? '';
    } else if (char === '*') {
      flush();
      const isDouble = pattern[at + 1] === '*';
      while (pattern[at + 1] === '*') at++;
      tokens.push({ type: isPath && !isDouble ? 'star' : 'stars' });
    } else if (char === '?') {
      flush();
      tokens.push({ type: 'any' });
    } else if (set !== undefined) {
      flush();
      tokens.push(set.token);
      at = set.end;
    } else text += char;
  }
  flush();
  return tokens;
}

function readSet(pattern: string, start: number): { readonly token: Token; readonly end: number } | undefined {
  let at = start + 1;
  const negated = pattern[at] === '!' || pattern[at] === '^';
  if (negated) at++;
  const ranges: [number, number][] = [];
  for (const first = at; at < pattern.length && (pattern[at] !== ']' || at === first); at++) {
    if (pattern[at] === '\\' && at + 1 < pattern.length) at++;
    const low = pattern.charCodeAt(at);
    if (pattern[at + 1] === '-' && at + 2 < pattern.length && pattern[at + 2] !== ']') {
      ranges.push([low, pattern.charCodeAt(at + 2)]);
      at += 2;
    } else ranges.push([low, low]);
  }
  return at < pattern.length ? { token: { type: 'set', negated, ranges }, end: at } : undefined;
}

const SLASH = 47;

function compileTokens(tokens: readonly Token[], isPath: boolean): Glob {
  const isSimple = tokens.every((token) => token.type === 'text' || token.type === 'stars');
  return isSimple ? compileSegments(tokens) : compileStates(tokens, isPath);
}

/** Only texts with gaps: each text is found as early as possible after the one before it. */
function compileSegments(tokens: readonly Token[]): Glob {
  const texts = tokens.flatMap((token) => (token.type === 'text' ? [token.text] : []));
  const head = tokens[0]?.type === 'text' ? (texts[0] ?? '') : '';
  const [only] = tokens;
  if (tokens.length === 0) return (text) => text === '';
  if (tokens.length === 1 && only?.type === 'text') return (text) => text === only.text;
  const tail = tokens[tokens.length - 1]?.type === 'text' ? (texts[texts.length - 1] ?? '') : '';
  const middle = texts.slice(head === '' ? 0 : 1, tail === '' ? texts.length : -1);
  return (text) => {
    if (text.length < head.length + tail.length || !text.startsWith(head) || !text.endsWith(tail)) return false;
    const end = text.length - tail.length;
    let at = head.length;
    for (const part of middle) {
      const found = text.indexOf(part, at);
      if (found < 0 || found + part.length > end) return false;
      at = found + part.length;
    }
    return true;
  };
}

interface Step {
  readonly type: 'char' | 'any' | 'star' | 'stars' | 'set';
  readonly code: number;
  readonly set?: Extract<Token, { type: 'set' }>;
}

function toSteps(tokens: readonly Token[]): readonly Step[] {
  return tokens.flatMap((token): readonly Step[] => {
    if (token.type === 'set') return [{ type: 'set', code: 0, set: token }];
    if (token.type !== 'text') return [{ type: token.type, code: 0 }];
    return Array.from({ length: token.text.length }, (_, at) => ({ type: 'char', code: token.text.charCodeAt(at) }));
  });
}

/** All places of the pattern that the text so far can have reached, carried along character by character. */
function compileStates(tokens: readonly Token[], isPath: boolean): Glob {
  const steps = toSteps(tokens);
  const size = steps.length + 1;
  const skipGaps = (states: Uint8Array): void => {
    for (let at = 0; at < steps.length; at++) {
      const type = steps[at]?.type;
      if (states[at] === 1 && (type === 'star' || type === 'stars')) states[at + 1] = 1;
    }
  };
  return (text) => {
    let now = new Uint8Array(size);
    now[0] = 1;
    skipGaps(now);
    for (let index = 0; index < text.length; index++) {
      const after = new Uint8Array(size);
      const isAlive = advance(steps, now, after, { code: text.charCodeAt(index), isPath });
      if (!isAlive) return false;
      skipGaps(after);
      now = after;
    }
    return now[steps.length] === 1;
  };
}

function advance(
  steps: readonly Step[],
  now: Uint8Array,
  after: Uint8Array,
  char: { readonly code: number; readonly isPath: boolean },
): boolean {
  let isAlive = false;
  for (let at = 0; at < steps.length; at++) {
    const step = steps[at];
    if (now[at] !== 1 || step === undefined) continue;
    const isGap = step.type === 'star' || step.type === 'stars';
    if (!accepts(step, char.code, char.isPath)) continue;
    after[isGap ? at : at + 1] = 1;
    isAlive = true;
  }
  return isAlive;
}

function accepts(step: Step, code: number, isPath: boolean): boolean {
  if (step.type === 'char') return step.code === code;
  if (step.type === 'stars') return true;
  if (step.type === 'star') return code !== SLASH;
  if (step.type === 'any') return !isPath || code !== SLASH;
  const isIn = step.set?.ranges.some(([low, high]) => code >= low && code <= high) ?? false;
  return isIn !== (step.set?.negated ?? false);
}
