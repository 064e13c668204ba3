import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { breaches, evaluateWindow, type PointVerdict, type WindowRule } from './evaluate-window.ts';
import type { TreatMissingData } from './service.ts';

const TREATMENTS: readonly TreatMissingData[] = ['missing', 'ignore', 'breaching', 'notBreaching'];
const VERDICTS: Readonly<Record<string, PointVerdict>> = { '0': 'ok', X: 'breaching', '-': 'missing' };
const SHORT: Readonly<Record<string, string>> = {
  OK: 'OK',
  ALARM: 'ALARM',
  INSUFFICIENT_DATA: 'INSUFF',
  retain: 'keep',
};

const read = (points: string): readonly PointVerdict[] => [...points].map((letter) => VERDICTS[letter] ?? 'missing');

/** Points with the newest at the right; states for missing, ignore, breaching, notBreaching. */
function check(m: number, n: number, points: string, expected: string): void {
  const states = TREATMENTS.map((treatMissingData) => {
    const outcome = evaluateWindow(read(points), { evaluationPeriods: n, datapointsToAlarm: m, treatMissingData });
    return SHORT[outcome.state];
  });
  expect(`${points} ${states.join('|')}`).toBe(`${points} ${expected}`);
}

describe("CloudWatch's truth tables of missing data", () => {
  it('decides 3 out of 3 as documented', () => {
    check(3, 3, '0-X-X', 'OK|OK|OK|OK');
    check(3, 3, '0----', 'OK|OK|OK|OK');
    check(3, 3, '-----', 'INSUFF|keep|ALARM|OK');
    check(3, 3, '0XX-X', 'ALARM|ALARM|ALARM|ALARM');
    check(3, 3, '--X--', 'ALARM|keep|ALARM|OK');
    check(3, 3, 'X----', 'ALARM|keep|ALARM|OK');
  });

  it('decides 2 out of 3 as documented', () => {
    check(2, 3, '0-X-X', 'ALARM|ALARM|ALARM|ALARM');
    check(2, 3, '00X0X', 'ALARM|ALARM|ALARM|ALARM');
    check(2, 3, '0-X--', 'OK|OK|ALARM|OK');
    check(2, 3, '----0', 'OK|OK|ALARM|OK');
    check(2, 3, '---X-', 'ALARM|keep|ALARM|OK');
    check(2, 3, '----X', 'INSUFF|keep|ALARM|OK');
  });

  it('raises no premature alarm while the next points may still be within the threshold', () => {
    check(3, 3, '----X', 'INSUFF|keep|ALARM|OK');
    check(3, 3, '---X-', 'INSUFF|keep|ALARM|OK');
    check(3, 3, '---X0', 'OK|OK|OK|OK');
    check(3, 3, '--X-0', 'OK|OK|OK|OK');
  });

  it('needs one point for one out of one', () => {
    check(1, 1, '--X', 'ALARM|ALARM|ALARM|ALARM');
    check(1, 1, 'X-0', 'OK|OK|OK|OK');
    check(1, 1, '---', 'INSUFF|keep|ALARM|OK');
    check(1, 3, '----X', 'ALARM|ALARM|ALARM|ALARM');
  });
});

describe('every evaluation', () => {
  const anyRange = fc.array(fc.constantFrom<PointVerdict>('breaching', 'ok', 'missing'), { maxLength: 12 });
  const anyRule = fc
    .tuple(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 6 }), fc.constantFrom(...TREATMENTS))
    .map(
      ([a, b, treatMissingData]): WindowRule => ({
        evaluationPeriods: Math.max(a, b),
        datapointsToAlarm: Math.min(a, b),
        treatMissingData,
      }),
    );

  it('evaluates at most N real points, the newest, and fills exactly the rest', () => {
    fc.assert(
      fc.property(anyRange, anyRule, (range, rule) => {
        const { evaluated, filledCount, breachingCount } = evaluateWindow(range, rule);
        const real = range.flatMap((verdict, index) => (verdict === 'missing' ? [] : [index]));
        expect(evaluated).toEqual(real.slice(-rule.evaluationPeriods));
        expect(evaluated.length + filledCount).toBe(rule.evaluationPeriods);
        expect(breachingCount).toBe(evaluated.filter((index) => range[index] === 'breaching').length);
      }),
    );
  });

  it('does not ask for the treatment when there are N real points', () => {
    fc.assert(
      fc.property(anyRange, anyRule, (range, rule) => {
        fc.pre(range.filter((verdict) => verdict !== 'missing').length >= rule.evaluationPeriods);
        const states = TREATMENTS.map((treatMissingData) => evaluateWindow(range, { ...rule, treatMissingData }).state);
        expect(new Set(states).size).toBe(1);
      }),
    );
  });

  it('alarms whenever M of the evaluated points breach, and only `missing` ever has insufficient data', () => {
    fc.assert(
      fc.property(anyRange, anyRule, (range, rule) => {
        const { state, breachingCount } = evaluateWindow(range, rule);
        if (breachingCount >= rule.datapointsToAlarm) expect(state).toBe('ALARM');
        if (state === 'INSUFFICIENT_DATA') expect(rule.treatMissingData).toBe('missing');
        if (state === 'retain') expect(rule.treatMissingData).toBe('ignore');
      }),
    );
  });

  it('never leaves ALARM because one more point breaches', () => {
    fc.assert(
      fc.property(anyRange, anyRule, fc.nat(), (range, rule, pick) => {
        fc.pre(range.length > 0);
        const at = pick % range.length;
        fc.pre(range[at] === 'ok');
        const worse = range.map((verdict, index) => (index === at ? ('breaching' as const) : verdict));
        if (evaluateWindow(range, rule).state === 'ALARM') expect(evaluateWindow(worse, rule).state).toBe('ALARM');
      }),
    );
  });
});

it('compares the statistic, as the left side, with the threshold', () => {
  const all = (value: number): readonly boolean[] => [
    breaches(value, 'GreaterThanOrEqualToThreshold', 5),
    breaches(value, 'GreaterThanThreshold', 5),
    breaches(value, 'LessThanThreshold', 5),
    breaches(value, 'LessThanOrEqualToThreshold', 5),
  ];
  expect(all(4)).toEqual([false, false, true, true]);
  expect(all(5)).toEqual([true, false, false, true]);
  expect(all(6)).toEqual([true, true, false, false]);
});
