import { readFileSync } from 'node:fs';
import path from 'node:path';
import exceljs from 'exceljs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bomb, sheetJs } from './make-files.ts';
import { anna, bytesOf, openWorkbooksForTest, reader, streamOf, type WorkbooksForTest } from './open-workbooks.ts';

/** Two versions of one spreadsheet, as its producer wrote them, and what a comparison of them must say. */
interface Pair {
  readonly name: string;
  readonly make: () => Promise<readonly [Uint8Array, Uint8Array]>;
  readonly format: string;
  readonly compared: Readonly<Record<string, unknown>>;
}

let open: WorkbooksForTest;
beforeAll(async () => {
  open = await openWorkbooksForTest();
});
afterAll(() => open.close());

const fixture = (file: string): Buffer => readFileSync(path.join(import.meta.dirname, 'fixtures', file));
const fixtures =
  (stem: string, ending: string): Pair['make'] =>
  async () => [fixture(`${stem}-1.${ending}`), fixture(`${stem}-2.${ending}`)];

/** How the second version of the budget differs from the first; see fixtures/README.md. */
const budgetChanged = (d3: Readonly<Record<string, unknown>>): Pair['compared'] => ({
  type: 'compared',
  sameContent: false,
  sheets: [
    { name: 'Budget', type: 'changed', cellsAdded: 0, cellsRemoved: 0 },
    { name: 'Notizen', type: 'added' },
  ],
  changes: expect.arrayContaining([
    expect.objectContaining({ sheet: 'Budget', cell: 'B2', new: expect.objectContaining({ value: 99.75 }) }),
    expect.objectContaining({ sheet: 'Budget', cell: 'D3', new: expect.objectContaining(d3) }),
    expect.objectContaining({ sheet: 'Notizen', cell: 'A1', type: 'added' }),
  ]),
});
const refused = (reason: string): Pair['compared'] => ({ type: 'not-comparable', reason, sameBytes: false });

async function ofExceljs(edition: number): Promise<Buffer> {
  const book = new exceljs.Workbook();
  const sheet = book.addWorksheet('Budget', { views: [{ state: 'frozen', ySplit: 1 }] });
  sheet.addRow(['Posten', 'Januar', 'Februar', 'Summe']).font = { bold: true };
  for (let row = 2; row <= 21; row += 1) {
    sheet.addRow([`Kostenstelle ${row - 1} – Straße Ω`, (row - 1) * 12.5, (row - 1) * 7]);
    sheet.getCell(row, 4).value = { formula: `B${row}+C${row}`, result: (row - 1) * 19.5 };
  }
  sheet.getCell('A2').note = 'a note';
  if (edition === 2) {
    sheet.getCell('B2').value = 99.75;
    sheet.getCell('D3').value = { formula: 'B3*C3', result: 350 };
    book.addWorksheet('Notizen').getCell('A1').value = 'neu';
  }
  return Buffer.from(await book.xlsx.writeBuffer());
}

const ofSheetJs = (edition: number, bookType: 'xlsx' | 'xlsb' | 'ods' | 'xls'): Buffer =>
  sheetJs(
    {
      Budget: [
        ['Posten', 'Januar', 'Februar', 'Summe'],
        ['eins', edition === 2 ? 99.75 : 12.5, 7, { f: 'B2+C2', v: 19.5 }],
        ['zwei', 25, 14, edition === 2 ? { f: 'B3*C3', v: 350 } : { f: 'B3+C3', v: 39 }],
      ],
      ...(edition === 2 ? { Notizen: [['neu']] } : {}),
    },
    bookType,
  );

/** Bits flipped in the packed bytes of a sheet, where neither the list of parts nor another part is touched. */
const flipped = (bytes: Buffer): Buffer => {
  const damaged = Buffer.from(bytes);
  const at = damaged.indexOf('xl/worksheets/sheet1.xml') + 60;
  for (let index = 0; index < 20; index += 1) damaged[at + index] = (damaged[at + index] ?? 0) ^ 0x24;
  return damaged;
};

const sound = (producer: string, ending: string, make: Pair['make'], format = ending): Pair => ({
  name: `${producer}, ${ending}`,
  make,
  format,
  // SheetJS writes the results of formulas into the binary formats, and not the formulas.
  compared: budgetChanged(
    producer === 'SheetJS' && ['xls', 'xlsb'].includes(ending) ? { value: 350 } : { formula: 'B3*C3' },
  ),
});

const PAIRS: readonly Pair[] = [
  sound('LibreOffice', 'ods', fixtures('libreoffice', 'ods')),
  sound('LibreOffice', 'xlsx', fixtures('libreoffice', 'xlsx')),
  sound('LibreOffice', 'xls', fixtures('libreoffice', 'xls'), 'ole'),
  sound('LibreOffice with macros', 'xlsm', fixtures('libreoffice-macro', 'xlsm')),
  sound('openpyxl', 'xlsx', fixtures('openpyxl', 'xlsx')),
  sound('exceljs', 'xlsx', async () => [await ofExceljs(1), await ofExceljs(2)]),
  ...(['xlsx', 'xlsb', 'ods', 'xls'] as const).map((ending) =>
    sound(
      'SheetJS',
      ending,
      async () => [ofSheetJs(1, ending), ofSheetJs(2, ending)],
      ending === 'xls' ? 'ole' : ending,
    ),
  ),
  {
    name: 'encrypted xlsx',
    make: fixtures('libreoffice-encrypted', 'xlsx'),
    format: 'ole',
    compared: refused('encrypted'),
  },
  {
    name: 'LibreOffice with a password, ods',
    make: fixtures('libreoffice-encrypted', 'ods'),
    format: 'ods',
    compared: refused('encrypted'),
  },
  {
    name: 'cut off',
    make: async () => [fixture('libreoffice-1.xlsx'), fixture('libreoffice-2.xlsx').subarray(0, 4_000)],
    format: 'zip',
    compared: { ...refused('damaged'), side: 'to' },
  },
  {
    name: 'flipped bits',
    make: async () => [fixture('openpyxl-1.xlsx'), flipped(fixture('openpyxl-2.xlsx'))],
    format: 'xlsx',
    compared: { ...refused('damaged'), side: 'to' },
  },
  {
    name: 'an empty half',
    make: async () => [
      fixture('libreoffice-1.xlsx'),
      Buffer.concat([fixture('libreoffice-2.xlsx').subarray(0, 3_000), Buffer.alloc(3_000)]),
    ],
    format: 'zip',
    compared: { ...refused('damaged'), side: 'to' },
  },
  {
    name: 'zip bomb',
    make: async () => [fixture('libreoffice-1.xlsx'), bomb()],
    format: 'zip',
    compared: { ...refused('hostile'), side: 'to' },
  },
];

describe('the two versions of a spreadsheet', () => {
  test.each(PAIRS)(
    'come back byte for byte from each zone, and are compared or refused with a reason: $name',
    async ({ name, make, format, compared }) => {
      const versions = await make();
      for (const bytes of versions) {
        await open.workbooks.commit(anna, { workbook: name, bytes: streamOf(bytes), createMissing: true });
      }
      await open.vault.store.idle();
      expect((await open.workbooks.version(reader, name, 2)).format).toBe(format);
      for (const [index, bytes] of versions.entries()) {
        for (const zone of open.vault.zoneNames) {
          const read = await open.workbooks.read(reader, name, index + 1, { zone });
          expect((await bytesOf(read.bytes)).equals(bytes)).toBe(true);
        }
      }
      expect(await open.workbooks.compare(reader, { workbook: name, from: 1, to: 2 })).toMatchObject(compared);
    },
  );
});

describe('a spreadsheet that was opened and saved again without a change', () => {
  const commitBoth = async (workbook: string, stem: string, ending: string) => {
    const [bytes, again] = [fixture(`${stem}.${ending}`), fixture(`${stem}-again.${ending}`)];
    expect(again.equals(bytes)).toBe(false);
    await open.workbooks.commit(anna, { workbook, bytes: streamOf(bytes), createMissing: true });
    return open.workbooks.commit(anna, { workbook, bytes: streamOf(again) });
  };

  test.each([
    ['openpyxl', 'openpyxl-plain'],
    ['LibreOffice', 'libreoffice-plain'],
  ])('has other bytes and makes no version: %s, xlsx', async (producer, stem) => {
    const { unchanged, version } = await commitBoth(`${producer} again`, stem, 'xlsx');
    expect([unchanged, version.number]).toEqual([true, 1]);
  });

  test('is a version without a changed cell where the producer names its styles anew: LibreOffice, ods', async () => {
    const workbook = 'LibreOffice again, ods';
    expect((await commitBoth(workbook, 'libreoffice-plain', 'ods')).version.number).toBe(2);
    const compared = await open.workbooks.compare(reader, { workbook, from: 1, to: 2 });
    expect(compared).toMatchObject({ type: 'compared', sheets: [], sheetsUnchanged: 1 });
  });

  test('holds the same cells in another format of its producer', async () => {
    const workbook = 'LibreOffice in two formats';
    for (const ending of ['ods', 'xlsx']) {
      const bytes = streamOf(fixture(`libreoffice-1.${ending}`));
      await open.workbooks.commit(anna, { workbook, bytes, createMissing: true });
    }
    expect(await open.workbooks.compare(reader, { workbook, from: 1, to: 2 })).toMatchObject({
      type: 'compared',
      sheets: [],
      sheetsUnchanged: 1,
    });
  });
});
