import { afterAll, beforeAll, expect, test } from 'vitest';
import { systemActor } from '../../src/access/index.ts';
import { createManualClock, silentLog } from '../../src/base/index.ts';
import {
  ALARMS_MIGRATIONS,
  type AlarmEngine,
  COLLECTORS_MIGRATIONS,
  type Collectors,
  createAlarmEngine,
  createCollectors,
  type DatabaseTarget,
} from '../../src/metrics/index.ts';
import type { AlertInput } from '../../src/notify/index.ts';
import { createRedactor } from '../../src/redact/index.ts';
import { type ServerForTest, serverForTest } from '../catalog/open-for-test.ts';
import { targetFor } from './collector-session.ts';
import { type OpenMetrics, openMetrics } from './open-metrics.ts';

/** Collectors over a real server, a real store of points and real alarms, with a clock that stands still. */
const ACTOR = systemActor('test');
const clock = createManualClock(1_700_000_400_000);
const raised: AlertInput[] = [];
const alerting = { raise: async (alert: AlertInput) => void raised.push(alert) };
let server: ServerForTest;
let metrics: OpenMetrics;
let engine: AlarmEngine;
let collectors: Collectors;
let targets: DatabaseTarget[];
let url: string;
let close: () => Promise<void>;
let openCollectors: () => Collectors;

beforeAll(async () => {
  server = await serverForTest();
  url = server.server.superuserUrl;
  const catalog = await server.open([...ALARMS_MIGRATIONS, ...COLLECTORS_MIGRATIONS]);
  metrics = await openMetrics(clock);
  const audit = {
    ...{ record: async () => undefined, count: () => undefined },
    ...{ lookup: async () => ({ records: [] }), close: async () => undefined },
  };
  engine = await createAlarmEngine({
    ...{ store: metrics.store, catalog, alerting, audit, clock, authorize: async () => undefined },
    ...{ log: silentLog(), region: 'us-east-1', accountId: '123456789012' },
  });
  targets = [targetFor('shop', () => url)];
  openCollectors = () =>
    createCollectors({
      ...{ store: metrics.store, alarms: engine.service, catalog, alerting, redactor: createRedactor(), clock },
      ...{ targets: () => targets, host: 'web-1', folders: [{ name: 'data', folder: server.folder }], actor: ACTOR },
      log: silentLog(),
    });
  collectors = openCollectors();
  close = async () => {
    await collectors.close();
    await engine.close();
    await catalog.close();
    await metrics.remove();
    await server.remove();
  };
});
afterAll(() => close());

const names = async (): Promise<readonly string[]> =>
  (await engine.service.describeAlarms(ACTOR, { maxRecords: 100 })).metricAlarms.map(({ alarmName }) => alarmName);

const stored = async (
  name: string,
  dimensions: Readonly<Record<string, string>>,
  namespace = 'Holdfast/PostgreSQL',
) => {
  const [series] = await metrics.store.query({
    queries: [
      {
        ...{ id: 'm1', type: 'metric', statistic: 'Minimum', periodSeconds: 10, returnData: true },
        metric: { namespace, name, dimensions },
      },
    ],
    fromMs: clock.nowMs() - 600_000,
    toMs: clock.nowMs() + 10_000,
  });
  return series?.values ?? [];
};

test('the first turn stores numbers of the server and the host, and makes their alarms', async () => {
  await collectors.collectNow();
  expect(collectors.status()).toMatchObject([
    { id: 'host:web-1', kind: 'host' },
    {
      id: 'database:shop',
      kind: 'database',
      unseen: [],
      detail: expect.stringMatching(/^PostgreSQL \d+\.\d+, primary$/),
    },
  ]);
  expect(await stored('Up', { source: 'shop' })).toEqual([1]);
  expect((await stored('Connections', { source: 'shop' }))[0]).toBeGreaterThan(0);
  const disk = await stored('DiskUsed', { host: 'web-1', disk: 'data' }, 'Holdfast/Host');
  expect(disk[0]).toBeGreaterThan(0);
  expect(await stored('DiskUsed', { source: 'shop' }), 'the same disk is told once').toEqual([]);
  expect(await names()).toEqual(
    expect.arrayContaining(['database-shop-connections', 'database-shop-up', 'host-web-1-cpu', 'host-web-1-disk-data']),
  );
  await clock.advance(15_000);
  await collectors.collectNow();
  expect((await stored('CpuUsed', { host: 'web-1' }, 'Holdfast/Host')).length, 'shares need two readings').toBe(1);
});

test('what people change stays changed and what they delete stays away, over a restart too', async () => {
  const { service } = engine;
  const [alarm] = (await service.describeAlarms(ACTOR, { alarmNames: ['database-shop-connections'] })).metricAlarms;
  const { metricName, namespace, dimensions, statistic, period } = alarm ?? {};
  await service.putMetricAlarm(ACTOR, {
    ...{ alarmName: 'database-shop-connections', metricName, namespace, dimensions, statistic, period },
    ...{ threshold: 50, evaluationPeriods: 2, comparisonOperator: 'GreaterThanThreshold' },
  });
  await service.deleteAlarms(ACTOR, ['database-shop-deadlocks']);
  await collectors.close();
  collectors = openCollectors();
  await collectors.collectNow();
  expect(await names()).not.toContain('database-shop-deadlocks');
  const [kept] = (await service.describeAlarms(ACTOR, { alarmNames: ['database-shop-connections'] })).metricAlarms;
  expect(kept?.threshold).toBe(50);
});

test('a service gets its alarms with its first requests', async () => {
  const timeMs = clock.nowMs();
  const one = { sum: 1, count: 1, min: 1, max: 1, timeMs, unit: 'Count', resolutionSeconds: 60 } as const;
  await metrics.store.append([
    { ...one, namespace: 'Holdfast/Requests', name: 'Requests', dimensions: { service: 'api' } },
  ]);
  await clock.advance(60_000);
  await collectors.collectNow();
  expect(await names()).toEqual(expect.arrayContaining(['service-api-errors', 'service-api-latency']));
});

test('a server that is away is told within a minute, and that it is back', async () => {
  const good = url;
  raised.length = 0;
  url = 'postgresql://nobody:x@127.0.0.1:1/postgres';
  // Another address makes another connection.
  targets = [targetFor('shop', () => url)];
  for (let seconds = 0; seconds < 60; seconds += 15) {
    await clock.advance(15_000);
    await collectors.collectNow();
  }
  expect(await stored('Up', { source: 'shop' })).toContain(0);
  const told = (): readonly AlertInput[] => raised.filter(({ key }) => key.startsWith('collector:database:'));
  expect(told()).toMatchObject([
    { key: 'collector:database:shop', state: 'firing', body: expect.stringContaining('ECONNREFUSED') },
  ]);
  url = good;
  await clock.advance(15_000);
  await collectors.collectNow();
  await collectors.collectNow();
  expect(told().map(({ state }) => state)).toEqual(['firing', 'resolved']);
});

test('a database that is watched no more takes its alarms with it, but for those that people made their own', async () => {
  await engine.service.untagResource(ACTOR, 'database-shop-wraparound', ['holdfast:ready']);
  targets = [];
  await collectors.collectNow();
  const left = (await names()).filter((name) => name.startsWith('database-shop-'));
  expect(left).toEqual(['database-shop-wraparound']);
  expect(collectors.status().map(({ id }) => id)).toEqual(['host:web-1']);
});
