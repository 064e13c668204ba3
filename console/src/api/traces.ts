import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { call } from './client.ts';
import type { Trace, Traces } from './types.ts';

export interface TraceFilter {
  readonly fromMs: number;
  readonly toMs: number;
  readonly service?: string | undefined;
  readonly status?: 'error' | undefined;
  readonly durationMsMin?: number | undefined;
}

/** Each reading of traces leaves an audit record, so nothing reads them again by itself. */
export const useTraces = (filter: TraceFilter) =>
  useQuery({
    queryKey: ['traces', filter],
    queryFn: ({ signal }) => call<Traces>('GET', '/traces', { signal, query: { ...filter, limit: 100 } }),
    placeholderData: keepPreviousData,
    meta: { ofSpan: true },
  });

export const useTrace = (traceId: string) =>
  useQuery({
    queryKey: ['trace', traceId],
    queryFn: ({ signal }) => call<Trace>('GET', `/traces/${encodeURIComponent(traceId)}`, { signal }),
    staleTime: 60_000,
    retry: false,
  });
