import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isFailure } from '../../base/index.ts';
import { spoolBytes } from './spool-bytes.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'holdfast-spool-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function* pieces(bytes: Uint8Array, size: number): AsyncIterable<Uint8Array> {
  // One buffer that is filled again and again, as some sources do.
  const buffer = new Uint8Array(size);
  for (let at = 0; at < bytes.length; at += size) {
    const part = bytes.subarray(at, at + size);
    buffer.set(part);
    yield buffer.subarray(0, part.length);
  }
}
async function joined(stream: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const part of stream) parts.push(part);
  return Buffer.concat(parts);
}

describe('bytes that wait', () => {
  const bytes = randomBytes(700_001);
  const check = async (memoryBytes: number, files: number): Promise<void> => {
    const spooled = await spoolBytes(pieces(bytes, 10_007), { folder, bytesMax: 800_000, memoryBytes });
    expect(spooled.sha256).toBe(createHash('sha256').update(bytes).digest('hex'));
    expect(spooled.lengthBytes).toBe(bytes.length);
    expect(await readdir(folder)).toHaveLength(files);
    expect((await joined(spooled.all())).equals(bytes)).toBe(true);
    expect((await joined(spooled.all())).equals(bytes)).toBe(true);
    for (const [start, end] of [
      [0, 1],
      [15, 17],
      [16, 32],
      [699_990, 700_001],
      [12_345, 543_210],
      [5, 5],
    ] as const) {
      expect((await spooled.read(start, end)).equals(bytes.subarray(start, end))).toBe(true);
    }
    await spooled.remove();
    expect(await readdir(folder)).toHaveLength(0);
  };

  test('in memory come back whole, from any place', () => check(1_000_000, 0));
  test('in a file come back whole, from any place', () => check(100_000, 1));

  test('are not readable on the disk', async () => {
    const secret = Buffer.from('salary of everybody '.repeat(1_000));
    const spooled = await spoolBytes(pieces(secret, 999), { folder, bytesMax: 800_000, memoryBytes: 10 });
    const [file] = await readdir(folder);
    const stored = await readFile(path.join(folder, file ?? ''));
    expect(stored).toHaveLength(secret.length);
    expect(stored.includes('salary')).toBe(false);
    await spooled.remove();
  });

  test('past the limit, or of a stream that breaks, leave nothing', async () => {
    const options = { folder, bytesMax: 200_000, memoryBytes: 1_000 };
    const error: unknown = await spoolBytes(pieces(bytes, 5_000), options).catch((caught: unknown) => caught);
    expect(isFailure(error) && error.code).toBe('workbooks.file-too-large');
    const breaking = async function* (): AsyncIterable<Uint8Array> {
      yield randomBytes(50_000);
      throw new Error('the line was cut');
    };
    await expect(spoolBytes(breaking(), options)).rejects.toThrow('the line was cut');
    expect(await readdir(folder)).toHaveLength(0);
  });
});
