import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createManualClock, DAY_MS, HOUR_MS, MINUTE_MS, silentLog, systemClock } from '../../src/base/index.ts';
import {
  createSessionHealth,
  type Health,
  type IncomingSession,
  ISSUES_HEALTH_MIGRATIONS,
  type SessionAggregate,
  type SessionHealthDeps,
  type SessionUpdate,
} from '../../src/issues/index.ts';
import { createRedactor } from '../../src/redact/index.ts';
import { openChdbTelemetry } from '../../src/telemetry/drivers/chdb/index.ts';
import type { TelemetryStore } from '../../src/telemetry/index.ts';
import { ADMIN, type CatalogParts, directoryOf, openCatalogParts, projectOf, VIEWER } from './open-catalog-parts.ts';

const NOON_MS = Math.floor(Date.now() / HOUR_MS) * HOUR_MS;
const clock = createManualClock(NOON_MS);
const PROJECTS = ['1', '2', '3', '4', '5', '6'].map((id) => projectOf(id, `app-${id}`));

let parts: CatalogParts;
let folder: string;
let telemetry: TelemetryStore;
let health: Health;

/** What the releases were told of. */
const seenReleases: string[] = [];
const releases: SessionHealthDeps['releases'] = {
  seen: async (sightings) => {
    seenReleases.push(...sightings.map(({ projectId, version }) => `${projectId} ${version}`));
  },
};

const open = (change: Partial<SessionHealthDeps> = {}): Health => {
  const { catalog, access } = parts;
  return createSessionHealth({
    ...{ catalog, telemetry, clock, log: silentLog(), authorize: access.authorize, secrets: access.secrets },
    ...{ redactor: createRedactor(), projects: directoryOf(PROJECTS), releases },
    ...change,
  });
};

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'holdfast-health-'));
  [parts, telemetry] = await Promise.all([
    openCatalogParts(ISSUES_HEALTH_MIGRATIONS),
    openChdbTelemetry({ folder, clock: systemClock, log: silentLog(), freeDiskBytesMin: 0 }),
  ]);
  health = open();
}, 60_000);
afterAll(async () => {
  await health.close();
  await telemetry.close();
  await parts.close();
  await rm(folder, { recursive: true, force: true });
});

const common = (projectId: string) => ({
  ...{ project: PROJECTS.find(({ id }) => id === projectId) ?? projectOf('0', 'none'), release: 'shop@1.0.0' },
  ...{ environment: 'production', startedMs: NOON_MS - MINUTE_MS, receivedMs: NOON_MS },
});
const update = (projectId: string, sid: string, change: Partial<SessionUpdate> = {}): IncomingSession => ({
  ...common(projectId),
  ...{ type: 'update', sid, init: false, status: 'ok', errors: 0 },
  ...change,
});
const aggregate = (projectId: string, change: Partial<SessionAggregate> = {}): IncomingSession => ({
  ...common(projectId),
  ...{ type: 'aggregate', exited: 0, errored: 0, crashed: 0, abnormal: 0, unhandled: 0 },
  ...change,
});
const RANGE = { fromMs: NOON_MS - HOUR_MS, toMs: NOON_MS + HOUR_MS };
const totals = (projectId: string, change: { readonly release?: string; readonly environment?: string } = {}) =>
  health.verbs.totals(VIEWER, { projectId, ...RANGE, ...change });

describe('sessions', () => {
  test('one by one and summed up make rates of sessions and users', async () => {
    const taken = await health.intake.sessions([
      update('1', 'a', { init: true, did: 'ada' }),
      update('1', 'a', { status: 'crashed', errors: 1, did: 'ada' }),
      update('1', 'b', { init: true, did: 'bob', errors: 2 }),
      update('1', 'b', { status: 'exited', errors: 3, did: 'bob' }),
      update('1', 'c', { init: true, did: 'ada', status: 'exited' }),
      aggregate('1', { exited: 90, errored: 4, crashed: 1, abnormal: 1, unhandled: 2 }),
    ]);
    expect(taken).toEqual({ counted: 6, known: 0, refused: 0 });
    expect(await totals('1')).toEqual({
      ...{ sessions: 101, healthy: 91, errored: 5, unhandled: 2, abnormal: 1, crashed: 2, users: 2, crashedUsers: 1 },
      ...{ crashFreeSessions: 1 - 2 / 101, crashFreeUsers: 0.5 },
    });
  });

  test('that are sent twice count once, also over a restart', async () => {
    const sent = [
      update('2', 'a', { init: true }),
      update('2', 'a', { errors: 1 }),
      update('2', 'b', { init: true, status: 'exited' }),
    ];
    expect((await health.intake.sessions(sent)).counted).toBe(3);
    expect(await health.intake.sessions(sent)).toEqual({ counted: 0, known: 3, refused: 0 });
    await health.close();
    health = open();
    expect((await health.intake.sessions(sent)).known).toBe(3);
    await health.intake.sessions([update('2', 'a', { status: 'crashed', errors: 2 })]);
    expect(await totals('2')).toMatchObject({ sessions: 2, healthy: 1, errored: 0, crashed: 1 });
  });

  test('that could not be stored may be sent again', async () => {
    const away = open({
      telemetry: { ...telemetry, appendErrorSessions: () => Promise.reject(new Error('away')), query: telemetry.query },
    });
    const sent = [update('3', 'a', { init: true, status: 'exited' })];
    await expect(away.intake.sessions(sent)).rejects.toThrow('away');
    await away.close();
    await health.close();
    health = open();
    expect((await health.intake.sessions(sent)).counted).toBe(1);
    expect((await totals('3')).sessions).toBe(1);
  });

  test('that nobody can mean are refused, each by itself', async () => {
    const taken = await health.intake.sessions([
      update('3', 'old', { init: true, startedMs: NOON_MS - 5 * DAY_MS - 1 }),
      update('3', 'never', { init: true, startedMs: Number.NaN }),
      aggregate('3', { exited: -1 }),
      aggregate('3', { exited: 0.5 }),
      aggregate('3'),
      update('3', 'ahead', { init: true, startedMs: NOON_MS + DAY_MS }),
    ]);
    expect(taken).toEqual({ counted: 1, known: 1, refused: 4 });
  });

  test('keep nobody by name and no secret', async () => {
    const secret = 'sk_live_4eC39HqLyjWDarjtT1zdp7dc';
    const did = 'ada.lovelace@example.org';
    await health.intake.sessions([
      update('4', 'a', { init: true, did, release: `password=${secret}`, environment: `token=${secret}` }),
      update('5', 'b', { init: true, did }),
    ]);
    const { rows } = await telemetry.query<{ readonly project_id: string; readonly user_hash: string }>({
      sql: "SELECT * FROM error_sessions WHERE project_id IN ('4', '5')",
    });
    expect(rows).toHaveLength(2);
    expect(JSON.stringify(rows)).not.toContain(secret);
    expect(JSON.stringify(rows)).not.toContain('ada');
    const [one, other] = rows.map(({ user_hash }) => user_hash);
    expect(one).toMatch(/^[0-9a-f]{32}$/);
    expect(one).not.toBe(other);
  });
});

describe('what people see', () => {
  test('is how each release spreads and holds, by environment and in steps', async () => {
    await health.intake.sessions([
      aggregate('6', { exited: 60, did: 'u1' }),
      aggregate('6', {
        exited: 20,
        crashed: 10,
        did: 'u2',
        release: 'shop@2.0.0',
        startedMs: NOON_MS - 30 * MINUTE_MS,
      }),
      aggregate('6', { exited: 10, did: 'u1', release: 'shop@2.0.0' }),
      aggregate('6', { exited: 100, environment: 'staging', release: 'shop@3.0.0' }),
    ]);
    const production = { projectId: '6', environment: 'production', ...RANGE };
    const releases = await health.verbs.releases(VIEWER, { ...production, limit: 10 });
    expect(
      releases.map(({ release, adoptionSessions, adoptionUsers }) => [release, adoptionSessions, adoptionUsers]),
    ).toEqual([
      ['shop@1.0.0', 0.6, 0.5],
      ['shop@2.0.0', 0.4, 1],
    ]);
    expect(releases[1]).toMatchObject({
      ...{ firstMs: NOON_MS - 30 * MINUTE_MS, lastMs: NOON_MS - MINUTE_MS },
      totals: { crashFreeSessions: 0.75, crashFreeUsers: 0.5, crashed: 10 },
    });
    const named = await health.verbs.releases(ADMIN, {
      projectId: '6',
      ...RANGE,
      limit: 10,
      releases: ['shop@3.0.0', 'x'],
    });
    expect(named.map(({ release }) => release)).toEqual(['shop@3.0.0']);
    const trend = await health.verbs.trend(VIEWER, { ...production, release: 'shop@2.0.0', steps: 8 });
    expect(trend.timesMs[2]).toBe(NOON_MS - 30 * MINUTE_MS);
    expect(trend.sessions).toEqual([0, 0, 30, 10, 0, 0, 0, 0]);
    expect(trend.crashFreeSessions[2]).toBeCloseTo(2 / 3);
    expect(trend.crashFreeSessions[0]).toBeNull();
    expect((await totals('6', { environment: 'staging' })).sessions).toBe(100);
    const nothing = await health.verbs.totals(VIEWER, { projectId: '6', fromMs: 0, toMs: HOUR_MS });
    expect(nothing).toEqual({
      ...{ sessions: 0, healthy: 0, errored: 0, unhandled: 0, abnormal: 0, crashed: 0, users: 0, crashedUsers: 0 },
    });
  });

  test('is asked of a project that exists, in a range that ends', async () => {
    await expect(totals('9')).rejects.toMatchObject({ code: 'issues-health.project-unknown' });
    const backwards = health.verbs.totals(VIEWER, { projectId: '1', fromMs: 2, toMs: 1 });
    await expect(backwards).rejects.toMatchObject({ code: 'issues-health.range-invalid' });
    const query = { projectId: '1', ...RANGE };
    await expect(health.verbs.trend(VIEWER, { ...query, steps: 0 })).rejects.toMatchObject({
      code: 'issues-health.range-invalid',
    });
    await expect(totals('1').then(() => health.verbs.totals({ ...VIEWER, roles: [] }, query))).rejects.toMatchObject({
      code: 'access.forbidden',
    });
  });
});

test('a release that only sessions name is known, and a store of releases that is away loses no session', async () => {
  const away = open({ releases: { seen: () => Promise.reject(new Error('away')) } });
  const named = {
    ...common('6'),
    type: 'aggregate',
    exited: 3,
    errored: 0,
    crashed: 0,
    abnormal: 0,
    unhandled: 0,
  } as const;
  expect(await health.intake.sessions([{ ...named, release: 'never-failed@1.0.0' }])).toMatchObject({ counted: 1 });
  expect(seenReleases).toContain('6 never-failed@1.0.0');
  expect(await away.intake.sessions([{ ...named, release: 'other@1.0.0' }])).toEqual({
    counted: 1,
    known: 0,
    refused: 0,
  });
  await away.close();
});
