import { randomBytes } from 'node:crypto';
import { afterAll, expect, test } from 'vitest';
import { flipBitIn, newBench, objectFiles, readAll, removeBenches, streamOf } from './three-zones.ts';

afterAll(removeBenches);

test('a range of an item gives exactly its bytes, whether the item is one object or many', async () => {
  const bench = await newBench();
  const vault = await bench.open({ chunkBytes: 10_000 });
  const options = { kind: 'pack', facts: {}, retainUntilMs: bench.clock.nowMs() + 1000 };
  for (const bytes of [randomBytes(35_500), randomBytes(900)]) {
    const { id } = await vault.put(streamOf(bytes), options);
    const ranges = [
      [0, bytes.length],
      [0, 1],
      [9_999, 2],
      [10_000, 10_000],
      [5, 25_000],
      [35_000, 10_000],
      [50_000, 5],
    ] as const;
    for (const [offset, length] of ranges) {
      const read = await readAll(vault.get(id, { range: { offset, length } }));
      expect(read.equals(bytes.subarray(offset, offset + length))).toBe(true);
    }
  }
  await vault.close();
});

test('a range is read from another zone where the nearest copy is damaged', async () => {
  const bench = await newBench();
  const vault = await bench.open({ chunkBytes: 10_000 });
  const bytes = randomBytes(35_500);
  const { id } = await vault.put(streamOf(bytes), {
    kind: 'pack',
    facts: {},
    retainUntilMs: bench.clock.nowMs() + 1000,
  });
  await vault.idle();
  for (const zone of ['a', 'b']) {
    for (const file of await objectFiles(bench.zoneFolder(zone))) await flipBitIn(file);
  }
  const read = await readAll(vault.get(id, { range: { offset: 8_000, length: 4_000 } }));
  expect(read.equals(bytes.subarray(8_000, 12_000))).toBe(true);
  await vault.close();
});
