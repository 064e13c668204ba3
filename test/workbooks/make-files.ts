import { randomBytes } from 'node:crypto';
import { utils, type WorkBook, write } from '@e965/xlsx';
import { strToU8, unzipSync, type Zippable, zipSync } from 'fflate';

export type Rows = readonly (readonly (
  | string
  | number
  | boolean
  | null
  | { readonly f: string; readonly v: number }
)[])[];

export function bookOf(sheets: Readonly<Record<string, Rows>>): WorkBook {
  const book = utils.book_new();
  for (const [name, rows] of Object.entries(sheets)) {
    const values = rows.map((row) => row.map((cell) => (typeof cell === 'object' && cell !== null ? cell.v : cell)));
    const sheet = utils.aoa_to_sheet(values);
    rows.forEach((row, r) => {
      row.forEach((cell, c) => {
        if (typeof cell === 'object' && cell !== null) {
          sheet[utils.encode_cell({ r, c })] = { t: 'n', v: cell.v, f: cell.f };
        }
      });
    });
    utils.book_append_sheet(book, sheet, name);
  }
  return book;
}

/** Written by SheetJS. */
export const sheetJs = (
  sheets: Readonly<Record<string, Rows>>,
  bookType: 'xlsx' | 'xlsb' | 'ods' | 'xls' | 'csv' = 'xlsx',
): Buffer => write(bookOf(sheets), { type: 'buffer', bookType, compression: true }) as Buffer;

/** The same parts in another order, with other times, packing and properties, as another save would write them. */
export function savedAgain(
  bytes: Uint8Array,
  change: (parts: Record<string, Uint8Array>) => void = () => undefined,
): Buffer {
  const parts = { ...unzipSync(bytes) };
  change(parts);
  const zippable: Zippable = {};
  for (const [name, part] of Object.entries(parts).reverse())
    zippable[name] = [part, { level: 1, mtime: '2031-05-06T07:08:10' }];
  return Buffer.from(zipSync(zippable));
}

export const CORE = (change: { readonly modified: string; readonly title: string }): Uint8Array =>
  strToU8(
    `<?xml version="1.0"?><cp:coreProperties xmlns:cp="c" xmlns:dc="d" xmlns:dcterms="t"><dc:title>${change.title}</dc:title>` +
      `<cp:lastModifiedBy>${change.modified}</cp:lastModifiedBy>` +
      `<dcterms:modified xsi:type="dcterms:W3CDTF">${change.modified}</dcterms:modified></cp:coreProperties>`,
  );

/** A workbook with a macro part; the bytes of the macro are of no matter to anything here. */
export const withMacro = (bytes: Uint8Array, macro: Uint8Array = randomBytes(2_000)): Buffer =>
  savedAgain(bytes, (parts) => {
    parts['xl/vbaProject.bin'] = macro;
  });

/** The shape of an encrypted workbook: a compound file whose directory names the stream EncryptedPackage. */
export const encrypted = (): Buffer =>
  Buffer.concat([
    Buffer.from('d0cf11e0a1b11ae1', 'hex'),
    Buffer.alloc(1_016),
    Buffer.from('EncryptedPackage', 'utf16le'),
    randomBytes(4_000),
  ]);

/** 64 MiB of zeros in some tens of KiB. */
export const bomb = (): Buffer => {
  const parts: Zippable = { '[Content_Types].xml': strToU8('<Types/>'), 'xl/workbook.xml': strToU8('<workbook/>') };
  const zeros = new Uint8Array(64 * 1024 * 1024);
  for (let index = 1; index <= 3; index += 1) parts[`xl/worksheets/sheet${index}.xml`] = [zeros, { level: 9 }];
  return Buffer.from(zipSync(parts));
};

/** A workbook whose sheet declares entities that would expand to a billion laughs. */
export const withEntities = (bytes: Uint8Array): Buffer =>
  savedAgain(bytes, (parts) => {
    const sheet = Buffer.from(parts['xl/worksheets/sheet1.xml'] ?? new Uint8Array()).toString('utf8');
    const doctype = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>';
    parts['xl/worksheets/sheet1.xml'] = strToU8(sheet.replace('<worksheet', `${doctype}<worksheet`));
  });
