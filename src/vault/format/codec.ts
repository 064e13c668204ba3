import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import { Failure } from '../../base/index.ts';
import { VAULT_FAILURES } from '../failures.ts';
import { VAULT_LIMITS } from '../limits.ts';

export type CodecName = 'none' | 'gzip' | 'zstd';

/** The numbers stand in stored objects and never change their meaning. */
export const CODEC_IDS: Readonly<Record<CodecName, number>> = { none: 0, gzip: 1, zstd: 2 };

export interface Codec {
  /** Never larger than what was given: what does not shrink is stored as it is. */
  readonly compress: (bytes: Uint8Array) => Promise<{ readonly codec: CodecName; readonly bytes: Uint8Array }>;
  readonly decompress: (codec: CodecName, bytes: Uint8Array, context: CodecContext) => Promise<Uint8Array>;
}

export interface CodecContext {
  readonly name: string;
  readonly plainBytes: number;
}

interface Zstd {
  readonly compress: (bytes: Buffer, level?: number) => Promise<Buffer>;
  readonly decompress: (bytes: Buffer) => Promise<Buffer>;
}

const ZSTD_LEVEL = 3;
const SAMPLE_BYTES = 16_384;
const SAMPLES = 3;
/** A sample that keeps more than this share shows a container that is compressed already, such as a spreadsheet. */
const WORTHWHILE = 0.95;

const gzipAsync = promisify(gzip);
const gunzipAsync = promisify(gunzip);

/** The package is optional: where there is no build of it, gzip of Node takes its place. */
async function loadZstd(): Promise<Zstd | undefined> {
  try {
    return await import('@mongodb-js/zstd');
  } catch {
    return undefined;
  }
}

const asBuffer = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);

export async function openCodec(load: () => Promise<Zstd | undefined> = loadZstd): Promise<Codec> {
  const zstd = await load();
  const shrink = async (bytes: Uint8Array): Promise<Buffer> =>
    zstd === undefined ? gzipAsync(bytes, { level: 6 }) : zstd.compress(asBuffer(bytes), ZSTD_LEVEL);
  const name: CodecName = zstd === undefined ? 'gzip' : 'zstd';
  return {
    compress: async (bytes) => {
      if (!(await shrinksBySample(bytes, shrink))) return { codec: 'none', bytes };
      const packed = await shrink(bytes);
      return packed.length < bytes.length ? { codec: name, bytes: packed } : { codec: 'none', bytes };
    },
    decompress: async (codec, bytes, context) => {
      const plain = await expand(zstd, codec, bytes, context);
      if (plain.length !== context.plainBytes) {
        throw new Failure(VAULT_FAILURES.formatUnknown, { name: context.name, reason: 'its plain length is wrong' });
      }
      return plain;
    },
  };
}

async function expand(
  zstd: Zstd | undefined,
  codec: CodecName,
  bytes: Uint8Array,
  context: CodecContext,
): Promise<Uint8Array> {
  if (codec === 'none') return bytes;
  if (codec === 'gzip') return gunzipAsync(bytes, { maxOutputLength: VAULT_LIMITS.objectBytesMax });
  if (zstd === undefined) throw new Failure(VAULT_FAILURES.codecMissing, { name: context.name, codec });
  return zstd.decompress(asBuffer(bytes));
}

/** Spreadsheets and backups arrive compressed mostly; a few samples save the time of compressing them in vain. */
async function shrinksBySample(bytes: Uint8Array, shrink: (bytes: Uint8Array) => Promise<Buffer>): Promise<boolean> {
  if (bytes.length <= SAMPLES * SAMPLE_BYTES) return bytes.length > 0;
  const step = Math.floor((bytes.length - SAMPLE_BYTES) / (SAMPLES - 1));
  const sample = Buffer.concat(
    Array.from({ length: SAMPLES }, (_, index) => bytes.subarray(index * step, index * step + SAMPLE_BYTES)),
  );
  return (await shrink(sample)).length < sample.length * WORTHWHILE;
}
