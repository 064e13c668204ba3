import { Failure } from '../../base/index.ts';
import {
  evaluateQueries,
  type MathValue,
  METRICS_MATH_FAILURES,
  METRICS_MATH_LIMITS,
  parseSearch,
  type ReadExpression,
  readExpressions,
  type SearchCall,
  type Series,
} from '../math/index.ts';
import type { MetricIdentity, MetricSeries, MetricStore } from '../types.ts';
import type { ExpressionQuery, PlainQuery, ReadSeries } from './query-metrics.ts';
import type { ReadRange } from './read-periods.ts';

/** What a search found, and whether there was more than it may find. */
interface Found {
  readonly series: readonly Series[];
  readonly partial: boolean;
}

/** Evaluates the expressions of one call over the metrics that were read for it. */
export async function queryExpressions(deps: {
  readonly queries: readonly ExpressionQuery[];
  readonly metrics: readonly { readonly query: PlainQuery; readonly found: MetricSeries }[];
  readonly range: ReadRange;
  readonly readSeries: ReadSeries;
  readonly listMetrics: MetricStore['listMetrics'];
}): Promise<ReadonlyMap<string, readonly MetricSeries[]>> {
  const { queries, range } = deps;
  const expressions = readExpressions(
    queries.map(({ id, expression, periodSeconds }) => ({ id, expression, periodSeconds })),
  );
  const longest = deps.metrics.reduce((most, { query }) => Math.max(most, query.periodSeconds), 60);
  const found = new Map<SearchCall, Found>();
  for (const expression of expressions) {
    for (const call of expression.searches) {
      const periodSeconds = call.periodSeconds ?? expression.periodSeconds ?? longest;
      found.set(call, await search({ ...call, periodSeconds }, deps));
    }
  }
  const foundFor = (expression: ReadExpression, call: SearchCall): Found | undefined => {
    const same = expression.searches.find((one) => isSame(one, call));
    return same === undefined ? undefined : found.get(same);
  };
  const values = evaluateQueries({
    metrics: deps.metrics.map(({ query, found: one }) => ({
      id: query.id,
      series: { label: one.label, periodSeconds: query.periodSeconds, timesMs: one.timesMs, values: one.values },
    })),
    expressions,
    fromMs: range.fromMs,
    toMs: range.toMs,
    search: (expression, call) => foundFor(expression, call)?.series ?? [],
  });
  return new Map(
    queries.map((query, index) => {
      const partial = expressions[index]?.searches.some((call) => found.get(call)?.partial === true) ?? false;
      return [query.id, query.returnData ? answersOf(query, values.get(query.id), partial) : []];
    }),
  );
}

const isSame = (a: SearchCall, b: SearchCall): boolean =>
  a.pattern === b.pattern && a.statistic === b.statistic && a.periodSeconds === b.periodSeconds;

async function search(
  call: SearchCall & { readonly periodSeconds: number },
  deps: {
    readonly range: ReadRange;
    readonly readSeries: ReadSeries;
    readonly listMetrics: MetricStore['listMetrics'];
  },
): Promise<Found> {
  const pattern = parseSearch(call.pattern);
  const metrics = new Map<string, MetricIdentity>();
  let after: string | undefined;
  let scanned = 0;
  let partial = false;
  do {
    const page = await deps.listMetrics({
      ...(pattern.namespace === undefined ? {} : { namespace: pattern.namespace }),
      ...(after === undefined ? {} : { after }),
      limit: PAGE,
    });
    for (const metric of page.metrics) {
      if (!pattern.matches(metric)) continue;
      // A metric of several units is found once; the unit that is newest is read.
      metrics.set(
        JSON.stringify([metric.namespace, metric.name, Object.entries(metric.dimensions).sort(byName)]),
        metric,
      );
    }
    scanned += page.metrics.length;
    after = page.next;
    partial = metrics.size > METRICS_MATH_LIMITS.searchMetricsMax || scanned >= METRICS_MATH_LIMITS.searchScannedMax;
  } while (after !== undefined && !partial);
  const chosen = [...metrics.values()].slice(0, METRICS_MATH_LIMITS.searchMetricsMax);
  const read = await deps.readSeries(
    chosen.map(({ namespace, name, dimensions }, index) => ({
      id: `s${index}`,
      type: 'metric',
      metric: { namespace, name, dimensions },
      statistic: call.statistic,
      periodSeconds: call.periodSeconds,
      label: [...Object.values(dimensions), name].join(' '),
      returnData: true,
    })),
    deps.range,
  );
  const { periodSeconds } = call;
  return { series: read.map(({ label, timesMs, values }) => ({ label, periodSeconds, timesMs, values })), partial };
}

const PAGE = 5000;

const byName = ([a]: readonly [string, string], [b]: readonly [string, string]): number => (a < b ? -1 : 1);

function answersOf(query: ExpressionQuery, value: MathValue | undefined, partial: boolean): readonly MetricSeries[] {
  const list = value?.type === 'series' ? [value.series] : value?.type === 'list' ? value.list : undefined;
  if (list === undefined) throw new Failure(METRICS_MATH_FAILURES.scalarResult, { id: query.id });
  const messages = partial
    ? [
        {
          code: 'MaxMetricsExceeded',
          value: `a search found more than ${METRICS_MATH_LIMITS.searchMetricsMax} metrics`,
        },
      ]
    : [];
  return list.map(({ label, timesMs, values }) => ({
    id: query.id,
    label: query.label ?? (value?.type === 'list' && label !== '' ? label : query.id),
    timesMs,
    values,
    status: partial ? 'partial' : 'complete',
    messages,
  }));
}
