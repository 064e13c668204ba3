import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { call } from './client.ts';
import type { AuditPage, RedactionCounts, RedactionExplain, RedactionRule, RemovalPlan, SystemState } from './types.ts';

const SYSTEM_REFETCH_MS = 10_000;
const AUDIT_PAGE = 50;

export const useSystem = () =>
  useQuery({
    queryKey: ['system'],
    queryFn: ({ signal }) => call<SystemState>('GET', '/system', { signal }),
    refetchInterval: SYSTEM_REFETCH_MS,
  });

export const useRedactionRules = () =>
  useQuery({
    queryKey: ['redaction-rules'],
    queryFn: ({ signal }) => call<{ rules: RedactionRule[] }>('GET', '/redaction/rules', { signal }),
  });

export const useRedactionCounts = (days: number) =>
  useQuery({
    queryKey: ['redaction-counts', days],
    queryFn: ({ signal }) => call<RedactionCounts>('GET', '/redaction/counts', { signal, query: { days } }),
  });

export const useExplainRedaction = () =>
  useMutation({
    mutationFn: (text: string) => call<RedactionExplain>('POST', '/redaction/explain', { body: { text } }),
  });

export interface AuditFilter {
  readonly eventName?: string | undefined;
  readonly identityName?: string | undefined;
  readonly resourceName?: string | undefined;
  readonly refusedOnly?: boolean | undefined;
  readonly startMs: number;
  readonly endMs: number;
}

/** Pages of the audit log, newest first. */
export const useAudit = (filter: AuditFilter) =>
  useInfiniteQuery({
    queryKey: ['audit', filter],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ signal, pageParam }) =>
      call<AuditPage>('GET', '/audit', { signal, query: { ...filter, limit: AUDIT_PAGE, pageToken: pageParam } }),
    getNextPageParam: (page) => page.nextPageToken,
    meta: { ofSpan: true },
  });

export interface Removal {
  readonly name: string;
  /** Undefined removes the whole group. */
  readonly retentionDays: number | undefined;
}

const changeGroup = ({ name, retentionDays }: Removal, dryRun: boolean): Promise<RemovalPlan> =>
  retentionDays === undefined
    ? call('DELETE', '/logs/groups', { query: { name, dryRun } })
    : call('PATCH', '/logs/groups', { query: { dryRun }, body: { name, retentionDays } });

/** What a change would remove, without removing it. */
export const useRemovalPlan = (removal: Removal) =>
  useQuery({
    queryKey: ['removal-plan', removal],
    queryFn: () => changeGroup(removal, true),
    staleTime: 0,
    retry: false,
  });

export function useApplyRemoval() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (removal: Removal) => changeGroup(removal, false),
    onSuccess: () => client.invalidateQueries({ queryKey: ['log-groups'] }),
  });
}
