import { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { inflateRaw } from 'node:zlib';
import { type Entry, fromRandomAccessReader, RandomAccessReader, type ZipFile } from 'yauzl';
import { clip, Failure, isFailure } from '../../../base/index.ts';
import { ISSUES_RELEASES_FAILURES } from '../failures.ts';
import { ISSUES_RELEASES_LIMITS } from '../limits.ts';
import { type BundledFile, type Manifest, readManifest } from './manifest.ts';

export interface RandomBytes {
  readonly lengthBytes: number;
  readonly read: (start: number, end: number) => Promise<Buffer>;
}

/** A file as it lies in the zip. */
export interface PackedFile extends BundledFile {
  readonly offsetBytes: number;
  readonly packedBytes: number;
  readonly lengthBytes: number;
  readonly method: number;
}

export interface ReadBundle {
  readonly manifest: Manifest;
  readonly files: readonly PackedFile[];
}

const STORED = 0;
const DEFLATED = 8;
const MANIFEST = 'manifest.json';
/** The fixed part of a local file header; the lengths of name and extra field stand at these places (APPNOTE 4.3.7). */
const LOCAL_HEADER_BYTES = 30;
const NAME_LENGTH_AT = 26;
const EXTRA_LENGTH_AT = 28;
const LOCAL_SIGNATURE = 0x04034b50;

const refused = (reason: string): Failure => new Failure(ISSUES_RELEASES_FAILURES.bundleRefused, { reason });
const inflate = promisify<Buffer, { maxOutputLength: number }, Buffer>(inflateRaw);

/**
 * Reads an artifact bundle: a zip whose `manifest.json` says what its files are. Nothing is unpacked but the manifest;
 * sizes are judged by what the directory declares, and a file that yields more fails when it is read. Names are never
 * paths of this machine. Throws `releases.bundle-refused`.
 */
export async function readBundle(bytes: RandomBytes): Promise<ReadBundle> {
  try {
    const entries = await readEntries(bytes);
    judge(entries);
    const byPath = new Map(entries.map((entry) => [entry.fileName, entry]));
    if (byPath.size !== entries.length) throw refused('two of its files have the same name');
    const listed = byPath.get(MANIFEST);
    if (listed === undefined) throw refused(`it has no ${MANIFEST}`);
    if (listed.uncompressedSize > ISSUES_RELEASES_LIMITS.manifestBytesMax)
      throw refused(`its ${MANIFEST} is too large`);
    const place = await placeOf(bytes, listed);
    const packed = await bytes.read(place.offsetBytes, place.offsetBytes + place.packedBytes);
    const manifest = readManifest((await unpack(packed, place)).toString('utf8'));
    const files: PackedFile[] = [];
    for (const file of manifest.files) {
      const entry = byPath.get(file.path);
      // A manifest may list what its maker left out; such a file is as missing as one that it does not list.
      if (entry !== undefined) files.push({ ...file, ...(await placeOf(bytes, entry)) });
    }
    return { manifest, files };
  } catch (error) {
    if (isFailure(error)) throw error;
    throw refused(`it is damaged: ${clip(error instanceof Error ? error.message : String(error), 200)}`);
  }
}

/** The bytes of one file. Throws a RangeError when it yields more than it declared. */
export async function unpack(
  packed: Buffer,
  place: { readonly lengthBytes: number; readonly method: number },
): Promise<Buffer> {
  if (place.method === STORED) return packed;
  // An empty file of the deflate method still yields something to bound, and zlib wants at least one byte.
  return inflate(packed, { maxOutputLength: Math.max(1, place.lengthBytes) });
}

function judge(entries: readonly Entry[]): void {
  const { bundleFilesMax, bundleUnpackedBytesMax, bundleRatioMax, bundleRatioFreeBytes } = ISSUES_RELEASES_LIMITS;
  if (entries.length > bundleFilesMax + 1) throw refused(`it has more than ${bundleFilesMax} files`);
  const packed = entries.reduce((sum, entry) => sum + entry.compressedSize, 0);
  const unpacked = entries.reduce((sum, entry) => sum + entry.uncompressedSize, 0);
  if (unpacked > bundleUnpackedBytesMax) throw refused(`it would unpack to ${unpacked} bytes`);
  if (unpacked > bundleRatioFreeBytes && unpacked > packed * bundleRatioMax) {
    throw refused(`it unpacks to more than ${bundleRatioMax} times its packed size`);
  }
  for (const entry of entries) {
    if (entry.isEncrypted()) throw refused('one of its files is encrypted');
    if (entry.compressionMethod !== STORED && entry.compressionMethod !== DEFLATED) {
      throw refused(`one of its files is packed by method ${entry.compressionMethod}`);
    }
    if (entry.fileName.length > ISSUES_RELEASES_LIMITS.pathCharsMax) throw refused('one of its names is too long');
  }
}

async function placeOf(bytes: RandomBytes, entry: Entry) {
  const at = entry.relativeOffsetOfLocalHeader;
  const header = await bytes.read(at, at + LOCAL_HEADER_BYTES);
  if (header.length < LOCAL_HEADER_BYTES || header.readUInt32LE(0) !== LOCAL_SIGNATURE) {
    throw refused('a file does not lie where its directory says');
  }
  const offsetBytes =
    at + LOCAL_HEADER_BYTES + header.readUInt16LE(NAME_LENGTH_AT) + header.readUInt16LE(EXTRA_LENGTH_AT);
  if (offsetBytes + entry.compressedSize > bytes.lengthBytes) throw refused('a file reaches past its end');
  return {
    offsetBytes,
    packedBytes: entry.compressedSize,
    lengthBytes: entry.uncompressedSize,
    method: entry.compressionMethod,
  };
}

class BytesReader extends RandomAccessReader {
  readonly #bytes: RandomBytes;
  constructor(bytes: RandomBytes) {
    super();
    this.#bytes = bytes;
  }
  override _readStreamForRange(start: number, end: number): Readable {
    const bytes = this.#bytes;
    return Readable.from(
      (async function* () {
        yield await bytes.read(start, end);
      })(),
      { objectMode: false },
    );
  }
}

function openZip(bytes: RandomBytes): Promise<ZipFile> {
  const options = { lazyEntries: true, autoClose: false, decodeStrings: true, validateEntrySizes: true };
  return new Promise((resolve, reject) => {
    fromRandomAccessReader(new BytesReader(bytes), bytes.lengthBytes, options, (error, zip) => {
      if (error !== null) reject(error);
      else resolve(zip);
    });
  });
}

/** yauzl refuses absolute names, backslashes and `..` itself. */
async function readEntries(bytes: RandomBytes): Promise<readonly Entry[]> {
  const zip = await openZip(bytes);
  const { bundleFilesMax } = ISSUES_RELEASES_LIMITS;
  return new Promise((resolve, reject) => {
    const entries: Entry[] = [];
    zip.on('error', reject);
    zip.on('end', () => resolve(entries));
    zip.on('entry', (entry: Entry) => {
      if (!entry.fileName.endsWith('/')) entries.push(entry);
      if (entries.length > bundleFilesMax + 1) reject(refused(`it has more than ${bundleFilesMax} files`));
      else zip.readEntry();
    });
    zip.readEntry();
  });
}
