import { Readable } from 'node:stream';
import { crc32 } from 'node:zlib';
import { type Entry, fromRandomAccessReader, RandomAccessReader, type ZipFile } from 'yauzl';
import { Failure } from '../../base/index.ts';
import { WORKBOOKS_FAILURES } from '../failures.ts';
import type { RandomBytes } from './random-bytes.ts';

export interface ContainerLimits {
  readonly entriesMax: number;
  /** Unpacked bytes of all parts together. */
  readonly bytesMax: number;
  /** Unpacked bytes for each packed byte, over all parts. */
  readonly ratioMax: number;
}

/** One part of a zip container, as its central directory declares it. */
export interface Part {
  readonly name: string;
  readonly lengthBytes: number;
  /** Unpacks it. The stream fails when the part is longer, shorter or another than declared. */
  readonly open: () => AsyncIterable<Uint8Array>;
}

export type Container =
  | { readonly type: 'container'; readonly parts: readonly Part[]; readonly comment: string }
  | { readonly type: 'refused'; readonly reason: 'damaged' | 'hostile' | 'encrypted'; readonly detail: string };

type Refused = Extract<Container, { readonly type: 'refused' }>;
const refused = (reason: Refused['reason'], detail: string): Refused => ({ type: 'refused', reason, detail });

/**
 * Reads the central directory and judges it before a single part is unpacked. What is declared there is what may be
 * unpacked: a part that yields more fails while it is read, so a lie costs no more than the limits allow. Parts that
 * overlap (one packed stream under many names) are counted each.
 */
export async function openContainer(bytes: RandomBytes, limits: ContainerLimits): Promise<Container> {
  let zip: ZipFile;
  try {
    zip = await openZip(bytes);
  } catch (error) {
    return refused('damaged', messageOf(error));
  }
  if (zip.entryCount > limits.entriesMax) {
    return refused('hostile', `it declares ${zip.entryCount} parts, and ${limits.entriesMax} are the most`);
  }
  let entries: readonly Entry[];
  try {
    entries = await readEntries(zip, limits.entriesMax);
  } catch (error) {
    return refused('damaged', messageOf(error));
  }
  return judge(entries, limits) ?? { type: 'container', comment: zip.comment, parts: entries.flatMap(partOf(zip)) };
}

function judge(entries: readonly Entry[], limits: ContainerLimits): Refused | undefined {
  const encrypted = entries.find((entry) => entry.isEncrypted());
  if (encrypted !== undefined) return refused('encrypted', `its part ${shown(encrypted.fileName)} is encrypted`);
  const packed = entries.reduce((sum, entry) => sum + entry.compressedSize, 0);
  const unpacked = entries.reduce((sum, entry) => sum + entry.uncompressedSize, 0);
  if (unpacked > limits.bytesMax) {
    return refused('hostile', `it would unpack to ${unpacked} bytes, and ${limits.bytesMax} are the most`);
  }
  // Small files reach odd ratios honestly, so the ratio counts only above what costs nothing.
  if (unpacked > RATIO_FREE_BYTES && unpacked > packed * limits.ratioMax) {
    return refused('hostile', `it unpacks to more than ${limits.ratioMax} times its packed size`);
  }
  return undefined;
}

const RATIO_FREE_BYTES = 4 * 1024 * 1024;
const SHOWN_MAX = 80;
const shown = (name: string): string => JSON.stringify(name.slice(0, SHOWN_MAX));
const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

class BytesReader extends RandomAccessReader {
  readonly #bytes: RandomBytes;
  constructor(bytes: RandomBytes) {
    super();
    this.#bytes = bytes;
  }
  override _readStreamForRange(start: number, end: number): Readable {
    const bytes = this.#bytes;
    const blocks = async function* () {
      for (let at = start; at < end; at += READ_BYTES) yield await bytes.read(at, Math.min(end, at + READ_BYTES));
    };
    return Readable.from(blocks(), { objectMode: false });
  }
  /** Without this the library would make a stream for each of the few dozen bytes of a directory entry. */
  override read(
    buffer: Buffer,
    offset: number,
    length: number,
    position: number,
    answer: (error: Error | null) => void,
  ): void {
    void this.#readInto(buffer.subarray(offset, offset + length), position).then(answer);
  }
  /** What went wrong, if anything: the library wants a callback, and never an exception. */
  async #readInto(target: Buffer, position: number): Promise<Error | null> {
    try {
      const read = await this.#bytes.read(position, position + target.length);
      read.copy(target);
      return read.length === target.length ? null : damaged('it ends too early');
    } catch (error) {
      return error instanceof Error ? error : damaged(messageOf(error));
    }
  }
}

const READ_BYTES = 256 * 1024;
const damaged = (reason: string): Failure => new Failure(WORKBOOKS_FAILURES.containerDamaged, { reason });

const openZip = (bytes: RandomBytes): Promise<ZipFile> =>
  new Promise((resolve, reject) => {
    const options = { lazyEntries: true, autoClose: false, decodeStrings: true, validateEntrySizes: true };
    fromRandomAccessReader(new BytesReader(bytes), bytes.lengthBytes, options, (error, zip) => {
      if (error !== null) reject(error);
      else resolve(zip);
    });
  });

const readEntries = (zip: ZipFile, entriesMax: number): Promise<readonly Entry[]> =>
  new Promise((resolve, reject) => {
    const entries: Entry[] = [];
    zip.on('error', reject);
    zip.on('end', () => resolve(entries));
    zip.on('entry', (entry: Entry) => {
      entries.push(entry);
      // The directory may hold more entries than it declares; reading on is what must stop.
      if (entries.length > entriesMax) reject(damaged('its directory holds more parts than it declares'));
      else zip.readEntry();
    });
    zip.readEntry();
  });

const partOf =
  (zip: ZipFile) =>
  (entry: Entry): readonly Part[] =>
    entry.fileName.endsWith('/')
      ? []
      : [{ name: entry.fileName, lengthBytes: entry.uncompressedSize, open: () => unpack(zip, entry) }];

/** Yields the bytes of a part and throws at the end when their CRC-32 is not the declared one. */
async function* unpack(zip: ZipFile, entry: Entry): AsyncIterable<Uint8Array> {
  const stream = await new Promise<Readable>((resolve, reject) => {
    zip.openReadStream(entry, (error, opened) => {
      if (error !== null) reject(error);
      else resolve(opened);
    });
  });
  let crc = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    crc = crc32(chunk, crc);
    yield chunk;
  }
  if (crc !== entry.crc32) throw damaged(`the checksum of its part ${shown(entry.fileName)} is wrong`);
}
