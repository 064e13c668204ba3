import { type CellObject, read, type WorkBook, type WorkSheet } from '@e965/xlsx';
import { detectFormat } from '../content/detect-format.ts';
import { randomBytesOf } from '../content/random-bytes.ts';
import { WORKBOOKS_LIMITS } from '../limits.ts';
import type { CellContent } from '../types.ts';
import { type BookReading, COLUMNS, problem, type Sheet } from './book.ts';
import { declaresEntities, unpackParts } from './unpack-parts.ts';

/**
 * The cells of a spreadsheet, or why there are none. Never throws for any bytes, but may take all the time and memory
 * that it is given: it runs in a thread that has limits of both.
 */
export async function readBook(bytes: Uint8Array): Promise<BookReading> {
  const format = await detectFormat(randomBytesOf(bytes));
  if (format === 'other') return problem('unsupported', 'it is no spreadsheet of a known format');
  if (format === 'ole' && isEncryptedPackage(bytes)) return problem('encrypted', 'it is protected by a password');
  if (format === 'text') {
    const refusal = refusalOfText(bytes);
    if (refusal !== undefined) return refusal;
  }
  let parsed: Uint8Array = bytes;
  if (format === 'zip') {
    const unpacked = await unpackParts(bytes);
    if (unpacked.type === 'problem') return unpacked;
    parsed = unpacked.stored;
  }
  return parse(parsed, format);
}

/** The stream that an encrypted OOXML file consists of (MS-OFFCRYPTO 2.3.4.4), by its name in the directory. */
const isEncryptedPackage = (bytes: Uint8Array): boolean =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).includes(Buffer.from('EncryptedPackage', 'utf16le'));

const XML_KINDS = /urn:schemas-microsoft-com:office:spreadsheet|urn:oasis:names:tc:opendocument/;

/** Tables of delimited text are read, and the two flat XML forms of spreadsheets. */
function refusalOfText(bytes: Uint8Array): BookReading | undefined {
  const head = Buffer.from(bytes.subarray(0, 4_096))
    .toString('latin1')
    .replace(/^\u00ef\u00bb\u00bf/, '')
    .trimStart();
  if (head.startsWith('{')) return problem('unsupported', 'it is text, but no table');
  if (!head.startsWith('<')) return undefined;
  if (declaresEntities(bytes)) return problem('hostile', 'it declares a document type or entities');
  return XML_KINDS.test(head) ? undefined : problem('unsupported', 'it is markup, but no spreadsheet');
}

function parse(bytes: Uint8Array, format: 'zip' | 'ole' | 'text'): BookReading {
  let book: WorkBook;
  try {
    book = read(bytes, {
      type: 'array',
      dense: true,
      cellFormula: true,
      cellHTML: false,
      cellText: false,
      cellStyles: false,
      cellDates: false,
      bookVBA: false,
      // Tables of text are compared as text: what a program would guess them to mean is not in the file.
      raw: format === 'text',
      // Otherwise formulas without a computed value are left out, which is how libraries write them. Not for
      // OpenDocument, where a few bytes say that a million empty cells follow.
      sheetStubs: format === 'zip' && !isOpenDocument(bytes),
    });
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    if (/password|encrypt/i.test(detail)) return problem('encrypted', 'it is protected by a password');
    return problem(isOutOfSpace(error) ? 'too-large' : 'damaged', detail.slice(0, 200));
  }
  return toSheets(book);
}

/** By the container that was made from checked parts: its names stand in it as they are. */
const isOpenDocument = (stored: Uint8Array): boolean =>
  !Buffer.from(stored.buffer, stored.byteOffset, stored.byteLength).includes('[Content_Types].xml');

const isOutOfSpace = (error: unknown): boolean =>
  error instanceof RangeError && /length|size|allocation/i.test(error.message);

function toSheets(book: WorkBook): BookReading {
  const names = book.SheetNames;
  if (names.length === 0) return problem('unsupported', 'it has no sheets');
  const max = WORKBOOKS_LIMITS.compareSheetsMax;
  if (names.length > max) return problem('too-large', `it has ${names.length} sheets, and ${max} are the most`);
  let count = 0;
  const sheets: Sheet[] = [];
  for (const name of names) {
    const cells = new Map<number, CellContent>();
    for (const [place, cell] of cellsOf(book.Sheets[name])) {
      const content = contentOf(cell);
      if (content === undefined) continue;
      count += 1;
      if (count > WORKBOOKS_LIMITS.compareCellsMax) {
        return problem('too-large', `it has more than ${WORKBOOKS_LIMITS.compareCellsMax} cells`);
      }
      cells.set(place, content);
    }
    sheets.push({ name, cells });
  }
  return { type: 'book', sheets };
}

/** Rows and columns are sparse arrays; only what is there is visited. */
function* cellsOf(sheet: WorkSheet | undefined): Generator<readonly [number, CellObject]> {
  const rows: unknown = sheet?.['!data'];
  if (!Array.isArray(rows)) return;
  for (const row of Object.keys(rows)) {
    const columns: unknown = rows[Number(row)];
    if (!Array.isArray(columns)) continue;
    for (const column of Object.keys(columns)) {
      const cell: unknown = columns[Number(column)];
      if (isCell(cell) && Number(column) < COLUMNS) yield [Number(row) * COLUMNS + Number(column), cell];
    }
  }
}

const isCell = (cell: unknown): cell is CellObject => typeof cell === 'object' && cell !== null && 't' in cell;

/** Codes of MS-XLS 2.5.10. */
const ERRORS = new Map<unknown, string>([
  [0x00, '#NULL!'],
  [0x07, '#DIV/0!'],
  [0x0f, '#VALUE!'],
  [0x17, '#REF!'],
  [0x1d, '#NAME?'],
  [0x24, '#NUM!'],
  [0x2a, '#N/A'],
  [0x2b, '#GETTING_DATA'],
]);

/** Undefined for a cell that has only a format. */
function contentOf(cell: CellObject): CellContent | undefined {
  const formula = typeof cell.f === 'string' && cell.f !== '' ? { formula: cell.f } : {};
  const { v } = cell;
  if (cell.t === 'e') return { value: ERRORS.get(v) ?? `#ERROR ${String(v)}`, ...formula };
  if (cell.t === 'z' || v === undefined || v === null)
    return 'formula' in formula ? { value: null, ...formula } : undefined;
  if (v instanceof Date) return { value: v.toISOString(), ...formula };
  return { value: v, ...formula };
}
