import { mkdtemp, rm } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { systemActor } from '../src/access/index.ts';
import { silentLog, systemClock } from '../src/base/index.ts';
import { startEmbeddedPostgres } from '../src/catalog/drivers/embedded/index.ts';
import { openCatalog } from '../src/catalog/index.ts';
import {
  ALARMS_MIGRATIONS,
  type AlarmEngine,
  createAlarmEngine,
  createMetricStore,
  type MetricAlarmInput,
  type MetricPoint,
  type MetricStore,
} from '../src/metrics/index.ts';
import { openChdbTelemetry } from '../src/telemetry/drivers/chdb/index.ts';

/**
 * `npm run bench alarms [-- ALARMS [SECONDS]]`: alarms with periods of a minute over a real store and a real catalog.
 * Three parts: a steady minute of points after another with the share of a processor that it takes; the time from a
 * point that crosses a threshold to the moment notify has it (maxima, decided on arrival) or from the end of the period
 * (averages); and a storm, in which every alarm fires at once. One in twenty alarms is a percentile, which asks the
 * store. PostgreSQL runs beside and is not in the share.
 */
const alarms = Number(process.argv[2] ?? 5_000);
const steadySeconds = Number(process.argv[3] ?? 120);
const ACTOR = systemActor('bench');
const MINUTE_MS = 60_000;

const kindOf = (index: number): 'percentile' | 'average' | 'maximum' => {
  if (index % 20 === 0) return 'percentile';
  return index % 2 === 0 ? 'average' : 'maximum';
};
const raisedAt = new Map<string, number>();
let onRaise: () => void = () => undefined;

const folder = await mkdtemp(join(tmpdir(), 'holdfast-bench-alarms-'));
const log = silentLog();
const postgres = await startEmbeddedPostgres({ folder: join(folder, 'catalog'), clock: systemClock, log });
const catalog = await openCatalog({ url: postgres.url, migrations: ALARMS_MIGRATIONS, clock: systemClock, log });
const telemetry = await openChdbTelemetry({ folder: join(folder, 'points'), clock: systemClock, log });
const store = createMetricStore({ telemetry, clock: systemClock, log });
const engine = await createAlarmEngine({
  store,
  catalog,
  clock: systemClock,
  log,
  region: 'us-east-1',
  accountId: '123456789012',
  alerting: {
    raise: async (alert) => {
      raisedAt.set(`${alert.key} ${alert.state}`, Date.now());
      onRaise();
    },
  },
  authorize: async () => undefined,
  audit: {
    record: async () => undefined,
    count: () => undefined,
    lookup: async () => ({ records: [] }),
    close: async () => undefined,
  },
});
try {
  await createAlarms(engine);
  await benchSteady(engine, store);
  await benchCrossings(engine, store);
  await benchStorm(store);
  console.log(`memory of the process: ${Math.round(process.memoryUsage.rss() / 1e6)} MB resident`);
} finally {
  await engine.close();
  await telemetry.close();
  await catalog.close();
  await postgres.stop();
  await rm(folder, { recursive: true, force: true });
}

async function createAlarms({ service }: AlarmEngine): Promise<void> {
  const started = performance.now();
  let next = 0;
  const work = async (): Promise<void> => {
    for (let index = next; index < alarms; index = next) {
      next += 1;
      await service.putMetricAlarm(ACTOR, definition(index));
    }
  };
  await Promise.all(Array.from({ length: 8 }, work));
  await engine.settled();
  const tookMs = performance.now() - started;
  console.log(`created ${alarms} alarms in ${(tookMs / 1000).toFixed(1)} s, ${Math.round((alarms / tookMs) * 1000)}/s`);
}

function definition(index: number): MetricAlarmInput {
  const kind = kindOf(index);
  return {
    alarmName: `bench-${index}`,
    namespace: 'Bench',
    metricName: 'Latency',
    dimensions: { host: `host-${index}` },
    ...(kind === 'percentile'
      ? { extendedStatistic: 'p90' }
      : { statistic: kind === 'average' ? 'Average' : 'Maximum' }),
    period: 60,
    evaluationPeriods: 3,
    datapointsToAlarm: 1,
    threshold: 100,
    comparisonOperator: 'GreaterThanThreshold',
    alarmActions: ['holdfast:notify'],
  };
}

function pointOf(index: number, value: number): MetricPoint {
  return {
    namespace: 'Bench',
    name: 'Latency',
    dimensions: { host: `host-${index}` },
    unit: 'Milliseconds',
    timeMs: Date.now(),
    sum: value,
    count: 1,
    min: value,
    max: value,
    values: [value],
    counts: [1],
    resolutionSeconds: 60,
  };
}

/** Every metric has a point a minute, a sixtieth of them each second. */
async function sendSecond(target: MetricStore, second: number): Promise<void> {
  const points: MetricPoint[] = [];
  for (let index = second % 60; index < alarms; index += 60) points.push(pointOf(index, 10));
  await target.append(points);
}

async function benchSteady(target: AlarmEngine, points: MetricStore): Promise<void> {
  const before = { cpu: process.cpuUsage(), at: performance.now(), counts: target.status() };
  for (let second = 0; second < steadySeconds; second += 1) {
    const tick = sleep(1000);
    await sendSecond(points, second);
    await tick;
  }
  const cpu = process.cpuUsage(before.cpu);
  const tookMs = performance.now() - before.at;
  const after = target.status();
  const evaluations = after.evaluations - before.counts.evaluations;
  const share = ((cpu.user + cpu.system) / 1000 / tookMs) * 100;
  console.log(
    `steady for ${Math.round(tookMs / 1000)} s: ${Math.round((evaluations / tookMs) * MINUTE_MS)} evaluations a minute, ` +
      `${after.queries - before.counts.queries} queries, ${share.toFixed(1)} % of one of ${cpus().length} processors (store included)`,
  );
}

/** Crossings one after another among the steady points: half on arrival, half at the end of a period. */
async function benchCrossings(target: AlarmEngine, points: MetricStore): Promise<void> {
  const sentAt = new Map<number, number>();
  const candidates = Array.from({ length: alarms }, (_, index) => index).filter(
    (index) => kindOf(index) !== 'percentile',
  );
  const chosen = candidates.slice(0, 400);
  const startMs = Math.ceil(Date.now() / MINUTE_MS) * MINUTE_MS + 1_000;
  await sleep(startMs - Date.now());
  for (let second = 0; second < 40; second += 1) {
    const tick = sleep(1000);
    await sendSecond(points, second);
    for (const index of chosen.slice(second * 10, second * 10 + 10)) {
      sentAt.set(index, Date.now());
      await points.append([pointOf(index, 5_000)]);
    }
    await tick;
  }
  const endMs = Math.ceil(Date.now() / MINUTE_MS) * MINUTE_MS;
  await sleep(endMs + 8_000 - Date.now());
  await target.settled();
  const latencies = (kind: 'average' | 'maximum'): readonly number[] =>
    chosen
      .filter((index) => kindOf(index) === kind)
      .map((index) => {
        const raised = raisedAt.get(`alarm:bench-${index} firing`) ?? Number.POSITIVE_INFINITY;
        const sentMs = sentAt.get(index) ?? 0;
        return raised - (kind === 'maximum' ? sentMs : Math.ceil(sentMs / MINUTE_MS) * MINUTE_MS);
      });
  console.log(`decided on arrival, point sent to notify:     ${quantiles(latencies('maximum'))}`);
  console.log(`decided by the clock, end of period to notify: ${quantiles(latencies('average'))}`);
}

/** Every maximum that is not firing yet crosses its threshold in one request. */
async function benchStorm(points: MetricStore): Promise<void> {
  const quiet = Array.from({ length: alarms }, (_, index) => index).filter(
    (index) => kindOf(index) === 'maximum' && !raisedAt.has(`alarm:bench-${index} firing`),
  );
  let left = quiet.length;
  const done = new Promise<void>((resolve) => {
    onRaise = () => {
      left -= 1;
      if (left === 0) resolve();
    };
  });
  const sentMs = Date.now();
  await points.append(quiet.map((index) => pointOf(index, 5_000)));
  await Promise.race([done, sleep(60_000)]);
  const latencies = quiet.map(
    (index) => (raisedAt.get(`alarm:bench-${index} firing`) ?? Number.POSITIVE_INFINITY) - sentMs,
  );
  console.log(`storm of ${quiet.length} alarms, request sent to notify:   ${quantiles(latencies)}`);
}

function quantiles(values: readonly number[]): string {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number): number =>
    sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
  return `p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, max ${at(1)} ms (${sorted.length})`;
}
