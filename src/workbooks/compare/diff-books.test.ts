import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { CellContent } from '../types.ts';
import { COLUMNS, cellName, type Sheet } from './book.ts';
import { diffBooks } from './diff-books.ts';

const LIMITS = { detailsMax: 100, textChars: 20 };
const sheet = (name: string, cells: Readonly<Record<number, CellContent>>): Sheet => ({
  name,
  cells: new Map(Object.entries(cells).map(([place, content]) => [Number(place), content])),
});
const value = (content: CellContent['value'], formula?: string): CellContent => ({
  value: content,
  ...(formula === undefined ? {} : { formula }),
});

describe('the name of a cell', () => {
  const check = (row: number, column: number, expected: string): void =>
    expect(cellName(row * COLUMNS + column)).toBe(expected);
  test('is the one that spreadsheet programs show', () => {
    check(0, 0, 'A1');
    check(6, 1, 'B7');
    check(9, 25, 'Z10');
    check(9, 26, 'AA10');
    check(0, 701, 'ZZ1');
    check(0, 702, 'AAA1');
    check(1_048_575, 16_383, 'XFD1048576');
  });
});

describe('the difference of two books', () => {
  test('tells values from formulas, old from new, row by row', () => {
    const from = sheet('S', { 0: value(1), 1: value(2, 'A1*2'), 2: value('x'), [COLUMNS]: value(5, 'A1+4') });
    const to = sheet('S', {
      0: value(3),
      1: value(6, 'A1*2'),
      [COLUMNS]: value(5, 'A1+2'),
      [COLUMNS + 1]: value(true),
    });
    const difference = diffBooks([from], [to], LIMITS);
    expect(difference.changes).toEqual([
      { sheet: 'S', cell: 'A1', type: 'changed', what: 'value', old: value(1), new: value(3) },
      { sheet: 'S', cell: 'B1', type: 'changed', what: 'value', old: value(2, 'A1*2'), new: value(6, 'A1*2') },
      { sheet: 'S', cell: 'C1', type: 'removed', what: 'value', old: value('x') },
      { sheet: 'S', cell: 'A2', type: 'changed', what: 'formula', old: value(5, 'A1+4'), new: value(5, 'A1+2') },
      { sheet: 'S', cell: 'B2', type: 'added', what: 'value', new: value(true) },
    ]);
    expect(difference.totals).toEqual({
      cellsAdded: 1,
      cellsRemoved: 1,
      cellsChanged: 3,
      formulasAdded: 0,
      formulasRemoved: 0,
      formulasChanged: 1,
    });
    expect(difference.isCut).toBe(false);
  });

  test('tells a number from the text that looks like it', () => {
    expect(diffBooks([sheet('S', { 0: value(1) })], [sheet('S', { 0: value('1') })], LIMITS).totals.cellsChanged).toBe(
      1,
    );
  });

  test('finds sheets that came, went, were renamed and stayed', () => {
    const many = Object.fromEntries(Array.from({ length: 10 }, (_, place) => [place, value(place)]));
    const from = [sheet('Stays', { 0: value(1) }), sheet('Old name', many), sheet('Goes', { 0: value('gone') })];
    const to = [sheet('New name', { ...many, 3: value('x') }), sheet('Stays', { 0: value(1) }), sheet('Comes', {})];
    const difference = diffBooks(from, to, LIMITS);
    expect(difference.sheets.map(({ name, type, oldName }) => ({ name, type, oldName }))).toEqual([
      { name: 'New name', type: 'renamed', oldName: 'Old name' },
      { name: 'Comes', type: 'added', oldName: undefined },
      { name: 'Goes', type: 'removed', oldName: undefined },
    ]);
    expect(difference.sheetsUnchanged).toBe(1);
    expect(difference.totals).toMatchObject({ cellsChanged: 1, cellsRemoved: 1, cellsAdded: 0 });
  });

  test('counts exactly past the details that it tells, and says that it was cut', () => {
    const cells = Object.fromEntries(Array.from({ length: 150 }, (_, place) => [place, value(place, `X${place}`)]));
    const difference = diffBooks([sheet('S', {})], [sheet('S', cells)], LIMITS);
    expect(difference.changes).toHaveLength(100);
    expect(difference.totals).toMatchObject({ cellsAdded: 150, formulasAdded: 150 });
    expect(difference.isCut).toBe(true);
    const long = diffBooks([], [sheet('S', { 0: value('y'.repeat(21)) })], LIMITS);
    expect(long.changes[0]?.new?.value).toBe(`${'y'.repeat(19)}…`);
    expect(long.isCut).toBe(true);
  });

  test('turned round swaps what was added and removed', () => {
    const cells = fc.dictionary(fc.nat(40).map(String), fc.constantFrom(value(1), value('a'), value(2, 'A1')));
    const books = fc.array(fc.record({ name: fc.constantFrom('A', 'B', 'C'), cells }), { maxLength: 3 });
    const unique = (
      sheets: readonly { readonly name: string; readonly cells: Readonly<Record<number, CellContent>> }[],
    ) => [...new Map(sheets.map((one) => [one.name, sheet(one.name, one.cells)])).values()];
    fc.assert(
      fc.property(books, books, (one, other) => {
        const there = diffBooks(unique(one), unique(other), LIMITS).totals;
        const back = diffBooks(unique(other), unique(one), LIMITS).totals;
        expect([back.cellsAdded, back.cellsRemoved, back.cellsChanged]).toEqual([
          there.cellsRemoved,
          there.cellsAdded,
          there.cellsChanged,
        ]);
        expect(diffBooks(unique(one), unique(one), LIMITS).totals.cellsChanged).toBe(0);
      }),
      { numRuns: 200 },
    );
  });
});
