import type { Failure } from '../../base/index.ts';
import { BACKUP_SNAPSHOT_LIMITS } from './limits.ts';

/** An entry of a tar archive as PostgreSQL writes it: POSIX ustar, sizes of 8 GiB and more in base 256. */
export interface TarEntry {
  readonly path: string;
  readonly type: 'file' | 'folder' | 'link';
  readonly mode: number;
  readonly sizeBytes: number;
  readonly linkTarget?: string;
}

export interface TarEvents {
  readonly onEntry: (entry: TarEntry) => void;
  /** Bytes of the file that was begun last; valid during the call only. */
  readonly onBytes: (bytes: Buffer) => void;
  /** The file that was begun last is whole. */
  readonly onEnd: () => void;
}

/** Takes an archive in pieces of any size and tells, synchronously, what is in it. */
export interface TarReader {
  /** Throws what `refuse` makes. */
  readonly push: (bytes: Buffer) => void;
  /** Refuses an archive that is cut off. */
  readonly end: () => void;
}

/** Makes the failure of whoever knows whose bytes they are. */
export type Refuse = (reason: string) => Failure;

const BLOCK = 512;
const ZEROS = Buffer.alloc(BLOCK);

/**
 * A reader of its own because the bytes of every cluster go through it: it hands out slices of what it was given and
 * copies nothing but headers that are split. Format: POSIX.1-1988 ustar, and the base-256 sizes of GNU tar.
 */
export function createTarReader(events: TarEvents, refuse: Refuse): TarReader {
  const header = Buffer.alloc(BLOCK);
  let headerFilled = 0;
  let bodyLeft = 0;
  let paddingLeft = 0;
  let inFile = false;
  let ended = false;
  const finishFile = (): void => {
    if (!inFile) return;
    inFile = false;
    events.onEnd();
  };
  const takeHeader = (): void => {
    headerFilled = 0;
    // PostgreSQL 15 and newer send one or two zero blocks at the end, older ones leave that to the client.
    if (header.equals(ZEROS)) {
      ended = true;
      return;
    }
    if (ended) throw refuse('something follows the end of the archive');
    const entry = parseHeader(header, refuse);
    events.onEntry(entry);
    inFile = entry.type === 'file';
    bodyLeft = inFile ? entry.sizeBytes : 0;
    paddingLeft = (BLOCK - (bodyLeft % BLOCK)) % BLOCK;
    if (bodyLeft === 0) finishFile();
  };
  return {
    push: (bytes) => {
      let at = 0;
      while (at < bytes.length) {
        if (bodyLeft > 0) {
          const taken = bytes.subarray(at, at + bodyLeft);
          at += taken.length;
          bodyLeft -= taken.length;
          events.onBytes(taken);
          if (bodyLeft === 0) finishFile();
        } else if (paddingLeft > 0) {
          const skipped = Math.min(paddingLeft, bytes.length - at);
          at += skipped;
          paddingLeft -= skipped;
        } else {
          const copied = bytes.copy(header, headerFilled, at, at + BLOCK - headerFilled);
          headerFilled += copied;
          at += copied;
          if (headerFilled === BLOCK) takeHeader();
        }
      }
    },
    end: () => {
      if (bodyLeft > 0 || paddingLeft > 0 || headerFilled > 0) throw refuse('the archive is cut off');
    },
  };
}

function parseHeader(header: Buffer, refuse: Refuse): TarEntry {
  const stored = numberAt(header, [148, 8], refuse);
  let sum = 8 * 0x20;
  for (let index = 0; index < BLOCK; index += 1) sum += index >= 148 && index < 156 ? 0 : (header[index] ?? 0);
  if (sum !== stored) throw refuse('the checksum of a header is wrong');
  if (header.toString('latin1', 257, 262) !== 'ustar') throw refuse('a header is not of the ustar form');
  const prefix = textAt(header, 345, 155);
  const name = textAt(header, 0, 100);
  const path = checkPath((prefix === '' ? name : `${prefix}/${name}`).replace(/\/+$/, ''), refuse);
  const mode = numberAt(header, [100, 8], refuse) & 0o7777;
  const sizeBytes = numberAt(header, [124, 12], refuse);
  if (sizeBytes > BACKUP_SNAPSHOT_LIMITS.fileBytesMax) throw refuse(`${path} is too large`);
  const flag = header[156] ?? 0;
  if (flag === 0x30 || flag === 0) return { path, type: 'file', mode, sizeBytes };
  if (flag === 0x35) return { path, type: 'folder', mode, sizeBytes: 0 };
  if (flag === 0x32) return { path, type: 'link', mode, sizeBytes: 0, linkTarget: textAt(header, 157, 100) };
  throw refuse(`${path} is of the unknown type ${flag}`);
}

function textAt(header: Buffer, offset: number, length: number): string {
  const field = header.subarray(offset, offset + length);
  const end = field.indexOf(0);
  return field.toString('utf8', 0, end === -1 ? length : end);
}

function numberAt(header: Buffer, [offset, length]: readonly [number, number], refuse: Refuse): number {
  const field = header.subarray(offset, offset + length);
  if (((field[0] ?? 0) & 0x80) !== 0) {
    let value = 0;
    for (const [index, byte] of field.entries()) value = value * 256 + (index === 0 ? byte & 0x7f : byte);
    if (!Number.isSafeInteger(value)) throw refuse('a number of a header is too large');
    return value;
  }
  const text = field
    .toString('latin1')
    .replace(/[\0 ]+$/, '')
    .trim();
  if (!/^[0-7]*$/.test(text)) throw refuse('a number of a header is not octal');
  return text === '' ? 0 : Number.parseInt(text, 8);
}

/** What is restored from the path must stay below the data folder. */
function checkPath(path: string, refuse: Refuse): string {
  const clean = path.startsWith('./') ? path.slice(2) : path;
  if (clean === '.' || clean === '') return '.';
  const parts = clean.split('/');
  if (
    clean.startsWith('/') ||
    clean.includes('\0') ||
    parts.some((part) => part === '..' || part === '.' || part === '')
  ) {
    throw refuse(`the path ${JSON.stringify(clean.slice(0, 200))} leaves the data folder`);
  }
  return clean;
}
