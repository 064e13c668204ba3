import { expect, test } from 'vitest';
import { poissonAtMost, poissonInterval, poissonUpperBound } from './poisson.ts';

test('the upper bound at 95 % is that of published tables', () => {
  const check = (count: number, expected: number): void => {
    expect(poissonUpperBound(count, 0.95)).toBeCloseTo(expected, 2);
  };
  check(0, 3.0);
  check(1, 4.74);
  check(2, 6.3);
  check(5, 10.51);
  check(10, 16.96);
});

test('the two-sided interval at 95 % is that of published tables', () => {
  const check = (count: number, low: number, high: number): void => {
    const interval = poissonInterval(count, 0.95);
    expect(interval.low).toBeCloseTo(low, 2);
    expect(interval.high).toBeCloseTo(high, 2);
  };
  check(0, 0, 3.69);
  check(1, 0.03, 5.57);
  check(10, 4.8, 18.39);
  check(100, 81.36, 121.63);
});

test('large counts neither overflow nor lose the mean', () => {
  expect(poissonAtMost(100_000, 100_000)).toBeCloseTo(0.5, 2);
  const { low, high } = poissonInterval(100_000, 0.95);
  expect(low).toBeGreaterThan(99_300);
  expect(high).toBeLessThan(100_700);
});
