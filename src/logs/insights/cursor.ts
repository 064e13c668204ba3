import { INSIGHTS_LIMITS } from './insights-limits.ts';
import type { Mistakes, Span } from './mistakes.ts';
import type { Token } from './read-tokens.ts';

/**
 * Walks over the tokens of a query. The first mistake in a command hides the rest of that command: every later token
 * reads as the end, so that all parsing functions return soon and nothing is reported twice, and parsing goes on
 * with the next command.
 */
export interface Cursor {
  readonly text: string;
  readonly peek: (ahead?: number) => Token;
  readonly next: () => Token;
  /** Takes the operator when it comes next. */
  readonly takeOperator: (text: string) => boolean;
  /** Takes the keyword, in any case, when it comes next. */
  readonly takeWord: (text: string) => boolean;
  readonly isWord: (text: string, ahead?: number) => boolean;
  readonly isOperator: (text: string, ahead?: number) => boolean;
  readonly fail: (span: Span, message: string, hint: string) => void;
  readonly isBroken: () => boolean;
  /** Goes past the next `|`; false at the end of the query. */
  readonly skipPipe: () => boolean;
  /** The span from a start to the end of the last token taken. */
  readonly since: (start: Span) => Span;
  /** Runs one level deeper; refuses past the limit. */
  readonly nested: <Result>(run: () => Result, refused: () => Result) => Result;
}

export function createCursor(text: string, tokens: readonly Token[], mistakes: Mistakes): Cursor {
  const walk = walkTokens(text, tokens, mistakes);
  const { peek, next, fail } = walk;
  const isOperator = (wanted: string, ahead = 0): boolean => {
    const token = peek(ahead);
    return token.type === 'operator' && token.text === wanted;
  };
  const isWord = (wanted: string, ahead = 0): boolean => {
    const token = peek(ahead);
    return token.type === 'word' && token.text.toLowerCase() === wanted;
  };
  const take = (isNext: boolean): boolean => {
    if (isNext) next();
    return isNext;
  };
  let depth = 0;
  return {
    text,
    ...walk,
    isOperator,
    isWord,
    takeOperator: (wanted) => take(isOperator(wanted)),
    takeWord: (wanted) => take(isWord(wanted)),
    nested(run, refused) {
      if (depth >= INSIGHTS_LIMITS.nesting) {
        fail(peek(), 'the expression is nested too deep here', `use at most ${INSIGHTS_LIMITS.nesting} levels`);
        return refused();
      }
      depth += 1;
      const result = run();
      depth -= 1;
      return result;
    },
  };
}

const isPipe = (token: Token): boolean => token.type === 'operator' && token.text === '|';

/** The place in the tokens, and whether the command it is in still makes sense. */
function walkTokens(
  text: string,
  tokens: readonly Token[],
  mistakes: Mistakes,
): Pick<Cursor, 'peek' | 'next' | 'fail' | 'isBroken' | 'skipPipe' | 'since'> {
  const end: Token = { type: 'end', offset: text.length, length: 0 };
  let at = 0;
  let isBroken = false;
  let last: Span = { offset: 0, length: 0 };
  /** A command ends at a pipe: nothing reads beyond it but `skipPipe`. */
  const peek = (ahead = 0): Token => {
    if (isBroken) return end;
    for (let step = 0; step <= ahead; step += 1) {
      const token = tokens[at + step] ?? end;
      if (isPipe(token)) return { type: 'end', offset: token.offset, length: 1 };
      if (step === ahead) return token;
    }
    return end;
  };
  return {
    peek,
    next: () => {
      const token = peek();
      if (token.type !== 'end') {
        at += 1;
        last = token;
      }
      return token;
    },
    fail: (span, message, hint) => {
      if (!isBroken) mistakes.add(span, message, hint);
      isBroken = true;
    },
    isBroken: () => isBroken,
    skipPipe() {
      isBroken = false;
      while (at < tokens.length && !isPipe(tokens[at] ?? end)) at += 1;
      if (at >= tokens.length) return false;
      last = tokens[at] ?? end;
      at += 1;
      return true;
    },
    since: (start) => ({
      offset: start.offset,
      length: Math.max(start.length, last.offset + last.length - start.offset),
    }),
  };
}

/** How a token is named in a message. */
export function describe(token: Token, text: string): string {
  if (token.type === 'end') return token.length === 0 ? 'the end of the query' : 'the end of the command';
  const written = text.slice(token.offset, token.offset + token.length);
  return `\`${written.length > 40 ? `${written.slice(0, 39)}…` : written}\``;
}
