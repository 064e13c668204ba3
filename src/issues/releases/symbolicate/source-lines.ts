/** Lines of a text by their number from one, found without cutting all of it. */
export interface Lines {
  readonly text: string;
  readonly line: (number: number) => string | undefined;
  /** Offset of the first character of a line; undefined past the end. */
  readonly startOf: (number: number) => number | undefined;
}

export function createLines(text: string): Lines {
  let starts: Int32Array | undefined;
  const index = (): Int32Array => {
    starts ??= findStarts(text);
    return starts;
  };
  const startOf = (number: number): number | undefined => index()[number - 1];
  return {
    text,
    startOf,
    line: (number) => {
      const start = startOf(number);
      if (start === undefined) return undefined;
      const end = text.indexOf('\n', start);
      return text.slice(start, end < 0 ? text.length : end).replace(/\r$/, '');
    },
  };
}

function findStarts(text: string): Int32Array {
  let count = 1;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) count += 1;
  const starts = new Int32Array(count);
  let line = 1;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) {
    starts[line] = at + 1;
    line += 1;
  }
  return starts;
}
