import { mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { searchBytesAtRest } from './bytes-at-rest.ts';
import { DRILLS_LIMITS } from './limits.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'holdfast-bytes-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));
const signal = new AbortController().signal;

test('a text is found wherever it lies, also across the border of two pieces and in deep folders', async () => {
  await mkdir(path.join(folder, 'a', 'b'), { recursive: true });
  const large = Buffer.alloc(DRILLS_LIMITS.scanChunkBytes * 2 + 10, 'x');
  large.write('canary-secret', DRILLS_LIMITS.scanChunkBytes - 5);
  await writeFile(path.join(folder, 'a', 'b', 'part.bin'), large);
  await writeFile(path.join(folder, 'other'), 'nothing here');
  const search = await searchBytesAtRest(folder, ['canary-secret', 'absent'], 0, signal);
  expect(search.foundIn.get('canary-secret')).toEqual(['a/b/part.bin']);
  expect(search.foundIn.get('absent')).toEqual([]);
  expect(search.filesRead).toBe(2);
  expect(search.bytesRead).toBe(large.length + 12);
});

test('a file that was last written before the search began to matter is not read', async () => {
  const file = path.join(folder, 'old');
  await writeFile(file, 'canary-secret');
  await utimes(file, 1, 1);
  // Setting times changes the inode, so the change time is now; the bound lies after it.
  const search = await searchBytesAtRest(folder, ['canary-secret'], Date.now() + 60_000, signal);
  expect(search.filesRead).toBe(0);
});
