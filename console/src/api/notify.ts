import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { call } from './client.ts';
import type {
  Alert,
  AlertDetail,
  Alerts,
  Attempt,
  Attempts,
  ChannelCreate,
  ChannelCreated,
  Channels,
  Heartbeat,
  Matcher,
  NotifyStatus,
  Routing,
  Silence,
  SilenceCreate,
  Silences,
} from './types.ts';

/** Alerts are what people wait for: read anew often enough that nobody reloads. */
const REFETCH_MS = 5_000;
const SLOW_REFETCH_MS = 15_000;

const alertPath = (key: string, rest = ''): string => `/alerts/${encodeURIComponent(key)}${rest}`;

export interface AlertFilter {
  readonly state?: 'firing' | 'resolved' | undefined;
  readonly severity?: string | undefined;
}

export const useAlerts = (filter: AlertFilter) =>
  useQuery({
    queryKey: ['alerts', filter.state ?? '', filter.severity ?? ''],
    queryFn: ({ signal }) => call<Alerts>('GET', '/alerts', { signal, query: { ...filter } }),
    refetchInterval: REFETCH_MS,
  });

export const useAlert = (key: string) =>
  useQuery({
    queryKey: ['alert', key],
    queryFn: ({ signal }) => call<AlertDetail>('GET', alertPath(key), { signal }),
    refetchInterval: REFETCH_MS,
  });

export const useNotifyStatus = () =>
  useQuery({
    queryKey: ['notify-status'],
    queryFn: ({ signal }) => call<NotifyStatus>('GET', '/notify', { signal }),
    refetchInterval: SLOW_REFETCH_MS,
  });

function useAfterChange(): () => Promise<unknown> {
  const client = useQueryClient();
  const keys = ['alerts', 'alert', 'notify-status', 'silences', 'channels', 'deliveries', 'routing', 'heartbeat'];
  return () => Promise.all(keys.map((key) => client.invalidateQueries({ queryKey: [key] })));
}

export function useAcknowledge() {
  const onSettled = useAfterChange();
  return useMutation({
    mutationFn: ({ key, note }: { readonly key: string; readonly note: string }) =>
      call<Alert>('POST', alertPath(key, '/acknowledge'), { body: note === '' ? {} : { note } }),
    onSettled,
  });
}

export const useSilences = () =>
  useQuery({
    queryKey: ['silences'],
    queryFn: ({ signal }) => call<Silences>('GET', '/silences', { signal }),
    refetchInterval: SLOW_REFETCH_MS,
  });

/** What a silence would hold back, while it is being written. */
export const useSilencePreview = (matchers: readonly Matcher[]) =>
  useQuery({
    queryKey: ['silence-preview', matchers],
    queryFn: ({ signal }) => call<Alerts>('POST', '/silences/preview', { signal, body: { matchers } }),
    enabled: matchers.length > 0,
    retry: false,
    gcTime: 0,
  });

export function useCreateSilence() {
  const onSettled = useAfterChange();
  return useMutation({
    mutationFn: (body: SilenceCreate) => call<Silence>('POST', '/silences', { body }),
    onSettled,
  });
}

export function useExpireSilence() {
  const onSettled = useAfterChange();
  return useMutation({
    mutationFn: (id: string) => call<Silence>('DELETE', `/silences/${encodeURIComponent(id)}`),
    onSettled,
  });
}

export const useChannels = () =>
  useQuery({
    queryKey: ['channels'],
    queryFn: ({ signal }) => call<Channels>('GET', '/channels', { signal }),
    refetchInterval: SLOW_REFETCH_MS,
  });

export function useCreateChannel() {
  const onSettled = useAfterChange();
  return useMutation({
    mutationFn: (body: ChannelCreate) => call<ChannelCreated>('POST', '/channels', { body }),
    onSettled,
  });
}

export function useRemoveChannel() {
  const onSettled = useAfterChange();
  return useMutation({
    mutationFn: (name: string) => call<undefined>('DELETE', `/channels/${encodeURIComponent(name)}`),
    onSettled,
  });
}

export function useTestChannel() {
  const onSettled = useAfterChange();
  return useMutation({
    mutationFn: (name: string) => call<Attempt>('POST', `/channels/${encodeURIComponent(name)}/test`),
    onSettled,
  });
}

export const useDeliveries = () =>
  useQuery({
    queryKey: ['deliveries'],
    queryFn: ({ signal }) => call<Attempts>('GET', '/deliveries', { signal, query: { limit: 50 } }),
    refetchInterval: SLOW_REFETCH_MS,
  });

export const useRouting = () =>
  useQuery({ queryKey: ['routing'], queryFn: ({ signal }) => call<Routing>('GET', '/routes', { signal }) });

export function useReplaceRouting() {
  const onSettled = useAfterChange();
  return useMutation({ mutationFn: (body: Routing) => call<Routing>('POST', '/routes', { body }), onSettled });
}

export const useHeartbeat = () =>
  useQuery({
    queryKey: ['heartbeat'],
    queryFn: ({ signal }) => call<Heartbeat>('GET', '/heartbeat', { signal }),
    refetchInterval: SLOW_REFETCH_MS,
  });

/** Undefined switches the pings off. */
export function useSetHeartbeat() {
  const onSettled = useAfterChange();
  return useMutation({
    mutationFn: (url: string | undefined) =>
      url === undefined
        ? call<Heartbeat>('DELETE', '/heartbeat')
        : call<Heartbeat>('POST', '/heartbeat', { body: { url } }),
    onSettled,
  });
}
