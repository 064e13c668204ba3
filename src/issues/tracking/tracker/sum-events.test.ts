import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { RecordedEvent } from '../../types.ts';
import { sumEvents } from './sum-events.ts';

const event = (change: Partial<RecordedEvent>): RecordedEvent => ({
  hashId: 1,
  issueId: '1',
  projectId: '1',
  eventId: 'e',
  timeMs: 0,
  receivedMs: 0,
  level: 'error',
  release: '',
  environment: 'production',
  userKey: '',
  handled: true,
  ...change,
});

test('sums are the same in whatever order events of different times come', () => {
  const events = fc.uniqueArray(fc.integer({ min: 0, max: 20_000_000 }), { minLength: 1, maxLength: 20 });
  fc.assert(
    fc.property(events, fc.array(fc.nat(), { minLength: 20, maxLength: 20 }), (times, keys) => {
      const made = times.map((timeMs, index) =>
        event({ timeMs, release: `r${timeMs}`, hashId: 1 + (index % 2), handled: timeMs % 5 !== 0 }),
      );
      const shuffled = made
        .map((one, index) => ({ one, key: keys[index] ?? 0 }))
        .sort((a, b) => a.key - b.key)
        .map(({ one }) => one);
      const shown = (of: readonly RecordedEvent[]) =>
        [...sumEvents(of).values()]
          .map(({ events: counted, hours, ...sum }) => ({
            ...sum,
            count: counted.length,
            hours: [...hours].sort(([a], [b]) => a - b),
          }))
          .sort((a, b) => a.hashId - b.hashId);
      expect(shown(shuffled)).toEqual(shown(made));
    }),
  );
});

test('hours count every event once', () => {
  const sums = sumEvents([event({ timeMs: 1 }), event({ timeMs: 3_599_999 }), event({ timeMs: 3_600_000 })]);
  expect([...(sums.get(1)?.hours ?? [])]).toEqual([
    [0, 2],
    [3_600_000, 1],
  ]);
});
