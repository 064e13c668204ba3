import type { Transform } from 'node:stream';
import { promisify } from 'node:util';
import * as zlib from 'node:zlib';
import { type Clock, Failure } from '../base/index.ts';
import { INGEST_FAILURES } from './failures.ts';
import { INGEST_LIMITS } from './limits.ts';
import { createZstdInflater } from './zstd.ts';

export type ContentEncoding = 'gzip' | 'deflate' | 'br' | 'zstd';

interface InflateOptions {
  readonly maxOutputLength: number;
  readonly clock: Clock;
}
type Inflate = (body: Buffer, options: InflateOptions) => Promise<Buffer>;

const gunzip = promisify<Buffer, zlib.ZlibOptions, Buffer>(zlib.gunzip);
const inflate = promisify<Buffer, zlib.ZlibOptions, Buffer>(zlib.inflate);
const brotliDecompress = promisify<Buffer, zlib.BrotliOptions, Buffer>(zlib.brotliDecompress);

const INFLATERS: Readonly<Record<ContentEncoding, Inflate>> = {
  gzip: (body, { maxOutputLength }) => gunzip(body, { maxOutputLength }),
  deflate: (body, { maxOutputLength }) => inflate(body, { maxOutputLength }),
  br: (body, { maxOutputLength }) => brotliDecompress(body, { maxOutputLength }),
  zstd: nativeZstd() ?? createZstdInflater(),
};

/** Node 22.15 and newer decompress zstd themselves. */
function nativeZstd(): Inflate | undefined {
  const found: unknown = Reflect.get(zlib, 'zstdDecompress');
  if (typeof found !== 'function') return undefined;
  return (body, { maxOutputLength }) =>
    new Promise((resolve, reject) => {
      Reflect.apply(found, zlib, [
        body,
        { maxOutputLength },
        (error: Error | null, inflated: Buffer) => (error === null ? resolve(inflated) : reject(error)),
      ]);
    });
}

/** Encodings whose output can be watched while it grows. */
const STREAMS: Readonly<Partial<Record<ContentEncoding, () => Transform>>> = {
  gzip: () => zlib.createGunzip(),
  deflate: () => zlib.createInflate(),
  br: () => zlib.createBrotliDecompress(),
};

/**
 * The encodings of a Content-Encoding header, checked against what the protocol accepts.
 * Throws `ingest.encoding-unsupported`. Undefined means that the body is not compressed.
 */
export function readEncoding(
  header: string | undefined,
  accepted: readonly ContentEncoding[],
): ContentEncoding | undefined {
  const name = (header ?? '').trim().toLowerCase();
  if (name === '' || name === 'identity') return undefined;
  const found = accepted.find((encoding) => encoding === name || (encoding === 'gzip' && name === 'x-gzip'));
  if (found !== undefined) return found;
  throw new Failure(INGEST_FAILURES.encodingUnsupported, {
    encoding: name.slice(0, 60),
    accepted: [...accepted, 'identity'].join(', '),
  });
}

export interface Decompressing {
  readonly bytesMax: number;
  readonly clock: Clock;
  /** Takes room for what the body becomes; throws `ingest.overloaded` when there is none. */
  readonly charge: (bytes: number) => void;
}

/**
 * Decompresses off the main thread. Output past `bytesMax` is never produced, and output past a small multiple of the
 * input only as far as there is room. What becomes much more than text does counts as too large before it reaches
 * `bytesMax`: a bomb throws `ingest.body-too-large` or `ingest.overloaded`, and what is not of
 * the encoding throws `ingest.body-undecodable`.
 */
export async function decompress(body: Buffer, encoding: ContentEncoding, asked: Decompressing): Promise<Buffer> {
  const ordinary = Math.max(INGEST_LIMITS.inflateFreeBytesMax, body.length * INGEST_LIMITS.inflateRatioMax);
  const to = { ...asked, bytesMax: Math.min(asked.bytesMax, ordinary) };
  const stream = STREAMS[encoding];
  const first = Math.max(INGEST_LIMITS.inflateFirstBytesMax, body.length * ORDINARY_RATIO);
  const bytesMax = stream === undefined ? to.bytesMax : Math.min(to.bytesMax, first);
  try {
    const inflated = await INFLATERS[encoding](body, { maxOutputLength: bytesMax, clock: to.clock });
    to.charge(inflated.length);
    return inflated;
  } catch (error) {
    if (error instanceof Failure) throw error;
    if (!(error instanceof RangeError))
      throw new Failure(INGEST_FAILURES.bodyUndecodable, { encoding }, { cause: error });
    if (stream === undefined || bytesMax === to.bytesMax) throw tooLarge(to.bytesMax);
    return await inflatePieces(stream(), body, { ...to, encoding });
  }
}

/** Text of telemetry becomes about a tenth. */
const ORDINARY_RATIO = 16;

const tooLarge = (limitBytes: number): Failure =>
  new Failure(INGEST_FAILURES.bodyTooLarge, { limitBytes, measure: 'after decompression' });

async function inflatePieces(
  stream: Transform,
  body: Buffer,
  { bytesMax, charge, encoding }: Decompressing & { readonly encoding: ContentEncoding },
): Promise<Buffer> {
  const pieces: Buffer[] = [];
  let length = 0;
  try {
    stream.end(body);
    for await (const piece of stream as AsyncIterable<Buffer>) {
      length += piece.length;
      if (length > bytesMax) throw tooLarge(bytesMax);
      charge(piece.length);
      pieces.push(piece);
    }
    return Buffer.concat(pieces, length);
  } catch (error) {
    if (error instanceof Failure) throw error;
    throw new Failure(INGEST_FAILURES.bodyUndecodable, { encoding }, { cause: error });
  } finally {
    stream.destroy();
  }
}
