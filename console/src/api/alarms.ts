import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { call } from './client.ts';
import type { Alarm, AlarmStateValue, Alarms, AlarmView, CompositeAlarmInput, MetricAlarmInput } from './types.ts';

const REFETCH_MS = 10_000;
const PAGE = 100;
/** Pages that are read to fill the list; the counts on top are those of all alarms whatever is listed. */
const PAGES_MAX = 10;

const alarmPath = (name: string, rest = ''): string => `/alarms/${encodeURIComponent(name)}${rest}`;

export interface AlarmList {
  readonly alarms: readonly Alarm[];
  readonly summary: Alarms['summary'];
  /** True when there are more than were read. */
  readonly more: boolean;
}

async function listAlarms(state: AlarmStateValue | undefined, signal: AbortSignal): Promise<AlarmList> {
  const alarms: Alarm[] = [];
  let nextToken: string | undefined;
  for (let page = 1; ; page += 1) {
    const read: Alarms = await call<Alarms>('GET', '/alarms', { signal, query: { state, nextToken, limit: PAGE } });
    alarms.push(...read.alarms);
    nextToken = read.nextToken;
    if (nextToken === undefined || page === PAGES_MAX) {
      return { alarms, summary: read.summary, more: nextToken !== undefined };
    }
  }
}

export const useAlarms = (state?: AlarmStateValue, enabled = true) =>
  useQuery({
    queryKey: ['alarms', state ?? ''],
    queryFn: ({ signal }) => listAlarms(state, signal),
    placeholderData: keepPreviousData,
    refetchInterval: REFETCH_MS,
    enabled,
  });

export const useAlarm = (name: string, span: { readonly fromMs: number; readonly toMs: number } | undefined) =>
  useQuery({
    queryKey: ['alarm', name, span ?? 'now'],
    queryFn: ({ signal }) => call<AlarmView>('GET', alarmPath(name), { signal, query: { ...span } }),
    placeholderData: (before, query) => (query?.queryKey[1] === name ? before : undefined),
    refetchInterval: REFETCH_MS,
  });

function useAfterChange(): () => Promise<unknown> {
  const client = useQueryClient();
  return () => Promise.all(['alarms', 'alarm'].map((key) => client.invalidateQueries({ queryKey: [key] })));
}

export type AlarmInput =
  | { readonly type: 'MetricAlarm'; readonly input: MetricAlarmInput }
  | { readonly type: 'CompositeAlarm'; readonly input: CompositeAlarmInput };

/** Creates the alarm, or replaces the whole definition of the one of that name. */
export function usePutAlarm() {
  const onSettled = useAfterChange();
  return useMutation({
    mutationFn: ({ type, input }: AlarmInput) =>
      call<void>('POST', type === 'MetricAlarm' ? '/alarms' : '/alarms/composite', { body: input }),
    onSettled,
  });
}

export function useDeleteAlarm() {
  const onSettled = useAfterChange();
  return useMutation({ mutationFn: (name: string) => call<void>('DELETE', alarmPath(name)), onSettled });
}

export function useSetAlarmState() {
  const onSettled = useAfterChange();
  return useMutation({
    mutationFn: (to: { readonly name: string; readonly stateValue: AlarmStateValue; readonly stateReason: string }) =>
      call<void>('POST', alarmPath(to.name, '/state'), {
        body: { stateValue: to.stateValue, stateReason: to.stateReason },
      }),
    onSettled,
  });
}

export function useSetAlarmActions() {
  const onSettled = useAfterChange();
  return useMutation({
    mutationFn: ({ name, enabled }: { readonly name: string; readonly enabled: boolean }) =>
      call<void>('POST', alarmPath(name, '/actions'), { body: { enabled } }),
    onSettled,
  });
}
