import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
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
const PYTHON = process.env['HOLDFAST_TEST_PYTHON'] ?? 'python3';
const runs = (file: string, args: readonly string[]): boolean => {
  try {
    execFileSync(file, args, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
};
const hasOpenpyxl = runs(PYTHON, ['-c', 'import openpyxl']);
const hasLibreOffice = runs('soffice', ['--version']);

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

describe('other producers', () => {
  test.skipIf(!hasOpenpyxl)('openpyxl: saved twice is unchanged, and an edit is found', async () => {
    const script = [
      'import openpyxl, sys, time',
      'b = openpyxl.Workbook(); s = b.active; s.title = "Data"',
      's["A1"] = 1; s["A2"] = "text"; s["A3"] = "=A1*2"',
      'b.save(sys.argv[1] + "/1.xlsx"); time.sleep(2.1)',
      'b = openpyxl.load_workbook(sys.argv[1] + "/1.xlsx"); b.save(sys.argv[1] + "/2.xlsx")',
      'b.active["A1"] = 7; b.active["A3"] = "=A1*3"; b.create_sheet("More"); b.save(sys.argv[1] + "/3.xlsx")',
    ].join('\n');
    const folder = mkdtempSync(path.join(os.tmpdir(), 'holdfast-openpyxl-'));
    try {
      execFileSync(PYTHON, ['-c', script, folder]);
      const [one, two, three] = [1, 2, 3].map((number) => readFileSync(path.join(folder, `${number}.xlsx`)));
      if (one === undefined || two === undefined || three === undefined) throw new Error('no files');
      expect(one.equals(two)).toBe(false);
      const request = { workbook: 'openpyxl', createMissing: true };
      await open.workbooks.commit(anna, { ...request, bytes: streamOf(one) });
      expect((await open.workbooks.commit(anna, { ...request, bytes: streamOf(two) })).unchanged).toBe(true);
      await open.workbooks.commit(anna, { ...request, bytes: streamOf(three) });
      expect((await bytesOf((await open.workbooks.read(reader, 'openpyxl', 2)).bytes)).equals(three)).toBe(true);
      expect(await compare('openpyxl')).toMatchObject({
        sheets: [
          { name: 'Data', type: 'changed' },
          { name: 'More', type: 'added' },
        ],
        changes: [
          { cell: 'A1', old: { value: 1 }, new: { value: 7 } },
          { cell: 'A3', what: 'formula', old: { formula: 'A1*2' }, new: { formula: 'A1*3' } },
        ],
      });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  test.skipIf(!hasLibreOffice)('LibreOffice: its ods and xlsx of the same sheet hold the same cells', async () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'holdfast-soffice-'));
    try {
      const csv = path.join(folder, 'Data.csv');
      execFileSync('sh', ['-c', `printf 'a,1\\nb,=B1*2\\n' > "$1"`, 'sh', csv]);
      for (const format of ['ods', 'xlsx']) {
        const home = `-env:UserInstallation=file://${folder}/home`;
        execFileSync('soffice', [home, '--headless', '--convert-to', format, '--outdir', folder, csv], {
          timeout: 90_000,
        });
        const bytes = readFileSync(path.join(folder, `Data.${format}`));
        await commit('LibreOffice', bytes);
        expect((await bytesOf((await open.workbooks.read(reader, 'LibreOffice', 'latest')).bytes)).equals(bytes)).toBe(
          true,
        );
      }
      expect(await compare('LibreOffice')).toMatchObject({
        type: 'compared',
        totals: { cellsAdded: 0, cellsRemoved: 0 },
      });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
