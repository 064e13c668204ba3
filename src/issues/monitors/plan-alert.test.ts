import { expect, test } from 'vitest';
import { type AlertSubject, monitorAlertKey, planMonitorAlert } from './plan-alert.ts';

const SUBJECT: AlertSubject = {
  ...{ projectId: '7', projectSlug: 'shop', slug: 'backup', name: 'Nightly backup' },
  config: {
    ...{ schedule: { type: 'crontab', value: '0 3 * * *' }, checkInMarginMinutes: 5, maxRuntimeMinutes: 60 },
    ...{ failureThreshold: 1, recoveryThreshold: 2, timezone: 'Europe/Vienna' },
  },
};
const AT_MS = Date.parse('2026-05-04T01:05:00Z');
const ENVIRONMENT = {
  ...{ environment: 'production', isFailing: true, failuresInRow: 1, successesInRow: 0 },
  lastCheckInMs: Date.parse('2026-05-03T01:00:00Z'),
};
const RUN = { id: 'x', environment: 'production', startedMs: AT_MS - 300_000 };

test('a missed run says when it should have begun, and when the last one did', () => {
  const run = { ...RUN, state: 'missed', expectedMs: RUN.startedMs } as const;
  const alert = planMonitorAlert(SUBJECT, { ...ENVIRONMENT, state: 'missed' }, { type: 'failed', run, atMs: AT_MS });
  expect(alert).toMatchObject({ state: 'firing', severity: 'high', title: 'Missed: Nightly backup (production)' });
  expect(alert.body).toContain('No run began at 2026-05-04T01:00:00Z, nor within 5 min of it.');
  expect(alert.body).toContain('The newest check-in began at 2026-05-03T01:00:00Z.');
  expect(alert.body).toContain('Schedule: 0 3 * * *, Europe/Vienna.');
  expect(alert.body).toContain('after 2 good runs in a row.');
});

test('a run that failed again says how many did, and outside of production less loudly', () => {
  const run = { ...RUN, state: 'error', durationMs: 12_400, traceId: 'ab'.repeat(16) } as const;
  const environment = { ...ENVIRONMENT, environment: 'staging', state: 'error', failuresInRow: 3 } as const;
  const since = { ...environment, failingSinceMs: AT_MS - 7_200_000 };
  const alert = planMonitorAlert(SUBJECT, since, { type: 'again', run, atMs: AT_MS });
  expect(alert).toMatchObject({ severity: 'medium', title: 'Failed: Nightly backup (staging)' });
  expect(alert.body).toContain('reported an error after 12 s.');
  expect(alert.body).toContain('3 runs in a row have failed; it fails since 2026-05-03T23:05:00Z.');
  expect(alert.body).toContain(`Trace: ${'ab'.repeat(16)}`);
});

test('keys stay within what notify takes and differ where names do', () => {
  expect(monitorAlertKey('shop', 'backup', 'production')).toBe('monitor:shop:backup:production');
  const [one, other] = ['a', 'b'].map((end) => monitorAlertKey('shop', 'backup', 'e'.repeat(300) + end));
  expect(one?.length).toBeLessThanOrEqual(256);
  expect(one).not.toBe(other);
});
