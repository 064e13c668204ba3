import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createChunkRuns, neededRanges, type Run } from './chunk-runs.ts';

test('runs give back every byte that was added, in order of the pack, neighbours joined', () => {
  const runs = createChunkRuns();
  for (let chunk = 0; chunk < 5000; chunk += 1) {
    runs.add('a', { packOffset: chunk * 10, length: 10, file: 1, fileOffset: chunk * 10 });
  }
  runs.add('b', { packOffset: 50, length: 5, file: 2, fileOffset: 0 });
  runs.add('b', { packOffset: 0, length: 5, file: 2, fileOffset: 5 });
  runs.add('b', { packOffset: 0, length: 5, file: 3, fileOffset: 0 });
  expect(runs.runsOf('a')).toEqual([{ packOffset: 0, length: 50_000, file: 1, fileOffset: 0 }]);
  expect(runs.runsOf('b').map(({ packOffset, file }) => [packOffset, file])).toEqual([
    [0, 2],
    [0, 3],
    [50, 2],
  ]);
  expect(runs.packs()).toEqual(['a', 'b']);
});

test('ranges hold every run and bridge only what is allowed', () => {
  const run = fc.record({ packOffset: fc.nat(5000), length: fc.integer({ min: 1, max: 300 }) });
  fc.assert(
    fc.property(fc.array(run), fc.nat(200), (list, bridge) => {
      const runs: Run[] = list
        .map((part) => ({ ...part, file: 0, fileOffset: 0 }))
        .sort((a, b) => a.packOffset - b.packOffset);
      const ranges = neededRanges(runs, bridge);
      for (const { packOffset, length } of runs) {
        expect(
          ranges.some((range) => range.offset <= packOffset && packOffset + length <= range.offset + range.length),
        ).toBe(true);
      }
      for (const [index, range] of ranges.entries()) {
        const next = ranges[index + 1];
        if (next !== undefined) expect(next.offset).toBeGreaterThan(range.offset + range.length + bridge);
      }
    }),
  );
});
