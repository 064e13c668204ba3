import type { TelemetryStore } from '../../telemetry/index.ts';
import {
  computeStatistic,
  needsDistribution,
  type PeriodAggregate,
  parseStatistic,
  readSketch,
  type StatisticSpec,
} from '../statistics/index.ts';
import { chooseTable, type ReadSource } from './choose-table.ts';
import { METRICS_STORE_LIMITS } from './limits.ts';

/** One metric, one statistic, one period; `unit` undefined takes the unit that has data. */
export interface PeriodRequest {
  readonly metric: string;
  readonly unit: string | undefined;
  readonly statistic: string;
  readonly periodSeconds: number;
}

export interface PeriodValues {
  readonly timesMs: readonly number[];
  readonly values: readonly number[];
  /** Units that have data in the range; more than one means that the newest was taken. */
  readonly units: readonly string[];
}

export interface ReadRange {
  readonly fromMs: number;
  readonly toMs: number;
  readonly nowMs: number;
  readonly signal: AbortSignal | undefined;
}

interface Batch {
  readonly source: ReadSource;
  readonly periodSeconds: number;
  readonly distribution: boolean;
  readonly requests: { readonly index: number; readonly request: PeriodRequest; readonly spec: StatisticSpec }[];
}

/** Reads all requests with as few statements as their periods allow. Answers are in the order of the requests. */
export async function readPeriods(
  telemetry: Pick<TelemetryStore, 'query'>,
  requests: readonly PeriodRequest[],
  range: ReadRange,
): Promise<readonly PeriodValues[]> {
  const answers: PeriodValues[] = requests.map(() => ({ timesMs: [], values: [], units: [] }));
  await Promise.all(
    batchesOf(requests, range).map(async (batch) => {
      const found = await readBatch(telemetry, batch, range);
      for (const { index, request, spec } of batch.requests) {
        answers[index] = answerOf(found.get(request.metric) ?? [], { request, spec, source: batch.source });
      }
    }),
  );
  return answers;
}

function batchesOf(requests: readonly PeriodRequest[], range: ReadRange): readonly Batch[] {
  const batches = new Map<string, Batch>();
  for (const [index, request] of requests.entries()) {
    const spec = parseStatistic(request.statistic);
    const { periodSeconds } = request;
    const distribution = needsDistribution(spec);
    const base = `${periodSeconds} ${distribution}`;
    let key = base;
    for (
      let part = 0;
      (batches.get(key)?.requests.length ?? 0) >= METRICS_STORE_LIMITS.metricsPerStatementMax;
      part += 1
    ) {
      key = `${base} ${part}`;
    }
    const batch = batches.get(key) ?? {
      source: chooseTable({ periodSeconds, fromMs: range.fromMs, nowMs: range.nowMs, distribution }),
      periodSeconds,
      distribution,
      requests: [],
    };
    batch.requests.push({ index, request, spec });
    batches.set(key, batch);
  }
  return [...batches.values()];
}

/** One series of one unit: column by column, a value for each period that has data, oldest first. */
interface SeriesColumns {
  readonly metric: string;
  readonly unit: string;
  readonly at: readonly number[];
  readonly s?: readonly number[];
  readonly c?: readonly number[];
  readonly lo?: readonly number[];
  readonly hi?: readonly number[];
  readonly o?: readonly number[];
  readonly k?: readonly (readonly number[])[];
  readonly n?: readonly (readonly number[])[];
}

async function readBatch(
  telemetry: Pick<TelemetryStore, 'query'>,
  batch: Batch,
  range: ReadRange,
): Promise<ReadonlyMap<string, readonly SeriesColumns[]>> {
  const { fromMs } = batch.source;
  if (fromMs >= range.toMs) return new Map();
  const metrics = [...new Set(batch.requests.map(({ request }) => request.metric))];
  const { rows } = await telemetry.query<SeriesColumns>({
    sql: statementOf(batch),
    params: {
      metrics,
      from: (fromMs / 1000).toFixed(3),
      to: (range.toMs / 1000).toFixed(3),
      start: Math.floor(fromMs / 1000),
      period: batch.periodSeconds,
    },
    timeoutMs: METRICS_STORE_LIMITS.queryTimeoutMs,
    ...(range.signal === undefined ? {} : { signal: range.signal }),
  });
  const found = new Map<string, SeriesColumns[]>();
  for (const row of rows) {
    const known = found.get(row.metric);
    if (known === undefined) found.set(row.metric, [row]);
    else known.push(row);
  }
  return found;
}

const NEEDS: Readonly<Record<string, readonly string[]>> = {
  SampleCount: ['c'],
  Sum: ['s'],
  Average: ['s', 'c'],
  Minimum: ['lo'],
  Maximum: ['hi'],
};
const EVERYTHING = ['s', 'c', 'lo', 'hi', 'o', 'k', 'n'];

const AGGREGATES: Readonly<Record<string, string>> = {
  s: 'sum(value_sum)',
  c: 'sum(value_count)',
  lo: 'min(value_min)',
  hi: 'max(value_max)',
};

function statementOf(batch: Batch): string {
  const columns = columnsOf(batch);
  const { form, table } = batch.source;
  const inner = columns
    .filter((column) => column in AGGREGATES)
    .map((column) => `${AGGREGATES[column]} AS ${column}`)
    .concat(batch.distribution ? [`${OPAQUE[form]} AS o`, `${BUCKETS[form]} AS m`] : []);
  const outer = columns.map((column) => {
    const part = column === 'k' ? 'm.1' : column === 'n' ? 'm.2' : column;
    return `groupArray(${part}) AS ${column}`;
  });
  const period =
    form === 'points'
      ? 'intDiv(toUnixTimestamp(time) - {start:Int64}, {period:Int64})'
      : 'intDiv(toUnixTimestamp(time) - {start:Int64}, {period:Int64})';
  return (
    `SELECT toString(metric) AS metric, unit, groupArray(i) AS at, ${outer.join(', ')} FROM (` +
    `SELECT metric, unit, ${period} AS i, ${inner.join(', ')} FROM ${table} ` +
    `WHERE metric IN {metrics:Array(UInt64)} AND time >= toDateTime64({from:String}, 3, 'UTC') ` +
    `AND time < toDateTime64({to:String}, 3, 'UTC') GROUP BY metric, unit, i ORDER BY metric, unit, i) ` +
    'GROUP BY metric, unit'
  );
}

function columnsOf(batch: Batch): readonly string[] {
  if (batch.distribution) return EVERYTHING;
  const names = batch.requests.map(({ spec }) => (spec.type === 'simple' ? spec.name : ''));
  return [...new Set(names.flatMap((name) => NEEDS[name] ?? EVERYTHING))];
}

const OPAQUE = {
  points: 'sum(if(empty(values) AND value_min != value_max, value_count, 0))',
  rollup: 'sum(opaque)',
} as const;

const BUCKETS = {
  points: 'sumMap(if(notEmpty(values), values, [value_min]), if(notEmpty(counts), counts, [value_count]))',
  rollup: 'sumMap(sketch.1, sketch.2)',
} as const;

function answerOf(
  series: readonly SeriesColumns[],
  asked: { readonly request: PeriodRequest; readonly spec: StatisticSpec; readonly source: ReadSource },
): PeriodValues {
  const { request, spec, source } = asked;
  const units = series.map(({ unit }) => unit);
  const wanted = request.unit === undefined ? newest(series) : series.find(({ unit }) => unit === request.unit);
  if (wanted === undefined) return { timesMs: [], values: [], units };
  const timesMs: number[] = [];
  const values: number[] = [];
  for (const [index, at] of wanted.at.entries()) {
    const value = computeStatistic(spec, aggregateAt(wanted, index, source.form));
    if (value === undefined || !Number.isFinite(value)) continue;
    timesMs.push(source.fromMs + Number(at) * request.periodSeconds * 1000);
    values.push(value);
  }
  return { timesMs, values, units: request.unit === undefined ? units : [request.unit] };
}

/** A metric that changed its unit goes on in the new one. */
const newest = (series: readonly SeriesColumns[]): SeriesColumns | undefined =>
  series.reduce<SeriesColumns | undefined>(
    (best, one) => (best === undefined || Number(one.at.at(-1)) > Number(best.at.at(-1)) ? one : best),
    undefined,
  );

function aggregateAt(series: SeriesColumns, index: number, form: ReadSource['form']): PeriodAggregate {
  const plain = {
    sum: series.s?.[index] ?? 0,
    // A statistic that does not need the number of samples does not read it; there is one, or there were no row.
    count: series.c?.[index] ?? 1,
    min: series.lo?.[index] ?? 0,
    max: series.hi?.[index] ?? 0,
  };
  const keys = series.k?.[index];
  const counts = series.n?.[index];
  if (keys === undefined || counts === undefined || (series.o?.[index] ?? 0) > 0) return plain;
  return { ...plain, distribution: form === 'points' ? { values: keys, counts } : readSketch(keys, counts, plain) };
}
