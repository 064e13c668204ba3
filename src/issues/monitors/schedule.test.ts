import { describe, expect, test } from 'vitest';
import { earlyMsOf, nextExpectedMs } from './schedule.ts';
import type { MonitorSchedule } from './types.ts';

const ms = (iso: string): number => Date.parse(iso);

function checkTimes(schedule: MonitorSchedule | string, timezone: string, from: string, expected: readonly string[]) {
  const timing = {
    schedule: typeof schedule === 'string' ? ({ type: 'crontab', value: schedule } as const) : schedule,
    timezone,
  };
  const times: string[] = [];
  let at = ms(from);
  for (const _ of expected) {
    at = nextExpectedMs(timing, at);
    times.push(new Date(at).toISOString().replace(':00.000Z', 'Z'));
  }
  expect(times).toEqual(expected);
}

const every = (value: number, unit: 'minute' | 'hour' | 'day' | 'week' | 'month' | 'year') =>
  ({ type: 'interval', value, unit }) as const;

describe('crontabs', () => {
  test('go by the clock of their zone, over the days on which it changes', () => {
    // Vienna sets clocks forward at 01:00Z on 29 March 2026 (02:00 becomes 03:00) and back at 01:00Z on 25 October.
    checkTimes('0 12 * * *', 'Europe/Vienna', '2026-03-28T00:00Z', ['2026-03-28T11:00Z', '2026-03-29T10:00Z']);
    checkTimes('30 2 * * *', 'Europe/Vienna', '2026-03-28T00:00Z', [
      '2026-03-28T01:30Z',
      '2026-03-29T01:00Z',
      '2026-03-30T00:30Z',
    ]);
    checkTimes('30 2 * * *', 'Europe/Vienna', '2026-10-24T00:00Z', [
      '2026-10-24T00:30Z',
      '2026-10-25T00:30Z',
      '2026-10-26T01:30Z',
    ]);
    checkTimes('0 * * * *', 'Europe/Vienna', '2026-03-29T00:30Z', [
      '2026-03-29T01:00Z',
      '2026-03-29T02:00Z',
      '2026-03-29T03:00Z',
    ]);
    checkTimes('*/30 * * * *', 'Europe/Vienna', '2026-10-24T23:45Z', [
      '2026-10-25T00:00Z',
      '2026-10-25T00:30Z',
      '2026-10-25T01:00Z',
      '2026-10-25T01:30Z',
      '2026-10-25T02:00Z',
    ]);
    checkTimes('30 2 * * *', 'America/New_York', '2026-03-07T12:00Z', ['2026-03-08T07:00Z', '2026-03-09T06:30Z']);
    checkTimes('30 1 * * *', 'America/New_York', '2026-10-31T12:00Z', ['2026-11-01T05:30Z', '2026-11-02T06:30Z']);
    checkTimes('15 2 * * *', 'Australia/Lord_Howe', '2026-10-03T00:00Z', ['2026-10-03T15:30Z', '2026-10-04T15:15Z']);
    checkTimes('0 9 * * *', 'Asia/Kolkata', '2026-01-01T00:00Z', ['2026-01-01T03:30Z', '2026-01-02T03:30Z']);
  });

  test('are read as cron reads them', () => {
    checkTimes('0 0 31 * *', 'UTC', '2026-01-15T00:00Z', [
      '2026-01-31T00:00Z',
      '2026-03-31T00:00Z',
      '2026-05-31T00:00Z',
    ]);
    checkTimes('0 0 13 * 5', 'UTC', '2026-01-08T00:00Z', [
      '2026-01-09T00:00Z',
      '2026-01-13T00:00Z',
      '2026-01-16T00:00Z',
    ]);
    checkTimes('0 0 29 2 *', 'UTC', '2026-01-01T00:00Z', ['2028-02-29T00:00Z', '2032-02-29T00:00Z']);
    checkTimes('@hourly', 'UTC', '2026-01-01T00:10Z', ['2026-01-01T01:00Z', '2026-01-01T02:00Z']);
    checkTimes('0 12 * * 7', 'UTC', '2026-01-01T00:00Z', ['2026-01-04T12:00Z']);
    checkTimes('0 12 * * MON-FRI', 'UTC', '2026-01-02T13:00Z', ['2026-01-05T12:00Z']);
  });

  test('let a run begin a little early, less when runs are close together', () => {
    const early = (value: string) =>
      earlyMsOf({ schedule: { type: 'crontab', value }, timezone: 'UTC' }, ms('2026-01-01T00:00Z'));
    expect(early('0 * * * *')).toBe(30_000);
    expect(early('* * * * *')).toBe(15_000);
    expect(earlyMsOf({ schedule: every(1, 'day'), timezone: 'UTC' }, ms('2026-01-01T00:00Z'))).toBe(0);
  });
});

describe('intervals', () => {
  test('of minutes and hours are exact, also over a change of clocks', () => {
    checkTimes(every(90, 'minute'), 'Europe/Vienna', '2026-03-29T00:00Z', ['2026-03-29T01:30Z', '2026-03-29T03:00Z']);
    checkTimes(every(24, 'hour'), 'Europe/Vienna', '2026-03-28T11:00Z', ['2026-03-29T11:00Z']);
  });

  test('of days and longer keep the time of day of their zone', () => {
    checkTimes(every(1, 'day'), 'Europe/Vienna', '2026-03-28T11:00Z', ['2026-03-29T10:00Z', '2026-03-30T10:00Z']);
    checkTimes(every(1, 'week'), 'America/New_York', '2026-10-28T13:00Z', ['2026-11-04T14:00Z']);
    checkTimes(every(1, 'day'), 'Europe/Vienna', '2026-10-24T01:30Z', ['2026-10-25T02:30Z']);
    // 02:30 does not exist on that day: it is taken as half an hour behind the gap.
    checkTimes(every(1, 'day'), 'Europe/Vienna', '2026-03-28T01:30Z', ['2026-03-29T01:30Z']);
    // 02:30 comes twice on that day: the first.
    checkTimes(every(1, 'day'), 'Europe/Vienna', '2026-10-24T00:30Z', ['2026-10-25T00:30Z']);
  });

  test('of months and years end at the last day of a month that is shorter', () => {
    checkTimes(every(1, 'month'), 'UTC', '2026-01-31T08:00Z', ['2026-02-28T08:00Z', '2026-03-28T08:00Z']);
    checkTimes(every(1, 'month'), 'UTC', '2026-12-15T08:00Z', ['2027-01-15T08:00Z']);
    checkTimes(every(1, 'year'), 'UTC', '2028-02-29T08:00Z', ['2029-02-28T08:00Z', '2030-02-28T08:00Z']);
    checkTimes(every(13, 'month'), 'Asia/Kolkata', '2026-01-31T00:00Z', ['2027-02-28T00:00Z']);
  });
});
