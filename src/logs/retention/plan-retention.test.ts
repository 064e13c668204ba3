import { expect, it } from 'vitest';
import { DAY_MS } from '../../base/index.ts';
import { oldestVisibleMs } from '../visibility.ts';
import { isPastRetention } from './plan-retention.ts';

it('a day is past its retention when its last moment is, and never when it is kept for ever', () => {
  const endMs = Date.UTC(2026, 2, 2) + 7 * DAY_MS;
  expect(isPastRetention({ day: '2026-03-01', retentionDays: 7 }, endMs)).toBe(false);
  expect(isPastRetention({ day: '2026-03-01', retentionDays: 7 }, endMs + 1)).toBe(true);
  expect(isPastRetention({ day: '1970-01-01', retentionDays: 0 }, endMs * 100)).toBe(false);
});

it('whatever may be dropped is invisible already', () => {
  const nowMs = Date.UTC(2026, 2, 9) + 1;
  const group = { retentionDays: 7 } as Parameters<typeof oldestVisibleMs>[0];
  expect(isPastRetention({ day: '2026-03-01', retentionDays: 7 }, nowMs)).toBe(true);
  expect(oldestVisibleMs(group, nowMs)).toBeGreaterThan(Date.UTC(2026, 2, 2) - 1);
});
