import type { Probe } from '../evidence/index.ts';
import { type MetricQuery, POSTGRES_NAMESPACE } from '../metrics/index.ts';
import { DRILLS_LIMITS } from './limits.ts';
import type { MetricsProbeDeps } from './metrics-probe-deps.ts';

const PERIOD_S = 10;

/** M2: what is stored about every database is younger than a minute, and says that it was seen. */
export const databaseMetricsFresh = (deps: MetricsProbeDeps): Probe => ({
  id: 'database-metrics-fresh',
  promise: 'M2',
  statement: 'The newest numbers of every database are younger than a minute',
  cadenceMs: deps.cadenceMs,
  run: async (signal) => {
    const names = deps.collectors
      .status()
      .filter(({ kind }) => kind === 'database')
      .map(({ name }) => name);
    if (names.length === 0)
      return { passed: false, summary: 'No database is watched.', measurements: { databases: 0 } };
    const ages = await newestAges(deps, names, signal);
    const stale = names.filter(
      (name) => (ages.get(name) ?? Number.POSITIVE_INFINITY) > DRILLS_LIMITS.databaseMetricsAgeMax,
    );
    const oldestMs = Math.max(...ages.values());
    const measurements = { databases: names.length, stale: stale.length, ...(ages.size === 0 ? {} : { oldestMs }) };
    if (stale.length > 0) {
      return { passed: false, summary: `No numbers of the last minute about ${stale.join(', ')}.`, measurements };
    }
    const seconds = Math.round(oldestMs / 1000);
    const what = names.length === 1 ? `the database ${names[0]}` : `each of ${names.length} databases`;
    return { passed: true, summary: `The newest numbers about ${what} are at most ${seconds} s old.`, measurements };
  },
});

/** Asked of the store, where a graph asks: what a collector believes to have written proves nothing. */
async function newestAges(
  { metricStore, clock }: MetricsProbeDeps,
  names: readonly string[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, number>> {
  const nowMs = clock.nowMs();
  const ages = new Map<string, number>();
  const queries = names.map(
    (source, index): MetricQuery => ({
      ...{ id: `m${index}`, type: 'metric', statistic: 'Maximum', periodSeconds: PERIOD_S, returnData: true },
      metric: { namespace: POSTGRES_NAMESPACE, name: 'Connections', dimensions: { source } },
    }),
  );
  const fromMs = nowMs - 3 * DRILLS_LIMITS.databaseMetricsAgeMax;
  const series = await metricStore.query({ queries, fromMs, toMs: nowMs + PERIOD_S * 1000, signal });
  for (const [index, source] of names.entries()) {
    const newestMs = series.find(({ id }) => id === `m${index}`)?.timesMs.at(-1);
    // The time of a period is its beginning: the point lies up to its length later.
    if (newestMs !== undefined) ages.set(source, Math.max(0, nowMs - newestMs));
  }
  return ages;
}
