import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type EventScan, windowsOf } from './event-scan.ts';

const scan = (change: Partial<EventScan>): EventScan => ({
  logGroup: '/g',
  startMs: 0,
  endMs: 1,
  direction: 'forward',
  ...change,
});

const time = fc.integer({ min: 0, max: 9_223_372_036_000 });

it('windows cover the whole range without gaps or overlaps, in few steps, whatever the hint says', () => {
  fc.assert(
    fc.property(time, time, time, time, fc.boolean(), (a, b, firstMs, lastMs, isForward) => {
      const [startMs, endMs] = [Math.min(a, b), Math.max(a, b)];
      const direction = isForward ? 'forward' : 'backward';
      const windows = [...windowsOf(scan({ startMs, endMs, direction, hint: { firstMs, lastMs } }))];
      const ordered = isForward ? windows : windows.toReversed();
      if (startMs === endMs) expect(windows).toEqual([]);
      else {
        expect(ordered[0]?.startMs).toBe(startMs);
        expect(ordered.at(-1)?.endMs).toBe(endMs);
      }
      for (let index = 1; index < ordered.length; index += 1) {
        expect(ordered[index]?.startMs).toBe(ordered[index - 1]?.endMs);
      }
      expect(windows.length).toBeLessThan(13);
    }),
  );
});

it('a position narrows the range to what lies beyond it, its own millisecond included', () => {
  const from = { timeNs: 5_000_000n, eventId: 'e' };
  const forward = [...windowsOf(scan({ endMs: 10, from }))];
  expect([forward[0]?.startMs, forward.at(-1)?.endMs]).toEqual([5, 10]);
  const backward = [...windowsOf(scan({ endMs: 10, from, direction: 'backward' }))];
  expect([backward.at(-1)?.startMs, backward[0]?.endMs]).toEqual([0, 6]);
});
