import type { Mistakes } from './mistakes.ts';

export type Token =
  /** A bare word, dots included: a command, a keyword, a function or a field. */
  | { readonly type: 'word'; readonly text: string; readonly offset: number; readonly length: number }
  /** A name in backticks. */
  | { readonly type: 'quoted'; readonly text: string; readonly offset: number; readonly length: number }
  | { readonly type: 'string'; readonly value: string; readonly offset: number; readonly length: number }
  | { readonly type: 'number'; readonly value: number; readonly offset: number; readonly length: number }
  | {
      readonly type: 'duration';
      readonly amount: number;
      readonly unit: string;
      readonly offset: number;
      readonly length: number;
    }
  | { readonly type: 'regex'; readonly source: string; readonly offset: number; readonly length: number }
  | { readonly type: 'operator'; readonly text: string; readonly offset: number; readonly length: number }
  | { readonly type: 'end'; readonly offset: number; readonly length: number };

const WORD = /[\p{L}_@$][\p{L}\p{N}_@$]*(?:\.[\p{L}\p{N}_@$]+)*/uy;
const NUMBER = /(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d+)?/y;
const UNIT = /[\p{L}_][\p{L}\p{N}_]*/uy;
const OPERATOR = /=~|!=|<=|>=|[-+*/^%=<>()[\],.|]/y;
/** What people write from other languages, with what this one wants. */
const FOREIGN: readonly (readonly [string, string])[] = [
  ['&&', 'write `and`'],
  ['||', 'write `or`; a single `|` starts the next command'],
  ['==', 'write a single `=`'],
  ['<>', 'write `!=`'],
  ['!~', 'write `not like /…/`'],
];

/**
 * Splits a query into tokens. A slash starts a regular expression where an operand is expected (after an operator, an
 * opening bracket, a comma, `like`) and anywhere in a `parse` command, and divides everywhere else. Comments run from
 * `#` to the end of the line. What cannot be read is reported and skipped.
 */
export function readTokens(text: string, mistakes: Mistakes): readonly Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < text.length) {
    const character = text[at] ?? '';
    if (/\s/.test(character)) {
      at += 1;
    } else if (character === '#') {
      const end = text.indexOf('\n', at);
      at = end === -1 ? text.length : end + 1;
    } else {
      const token = readToken(text, at, tokens, mistakes);
      if ('skipTo' in token) at = token.skipTo;
      else {
        tokens.push(token);
        at = token.offset + token.length;
      }
    }
  }
  tokens.push({ type: 'end', offset: text.length, length: 0 });
  return tokens;
}

type Skipped = { readonly skipTo: number };

function readToken(text: string, at: number, before: readonly Token[], mistakes: Mistakes): Token | Skipped {
  const character = text[at] ?? '';
  if (character === '"' || character === "'") return readString(text, at, mistakes);
  if (character === '`') return readQuotedName(text, at, mistakes);
  if (character === '/' && isRegexExpected(before)) return readRegex(text, at, mistakes);
  const word = matchAt(WORD, text, at);
  if (word !== undefined) return { type: 'word', text: word, offset: at, length: word.length };
  const number = matchAt(NUMBER, text, at);
  if (number !== undefined && (character !== '.' || !endsOperand(before.at(-1)))) {
    const unit = matchAt(UNIT, text, at + number.length);
    if (unit !== undefined) {
      return { type: 'duration', amount: Number(number), unit, offset: at, length: number.length + unit.length };
    }
    return { type: 'number', value: Number(number), offset: at, length: number.length };
  }
  const foreign = FOREIGN.find(([sign]) => text.startsWith(sign, at));
  if (foreign !== undefined) {
    mistakes.add({ offset: at, length: 2 }, `\`${foreign[0]}\` is not an operator of this language`, foreign[1]);
    return { skipTo: at + 2 };
  }
  const operator = matchAt(OPERATOR, text, at);
  if (operator !== undefined) return { type: 'operator', text: operator, offset: at, length: operator.length };
  const whole = String.fromCodePoint(text.codePointAt(at) ?? 0);
  mistakes.add(
    { offset: at, length: whole.length },
    `unexpected character \`${whole}\``,
    'put text in quotes, and field names with odd characters in backticks',
  );
  return { skipTo: at + whole.length };
}

function matchAt(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0];
}

const endsOperand = (token: Token | undefined): boolean =>
  token !== undefined &&
  (token.type === 'word' || token.type === 'quoted' || (token.type === 'operator' && /^[)\]]$/.test(token.text)));

function isRegexExpected(before: readonly Token[]): boolean {
  const previous = before.at(-1);
  if (previous === undefined) return true;
  if (previous.type === 'word' && /^(?:like|in|and|or|not|filter|where)$/i.test(previous.text)) return true;
  if (previous.type === 'operator') return !/^[)\]]$/.test(previous.text);
  const start = before.findLastIndex((token) => token.type === 'operator' && token.text === '|') + 1;
  const command = before[start];
  return command?.type === 'word' && command.text.toLowerCase() === 'parse';
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', '"': '"', "'": "'", '\\': '\\' };

function readString(text: string, at: number, mistakes: Mistakes): Token | Skipped {
  const quote = text[at];
  let value = '';
  let end = at + 1;
  while (end < text.length && text[end] !== quote) {
    if (text[end] === '\\' && end + 1 < text.length) {
      const [read, length] = readEscape(text, end);
      value += read;
      end += length;
    } else {
      value += text[end];
      end += 1;
    }
  }
  if (end >= text.length) {
    mistakes.add(
      { offset: at, length: lineLength(text, at) },
      `the text that starts here has no closing ${quote}`,
      `add ${quote} where the text ends; write \\${quote} for a quote inside it`,
    );
    return { skipTo: text.length };
  }
  return { type: 'string', value, offset: at, length: end + 1 - at };
}

/** An escape that is not known keeps its backslash, so that `\d` and `\*` reach a pattern unharmed. */
function readEscape(text: string, at: number): readonly [string, number] {
  const next = text[at + 1] ?? '';
  const known = ESCAPES[next];
  if (known !== undefined) return [known, 2];
  const unicode = next === 'u' ? /^[0-9a-fA-F]{4}/.exec(text.slice(at + 2))?.[0] : undefined;
  if (unicode !== undefined) return [String.fromCharCode(Number.parseInt(unicode, 16)), 6];
  return [`\\${next}`, 2];
}

function readQuotedName(text: string, at: number, mistakes: Mistakes): Token | Skipped {
  const end = text.indexOf('`', at + 1);
  const newline = text.indexOf('\n', at);
  if (end === -1 || (newline !== -1 && newline < end)) {
    const length = lineLength(text, at);
    mistakes.add(
      { offset: at, length },
      'the field name that starts here has no closing backtick',
      'add ` where it ends',
    );
    return { skipTo: at + length };
  }
  if (end === at + 1) {
    mistakes.add({ offset: at, length: 2 }, 'the field name is empty', 'write a name between the backticks');
    return { skipTo: end + 1 };
  }
  return { type: 'quoted', text: text.slice(at + 1, end), offset: at, length: end + 1 - at };
}

/** A slash inside the expression is written `\/`, or stands in a character class. */
function readRegex(text: string, at: number, mistakes: Mistakes): Token | Skipped {
  let source = '';
  let isInClass = false;
  let end = at + 1;
  while (end < text.length && (text[end] !== '/' || isInClass) && text[end] !== '\n') {
    const character = text[end] ?? '';
    if (character === '\\' && end + 1 < text.length) {
      const next = text[end + 1] ?? '';
      source += next === '/' ? '/' : `\\${next}`;
      end += 2;
    } else {
      if (character === '[') isInClass = true;
      if (character === ']') isInClass = false;
      source += character;
      end += 1;
    }
  }
  if (text[end] !== '/') {
    const length = lineLength(text, at);
    mistakes.add(
      { offset: at, length },
      'the regular expression that starts here has no closing slash',
      'add / where it ends; write \\/ for a slash inside it',
    );
    return { skipTo: at + length };
  }
  return { type: 'regex', source, offset: at, length: end + 1 - at };
}

function lineLength(text: string, at: number): number {
  const newline = text.indexOf('\n', at);
  return (newline === -1 ? text.length : newline) - at;
}
