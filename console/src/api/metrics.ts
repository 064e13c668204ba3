import { keepPreviousData, useQueries, useQuery } from '@tanstack/react-query';
import { call } from './client.ts';
import type { Dashboards, Metric, MetricQuery, MetricSeries, MetricSeriesList, Metrics, Statements } from './types.ts';

const PAGE = 500;
/** Pages that are read to fill a list; who has more metrics narrows it by namespace. */
const PAGES_MAX = 4;

export interface MetricScope {
  readonly namespace?: string | undefined;
  readonly name?: string | undefined;
}

export interface MetricList {
  readonly metrics: readonly Metric[];
  /** True when there are more than were read. */
  readonly more: boolean;
}

async function listMetrics(scope: MetricScope, signal: AbortSignal): Promise<MetricList> {
  const metrics: Metric[] = [];
  let after: string | undefined;
  for (let page = 0; page < PAGES_MAX; page += 1) {
    const read: Metrics = await call<Metrics>('GET', '/metrics', { signal, query: { ...scope, after, limit: PAGE } });
    metrics.push(...read.metrics);
    after = read.next;
    if (after === undefined) return { metrics, more: false };
  }
  return { metrics, more: true };
}

export const useNamespaces = (refetchMs?: number) =>
  useQuery({
    queryKey: ['metric-namespaces'],
    queryFn: ({ signal }) => call<{ namespaces: string[] }>('GET', '/metrics/namespaces', { signal }),
    ...(refetchMs === undefined ? {} : { refetchInterval: refetchMs }),
  });

export const useMetricList = (scope: MetricScope, enabled = true, refetchMs?: number) =>
  useQuery({
    queryKey: ['metrics', scope.namespace ?? '', scope.name ?? ''],
    queryFn: ({ signal }) => listMetrics(scope, signal),
    staleTime: 30_000,
    placeholderData: keepPreviousData,
    enabled,
    ...(refetchMs === undefined ? {} : { refetchInterval: refetchMs }),
  });

export interface SeriesQuestion {
  readonly queries: readonly MetricQuery[];
  readonly fromMs: number;
  readonly toMs: number;
}

export const askSeries = async (question: SeriesQuestion, signal?: AbortSignal): Promise<readonly MetricSeries[]> => {
  const body = { ...question, queries: [...question.queries] };
  const answer = await call<MetricSeriesList>('POST', '/metrics/query', {
    body,
    ...(signal === undefined ? {} : { signal }),
  });
  return answer.series;
};

/** Series of metrics and of math over them; the last answer stays while the next is on its way. */
export const useSeries = (question: SeriesQuestion, enabled = true) =>
  useQuery({
    queryKey: ['metric-series', question],
    queryFn: ({ signal }) => askSeries(question, signal),
    placeholderData: keepPreviousData,
    enabled: enabled && question.queries.length > 0,
    retry: false,
    meta: { ofSpan: true },
  });

/** The unit of each metric by `namespace name`; metrics of one name share it but for rare senders. */
export function useUnits(metrics: readonly { readonly namespace: string; readonly name: string }[]) {
  const wanted = [
    ...new Map(metrics.map(({ namespace, name }) => [unitKey({ namespace, name }), { namespace, name }])),
  ];
  return useQueries({
    queries: wanted.map(([key, scope]) => ({
      queryKey: ['metric-unit', key],
      queryFn: ({ signal }: { readonly signal: AbortSignal }) =>
        call<Metrics>('GET', '/metrics', { signal, query: { ...scope, limit: 1 } }),
      staleTime: 10 * 60_000,
    })),
    combine: (results): Readonly<Record<string, string>> =>
      Object.fromEntries(
        results.flatMap(({ data }) => {
          const metric = data?.metrics[0];
          return metric === undefined ? [] : [[unitKey(metric), metric.unit]];
        }),
      ),
  });
}

export const unitKey = ({ namespace, name }: { readonly namespace: string; readonly name: string }): string =>
  `${namespace} ${name}`;

/** The ready dashboards; they change with the version of the server only. */
export const useDashboards = () =>
  useQuery({
    queryKey: ['dashboards'],
    queryFn: ({ signal }) => call<Dashboards>('GET', '/metrics/dashboards', { signal }),
    staleTime: Number.POSITIVE_INFINITY,
  });

const STATEMENTS_REFETCH_MS = 15_000;

/** The costly statements of a database in the last minute that was looked at. */
export const useStatements = (source: string) =>
  useQuery({
    queryKey: ['statements', source],
    queryFn: ({ signal }) => call<Statements>('GET', '/metrics/statements', { signal, query: { source } }),
    refetchInterval: STATEMENTS_REFETCH_MS,
  });
