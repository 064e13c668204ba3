import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import { type FileHandle, mkdir, open, rm } from 'node:fs/promises';
import path from 'node:path';
import { Failure } from '../../base/index.ts';
import type { RandomBytes } from '../content/random-bytes.ts';
import { WORKBOOKS_FAILURES } from '../failures.ts';
import { WORKBOOKS_LIMITS } from '../limits.ts';

/**
 * Bytes that were received whole and wait to be hashed, scanned and stored. Nothing may be acknowledged from here:
 * the file is not synced, and its key is in memory alone, so that a crash leaves noise and no copy of the workbook.
 */
export interface SpooledBytes extends RandomBytes {
  readonly sha256: string;
  readonly all: () => AsyncIterable<Uint8Array>;
  readonly remove: () => Promise<void>;
}

export interface SpoolOptions {
  readonly folder: string;
  readonly bytesMax: number;
  /** Up to so many bytes no file is made. */
  readonly memoryBytes: number;
  readonly signal?: AbortSignal;
}

/** Takes a stream to its end. Throws `workbooks.file-too-large` as soon as it is; leaves nothing when it throws. */
export async function spoolBytes(bytes: AsyncIterable<Uint8Array>, options: SpoolOptions): Promise<SpooledBytes> {
  const hash = createHash('sha256');
  let parts: Uint8Array[] = [];
  let lengthBytes = 0;
  let file: SpoolFile | undefined;
  try {
    for await (const part of bytes) {
      options.signal?.throwIfAborted();
      lengthBytes += part.byteLength;
      if (lengthBytes > options.bytesMax) throw new Failure(WORKBOOKS_FAILURES.fileTooLarge, { max: options.bytesMax });
      hash.update(part);
      if (file !== undefined) {
        await file.append(part);
        continue;
      }
      // A copy, because whoever feeds the stream may fill the same buffer again.
      parts.push(Uint8Array.from(part));
      if (lengthBytes <= options.memoryBytes) continue;
      file = await createSpoolFile(options.folder);
      for (const held of parts) await file.append(held);
      parts = [];
    }
  } catch (error) {
    await file?.remove();
    throw error;
  }
  const sha256 = hash.digest('hex');
  const read = file === undefined ? readFrom(Buffer.concat(parts)) : file.read;
  const remove = file === undefined ? () => Promise.resolve() : file.remove;
  return { lengthBytes, sha256, read, all: () => blocks(read, lengthBytes), remove };
}

const readFrom =
  (held: Buffer): RandomBytes['read'] =>
  (start, end) =>
    Promise.resolve(held.subarray(start, end));

async function* blocks(read: RandomBytes['read'], lengthBytes: number): AsyncIterable<Uint8Array> {
  for (let start = 0; start < lengthBytes; start += WORKBOOKS_LIMITS.spoolBlockBytes) {
    yield await read(start, Math.min(lengthBytes, start + WORKBOOKS_LIMITS.spoolBlockBytes));
  }
}

interface SpoolFile {
  readonly append: (part: Uint8Array) => Promise<void>;
  readonly read: RandomBytes['read'];
  readonly remove: () => Promise<void>;
}

const BLOCK = 16;

/**
 * AES-256 in counter mode (NIST SP 800-38A, 6.5) under a key that is used for this one file: any place of it can be
 * decrypted by itself. The bytes are not authenticated, so whoever stores them compares their hash.
 */
async function createSpoolFile(folder: string): Promise<SpoolFile> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const key = randomBytes(32);
  const file = path.join(folder, `commit-${randomBytes(12).toString('hex')}.spool`);
  const handle = await open(file, 'wx+', 0o600);
  const cipher = createCipheriv('aes-256-ctr', key, counterAt(0));
  return {
    append: async (part) => {
      await writeAll(handle, cipher.update(part));
    },
    read: async (start, end) => {
      const aligned = start - (start % BLOCK);
      const sealed = Buffer.alloc(Math.max(0, end - aligned));
      let filled = 0;
      while (filled < sealed.length) {
        const { bytesRead } = await handle.read(sealed, filled, sealed.length - filled, aligned + filled);
        if (bytesRead === 0) break;
        filled += bytesRead;
      }
      const decipher = createDecipheriv('aes-256-ctr', key, counterAt(aligned / BLOCK));
      return decipher.update(sealed.subarray(0, filled)).subarray(start - aligned);
    },
    remove: async () => {
      await handle.close();
      await rm(file, { force: true });
    },
  };
}

async function writeAll(handle: FileHandle, bytes: Uint8Array): Promise<void> {
  let written = 0;
  while (written < bytes.byteLength) {
    written += (await handle.write(bytes, written, bytes.byteLength - written)).bytesWritten;
  }
}

/** The counter block of block `index`; the counter begins at zero because the key is used once. */
function counterAt(index: number): Buffer {
  const counter = Buffer.alloc(BLOCK);
  counter.writeBigUInt64BE(BigInt(index), 8);
  return counter;
}
