import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import { type FileHandle, mkdir, open, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Failure } from '../../../base/index.ts';
import type { ReleasesDeps } from '../context.ts';
import { ISSUES_RELEASES_FAILURES } from '../failures.ts';
import { ISSUES_RELEASES_LIMITS } from '../limits.ts';

/** Bytes that can be read from any place; of chunks that stand one after the other. */
export interface StagedBytes {
  readonly lengthBytes: number;
  readonly read: (start: number, end: number) => Promise<Buffer>;
  readonly all: () => AsyncIterable<Uint8Array>;
}

/**
 * Chunks of uploads that are not complete, by their SHA-1. A chunk is synced before `put` resolves, so that an upload
 * goes on after a restart. Files are encrypted (AES-256-CTR) by a key that lies beside them, sealed: what people
 * upload is their source code, and only the vault keeps that.
 */
export interface ChunkStaging {
  readonly put: (sha1: string, bytes: Uint8Array) => Promise<void>;
  readonly has: (sha1: string) => boolean;
  /** Undefined when one is missing. */
  readonly concatenated: (sha1s: readonly string[]) => StagedBytes | undefined;
  readonly remove: (sha1s: readonly string[]) => Promise<void>;
  /** Removes what nobody asked for in a long time. */
  readonly sweep: () => Promise<void>;
}

interface Chunk {
  readonly lengthBytes: number;
  touchedMs: number;
}

const NAME = /^[0-9a-f]{40}$/;
const IV_BYTES = 16;
const KEY_FILE = 'key';
const KEY_OWNER = 'releases:staging';
const KEY_BYTES = 32;

type StagingDeps = Pick<ReleasesDeps, 'stagingFolder' | 'seals' | 'clock' | 'log'>;

export async function openChunkStaging(deps: StagingDeps): Promise<ChunkStaging> {
  await mkdir(deps.stagingFolder, { recursive: true, mode: 0o700 });
  const key = await openKey(deps);
  const chunks = await findChunks(deps);
  const fileOf = (sha1: string): string => path.join(deps.stagingFolder, sha1);
  const remove = async (sha1s: readonly string[]): Promise<void> => {
    for (const sha1 of sha1s) {
      if (chunks.delete(sha1)) await rm(fileOf(sha1), { force: true });
    }
  };
  const heldBytes = (): number => [...chunks.values()].reduce((sum, { lengthBytes }) => sum + lengthBytes, 0);
  const sweep = async (): Promise<void> => {
    const endMs = deps.clock.nowMs() - ISSUES_RELEASES_LIMITS.stagingMsMax;
    await remove([...chunks].filter(([, { touchedMs }]) => touchedMs < endMs).map(([sha1]) => sha1));
  };
  return {
    has: (sha1) => touch(chunks.get(sha1), deps.clock.nowMs()) !== undefined,
    remove,
    sweep,
    concatenated: (sha1s) => concatenate(sha1s, { chunks, key, fileOf, nowMs: deps.clock.nowMs() }),
    put: async (sha1, bytes) => {
      const { chunkBytesMax, stagingBytesMax } = ISSUES_RELEASES_LIMITS;
      if (bytes.length > chunkBytesMax)
        throw new Failure(ISSUES_RELEASES_FAILURES.chunkTooLarge, { max: chunkBytesMax });
      const found = createHash('sha1').update(bytes).digest('hex');
      if (found !== sha1) {
        throw new Failure(ISSUES_RELEASES_FAILURES.chunkMismatch, { found, announced: sha1.slice(0, 40) });
      }
      if (touch(chunks.get(sha1), deps.clock.nowMs()) !== undefined) return;
      if (heldBytes() + bytes.length > stagingBytesMax) await sweep();
      const held = heldBytes();
      if (held + bytes.length > stagingBytesMax) {
        const seconds = { retryAfterSeconds: 60 };
        throw new Failure(ISSUES_RELEASES_FAILURES.stagingFull, { bytes: held, max: stagingBytesMax }, seconds);
      }
      // Counted before it is written, so that requests side by side cannot pass the limit together.
      chunks.set(sha1, { lengthBytes: bytes.length, touchedMs: deps.clock.nowMs() });
      try {
        await writeChunk(fileOf(sha1), bytes, key);
      } catch (error) {
        chunks.delete(sha1);
        throw error;
      }
    },
  };
}

function touch(chunk: Chunk | undefined, nowMs: number): Chunk | undefined {
  if (chunk !== undefined) chunk.touchedMs = nowMs;
  return chunk;
}

/** A key that does not open any more belongs to another installation: its chunks are noise, and are removed. */
async function openKey({ stagingFolder, seals, log }: StagingDeps): Promise<Buffer> {
  const file = path.join(stagingFolder, KEY_FILE);
  try {
    return Buffer.from(seals.unseal(await readFile(file), KEY_OWNER), 'hex');
  } catch (error) {
    const left = (await readdir(stagingFolder)).filter((name) => NAME.test(name));
    if (left.length > 0) log.warn({ err: error, chunks: left.length }, 'unfinished uploads cannot be read any more');
    for (const name of left) await rm(path.join(stagingFolder, name), { force: true });
  }
  const key = randomBytes(KEY_BYTES);
  await writeFile(file, seals.seal(key.toString('hex'), KEY_OWNER), { mode: 0o600 });
  return key;
}

async function findChunks({ stagingFolder }: StagingDeps): Promise<Map<string, Chunk>> {
  const chunks = new Map<string, Chunk>();
  for (const name of await readdir(stagingFolder)) {
    const file = path.join(stagingFolder, name);
    if (NAME.test(name)) {
      const { size, mtimeMs } = await stat(file);
      chunks.set(name, { lengthBytes: size - IV_BYTES, touchedMs: mtimeMs });
    } else if (name.endsWith(PARTIAL)) await rm(file, { force: true });
  }
  return chunks;
}

const PARTIAL = '.partial';

/** Under another name until it is whole and synced: a crash leaves a part that the next start removes. */
async function writeChunk(file: string, bytes: Uint8Array, key: Buffer): Promise<void> {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv('aes-256-ctr', key, iv);
  const partial = `${file}.${iv.toString('hex')}${PARTIAL}`;
  const handle = await open(partial, 'wx', 0o600);
  try {
    await handle.writeFile(Buffer.concat([iv, cipher.update(bytes), cipher.final()]));
    await handle.sync();
  } catch (error) {
    await rm(partial, { force: true });
    throw error;
  } finally {
    await handle.close();
  }
  await rename(partial, file);
}

interface Placed {
  readonly file: string;
  readonly start: number;
  readonly end: number;
}

function concatenate(
  sha1s: readonly string[],
  {
    chunks,
    key,
    fileOf,
    nowMs,
  }: {
    readonly chunks: ReadonlyMap<string, Chunk>;
    readonly key: Buffer;
    readonly fileOf: (sha1: string) => string;
    readonly nowMs: number;
  },
): StagedBytes | undefined {
  const placed: Placed[] = [];
  let lengthBytes = 0;
  for (const sha1 of sha1s) {
    const chunk = touch(chunks.get(sha1), nowMs);
    if (chunk === undefined) return undefined;
    placed.push({ file: fileOf(sha1), start: lengthBytes, end: lengthBytes + chunk.lengthBytes });
    lengthBytes += chunk.lengthBytes;
  }
  const read = async (start: number, end: number): Promise<Buffer> => {
    const parts: Buffer[] = [];
    for (const chunk of placed) {
      const [from, to] = [Math.max(start, chunk.start), Math.min(end, chunk.end)];
      if (from < to) parts.push(await readChunk(chunk.file, key, from - chunk.start, to - chunk.start));
    }
    return Buffer.concat(parts);
  };
  const all = async function* (): AsyncIterable<Uint8Array> {
    for (const { start, end } of placed) yield await read(start, end);
  };
  return { lengthBytes, read, all };
}

const BLOCK_BYTES = 16;

/** The counter of the block where the reading begins is the initial one plus its number. */
function counterAt(iv: Buffer, block: number): Buffer {
  const counter = (BigInt(`0x${iv.toString('hex')}`) + BigInt(block)) & ((1n << 128n) - 1n);
  return Buffer.from(counter.toString(16).padStart(2 * IV_BYTES, '0'), 'hex');
}

async function readChunk(file: string, key: Buffer, start: number, end: number): Promise<Buffer> {
  const handle: FileHandle = await open(file, 'r');
  try {
    const iv = Buffer.alloc(IV_BYTES);
    await handle.read(iv, 0, IV_BYTES, 0);
    const block = Math.floor(start / BLOCK_BYTES);
    const from = block * BLOCK_BYTES;
    const packed = Buffer.alloc(end - from);
    const { bytesRead } = await handle.read(packed, 0, packed.length, IV_BYTES + from);
    const decipher = createDecipheriv('aes-256-ctr', key, counterAt(iv, block));
    return decipher.update(packed.subarray(0, bytesRead)).subarray(start - from);
  } finally {
    await handle.close();
  }
}
