import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { call } from './client.ts';
import type {
  Facets,
  Histogram,
  LogGroups,
  LogRecord,
  QueryCheck,
  QueryResult,
  QueryStart,
  QueryWords,
} from './types.ts';

/** What one look at the logs asks for; equal values mean the same answers. */
export interface LogsQuestion {
  readonly query: string;
  readonly groups: readonly string[];
  readonly startMs: number;
  readonly endMs: number;
}

const FIRST_PAUSE_MS = 80;
const PAUSE_MAX_MS = 1000;
export const ROWS_MAX = 2000;
const BUCKETS = 90;

const bodyOf = (question: LogsQuestion): QueryStart => ({ ...question, groups: [...question.groups] });

const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve, reject) => {
    const handle = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => {
      clearTimeout(handle);
      reject(signal.reason);
    });
  });

export const isEnded = (status: QueryResult['status']): boolean => status !== 'Running' && status !== 'Scheduled';

export const cancelQuery = (queryId: string): Promise<QueryResult> =>
  call('DELETE', `/logs/queries/${encodeURIComponent(queryId)}`);

/** Starts a query and reports each state until it has ended; an abort stops it in the engine too. */
export async function runQuery(
  question: LogsQuestion,
  signal: AbortSignal,
  onState: (state: QueryResult) => void,
): Promise<QueryResult> {
  const { queryId } = await call<{ queryId: string }>('POST', '/logs/queries', {
    body: { ...bodyOf(question), limit: ROWS_MAX },
    signal,
  });
  try {
    for (let waitMs = FIRST_PAUSE_MS; ; waitMs = Math.min(waitMs * 1.5, PAUSE_MAX_MS)) {
      const state = await call<QueryResult>('GET', `/logs/queries/${encodeURIComponent(queryId)}`, { signal });
      if (isEnded(state.status)) return state;
      onState(state);
      await pause(waitMs, signal);
    }
  } catch (error) {
    if (signal.aborted) void cancelQuery(queryId).catch(() => undefined);
    throw error;
  }
}

export const checkQuery = (query: string, signal?: AbortSignal): Promise<QueryCheck> =>
  call('POST', '/logs/queries/check', { body: { query }, ...(signal === undefined ? {} : { signal }) });

export const useHistogram = (question: LogsQuestion) =>
  useQuery({
    queryKey: ['histogram', question],
    queryFn: ({ signal }) =>
      call<Histogram>('POST', '/logs/histogram', { body: { ...bodyOf(question), buckets: BUCKETS }, signal }),
    placeholderData: keepPreviousData,
    meta: { ofSpan: true },
  });

export const useFacets = (question: LogsQuestion) =>
  useQuery({
    queryKey: ['facets', question],
    queryFn: ({ signal }) => call<Facets>('POST', '/logs/facets', { body: bodyOf(question), signal }),
    placeholderData: keepPreviousData,
    meta: { ofSpan: true },
  });

export const useWords = (question: LogsQuestion) =>
  useQuery({
    // Fields change slowly: a minute's move of the range is no reason to read them again.
    queryKey: ['words', question.groups, Math.floor(question.startMs / 60_000)],
    queryFn: ({ signal }) =>
      call<QueryWords>('GET', '/logs/words', {
        signal,
        query: { group: question.groups, startMs: question.startMs, endMs: question.endMs },
      }),
    placeholderData: keepPreviousData,
    staleTime: 60_000,
    meta: { ofSpan: true },
  });

export const useLogGroups = (refetchMs?: number) =>
  useQuery({
    queryKey: ['log-groups'],
    queryFn: ({ signal }) => call<LogGroups>('GET', '/logs/groups', { signal }),
    ...(refetchMs === undefined ? {} : { refetchInterval: refetchMs }),
  });

export const useRecord = (ptr: string) =>
  useQuery({
    queryKey: ['record', ptr],
    queryFn: ({ signal }) => call<LogRecord>('GET', '/logs/record', { query: { ptr }, signal }),
    staleTime: Number.POSITIVE_INFINITY,
    meta: { ofSpan: true },
  });
