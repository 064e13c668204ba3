import type { CellContent, NotComparable } from '../types.ts';

/** Cells by place: row times COLUMNS plus column, both from 0. */
export interface Sheet {
  readonly name: string;
  readonly cells: ReadonlyMap<number, CellContent>;
}

export const COLUMNS = 16_384;

export type BookReading =
  | { readonly type: 'book'; readonly sheets: readonly Sheet[] }
  | { readonly type: 'problem'; readonly reason: NotComparable; readonly detail: string };

export const problem = (reason: NotComparable, detail: string): BookReading => ({ type: 'problem', reason, detail });

/** `B7` for row 6 and column 1. */
export function cellName(place: number): string {
  let column = place % COLUMNS;
  let letters = '';
  for (;;) {
    letters = String.fromCharCode(65 + (column % 26)) + letters;
    if (column < 26) break;
    column = Math.floor(column / 26) - 1;
  }
  return `${letters}${Math.floor(place / COLUMNS) + 1}`;
}
