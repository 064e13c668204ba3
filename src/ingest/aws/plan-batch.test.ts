import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DAY_MS, HOUR_MS } from '../../base/index.ts';
import { planBatch } from './plan-batch.ts';

const NOW = 1_700_000_000_000;
const events = (...ages: readonly number[]) => ages.map((age) => ({ timestamp: NOW - age, message: 'm' }));

describe('the rules of a batch', () => {
  it('keep everything that is in time', () => {
    expect(planBatch(events(DAY_MS, 1, 0), NOW)).toEqual({ valid: events(DAY_MS, 1, 0), validStart: 0, rejected: {} });
  });

  it('include the first and the last moment that is allowed', () => {
    expect(planBatch(events(14 * DAY_MS), NOW).rejected).toEqual({});
    expect(planBatch(events(14 * DAY_MS + 1), NOW).rejected).toEqual({ tooOldLogEventEndIndex: 1 });
    expect(planBatch(events(-2 * HOUR_MS), NOW).rejected).toEqual({});
    expect(planBatch(events(-2 * HOUR_MS - 1), NOW).rejected).toEqual({ tooNewLogEventStartIndex: 0 });
  });

  it('measure the span over valid events only', () => {
    expect(planBatch(events(20 * DAY_MS, 1, -DAY_MS), NOW).valid).toEqual(events(1));
    expect(() => planBatch(events(2 * DAY_MS, 0), NOW)).toThrow();
  });

  it('split every batch in order into too old, valid and too new by index', () => {
    const ages = fc.array(fc.integer({ min: -4 * HOUR_MS, max: 4 * HOUR_MS }), { minLength: 1, maxLength: 30 });
    const shifts = fc.constantFrom(0, 14 * DAY_MS, -2 * HOUR_MS);
    fc.assert(
      fc.property(ages, shifts, (samples, shift) => {
        const batch = events(...samples.map((age) => age + shift).sort((a, b) => b - a));
        const { valid, validStart, rejected } = planBatch(batch, NOW);
        const isOld = (event: { timestamp: number }): boolean => event.timestamp < NOW - 14 * DAY_MS;
        const isNew = (event: { timestamp: number }): boolean => event.timestamp > NOW + 2 * HOUR_MS;
        expect(valid).toEqual(batch.filter((event) => !isOld(event) && !isNew(event)));
        const oldEnd = rejected.tooOldLogEventEndIndex ?? 0;
        const newStart = rejected.tooNewLogEventStartIndex ?? batch.length;
        expect(batch.slice(0, oldEnd)).toEqual(batch.filter(isOld));
        expect(batch.slice(newStart)).toEqual(batch.filter(isNew));
        expect(validStart).toBe(oldEnd);
      }),
    );
  });
});
