import { useQuery } from '@tanstack/react-query';
import { askSeries } from '../api/metrics.ts';
import type { Alarm, MetricQuery, MetricSeries } from '../api/types.ts';
import { alarmQueries, periodOf } from './alarm-words.ts';

export const SPARK_MS = 3 * 3_600_000;
const REFETCH_MS = 30_000;
/** A spark has no room for more. */
const POINTS_MAX = 180;

export interface Spark {
  readonly timesMs: readonly number[];
  readonly values: readonly number[];
  readonly periodSeconds: number;
}

const sparkPeriod = (queries: readonly MetricQuery[]): number => {
  const own = periodOf(queries);
  return Math.max(1, Math.ceil(SPARK_MS / 1000 / POINTS_MAX / own)) * own;
};

const withPeriod = (queries: readonly MetricQuery[], periodSeconds: number): MetricQuery[] =>
  queries.map((query) =>
    query.type === 'metric' || query.periodSeconds !== undefined ? { ...query, periodSeconds } : query,
  );

/** Alarms over one metric share one call; expressions have ids of their own and are asked one by one. */
async function askSparks(alarms: readonly Alarm[], signal: AbortSignal): Promise<ReadonlyMap<string, Spark>> {
  const toMs = Date.now();
  const fromMs = toMs - SPARK_MS;
  const metric = alarms.flatMap((alarm) => (alarm.type === 'MetricAlarm' ? [alarm] : []));
  const asked = metric.map((alarm) => {
    const queries = alarmQueries(alarm);
    const periodSeconds = sparkPeriod(queries);
    return { name: alarm.alarmName, queries: withPeriod(queries, periodSeconds), periodSeconds };
  });
  const single = asked.filter(({ queries }) => queries.length === 1);
  const several = asked.filter(({ queries }) => queries.length > 1);
  const found = new Map<string, Spark>();
  const put = (one: (typeof asked)[number], series: MetricSeries | undefined): void => {
    if (series !== undefined) found.set(one.name, { ...series, periodSeconds: one.periodSeconds });
  };
  const together = async (): Promise<void> => {
    if (single.length === 0) return;
    const queries = single.flatMap((one, index) => one.queries.map((query) => ({ ...query, id: `a${index}` })));
    const series = await askSeries({ queries, fromMs, toMs }, signal);
    for (const [index, one] of single.entries())
      put(
        one,
        series.find(({ id }) => id === `a${index}`),
      );
  };
  const alone = several.map(async (one) => {
    // An expression that cannot be computed has no spark; its alarm says why.
    const series = await askSeries({ queries: one.queries, fromMs, toMs }, signal).catch(() => []);
    put(one, series[0]);
  });
  await Promise.all([together(), ...alone]);
  return found;
}

/** The last three hours of each of these alarms. */
export const useSparks = (alarms: readonly Alarm[]) =>
  useQuery({
    queryKey: [
      'alarm-sparks',
      alarms.map(({ alarmName, alarmConfigurationUpdatedMs }) => [alarmName, alarmConfigurationUpdatedMs]),
    ],
    queryFn: ({ signal }) => askSparks(alarms, signal),
    enabled: alarms.length > 0,
    refetchInterval: REFETCH_MS,
    placeholderData: (before) => before,
  });
