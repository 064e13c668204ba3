import type { WorkbookFormat } from '../types.ts';
import type { RandomBytes } from './random-bytes.ts';

const SNIFF_BYTES = 4_096;
const OLE_MAGIC = Buffer.from('d0cf11e0a1b11ae1', 'hex');
const ZIP_MAGIC = Buffer.from('504b0304', 'hex');

/** By the first bytes: `zip` is to be looked into with {@link formatOfParts}. */
export async function detectFormat(bytes: RandomBytes): Promise<'zip' | 'ole' | 'text' | 'other'> {
  const head = await bytes.read(0, Math.min(SNIFF_BYTES, bytes.lengthBytes));
  if (head.subarray(0, ZIP_MAGIC.length).equals(ZIP_MAGIC)) return 'zip';
  if (head.subarray(0, OLE_MAGIC.length).equals(OLE_MAGIC)) return 'ole';
  return looksLikeText(head) ? 'text' : 'other';
}

/** No control bytes but line ends, tabs and form feeds: UTF-8 and the 8-bit character sets of old CSV files. */
function looksLikeText(head: Buffer): boolean {
  return head.length > 0 && head.every((byte) => byte >= 0x20 || byte === 0x09 || byte === 0x0a || byte === 0x0d);
}

export function formatOfParts(names: readonly string[]): WorkbookFormat {
  const has = new Set(names);
  if (has.has('[Content_Types].xml')) {
    if (has.has('xl/workbook.bin')) return 'xlsb';
    if (has.has('xl/vbaProject.bin')) return 'xlsm';
    if (has.has('xl/workbook.xml')) return 'xlsx';
  }
  return has.has('mimetype') && has.has('content.xml') ? 'ods' : 'zip';
}
