import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decideWindow } from './decide-metric.ts';
import type { MetricDefinition } from './definition.ts';
import { breaches } from './evaluate-window.ts';
import { BASIC_STATISTICS, COMPARISON_OPERATORS } from './service.ts';
import { createSlotWindow } from './slot-window.ts';

const MINUTE_MS = 60_000;
const NOW_MS = 100 * MINUTE_MS;
const open = (periodMs = MINUTE_MS) => createSlotWindow({ periodMs, keepMs: () => 20 * MINUTE_MS, knownFromMs: 0 });
const one = (timeMs: number, value: number) => ({ timeMs, sum: value, count: 1, min: value, max: value });

describe('a window of steps', () => {
  it('has the statistics of the points in each period', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 0, max: 9 }), fc.integer({ min: -50, max: 50 })), { maxLength: 40 }),
        fc.integer({ min: 1, max: 5 }),
        (points, minutes) => {
          const window = open(minutes * MINUTE_MS);
          for (const [minute, value] of points) window.add(one(NOW_MS - (minute + 1) * MINUTE_MS, value), NOW_MS);
          const inside = points.filter(([minute]) => minute < minutes).map(([, value]) => value);
          const sum = inside.reduce((total, value) => total + value, 0);
          const expected = {
            SampleCount: inside.length,
            Average: sum / inside.length,
            Sum: sum,
            Minimum: Math.min(...inside),
            Maximum: Math.max(...inside),
          };
          for (const statistic of BASIC_STATISTICS) {
            expect(window.point(NOW_MS, statistic)?.value).toBe(inside.length === 0 ? undefined : expected[statistic]);
          }
        },
      ),
    );
  });

  it('takes no points from beyond its past or more than two hours ahead', () => {
    const window = open();
    expect(window.add(one(NOW_MS - 30 * MINUTE_MS, 1), NOW_MS)).toBeUndefined();
    expect(window.add(one(NOW_MS + 180 * MINUTE_MS, 1), NOW_MS)).toBeUndefined();
    expect(window.add(one(NOW_MS + 30 * MINUTE_MS, 1), NOW_MS)).toBe(NOW_MS + 30 * MINUTE_MS);
  });

  it('calls steps partial that began before it watched, until the store was asked', () => {
    const window = createSlotWindow({ periodMs: MINUTE_MS, keepMs: () => 20 * MINUTE_MS, knownFromMs: NOW_MS + 1 });
    window.add(one(NOW_MS, 5), NOW_MS + 10);
    expect(window.partialBefore(NOW_MS + MINUTE_MS)).toEqual([NOW_MS]);
    window.replace(NOW_MS, { sum: 9, count: 2, min: 4, max: 5, isPartial: false });
    window.add(one(NOW_MS, 1), NOW_MS + 20);
    expect(window.partialBefore(NOW_MS + MINUTE_MS)).toEqual([]);
    expect(window.point(NOW_MS + MINUTE_MS, 'Sum')?.value).toBe(10);
  });
});

it('never decides a running period otherwise than its end would, while values are not negative', () => {
  const values = fc.array(fc.integer({ min: 0, max: 20 }), { minLength: 1, maxLength: 8 });
  fc.assert(
    fc.property(
      values,
      values,
      fc.constantFrom(...BASIC_STATISTICS),
      fc.constantFrom(...COMPARISON_OPERATORS),
      fc.integer({ min: 0, max: 30 }),
      (early, late, statistic, comparisonOperator, threshold) => {
        const definition: MetricDefinition = {
          type: 'MetricAlarm',
          alarmName: 'a',
          namespace: 'N',
          metricName: 'M',
          statistic,
          dimensions: {},
          period: 60,
          evaluationPeriods: 1,
          threshold,
          comparisonOperator,
          okActions: [],
          alarmActions: [],
          insufficientDataActions: [],
        };
        const window = open();
        for (const value of early) window.add(one(NOW_MS + 1, value), NOW_MS + 1);
        const decision = decideWindow({ window, definition, statistic, nowMs: NOW_MS + 2, blind: undefined });
        if (decision.endMs === NOW_MS) return;
        for (const value of late) window.add(one(NOW_MS + 3, value), NOW_MS + 3);
        const final = window.point(NOW_MS + MINUTE_MS, statistic)?.value ?? Number.NaN;
        expect(decision.state).toBe(breaches(final, comparisonOperator, threshold) ? 'ALARM' : 'OK');
      },
    ),
  );
});
