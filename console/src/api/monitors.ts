import { keepPreviousData, useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { Span } from '../base/time-range.ts';
import { call } from './client.ts';
import type {
  CheckIns,
  Monitor,
  MonitorChange,
  MonitorCreate,
  MonitorSchedule,
  Monitors,
  Timeline,
} from './issue-types.ts';

const REFETCH_MS = 15_000;
const PAGE = 50;

const monitorPath = (id: string, rest = ''): string => `/monitors/${encodeURIComponent(id)}${rest}`;
const rangeQuery = ({ startMs, endMs }: Span) => ({ fromMs: Math.round(startMs), toMs: Math.round(endMs) });

type StepsOfSpan = Span & { readonly generation: number; readonly steps: number };

/** The monitors with their timelines over the span. */
export const useMonitors = (projectId: string | undefined, span: StepsOfSpan) =>
  useQuery({
    queryKey: ['monitors', projectId ?? '', span],
    queryFn: ({ signal }) =>
      call<Monitors>('GET', '/monitors', { signal, query: { projectId, ...rangeQuery(span), steps: span.steps } }),
    select: ({ monitors }) => monitors,
    placeholderData: keepPreviousData,
    refetchInterval: REFETCH_MS,
    meta: { ofSpan: true },
  });

export const useMonitor = (id: string) =>
  useQuery({
    queryKey: ['monitor', id],
    queryFn: ({ signal }) => call<Monitor>('GET', monitorPath(id), { signal }),
    refetchInterval: REFETCH_MS,
  });

export const useMonitorTimelines = (id: string, span: StepsOfSpan) =>
  useQuery({
    queryKey: ['monitor-timeline', id, span],
    queryFn: ({ signal }) =>
      call<{ readonly timelines: readonly Timeline[] }>('GET', monitorPath(id, '/timeline'), {
        signal,
        query: { ...rangeQuery(span), steps: span.steps },
      }),
    select: ({ timelines }) => timelines,
    placeholderData: keepPreviousData,
    refetchInterval: REFETCH_MS,
    meta: { ofSpan: true },
  });

export const useCheckIns = (id: string, environment: string | undefined) =>
  useInfiniteQuery({
    queryKey: ['check-ins', id, environment ?? ''],
    queryFn: ({ signal, pageParam }) =>
      call<CheckIns>('GET', monitorPath(id, '/check-ins'), {
        signal,
        query: { environment, before: pageParam, limit: PAGE },
      }),
    initialPageParam: '',
    getNextPageParam: (page) => page.next,
    refetchInterval: REFETCH_MS,
  });

/** The next times of a schedule that is being typed; a refusal says what is wrong in it. */
export const useSchedulePreview = (schedule: MonitorSchedule, timezone: string) =>
  useQuery({
    queryKey: ['schedule-preview', schedule, timezone],
    queryFn: ({ signal }) =>
      call<{ readonly nextMs: readonly number[] }>('POST', '/monitors/preview', {
        signal,
        body: { schedule, timezone },
      }),
    select: ({ nextMs }) => nextMs,
    placeholderData: keepPreviousData,
  });

function useAfterChange(): () => Promise<unknown> {
  const client = useQueryClient();
  return () => Promise.all(['monitors', 'monitor'].map((key) => client.invalidateQueries({ queryKey: [key] })));
}

export function useCreateMonitor() {
  const onSettled = useAfterChange();
  return useMutation({
    mutationFn: (body: MonitorCreate) => call<Monitor>('POST', '/monitors', { body }),
    onSettled,
  });
}

export function useChangeMonitor(id: string) {
  const onSettled = useAfterChange();
  return useMutation({
    mutationFn: (body: MonitorChange) => call<Monitor>('PATCH', monitorPath(id), { body }),
    onSettled,
  });
}

export function useDeleteMonitor(id: string) {
  const onSettled = useAfterChange();
  return useMutation({ mutationFn: () => call<void>('DELETE', monitorPath(id)), onSettled });
}
