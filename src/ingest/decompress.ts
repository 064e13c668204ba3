import { promisify } from 'node:util';
import * as zlib from 'node:zlib';
import { Failure } from '../base/index.ts';
import { INGEST_FAILURES } from './failures.ts';

export type ContentEncoding = 'gzip' | 'deflate' | 'br' | 'zstd';

type Inflate = (body: Buffer, options: { readonly maxOutputLength: number }) => Promise<Buffer>;

const INFLATERS: Readonly<Record<ContentEncoding, Inflate | undefined>> = {
  gzip: promisify<Buffer, zlib.ZlibOptions, Buffer>(zlib.gunzip),
  deflate: promisify<Buffer, zlib.ZlibOptions, Buffer>(zlib.inflate),
  br: promisify<Buffer, zlib.BrotliOptions, Buffer>(zlib.brotliDecompress),
  zstd: nativeZstd(),
};

/** Node 22.15 and newer decompress zstd with a ceiling; no package for older ones has a ceiling, so they refuse it. */
function nativeZstd(): Inflate | undefined {
  const found: unknown = Reflect.get(zlib, 'zstdDecompress');
  if (typeof found !== 'function') return undefined;
  return (body, options) =>
    new Promise((resolve, reject) => {
      Reflect.apply(found, zlib, [
        body,
        options,
        (error: Error | null, inflated: Buffer) => (error === null ? resolve(inflated) : reject(error)),
      ]);
    });
}

/**
 * The encodings of a Content-Encoding header, checked against what the protocol and this Node accept.
 * Throws `ingest.encoding-unsupported`. Undefined means that the body is not compressed.
 */
export function readEncoding(
  header: string | undefined,
  accepted: readonly ContentEncoding[],
): ContentEncoding | undefined {
  const name = (header ?? '').trim().toLowerCase();
  if (name === '' || name === 'identity') return undefined;
  const usable = accepted.filter((encoding) => INFLATERS[encoding] !== undefined);
  const found = usable.find((encoding) => encoding === name || (encoding === 'gzip' && name === 'x-gzip'));
  if (found !== undefined) return found;
  throw new Failure(INGEST_FAILURES.encodingUnsupported, {
    encoding: name.slice(0, 60),
    accepted: [...usable, 'identity'].join(', '),
  });
}

/**
 * Decompresses off the main thread. Output past `bytesMax` is never produced: a bomb throws `ingest.body-too-large`,
 * and what is not of the encoding throws `ingest.body-undecodable`.
 */
export async function decompress(body: Buffer, encoding: ContentEncoding, bytesMax: number): Promise<Buffer> {
  const inflate = INFLATERS[encoding];
  if (inflate === undefined) {
    throw new Failure(INGEST_FAILURES.encodingUnsupported, { encoding, accepted: 'gzip, deflate, br, identity' });
  }
  try {
    return await inflate(body, { maxOutputLength: bytesMax });
  } catch (error) {
    if (error instanceof RangeError) {
      throw new Failure(INGEST_FAILURES.bodyTooLarge, { limitBytes: bytesMax, measure: 'after decompression' });
    }
    throw new Failure(INGEST_FAILURES.bodyUndecodable, { encoding }, { cause: error });
  }
}
