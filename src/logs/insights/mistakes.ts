import { INSIGHTS_LIMITS } from './insights-limits.ts';

/** What is wrong with a query, for people: where, what, and what to write instead. */
export interface QueryMistake {
  /** Lower case, one sentence, names what was found. */
  readonly message: string;
  readonly hint: string;
  /** UTF-16 units from the start of the query, 0-based. */
  readonly offset: number;
  /** At least 1, so that an editor can underline it. */
  readonly length: number;
  /** 1-based. */
  readonly line: number;
  /** 1-based, in UTF-16 units, as editors count. */
  readonly column: number;
}

export interface Span {
  readonly offset: number;
  readonly length: number;
}

/** Collects mistakes in the order they are found; keeps the first ones when there are too many. */
export interface Mistakes {
  readonly add: (span: Span, message: string, hint: string) => void;
  readonly count: () => number;
  readonly list: () => readonly QueryMistake[];
}

export function createMistakes(text: string): Mistakes {
  const found: QueryMistake[] = [];
  return {
    add(span, message, hint) {
      if (found.length >= INSIGHTS_LIMITS.mistakes) return;
      const offset = Math.min(span.offset, text.length);
      if (found.some((mistake) => mistake.offset === offset && mistake.message === message)) return;
      const before = text.slice(0, offset);
      const lineStart = before.lastIndexOf('\n') + 1;
      const line = before.split('\n').length;
      found.push({ message, hint, offset, length: Math.max(1, span.length), line, column: offset - lineStart + 1 });
    },
    count: () => found.length,
    list: () => [...found].sort((a, b) => a.offset - b.offset),
  };
}

/** The span from the start of one to the end of another. */
export const across = (first: Span, last: Span): Span => ({
  offset: first.offset,
  length: last.offset + last.length - first.offset,
});

/** The known word nearest to `word`, when it is near enough to be a slip. */
export function nearest(word: string, known: Iterable<string>): string | undefined {
  const wanted = word.toLowerCase();
  const tolerance = wanted.length <= 3 ? 1 : wanted.length <= 7 ? 2 : 3;
  let best: string | undefined;
  let bestDistance = tolerance + 1;
  for (const candidate of known) {
    const distance = editDistance(wanted, candidate.toLowerCase(), bestDistance);
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

/** Levenshtein distance with swaps of neighbours; gives up at `limit`. */
function editDistance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) >= limit) return limit;
  let beforePrevious: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= b.length; column += 1) {
      const cost = a[row - 1] === b[column - 1] ? 0 : 1;
      let value = Math.min(
        (previous[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (previous[column - 1] ?? 0) + cost,
      );
      if (row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1]) {
        value = Math.min(value, (beforePrevious[column - 2] ?? 0) + 1);
      }
      current.push(value);
    }
    beforePrevious = previous;
    previous = current;
  }
  return previous[b.length] ?? limit;
}
