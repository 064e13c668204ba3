import pc from 'picocolors';

/** Where the command line writes; tests hand in their own. */
export interface Printer {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  readonly isTerminal: boolean;
  readonly widthColumns: number;
}

export const processPrinter = (): Printer => ({
  out: (text) => process.stdout.write(`${text}\n`),
  err: (text) => process.stderr.write(`${text}\n`),
  isTerminal: process.stdout.isTTY === true,
  widthColumns: process.stdout.columns ?? 120,
});

export type Cell = string | number | boolean | null | undefined;

/** Text without the control characters by which a log record could move the cursor of a terminal. */
export const printable = (text: string): string =>
  text.replace(
    /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g,
    (character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`,
  );

const cellText = (cell: Cell): string =>
  cell === null || cell === undefined ? '' : printable(String(cell)).replaceAll('\n', '\\n').replaceAll('\t', ' ');

/** A table with a header; numbers stand to the right. The last column is cut at a terminal's edge, never in a pipe. */
export function printTable(printer: Printer, headers: readonly string[], rows: readonly (readonly Cell[])[]): void {
  const texts = rows.map((row) => headers.map((_, index) => cellText(row[index])));
  const isNumber = headers.map((_, index) => rows.length > 0 && rows.every((row) => typeof row[index] === 'number'));
  const widths = headers.map((header, index) =>
    Math.max(header.length, ...texts.map((row) => (row[index] ?? '').length)),
  );
  const line = (cells: readonly string[]): string => {
    const padded = cells.map((cell, index) => {
      if (isNumber[index] === true) return cell.padStart(widths[index] ?? 0);
      return index === cells.length - 1 ? cell : cell.padEnd(widths[index] ?? 0);
    });
    const text = padded.join('  ').trimEnd();
    return printer.isTerminal && text.length > printer.widthColumns
      ? `${text.slice(0, printer.widthColumns - 1)}…`
      : text;
  };
  printer.out(printer.isTerminal ? pc.bold(line(headers)) : line(headers));
  for (const row of texts) printer.out(line(row));
}

/** A state as shape, word and colour together. */
export function stateMark(state: 'proven' | 'unproven' | 'broken'): string {
  if (state === 'proven') return pc.green('● proven');
  return state === 'broken' ? pc.red('✕ broken') : pc.gray('○ unproven');
}

/** Milliseconds since 1970 as ISO text in UTC, or a dash. */
export const isoTime = (ms: number | undefined): string =>
  ms === undefined ? '–' : new Date(ms).toISOString().replace('.000Z', 'Z');
