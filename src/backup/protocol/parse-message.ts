import { Failure } from '../../base/index.ts';
import { BACKUP_PROTOCOL_FAILURES } from './failures.ts';

export interface ServerError {
  readonly sqlState: string;
  readonly message: string;
  readonly detail: string | undefined;
}

export const broken = (reason: string): Failure => new Failure(BACKUP_PROTOCOL_FAILURES.messageBroken, { reason });

/** Fields of an ErrorResponse or NoticeResponse: a letter and a C string each (PostgreSQL manual, 55.8). */
export function parseServerError(body: Buffer): ServerError {
  const fields = new Map<string, string>();
  for (let offset = 0; offset < body.length && body[offset] !== 0; ) {
    const end = body.indexOf(0, offset + 1);
    if (end < 0) break;
    fields.set(String.fromCharCode(body[offset] ?? 0), body.toString('utf8', offset + 1, end));
    offset = end + 1;
  }
  return { sqlState: fields.get('C') ?? '', message: fields.get('M') ?? 'it gave no reason', detail: fields.get('D') };
}

/** The values of a DataRow; null is undefined. Bytes, because the text of a history file may be in any encoding. */
export function parseDataRow(body: Buffer): readonly (Buffer | undefined)[] {
  if (body.length < 2) throw broken('a row without a column count');
  const count = body.readUInt16BE(0);
  const values: (Buffer | undefined)[] = [];
  let offset = 2;
  for (let index = 0; index < count; index += 1) {
    if (offset + 4 > body.length) throw broken('a row that ends within a column');
    const length = body.readInt32BE(offset);
    offset += 4;
    if (length < 0) {
      values.push(undefined);
      continue;
    }
    if (offset + length > body.length) throw broken('a row that ends within a column');
    values.push(body.subarray(offset, offset + length));
    offset += length;
  }
  return values;
}

/** A C string at `offset`, and where the next field begins. */
export function readCString(body: Buffer, offset: number): { readonly text: string; readonly next: number } {
  const end = body.indexOf(0, offset);
  if (end < 0) throw broken('a text without an end');
  return { text: body.toString('utf8', offset, end), next: end + 1 };
}
