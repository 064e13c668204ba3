import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createManualClock, HOUR_MS, type ManualClock, MINUTE_MS, SECOND_MS, silentLog } from '../../src/base/index.ts';
import {
  type AlertOutbox,
  createAlertOutbox,
  createMonitors,
  type IncomingCheckIn,
  ISSUES_OUTBOX_MIGRATIONS,
  MONITORS_LIMITS,
  MONITORS_MIGRATIONS,
  type Monitors,
  type MonitorsTables,
} from '../../src/issues/index.ts';
import { createRedactor } from '../../src/redact/index.ts';
import {
  ADMIN,
  type CatalogParts,
  createHeardAlerts,
  directoryOf,
  type HeardAlerts,
  openCatalogParts,
  projectOf,
  RESPONDER,
  VIEWER,
} from './open-catalog-parts.ts';

const NOON_MS = Date.parse('2026-05-04T12:00Z');
const HOURLY = { schedule: { type: 'crontab', value: '0 * * * *' } };
const SHOP = projectOf('1', 'shop');
const INTERNAL = projectOf('2', 'probe', { isInternal: true });

let parts: CatalogParts;
let clock: ManualClock;
let alerts: HeardAlerts;
let outbox: AlertOutbox;
let monitors: Monitors;

const open = (): void => {
  const { catalog, audit, access } = parts;
  const shared = { catalog, clock, log: silentLog() };
  outbox = createAlertOutbox({ ...shared, alerting: alerts });
  outbox.start();
  monitors = createMonitors({
    ...{ ...shared, outbox, audit, authorize: access.authorize, redactor: createRedactor() },
    projects: directoryOf([SHOP, INTERNAL]),
  });
};

beforeAll(async () => {
  parts = await openCatalogParts([...ISSUES_OUTBOX_MIGRATIONS, ...MONITORS_MIGRATIONS]);
});
afterAll(() => parts.close());

beforeEach(async () => {
  await monitors?.close();
  await outbox?.close();
  const db = parts.catalog.db<MonitorsTables>();
  for (const table of ['monitors', 'monitor_clock', 'monitor_downtimes', 'issue_outbox'] as const) {
    await db.deleteFrom(table).execute();
  }
  clock = createManualClock(NOON_MS);
  alerts = createHeardAlerts();
  open();
});
afterAll(async () => {
  await monitors.close();
  await outbox.close();
});

const say = (change: Partial<IncomingCheckIn> = {}) =>
  monitors.intake.checkIn({
    ...{ project: SHOP, slug: 'backup', status: 'ok', environment: 'production', config: HOURLY },
    ...{ timeMs: clock.nowMs(), receivedMs: clock.nowMs() },
    ...change,
  });

const REF = { projectId: '1', slug: 'backup' };
const runsOf = async () => (await monitors.verbs.checkIns(ADMIN, REF, { limit: 100 })).checkIns;
const told = async () => {
  await outbox.settled();
  return alerts.heard.map(({ key, state, title }) => `${state} ${key} ${title}`);
};

/** Lets time pass with turns that are close enough to be no downtime. */
async function pass(ms: number): Promise<void> {
  for (let passed = 0; passed < ms; passed += 30 * SECOND_MS) {
    clock.setNowMs(clock.nowMs() + 30 * SECOND_MS);
    await monitors.turn();
  }
}

describe('check-ins', () => {
  test('make a monitor, begin and end its run, and are the same when sent again', async () => {
    const begun = await say({ checkInId: '83a7c03e-d0a0-4e1b-97e2-e3b18d38f244', status: 'in_progress' });
    expect(begun).toEqual({ id: '83a7c03ed0a04e1b97e2e3b18d38f244', isNews: true });
    clock.setNowMs(NOON_MS + 5 * MINUTE_MS);
    const end = { checkInId: begun.id, status: 'ok', release: 'shop@1', traceId: 'ab'.repeat(16) } as const;
    expect((await say(end)).isNews).toBe(true);
    expect((await say(end)).isNews).toBe(false);
    expect(await runsOf()).toEqual([
      {
        ...{
          id: begun.id,
          environment: 'production',
          state: 'ok',
          startedMs: NOON_MS,
          endedMs: NOON_MS + 5 * MINUTE_MS,
        },
        ...{ durationMs: 5 * MINUTE_MS, release: 'shop@1', traceId: 'ab'.repeat(16) },
      },
    ]);
    const monitor = await monitors.verbs.get(VIEWER, REF);
    expect(monitor).toMatchObject({ configuredBy: 'sdk', projectSlug: 'shop', isMuted: false });
    expect(monitor.environments).toEqual([
      {
        ...{ environment: 'production', state: 'ok', isFailing: false, failuresInRow: 0, successesInRow: 1 },
        ...{ lastCheckInMs: NOON_MS, nextExpectedMs: NOON_MS + HOUR_MS },
      },
    ]);
  });

  test('without an id end the newest run that goes on, and begin a new one otherwise', async () => {
    const first = await say({ status: 'in_progress' });
    clock.setNowMs(NOON_MS + 1_000);
    const second = await say({ status: 'in_progress' });
    expect(second.id).not.toBe(first.id);
    clock.setNowMs(NOON_MS + 2_000);
    expect((await say({ status: 'error' })).id).toBe(second.id);
    expect((await say({ status: 'ok', checkInId: '0'.repeat(32) })).id).toBe(first.id);
    const third = await say({ status: 'ok', checkInId: 'latest' });
    expect([first.id, second.id]).not.toContain(third.id);
    expect((await runsOf()).map(({ state }) => state).sort()).toEqual(['error', 'ok', 'ok']);
  });

  test('that come at once are taken one after the other and all count', async () => {
    await say();
    const said = Array.from({ length: 20 }, (_, index) =>
      say({ checkInId: index.toString(16).padStart(32, 'a'), timeMs: NOON_MS }),
    );
    expect((await Promise.all(said)).every(({ isNews }) => isNews)).toBe(true);
    expect((await monitors.verbs.get(ADMIN, REF)).environments[0]?.successesInRow).toBe(21);
    const others = Array.from({ length: 60 }, (_, index) => say({ slug: `job-${index}`, status: 'in_progress' }));
    expect((await Promise.all(others)).every(({ isNews }) => isNews)).toBe(true);
  });

  test('are refused when nobody knows what they speak of, and taken when only their configuration is wrong', async () => {
    const { config: _config, ...plain } = { config: HOURLY, slug: 'nobody' };
    const check = (change: Partial<IncomingCheckIn>, code: string) =>
      expect(say(change)).rejects.toMatchObject({ code, retryable: false });
    const withoutConfig = {
      project: SHOP,
      status: 'ok',
      environment: '',
      timeMs: NOON_MS,
      receivedMs: NOON_MS,
    } as const;
    await expect(monitors.intake.checkIn({ ...withoutConfig, ...plain })).rejects.toMatchObject({
      code: 'monitors.unknown',
    });
    await check({ slug: '!!!' }, 'monitors.slug-invalid');
    await check({ checkInId: 'nonsense' }, 'monitors.check-in-invalid');
    await check({ config: { schedule: { type: 'crontab', value: 'often' } } }, 'monitors.config-invalid');
    await say();
    const taken = await say({ config: { schedule: { type: 'crontab', value: 'often' } } });
    expect(taken).toMatchObject({ isNews: true, configProblem: expect.stringContaining('often') });
    expect(await monitors.verbs.get(ADMIN, REF)).toMatchObject({
      ...{ config: HOURLY },
      configProblem: taken.configProblem,
    });
    await say();
    expect(await monitors.verbs.get(ADMIN, REF)).not.toHaveProperty('configProblem');
  });

  test('carry no secret to the store', async () => {
    const secret = 'sk_live_4eC39HqLyjWDarjtT1zdp7dc';
    await say({ environment: `env token=${secret}`, release: `password=${secret}` });
    const rows = await parts.catalog.db<MonitorsTables>().selectFrom('monitor_runs').selectAll().execute();
    expect(rows).toHaveLength(1);
    expect(JSON.stringify(rows)).not.toContain(secret);
  });
});

describe('limits', () => {
  test('keep a slug or an environment that changes with each run from filling the store', async () => {
    const db = parts.catalog.db<MonitorsTables>();
    await say();
    const row = { config: JSON.stringify({}), name: 'x', configured_by: 'sdk', config_problem: null, created_ms: 0 };
    await db
      .insertInto('monitors')
      .values(
        Array.from({ length: MONITORS_LIMITS.perProjectMax - 1 }, (_, index) => ({
          ...{ ...row, project_id: '1', slug: `m${index}`, is_muted: false, muted_until_ms: null },
        })),
      )
      .execute();
    await expect(say({ slug: 'one-more' })).rejects.toMatchObject({ code: 'monitors.too-many' });
    for (let index = 1; index < MONITORS_LIMITS.environmentsMax; index += 1) await say({ environment: `env-${index}` });
    await expect(say({ environment: 'one-more' })).rejects.toMatchObject({ code: 'monitors.too-many' });
  });
});

describe('the clock', () => {
  test('finds runs that did not begin and runs that did not end, tells once, and tells the end', async () => {
    await monitors.start();
    await say();
    await say({ slug: 'long', status: 'in_progress' });
    await pass(62 * MINUTE_MS);
    const states = (await runsOf()).map(({ state }) => state);
    expect(states).toEqual(['missed', 'ok']);
    const production = 'production';
    expect(await told()).toEqual(
      expect.arrayContaining([
        `firing monitor:shop:backup:${production} Missed: backup (production)`,
        `firing monitor:shop:long:${production} Ran too long: long (production)`,
      ]),
    );
    expect(alerts.heard[0]).toMatchObject({
      ...{ severity: 'high', source: 'monitor', path: '/crons/1.long' },
      labels: { project: 'shop', environment: 'production', monitor: 'long' },
    });
    await say();
    expect((await told()).at(-1)).toBe('resolved monitor:shop:backup:production Well again: backup (production)');
  });

  test('knows after a restart when nobody listened, and tells of what it can know', async () => {
    await monitors.start();
    await say();
    await say({ slug: 'later', config: { schedule: { type: 'crontab', value: '30 * * * *' } } });
    await monitors.close();
    // Down from 12:00 to 13:10: nobody can tell whether the run of 13:00 took place.
    clock.setNowMs(NOON_MS + HOUR_MS + 10 * MINUTE_MS);
    open();
    await monitors.start();
    await monitors.turn();
    expect((await runsOf()).map(({ state }) => state)).toEqual(['unknown', 'ok']);
    expect(await told()).toEqual([]);
    expect((await monitors.verbs.get(ADMIN, REF)).environments[0]).toMatchObject({
      ...{ state: 'unknown', nextExpectedMs: NOON_MS + 2 * HOUR_MS, failuresInRow: 0 },
    });
    await pass(55 * MINUTE_MS);
    expect(await told()).toEqual([
      'firing monitor:shop:later:production Missed: later (production)',
      'firing monitor:shop:backup:production Missed: backup (production)',
    ]);
  });

  test('tells of what it decided also when notify was away, once', async () => {
    alerts.isAway = true;
    await monitors.start();
    await say({ status: 'error' });
    await outbox.settled();
    expect(alerts.heard).toEqual([]);
    await monitors.close();
    await outbox.close();
    alerts.isAway = false;
    open();
    await expect.poll(told).toEqual(['firing monitor:shop:backup:production Failed: backup (production)']);
  });
});

describe('people', () => {
  test('create, change, mute and remove monitors, as far as their rights go', async () => {
    const input = {
      ...REF,
      name: 'Nightly backup',
      schedule: { type: 'crontab', value: '0 3 * * *' },
      timezone: 'Europe/Vienna',
    } as const;
    await expect(monitors.verbs.create(RESPONDER, input)).rejects.toMatchObject({ code: 'access.forbidden' });
    const created = await monitors.verbs.create(ADMIN, input);
    expect(created).toMatchObject({ name: 'Nightly backup', configuredBy: 'person', environments: [] });
    await expect(monitors.verbs.create(ADMIN, input)).rejects.toMatchObject({ code: 'monitors.exists' });
    const changed = await monitors.verbs.update(ADMIN, REF, { checkInMarginMinutes: 10 });
    expect(changed.config).toMatchObject({ checkInMarginMinutes: 10, timezone: 'Europe/Vienna' });
    await say({ status: 'error', config: null });
    expect((await told()).length).toBe(1);
    await expect(monitors.verbs.mute(VIEWER, REF, { isMuted: true })).rejects.toMatchObject({
      code: 'access.forbidden',
    });
    await monitors.verbs.mute(RESPONDER, REF, { isMuted: true, untilMs: NOON_MS + HOUR_MS });
    expect((await told()).at(-1)).toContain('resolved');
    await say({ status: 'error', config: null });
    expect((await told()).length).toBe(2);
    clock.setNowMs(NOON_MS + HOUR_MS);
    await monitors.turn();
    expect((await told()).at(-1)).toBe('firing monitor:shop:backup:production Failed: Nightly backup (production)');
    await monitors.verbs.remove(ADMIN, REF);
    expect((await told()).at(-1)).toBe('resolved monitor:shop:backup:production Removed: Nightly backup (production)');
    await expect(monitors.verbs.get(ADMIN, REF)).rejects.toMatchObject({ code: 'monitors.unknown' });
    const { records } = await parts.audit.lookup({ resourceName: 'shop/backup' });
    expect(
      records.map(({ eventName, errorCode }) => `${eventName}${errorCode === undefined ? '' : ` ${errorCode}`}`),
    ).toEqual(
      expect.arrayContaining([
        'CreateMonitor',
        'CreateMonitor monitors.exists',
        'UpdateMonitor',
        'MuteMonitor',
        'DeleteMonitor',
      ]),
    );
  });

  test('see monitors, pages of runs, a timeline, and when a schedule comes', async () => {
    for (let hour = 0; hour < 5; hour += 1) {
      clock.setNowMs(NOON_MS + hour * HOUR_MS);
      await say({ status: hour === 3 ? 'error' : 'ok' });
      await say({ environment: 'staging' });
    }
    await say({ project: INTERNAL });
    expect((await monitors.verbs.list(VIEWER, {})).map(({ slug, projectSlug }) => `${projectSlug}/${slug}`)).toEqual([
      'shop/backup',
    ]);
    const first = await monitors.verbs.checkIns(VIEWER, REF, { environment: 'production', limit: 3 });
    expect(first.checkIns.map(({ state }) => state)).toEqual(['ok', 'error', 'ok']);
    const second = await monitors.verbs.checkIns(VIEWER, REF, {
      environment: 'production',
      limit: 3,
      before: first.next ?? '',
    });
    expect(second.checkIns).toHaveLength(2);
    expect(second).not.toHaveProperty('next');
    const range = { fromMs: NOON_MS, toMs: NOON_MS + 5 * HOUR_MS, steps: 5 };
    const timeline = await monitors.verbs.timeline(VIEWER, REF, range);
    expect(timeline.timesMs[1]).toBe(NOON_MS + HOUR_MS);
    expect(timeline.environments.find(({ environment }) => environment === 'production')?.counts).toEqual([
      ...[{ ok: 1 }, { ok: 1 }, { ok: 1 }, { error: 1 }, { ok: 1 }],
    ]);
    await expect(monitors.verbs.timeline(VIEWER, REF, { ...range, steps: 0 })).rejects.toMatchObject({
      code: 'monitors.range-invalid',
    });
    await expect(monitors.verbs.checkIns(VIEWER, REF, { before: 'x', limit: 1 })).rejects.toMatchObject({
      code: 'monitors.range-invalid',
    });
    clock.setNowMs(Date.parse('2026-03-28T12:00Z'));
    const schedule = { type: 'crontab', value: '30 2 * * *' } as const;
    expect(await monitors.verbs.preview(VIEWER, { schedule, timezone: 'Europe/Vienna', count: 2 })).toEqual([
      Date.parse('2026-03-29T01:00Z'),
      Date.parse('2026-03-30T00:30Z'),
    ]);
    expect(
      (await monitors.verbs.removeEnvironment(ADMIN, REF, 'staging')).environments.map(
        ({ environment }) => environment,
      ),
    ).toEqual(['production']);
    await expect(monitors.verbs.removeEnvironment(ADMIN, REF, 'staging')).rejects.toMatchObject({
      code: 'monitors.environment-unknown',
    });
  });
});
