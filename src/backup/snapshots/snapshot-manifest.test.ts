import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { SnapshotFile } from '../types.ts';
import { type ChunkHash, createChunkIndex } from './chunk-index.ts';
import { createFileTable } from './file-table.ts';
import { BACKUP_SNAPSHOT_LIMITS } from './limits.ts';
import { decodePackList, encodePackList } from './pack-list.ts';
import { encodeManifest, openManifest } from './snapshot-manifest.ts';

const idOf = (text: string): string => `sha256:${createHash('sha256').update(text).digest('hex')}`;
const SHA = 'ab'.repeat(32);

async function* inPieces(bytes: Buffer, step: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += step) yield bytes.subarray(at, at + step);
}

async function readFiles(text: string, step = 1000): Promise<readonly SnapshotFile[]> {
  const manifest = openManifest(inPieces(Buffer.from(text), step), 'test');
  await manifest.head();
  const files: SnapshotFile[] = [];
  for await (const file of manifest.files()) files.push(file);
  return files;
}

const run = fc.record({
  pack: fc.integer({ min: -1, max: 2 }),
  offset: fc.nat(1e6),
  length: fc.integer({ min: 1, max: 1e6 }),
});

test('a manifest gives back every file and place, however it is cut', async () => {
  const packs = [idOf('a'), idOf('b'), idOf('c')];
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(run, { maxLength: 30 })),
      fc.integer({ min: 1, max: 5000 }),
      async (all, step) => {
        const table = createFileTable('test');
        for (const [index, runs] of all.entries()) {
          const sizeBytes = runs.reduce((sum, { length }) => sum + length, 0);
          table.begin({ path: `base/ü ${index}`, type: 'file', mode: 0o600, sizeBytes, linkTarget: undefined });
          for (const one of runs) table.place(one.pack === -1 ? { ...one, offset: 0 } : one);
          table.finish(SHA);
        }
        const head = { packs, tablespaces: [{ oid: 1, location: '/x' }] };
        const text = [...encodeManifest(head, table.files())].map((line) => `${line}\n`).join('');
        const files = await readFiles(text, step);
        const expected = [...table.files()].map(({ path, runs }) => ({
          path,
          chunks: runs.map(({ pack, offset, length }) => ({ pack: packs[pack] ?? '', offset, length })),
        }));
        expect(files.map(({ path, chunks }) => ({ path, chunks }))).toEqual(expected);
      },
    ),
    { numRuns: 60 },
  );
});

test('a file of very many places takes several lines, none of them too long', async () => {
  const table = createFileTable('test');
  const places = 20_000;
  table.begin({ path: 'big', type: 'file', mode: 0o600, sizeBytes: places, linkTarget: undefined });
  for (let at = 0; at < places; at += 1) table.place({ pack: 0, offset: at * 7, length: 1 });
  table.finish(SHA);
  const lines = [...encodeManifest({ packs: [idOf('a')], tablespaces: [] }, table.files())];
  expect(lines.length).toBe(2 + 3 + 1);
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(BACKUP_SNAPSHOT_LIMITS.lineBytesMax);
  const [file] = await readFiles(lines.map((line) => `${line}\n`).join(''));
  expect(file?.chunks).toHaveLength(places);
  expect(file?.chunks.at(-1)).toMatchObject({ offset: (places - 1) * 7 });
});

test('a manifest that is cut, or of another version, is refused', async () => {
  const table = createFileTable('test');
  table.begin({ path: 'a', type: 'folder', mode: 0o700, sizeBytes: 0, linkTarget: undefined });
  const lines = [...encodeManifest({ packs: [], tablespaces: [] }, table.files())].map((line) => `${line}\n`);
  await expect(readFiles(lines.slice(0, -1).join(''))).rejects.toThrow('cut off');
  await expect(readFiles(lines.join('').slice(0, -3))).rejects.toThrow('cut off');
  await expect(readFiles(lines.join('').replace('"version":1', '"version":2'))).rejects.toThrow('version 1');
  await expect(readFiles(lines.join('').replace('"files":1', '"files":2'))).rejects.toThrow('files are missing');
});

test('a list of chunks comes back, and other bytes are no list', () => {
  const packs = [{ id: idOf('p'), hashes: Buffer.alloc(64, 7), lengths: Uint32Array.of(5, 16384) }];
  const bytes = encodePackList(packs);
  expect(decodePackList(bytes)).toEqual(packs);
  expect(decodePackList(bytes.subarray(0, -1))).toBeUndefined();
  expect(decodePackList(Buffer.concat([bytes, Buffer.of(1)]))).toBeUndefined();
  fc.assert(fc.property(fc.uint8Array(), (random) => decodePackList(Buffer.from(random)) === undefined));
});

test('the index finds each of many chunks after it has grown, and adds none past its limit', () => {
  const hashOf = (n: number): ChunkHash => createHash('sha256').update(String(n)).digest('binary');
  const index = createChunkIndex(40_000);
  for (let n = 0; n < 50_000; n += 1) index.add(hashOf(n), { pack: n % 7, offset: n, length: 16_384 });
  expect(index.size()).toBe(40_000);
  for (let n = 0; n < 40_000; n += 371)
    expect(index.find(hashOf(n))).toEqual({ pack: n % 7, offset: n, length: 16_384 });
  expect(index.find(hashOf(45_000))).toBeUndefined();
});
