import { describe, expect, it } from 'vitest';
import type { JsonValue } from '../../issues/index.ts';
import { driftMs, readTimeMs, readTimeNs } from './read-time.ts';

const NOW_MS = Date.UTC(2026, 10, 22, 12, 30, 15, 250);

describe('a time', () => {
  it.each<[JsonValue | undefined, bigint | undefined]>([
    [1_795_350_615.25, 1_795_350_615_250_000_000n],
    ['1795350615.25', 1_795_350_615_250_000_000n],
    [1_795_350_615_250, 1_795_350_615_250_000_000n],
    [1_795_350_615.123_456, 1_795_350_615_123_456_000n],
    ['2026-11-22T12:30:15.250Z', 1_795_350_615_250_000_000n],
    ['2026-11-22T12:30:15.123456Z', 1_795_350_615_123_456_000n],
    ['2026-11-22T12:30:15.123456789Z', 1_795_350_615_123_456_789n],
    ['2026-11-22T12:30:15', 1_795_350_615_000_000_000n],
    ['2026-11-22 12:30:15.25', 1_795_350_615_250_000_000n],
    ['2026-11-22T13:30:15.25+01:00', 1_795_350_615_250_000_000n],
    [0, 0n],
    [-1, undefined],
    [1e20, undefined],
    ['yesterday', undefined],
    ['', undefined],
    [null, undefined],
    [{}, undefined],
    ['9'.repeat(70), undefined],
  ])('%j is read', (value, expected) => {
    expect(readTimeNs(value)).toBe(expected);
  });

  it('is in milliseconds what it is in nanoseconds', () => {
    expect(readTimeMs('2026-11-22T12:30:15.250Z')).toBe(NOW_MS);
  });
});

it('a clock counts as wrong from 55 minutes on, ahead or behind', () => {
  const minute = 60_000;
  expect(driftMs(undefined, NOW_MS)).toBe(0);
  expect(driftMs(NOW_MS - 54 * minute, NOW_MS)).toBe(0);
  expect(driftMs(NOW_MS - 56 * minute, NOW_MS)).toBe(56 * minute);
  expect(driftMs(NOW_MS + 120 * minute, NOW_MS)).toBe(-120 * minute);
});
