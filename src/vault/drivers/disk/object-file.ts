import { createHash } from 'node:crypto';

/**
 * The file of one object: a header of 72 bytes, then the bytes as they were put. The lock stands in the header, so that
 * one fsync makes bytes and lock durable together; later extensions stand in a lock file beside it. The header's own
 * checksum covers the name too, so that a file moved to another name is noticed.
 */
export interface ObjectHeader {
  readonly retainUntilMs: number;
  readonly lengthBytes: number;
  readonly sha256: string;
}

const MAGIC = Buffer.from('HFDZ', 'latin1');
const VERSION = 1;
const FIELDS_BYTES = 56;
const CHECK_BYTES = 16;
export const OBJECT_HEADER_BYTES = FIELDS_BYTES + CHECK_BYTES;

const checkOf = (name: string, fields: Uint8Array): Buffer =>
  createHash('sha256')
    .update('holdfast zone object\0')
    .update(name)
    .update('\0')
    .update(fields)
    .digest()
    .subarray(0, CHECK_BYTES);

export function encodeObjectHeader(name: string, header: ObjectHeader): Buffer {
  const fields = Buffer.alloc(FIELDS_BYTES);
  MAGIC.copy(fields, 0);
  fields.writeUInt32BE(VERSION, 4);
  fields.writeBigUInt64BE(BigInt(header.retainUntilMs), 8);
  fields.writeBigUInt64BE(BigInt(header.lengthBytes), 16);
  fields.write(header.sha256, 24, 'hex');
  return Buffer.concat([fields, checkOf(name, fields)]);
}

/** The header, or a sentence about what is wrong with it. `sizeBytes` is the size of the whole file. */
export function decodeObjectHeader(name: string, start: Buffer, sizeBytes: number): ObjectHeader | string {
  if (start.length < OBJECT_HEADER_BYTES) return `its file ends after ${sizeBytes} bytes`;
  const fields = start.subarray(0, FIELDS_BYTES);
  if (!checkOf(name, fields).equals(start.subarray(FIELDS_BYTES, OBJECT_HEADER_BYTES))) return 'its header is damaged';
  if (!fields.subarray(0, 4).equals(MAGIC) || fields.readUInt32BE(4) !== VERSION)
    return 'its header is of another version';
  const lengthBytes = Number(fields.readBigUInt64BE(16));
  if (sizeBytes !== OBJECT_HEADER_BYTES + lengthBytes) {
    return `its file has ${sizeBytes} bytes instead of ${OBJECT_HEADER_BYTES + lengthBytes}`;
  }
  return {
    retainUntilMs: Number(fields.readBigUInt64BE(8)),
    lengthBytes,
    sha256: fields.subarray(24, 56).toString('hex'),
  };
}

export interface ObjectLock {
  readonly retainUntilMs: number;
  readonly legalHold: boolean;
}

const LOCK_FORM = /^holdfast-zone-lock-1 (\d{1,16}) (hold|free) ([0-9a-f]{64})\n$/;

const lockCheck = (name: string, lock: ObjectLock): string =>
  createHash('sha256')
    .update(`holdfast zone lock\0${name}\0${lock.retainUntilMs}\0${lock.legalHold ? 'hold' : 'free'}`)
    .digest('hex');

export const encodeLock = (name: string, lock: ObjectLock): Buffer =>
  Buffer.from(
    `holdfast-zone-lock-1 ${lock.retainUntilMs} ${lock.legalHold ? 'hold' : 'free'} ${lockCheck(name, lock)}\n`,
    'latin1',
  );

/** Undefined when the lock file is damaged or belongs to another name. */
export function decodeLock(name: string, bytes: Buffer): ObjectLock | undefined {
  const match = LOCK_FORM.exec(bytes.toString('latin1'));
  if (match === null) return undefined;
  const lock = { retainUntilMs: Number(match[1]), legalHold: match[2] === 'hold' };
  return lockCheck(name, lock) === match[3] ? lock : undefined;
}
