import { createRequire } from 'node:module';
import { Worker } from 'node:worker_threads';
import { type Clock, Failure } from '../base/index.ts';
import { INGEST_FAILURES } from './failures.ts';
import { INGEST_LIMITS } from './limits.ts';

const MAGIC = 0xfd2fb528;
const SKIPPABLE = 0x184d2a50;
const BLOCK_BYTES_MAX = 131_072;
const RLE = 1;
const COMPRESSED = 2;
const RESERVED = 3;

/** What a body of zstd can come to, told by its headers without decompressing. */
export interface ZstdExtent {
  /** No decoder makes more of it. */
  readonly bytesMax: number;
  readonly windowBytes: number;
  readonly blocks: number;
}

/**
 * Walks over the frames and blocks of a body (RFC 8878, 3.1). Undefined when they are not whole; what is inside of
 * compressed blocks is not looked at.
 */
export function measureZstd(body: Buffer): ZstdExtent | undefined {
  let position = 0;
  let bytesMax = 0;
  let windowBytes = 0;
  let blocks = 0;
  while (position < body.length) {
    if (position + 8 > body.length) return undefined;
    const magic = body.readUInt32LE(position);
    if ((magic & 0xfffffff0) >>> 0 === SKIPPABLE) {
      position += 8 + body.readUInt32LE(position + 4);
      continue;
    }
    if (magic !== MAGIC) return undefined;
    const frame = measureFrame(body, position + 4);
    if (frame === undefined) return undefined;
    position = frame.end;
    bytesMax += frame.bytesMax;
    windowBytes = Math.max(windowBytes, frame.windowBytes);
    blocks += frame.blocks;
  }
  return position === body.length && blocks > 0 ? { bytesMax, windowBytes, blocks } : undefined;
}

function measureFrame(body: Buffer, start: number): (ZstdExtent & { readonly end: number }) | undefined {
  const header = readFrameHeader(body, start);
  if (header === undefined) return undefined;
  let position = header.end;
  let bytesMax = 0;
  let blocks = 0;
  for (;;) {
    if (position + 3 > body.length) return undefined;
    const word = body.readUIntLE(position, 3);
    const type = (word >> 1) & 3;
    const size = word >> 3;
    if (type === RESERVED || size > BLOCK_BYTES_MAX) return undefined;
    bytesMax += type === COMPRESSED ? BLOCK_BYTES_MAX : size;
    blocks += 1;
    position += 3 + (type === RLE ? 1 : size);
    if ((word & 1) === 1) break;
  }
  const end = position + (header.hasChecksum ? 4 : 0);
  if (end > body.length) return undefined;
  return { bytesMax, windowBytes: header.windowBytes, blocks, end };
}

function readFrameHeader(
  body: Buffer,
  start: number,
): { readonly windowBytes: number; readonly hasChecksum: boolean; readonly end: number } | undefined {
  const descriptor = body[start] ?? 0;
  const isSingle = (descriptor & 0x20) !== 0;
  // A dictionary is one that both sides have, and there is none here.
  if ((descriptor & 0x08) !== 0 || (descriptor & 0x03) !== 0) return undefined;
  let position = start + 1;
  let windowBytes = 0;
  if (!isSingle) {
    const byte = body[position] ?? 0;
    const base = 2 ** (10 + (byte >> 3));
    windowBytes = base + (base / 8) * (byte & 7);
    position += 1;
  }
  const sizeFlag = descriptor >> 6;
  const sizeBytes = sizeFlag === 0 ? (isSingle ? 1 : 0) : 2 ** sizeFlag;
  if (position + sizeBytes > body.length) return undefined;
  if (isSingle) {
    const low = sizeBytes === 8 ? Number(body.readBigUInt64LE(position)) : body.readUIntLE(position, sizeBytes);
    windowBytes = low + (sizeBytes === 2 ? 256 : 0);
  }
  return { windowBytes, hasChecksum: (descriptor & 0x04) !== 0, end: position + sizeBytes };
}

/**
 * The decoder runs in a thread that is ended when it takes too long, because it is plain JavaScript that does not check
 * how much a block says that it copies: a few bytes can keep it busy for seconds.
 */
const THREAD = `
const { parentPort, workerData } = require('node:worker_threads');
const { Decompress } = require(workerData.decoder);
const parts = [];
let length = 0;
const decoder = new Decompress((part) => {
  length += part.length;
  if (length > workerData.bytesMax) throw 'too-large';
  parts.push(part);
});
try {
  decoder.push(workerData.body, true);
  const whole = new Uint8Array(length);
  let at = 0;
  for (const part of parts) { whole.set(part, at); at += part.length; }
  parentPort.postMessage({ type: 'whole', whole }, [whole.buffer]);
} catch (error) {
  parentPort.postMessage({ type: error === 'too-large' ? error : 'undecodable' });
}
`;

type Decoded =
  | { readonly type: 'whole'; readonly whole: Uint8Array }
  | { readonly type: 'too-large' | 'undecodable' | 'too-long' };

export type InflateZstd = (
  body: Buffer,
  options: { readonly maxOutputLength: number; readonly clock: Clock },
) => Promise<Buffer>;

/** For a Node without zstd of its own (before 22.15). One body after the other, each in a thread of its own. */
export function createZstdInflater(): InflateZstd {
  const inTurn = createTurns();
  return async (body, { maxOutputLength, clock }) => {
    const bytesExpected = Math.min(checkExtent(body), maxOutputLength);
    const decoded = await inTurn(() => decodeInThread(body, { bytesMax: maxOutputLength, bytesExpected, clock }));
    if (decoded.type === 'whole') return Buffer.from(decoded.whole.buffer, 0, decoded.whole.length);
    if (decoded.type === 'too-large') {
      throw new Failure(INGEST_FAILURES.bodyTooLarge, { limitBytes: maxOutputLength, measure: 'after decompression' });
    }
    throw undecodable();
  };
}

const undecodable = (): Failure => new Failure(INGEST_FAILURES.bodyUndecodable, { encoding: 'zstd' });

/** How many bytes it comes to at most. */
function checkExtent(body: Buffer): number {
  const extent = measureZstd(body);
  if (extent === undefined) throw undecodable();
  const copied = extent.windowBytes * extent.blocks;
  if (extent.windowBytes > INGEST_LIMITS.zstdWindowBytesMax || copied > INGEST_LIMITS.zstdWindowBytesCopiedMax) {
    throw new Failure(INGEST_FAILURES.encodingUnsupported, {
      encoding: 'zstd with a window or a number of blocks that large',
      accepted: `zstd with a window of at most ${INGEST_LIMITS.zstdWindowBytesMax} bytes, gzip`,
    });
  }
  return extent.bytesMax;
}

function createTurns(): <Result>(work: () => Promise<Result>) => Promise<Result> {
  let last: Promise<unknown> = Promise.resolve();
  let waiting = 0;
  return async (work) => {
    if (waiting >= INGEST_LIMITS.zstdWaitingMax) {
      const details = { bytesInFlight: waiting, limitBytes: INGEST_LIMITS.zstdWaitingMax, measure: 'bodies of zstd' };
      const retryAfterSeconds = INGEST_LIMITS.overloadRetryAfterSeconds;
      throw new Failure(INGEST_FAILURES.overloaded, details, { retryAfterSeconds });
    }
    waiting += 1;
    const turn = last.then(work);
    last = turn.catch(() => undefined);
    try {
      return await turn;
    } finally {
      waiting -= 1;
    }
  };
}

interface Decoding {
  readonly bytesMax: number;
  readonly bytesExpected: number;
  readonly clock: Clock;
}

async function decodeInThread(body: Buffer, { bytesMax, bytesExpected, clock }: Decoding): Promise<Decoded> {
  const decoder = createRequire(import.meta.url).resolve('fzstd');
  const worker = new Worker(THREAD, {
    eval: true,
    workerData: { decoder, body, bytesMax },
    env: {},
    argv: [],
    execArgv: [],
  });
  const done = new AbortController();
  const msMax = INGEST_LIMITS.zstdMsMax + (bytesExpected / INGEST_LIMITS.zstdBytesPerSecondMin) * 1_000;
  const answer = new Promise<Decoded>((resolve) => {
    worker.once('message', resolve);
    worker.once('error', () => resolve({ type: 'undecodable' }));
    worker.once('exit', () => resolve({ type: 'undecodable' }));
  });
  const tooLong = (): Decoded => ({ type: 'too-long' });
  try {
    return await Promise.race([answer, clock.sleep(msMax, done.signal).then(tooLong, tooLong)]);
  } finally {
    done.abort();
    await worker.terminate();
  }
}
