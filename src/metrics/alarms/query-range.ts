import type { MetricQuery, MetricStore } from '../types.ts';
import { type MetricDefinition, queriesOf, singleMetric } from './definition.ts';
import { METRICS_ALARMS_LIMITS as LIMITS } from './limits.ts';
import type { PeriodPoint } from './slot-window.ts';

const SAMPLES_ID = 'holdfast_samples';

export type QueriedRange =
  | { readonly type: 'error'; readonly message: string }
  | {
      readonly type: 'points';
      /** By the start of their period. */
      readonly points: ReadonlyMap<number, PeriodPoint>;
      readonly isPartial: boolean;
    };

/** Asks the store for the points of an alarm that is not kept in memory: math, percentiles, very long windows. */
export async function queryRange(
  store: Pick<MetricStore, 'query'>,
  definition: MetricDefinition,
  range: { readonly fromMs: number; readonly toMs: number },
): Promise<QueriedRange> {
  const queries = queriesOf(definition);
  const returned = queries.find((query) => query.returnData);
  if (returned === undefined) return { type: 'error', message: 'no query of the alarm returns data' };
  const answer = await store.query({
    queries: [...queries, ...samplesQuery(definition)],
    ...range,
    signal: AbortSignal.timeout(LIMITS.storeTimeoutMs),
  });
  const series = answer.filter((one) => one.id === returned.id);
  const [one] = series;
  if (series.length > 1) return { type: 'error', message: 'the expression returns more than one series' };
  if (one === undefined) return { type: 'points', points: new Map(), isPartial: false };
  if (one.status === 'failed') {
    const message = one.messages.map(({ code, value }) => `${code}: ${value}`).join('; ');
    return { type: 'error', message: message === '' ? 'the expression cannot be evaluated' : message };
  }
  const counts = answer.find((other) => other.id === SAMPLES_ID);
  const samples = new Map(counts?.timesMs.map((time, at) => [time, counts.values[at] ?? 0]));
  const points = one.timesMs.map((startMs, at): readonly [number, PeriodPoint] => [
    startMs,
    { startMs, value: one.values[at] ?? 0, sampleCount: samples.get(startMs) ?? 1 },
  ]);
  return { type: 'points', points: new Map(points), isPartial: one.status === 'partial' };
}

/** How many samples are behind a percentile: few of them may not be enough to say anything. */
function samplesQuery(definition: MetricDefinition): readonly MetricQuery[] {
  const metric = singleMetric(definition);
  return metric === undefined ? [] : [{ ...metric, id: SAMPLES_ID, statistic: 'SampleCount', returnData: true }];
}
