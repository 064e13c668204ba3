import { Failure } from '../../base/index.ts';
import type { TelemetryStore } from '../../telemetry/index.ts';
import { needsDistribution, parseStatistic } from '../statistics/index.ts';
import { chooseTable, type ReadSource } from './choose-table.ts';
import { METRICS_STORE_FAILURES } from './failures.ts';
import { METRICS_STORE_LIMITS } from './limits.ts';
import { periodStatement } from './period-statement.ts';

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
  /** The statistics of all requests; the place of one is that of its column. */
  readonly statistics: string[];
  readonly requests: { readonly index: number; readonly request: PeriodRequest }[];
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
      for (const { index, request } of batch.requests) {
        answers[index] = answerOf(found.get(request.metric) ?? [], request, batch);
      }
    }),
  );
  return answers;
}

function batchesOf(requests: readonly PeriodRequest[], range: ReadRange): readonly Batch[] {
  const batches: Batch[] = [];
  const filling = new Map<string, Batch>();
  for (const [index, request] of requests.entries()) {
    const { periodSeconds, statistic } = request;
    const distribution = needsDistribution(parseStatistic(statistic));
    const key = `${periodSeconds} ${distribution}`;
    let batch = filling.get(key);
    if (batch === undefined || isFull(batch, statistic)) {
      const source = chooseTable({ periodSeconds, fromMs: range.fromMs, nowMs: range.nowMs, distribution });
      batch = { source, periodSeconds, statistics: [], requests: [] };
      filling.set(key, batch);
      batches.push(batch);
    }
    if (!batch.statistics.includes(statistic)) batch.statistics.push(statistic);
    batch.requests.push({ index, request });
  }
  return batches;
}

const isFull = ({ requests, statistics }: Batch, statistic: string): boolean =>
  requests.length >= METRICS_STORE_LIMITS.metricsPerStatementMax ||
  (statistics.length >= METRICS_STORE_LIMITS.statisticsPerStatementMax && !statistics.includes(statistic));

/** One series of one unit, as periodStatement describes it. */
interface SeriesColumns {
  readonly metric: string;
  readonly unit: string;
  readonly last: string | number;
  /** Absent where the arrays have a place for each period. */
  readonly at?: readonly (string | number)[];
  readonly [statistic: `x${number}`]: readonly (number | null)[];
}

async function readBatch(
  telemetry: Pick<TelemetryStore, 'query'>,
  batch: Batch,
  range: ReadRange,
): Promise<ReadonlyMap<string, readonly SeriesColumns[]>> {
  const { source, periodSeconds } = batch;
  if (source.fromMs >= range.toMs) return new Map();
  const periods = Math.ceil((range.toMs - source.fromMs) / (periodSeconds * 1000));
  const { periodsPerSeriesMax: max } = METRICS_STORE_LIMITS;
  if (periods > max) throw new Failure(METRICS_STORE_FAILURES.tooManyDatapoints, { points: periods, max });
  const metrics = [...new Set(batch.requests.map(({ request }) => request.metric))];
  const { rows } = await telemetry.query<SeriesColumns>({
    sql: periodStatement({ source, periodSeconds, periods, specs: batch.statistics.map(parseStatistic) }),
    params: {
      metrics,
      from: (source.fromMs / 1000).toFixed(3),
      to: (range.toMs / 1000).toFixed(3),
      start: Math.floor(source.fromMs / 1000),
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

function answerOf(series: readonly SeriesColumns[], request: PeriodRequest, batch: Batch): PeriodValues {
  const units = series.map(({ unit }) => unit);
  const wanted = request.unit === undefined ? newest(series) : series.find(({ unit }) => unit === request.unit);
  if (wanted === undefined) return { timesMs: [], values: [], units };
  const timesMs: number[] = [];
  const values: number[] = [];
  const column = wanted[`x${batch.statistics.indexOf(request.statistic)}`] ?? [];
  for (const [at, place] of placesOf(wanted, column.length)) {
    const value = column[place];
    // What is not finite comes as null.
    if (value === null || value === undefined) continue;
    timesMs.push(batch.source.fromMs + at * request.periodSeconds * 1000);
    values.push(value);
  }
  return { timesMs, values, units: request.unit === undefined ? units : [request.unit] };
}

/** The periods of a series, oldest first, each with its place in the arrays. */
function placesOf({ at }: SeriesColumns, length: number): Iterable<readonly [number, number]> {
  if (at !== undefined) return at.map((one, place) => [Number(one), place] as const).sort(([a], [b]) => a - b);
  return Array.from({ length }, (_, place) => [place, place] as const);
}

/** A metric that changed its unit goes on in the new one. */
const newest = (series: readonly SeriesColumns[]): SeriesColumns | undefined =>
  series.reduce<SeriesColumns | undefined>(
    (best, one) => (best === undefined || Number(one.last) > Number(best.last) ? one : best),
    undefined,
  );
