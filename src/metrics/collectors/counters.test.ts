import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createCounters } from './counters.ts';

test('a rise is told between two readings of one counting, and never otherwise', () => {
  const { rise, forgetBefore, size } = createCounters();
  const read = (value: number, atMs: number, epoch = 'a') => rise({ key: 'k', value, epoch, atMs });
  expect(read(100, 0)).toBeUndefined();
  expect(read(130, 15_000)).toEqual({ by: 30, seconds: 15 });
  expect(read(130, 30_000)).toEqual({ by: 0, seconds: 15 });
  expect(read(5, 45_000), 'set back without a word').toBeUndefined();
  expect(read(15, 60_000)).toEqual({ by: 10, seconds: 15 });
  expect(read(900, 75_000, 'b'), 'a restart, or another server').toBeUndefined();
  expect(read(910, 75_000, 'b'), 'no time passed').toBeUndefined();
  forgetBefore(75_001);
  expect(size()).toBe(0);
});

test('whatever a counter does, no rise is negative and no rate infinite', () => {
  const reading = fc.record({
    value: fc.double({ noNaN: true }),
    stepMs: fc.nat(60_000),
    epoch: fc.constantFrom('a', 'b'),
  });
  fc.assert(
    fc.property(fc.array(reading), (readings) => {
      const { rise } = createCounters();
      let atMs = 0;
      for (const { value, stepMs, epoch } of readings) {
        atMs += stepMs;
        const found = rise({ key: 'k', value, epoch, atMs });
        if (found === undefined) continue;
        expect(found.by).toBeGreaterThanOrEqual(0);
        expect(found.seconds).toBeGreaterThan(0);
      }
    }),
  );
});
