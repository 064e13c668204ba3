import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createManualClock } from '../../src/base/index.ts';
import { runCompare } from '../../src/workbooks/compare/run-compare.ts';
import type { WorkbookComparison } from '../../src/workbooks/index.ts';
import { bomb, encrypted, sheetJs, withEntities, withMacro } from './make-files.ts';
import { anna, bytesOf, openWorkbooksForTest, reader, streamOf, type WorkbooksForTest } from './open-workbooks.ts';

let open: WorkbooksForTest;
beforeAll(async () => {
  open = await openWorkbooksForTest();
});
afterAll(() => open.close());

const commit = async (workbook: string, bytes: Uint8Array) =>
  (await open.workbooks.commit(anna, { workbook, bytes: streamOf(bytes), createMissing: true, force: true })).version;
const compare = (workbook: string, from = 1, to = 2): Promise<WorkbookComparison> =>
  open.workbooks.compare(reader, { workbook, from, to });

const small = (value: number) => sheetJs({ Data: [['a', value]] });

describe('every file', () => {
  const files: readonly (readonly [string, () => Buffer, string])[] = [
    ['xlsx of SheetJS', () => small(1), 'xlsx'],
    ['xlsb of SheetJS', () => sheetJs({ Data: [['a', 1]] }, 'xlsb'), 'xlsb'],
    ['ods of SheetJS', () => sheetJs({ Data: [['a', 1]] }, 'ods'), 'ods'],
    ['xls of SheetJS', () => sheetJs({ Data: [['a', 1]] }, 'xls'), 'ole'],
    ['csv', () => sheetJs({ Data: [['a', 1]] }, 'csv'), 'text'],
    ['xlsm with macros', () => withMacro(small(1)), 'xlsm'],
    ['encrypted', encrypted, 'ole'],
    ['cut off', () => small(1).subarray(0, -100), 'zip'],
    ['damaged inside', () => damagedInside(small(1)), 'xlsx'],
    ['zip bomb', bomb, 'zip'],
    ['noise', () => Buffer.concat([Buffer.from([0]), randomBytes(3_000)]), 'other'],
    ['empty', () => Buffer.alloc(0), 'other'],
  ];
  test.each(files)('comes out as it went in: %s', async (name, make, format) => {
    const bytes = make();
    const version = await commit(`File ${name}`, bytes);
    expect(version.format).toBe(format);
    const { bytes: stream } = await open.workbooks.read(reader, `File ${name}`, 1);
    expect((await bytesOf(stream)).equals(bytes)).toBe(true);
  });
});

const damagedInside = (bytes: Buffer): Buffer => {
  const at = bytes.indexOf('xl/worksheets/sheet1.xml') + 60;
  const damaged = Buffer.from(bytes);
  for (let index = 0; index < 20; index += 1) damaged[at + index] = (damaged[at + index] ?? 0) ^ 0xff;
  return damaged;
};

describe('two versions', () => {
  test('are compared cell by cell, with formulas and sheets', async () => {
    await commit(
      'Compared',
      sheetJs({
        Data: [
          ['a', 1, 2],
          ['b', { f: 'B1+C1', v: 3 }],
        ],
        Old: [['x', 'y', 'z']],
        Gone: [[1]],
      }),
    );
    await commit(
      'Compared',
      sheetJs({
        Data: [
          ['a', 5, 2],
          ['b', { f: 'B1*C1', v: 10 }, 'new'],
        ],
        Young: [['x', 'y', 'z']],
      }),
    );
    const compared = await compare('Compared');
    expect(compared).toMatchObject({
      type: 'compared',
      sameBytes: false,
      sameContent: false,
      isCut: false,
      sheets: [
        { name: 'Data', type: 'changed', cellsAdded: 1, cellsChanged: 2, formulasChanged: 1 },
        { name: 'Young', type: 'renamed', oldName: 'Old', cellsChanged: 0 },
        { name: 'Gone', type: 'removed', cellsRemoved: 1 },
      ],
      changes: [
        { sheet: 'Data', cell: 'B1', what: 'value', old: { value: 1 }, new: { value: 5 } },
        { cell: 'B2', what: 'both', old: { value: 3, formula: 'B1+C1' }, new: { value: 10, formula: 'B1*C1' } },
        { cell: 'C2', type: 'added', new: { value: 'new' } },
        { sheet: 'Gone', cell: 'A1', type: 'removed' },
      ],
    });
  });

  test('of different formats are compared by what they hold', async () => {
    await commit('Converted', sheetJs({ Data: [['a', 1]] }));
    await commit('Converted', sheetJs({ Data: [['a', 1]] }, 'ods'));
    expect(await compare('Converted')).toMatchObject({ type: 'compared', sheets: [], sheetsUnchanged: 1 });
  });

  test('that differ in macros alone have other content and no changed cell', async () => {
    await commit('Macros', withMacro(small(1)));
    await commit('Macros', withMacro(small(1)));
    expect(await compare('Macros')).toMatchObject({ type: 'compared', sameContent: false, sheets: [] });
  });

  test('with very many changes are counted exactly and told in part', async () => {
    const rows = (add: number) => Array.from({ length: 3_000 }, (_, row) => [row + add, `t${row}`]);
    await commit('Many', sheetJs({ Data: rows(0) }));
    await commit('Many', sheetJs({ Data: rows(1) }));
    const compared = await compare('Many');
    expect(compared).toMatchObject({ type: 'compared', isCut: true, totals: { cellsChanged: 3_000, cellsAdded: 0 } });
    expect(compared.type === 'compared' && compared.changes.length).toBe(1_000);
  });

  const refusals: readonly (readonly [string, () => Buffer, string])[] = [
    ['encrypted', encrypted, 'encrypted'],
    ['damaged', () => damagedInside(small(1)), 'damaged'],
    ['cut-off', () => small(1).subarray(0, -100), 'damaged'],
    ['no-spreadsheet', () => Buffer.from([0, 1, 2]), 'unsupported'],
    ['bomb', bomb, 'hostile'],
    ['entities', () => withEntities(small(1)), 'hostile'],
  ];
  test.each(refusals)(
    'are not compared when one is of the kind %s, and the answer says why',
    async (name, make, reason) => {
      const workbook = `Refused ${name}`;
      await commit(workbook, small(1));
      await commit(workbook, make());
      const startedMs = performance.now();
      expect(await compare(workbook)).toMatchObject({ type: 'not-comparable', reason, side: 'to', sameBytes: false });
      expect(await compare(workbook, 2, 1)).toMatchObject({ type: 'not-comparable', reason, side: 'from' });
      expect(performance.now() - startedMs).toBeLessThan(20_000);
    },
  );
});

describe('the thread of the parser', () => {
  const large = sheetJs({ Data: Array.from({ length: 20_000 }, (_, row) => [row, `text ${row}`, row / 7]) });

  test('ends when it needs more memory than it has, and the process goes on', async () => {
    const limits = { msMax: 60_000, heapMiB: 12 };
    const answer = await runCompare(createManualClock(), { from: large, to: large }, limits);
    expect(answer).toMatchObject({ type: 'not-comparable', reason: 'too-large' });
  });

  test('ends when its time is up', async () => {
    const clock = createManualClock();
    const answer = runCompare(clock, { from: large, to: large }, { msMax: 1_000, heapMiB: 512 });
    await clock.advance(1_000);
    expect(await answer).toMatchObject({ type: 'not-comparable', reason: 'took-too-long' });
  });

  test('ends when nobody waits any more', async () => {
    const stop = new AbortController();
    const limits = { msMax: 60_000, heapMiB: 512, signal: stop.signal };
    const answer = runCompare(createManualClock(), { from: large, to: large }, limits);
    stop.abort(new Error('gone'));
    await expect(answer).rejects.toThrow('gone');
  });
});
