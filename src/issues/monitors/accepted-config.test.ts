import { expect, test } from 'vitest';
import type { JsonValue } from '../types.ts';
import { acceptedSlug, configFromSdk } from './accepted-config.ts';

const NOW_MS = Date.parse('2026-01-01T00:00Z');
const HOURLY = { type: 'crontab', value: '0 * * * *' };

const accepted = (sent: JsonValue) => configFromSdk(sent, undefined, NOW_MS);

test('what SDKs send is taken, with the defaults of Sentry', () => {
  expect(accepted({ schedule: HOURLY, owner: 'team:x', checkin_margin: null, max_runtime: 0 })).toEqual({
    schedule: HOURLY,
    checkInMarginMinutes: 1,
    maxRuntimeMinutes: 30,
    failureThreshold: 1,
    recoveryThreshold: 1,
    timezone: 'UTC',
  });
  expect(
    accepted({
      schedule: { type: 'interval', value: 2, unit: 'week' },
      ...{ checkin_margin: 5, max_runtime: 60, failure_issue_threshold: 2, recovery_threshold: 3 },
      timezone: 'America/Los_Angeles',
    }),
  ).toMatchObject({ checkInMarginMinutes: 5, maxRuntimeMinutes: 60, failureThreshold: 2, recoveryThreshold: 3 });
});

test('what is absent stays as it was', () => {
  const known = accepted({ schedule: HOURLY, checkin_margin: 7, timezone: 'Europe/Vienna' });
  expect(configFromSdk({ max_runtime: 5 }, known, NOW_MS)).toEqual({ ...known, maxRuntimeMinutes: 5 });
});

test('what cannot be meant is refused and says what is wrong', () => {
  const check = (sent: JsonValue, field: string) =>
    expect(() => accepted(sent)).toThrowError(
      expect.objectContaining({ code: 'monitors.config-invalid', message: expect.stringContaining(field) }),
    );
  check('hourly', 'monitor_config');
  check({}, 'schedule');
  for (const value of [
    '* * * *',
    '61 * * * *',
    '@reboot',
    '',
    '? * * * *',
    '0 0 30 2 *',
    '* * * * * *',
    'x'.repeat(300),
  ])
    check({ schedule: { type: 'crontab', value } }, 'schedule');
  check({ schedule: { type: 'interval', value: 1, unit: 'second' } }, 'schedule');
  check({ schedule: { type: 'interval', value: 0, unit: 'day' } }, 'interval');
  check({ schedule: { type: 'interval', value: 1.5, unit: 'day' } }, 'interval');
  check({ schedule: HOURLY, timezone: 'Mars/Olympus' }, 'timezone');
  check({ schedule: HOURLY, timezone: '+01:00' }, 'timezone');
  check({ schedule: HOURLY, timezone: 5 }, 'timezone');
  check({ schedule: HOURLY, checkin_margin: -1 }, 'check-in margin');
  check({ schedule: HOURLY, max_runtime: 40_321 }, 'longest runtime');
  check({ schedule: HOURLY, failure_issue_threshold: '2' }, 'failure_issue_threshold');
  check({ schedule: HOURLY, recovery_threshold: 721 }, 'recovery threshold');
});

test('slugs are mended where it is clear what is meant, and refused where not', () => {
  expect(acceptedSlug('Nightly Backup!')).toBe('nightly-backup');
  expect(acceptedSlug('sync_2')).toBe('sync_2');
  for (const slug of ['', '---', '123', 'é', 'x'.repeat(51)]) {
    expect(() => acceptedSlug(slug)).toThrowError(expect.objectContaining({ code: 'monitors.slug-invalid' }));
  }
});
