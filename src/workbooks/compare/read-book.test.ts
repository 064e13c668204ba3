import { utils, write } from '@e965/xlsx';
import fc from 'fast-check';
import { strToU8, unzipSync, zipSync } from 'fflate';
import { describe, expect, test } from 'vitest';
import { compareBooks } from './compare-books.ts';
import { readBook } from './read-book.ts';

const book = utils.book_new();
const made = utils.aoa_to_sheet([
  ['a', 1, true],
  [null, 2.5],
]);
made.C2 = { t: 'n', v: 3.5, f: 'B1+B2' };
made['!ref'] = 'A1:C2';
utils.book_append_sheet(book, made, 'First');
const xlsx: Uint8Array = write(book, { type: 'buffer', bookType: 'xlsx' });

const reasonOf = async (bytes: Uint8Array): Promise<string> => {
  const reading = await readBook(bytes);
  return reading.type === 'problem' ? reading.reason : 'book';
};
const rezipped = (change: (parts: Record<string, Uint8Array>) => void): Uint8Array => {
  const parts = unzipSync(xlsx);
  change(parts);
  return zipSync(parts);
};

describe('reading a book', () => {
  test('gives values and formulas of every format alike', async () => {
    for (const bookType of ['xlsx', 'xlsb', 'ods', 'xls', 'fods', 'xlml'] as const) {
      const reading = await readBook(write(book, { type: 'buffer', bookType }));
      if (reading.type !== 'book') throw new Error(`${bookType}: ${reading.detail}`);
      const cells = reading.sheets[0]?.cells;
      expect(reading.sheets[0]?.name).toBe('First');
      expect([...(cells?.values() ?? [])].map(({ value }) => value)).toEqual(['a', 1, true, 2.5, 3.5]);
      // The writer of the two binary formats leaves formulas out; what it writes is all that can be read.
      const isBinary = bookType === 'xlsb' || bookType === 'xls';
      if (!isBinary) expect([...(cells?.values() ?? [])].at(-1)?.formula).toMatch(/B1\+B2/);
    }
  });

  test('takes a table of text as it is written', async () => {
    const reading = await readBook(strToU8('name,from\nx,01.02.2024\n'));
    expect(reading.type === 'book' ? [...(reading.sheets[0]?.cells.values() ?? [])] : reading).toContainEqual({
      value: '01.02.2024',
    });
  });

  test('keeps a formula that was never computed', async () => {
    const bytes = rezipped((parts) => {
      const text = Buffer.from(parts['xl/worksheets/sheet1.xml'] ?? []).toString('utf8');
      parts['xl/worksheets/sheet1.xml'] = strToU8(text.replace('<v>3.5</v>', '<v />'));
    });
    const reading = await readBook(bytes);
    expect(reading.type === 'book' && [...(reading.sheets[0]?.cells.values() ?? [])].at(-1)).toEqual({
      value: null,
      formula: 'B1+B2',
    });
  });

  test('of OpenDocument is not filled with the empty cells that it repeats', async () => {
    const parts = unzipSync(write(book, { type: 'buffer', bookType: 'ods' }));
    const text = Buffer.from(parts['content.xml'] ?? []).toString('utf8');
    const rows =
      '<table:table-row table:number-rows-repeated="1048000"><table:table-cell table:number-columns-repeated="16384"/></table:table-row>';
    parts['content.xml'] = strToU8(text.replace('</table:table>', `${rows}</table:table>`));
    const reading = await readBook(zipSync(parts));
    expect(reading.type === 'book' && reading.sheets[0]?.cells.size).toBe(5);
  });

  test('says why it cannot', async () => {
    expect(await reasonOf(xlsx.subarray(0, xlsx.length - 40))).toBe('damaged');
    expect(await reasonOf(Buffer.from([1, 2, 3]))).toBe('unsupported');
    expect(await reasonOf(new Uint8Array())).toBe('unsupported');
    expect(await reasonOf(strToU8('<html><table></table></html>'))).toBe('unsupported');
    expect(await reasonOf(zipSync({ 'a.txt': strToU8('x') }))).toBe('unsupported');
    expect(await reasonOf(strToU8('<!DOCTYPE x [<!ENTITY a "b">]><x/>'))).toBe('hostile');
  });

  test('refuses a container before it is unpacked', async () => {
    const zeros = new Uint8Array(50 * 1024 * 1024);
    const bomb = zipSync({ ...unzipSync(xlsx), 'xl/a.xml': [zeros, { level: 9 }] });
    expect(await reasonOf(bomb)).toBe('hostile');
    const many = Object.fromEntries(Array.from({ length: 5_001 }, (_, index) => [`xl/${index}.xml`, strToU8('')]));
    expect(await reasonOf(zipSync(many))).toBe('hostile');
  });

  test('refuses a part that is longer than it says', async () => {
    const parts = rezipped((each) => {
      each['xl/liar.xml'] = new Uint8Array(100_000);
    });
    const bytes = Buffer.from(parts);
    const at = bytes.lastIndexOf('xl/liar.xml') - 46;
    expect(bytes.readUInt32LE(at)).toBe(0x02014b50);
    bytes.writeUInt32LE(10, at + 24);
    expect(await reasonOf(bytes)).toBe('damaged');
  });

  test('refuses entities in any part', async () => {
    const bytes = rezipped((parts) => {
      parts['xl/styles.xml'] = strToU8('<!DOCTYPE x [<!ENTITY a "b">]><styleSheet/>');
    });
    expect(await reasonOf(bytes)).toBe('hostile');
  });

  test('never throws, for whatever bytes', async () => {
    const head = fc.constantFrom(
      '',
      'PK\u0003\u0004',
      '<?xml',
      'ID;P',
      '{\\rtf',
      'a,b\n',
      '\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1',
    );
    await fc.assert(
      fc.asyncProperty(head, fc.uint8Array({ maxLength: 3_000 }), async (start, rest) => {
        const bytes = Buffer.concat([Buffer.from(start, 'latin1'), rest]);
        expect(['compared', 'not-comparable']).toContain((await compareBooks(bytes, xlsx)).type);
      }),
      { numRuns: 150 },
    );
  });

  test('never throws for a workbook with any of its bytes changed', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(xlsx.length - 1), fc.uint8Array({ minLength: 1, maxLength: 8 }), async (at, other) => {
        const bytes = Buffer.from(xlsx);
        bytes.set(other.subarray(0, bytes.length - at), at);
        expect(['compared', 'not-comparable']).toContain((await compareBooks(xlsx, bytes)).type);
      }),
      { numRuns: 60 },
    );
  });
});
