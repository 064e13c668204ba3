import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { call } from './client.ts';
import type {
  BackupRun,
  DatabaseInput,
  DatabaseSource,
  DatabaseStatus,
  DatabaseStatuses,
  Findings,
  NamedPoints,
  ProofRequest,
  RestoreApply,
  RestorePlan,
  RestoreReports,
  RestoreTarget,
  RetentionPlan,
  Snapshots,
} from './types.ts';

/** The seconds behind are the point of the page: read anew often enough that they move by themselves. */
const REFETCH_MS = 3_000;
const REFETCH_RUNNING_MS = 1_000;
const SLOW_REFETCH_MS = 30_000;

const pathOf = (name: string, rest = ''): string => `/backup/sources/${encodeURIComponent(name)}${rest}`;

export const isRunning = (run: BackupRun): boolean => run.state === 'running';

export const useDatabases = () =>
  useQuery({
    queryKey: ['databases'],
    queryFn: ({ signal }) => call<DatabaseStatuses>('GET', '/backup', { signal }),
    refetchInterval: REFETCH_MS,
  });

/** Read every second while something runs, so that its progress moves. */
export const useDatabase = (name: string) =>
  useQuery({
    queryKey: ['database', name],
    queryFn: ({ signal }) => call<DatabaseStatus>('GET', pathOf(name), { signal }),
    refetchInterval: ({ state }) => (state.data?.runs.some(isRunning) === true ? REFETCH_RUNNING_MS : REFETCH_MS),
  });

export const useSnapshots = (name: string) =>
  useQuery({
    queryKey: ['database-snapshots', name],
    queryFn: ({ signal }) => call<Snapshots>('GET', pathOf(name, '/snapshots'), { signal }),
    refetchInterval: SLOW_REFETCH_MS,
  });

export const useNamedPoints = (name: string) =>
  useQuery({
    queryKey: ['database-points', name],
    queryFn: ({ signal }) => call<NamedPoints>('GET', pathOf(name, '/points'), { signal }),
    refetchInterval: SLOW_REFETCH_MS,
  });

export const useRestoreReports = (name: string) =>
  useQuery({
    queryKey: ['database-reports', name],
    queryFn: ({ signal }) => call<RestoreReports>('GET', pathOf(name, '/reports'), { signal }),
    refetchInterval: SLOW_REFETCH_MS,
  });

/** Planned from everything that is stored, which takes a while: only when somebody looks. */
export const useRetention = (name: string, enabled: boolean) =>
  useQuery({
    queryKey: ['database-retention', name],
    queryFn: ({ signal }) => call<RetentionPlan>('GET', pathOf(name, '/retention'), { signal }),
    staleTime: SLOW_REFETCH_MS,
    enabled,
  });

/** Asks the database's server; only when somebody wants to know. */
export const useCheck = (name: string) =>
  useQuery({
    queryKey: ['database-check', name],
    queryFn: ({ signal }) => call<Findings>('GET', pathOf(name, '/check'), { signal }),
    enabled: false,
    retry: false,
    gcTime: 0,
  });

/** What a restore would read and write. A plan is of its moment, so it is not kept. */
export const useRestorePlan = (name: string, target: RestoreTarget | undefined) =>
  useQuery({
    queryKey: ['restore-plan', name, target],
    queryFn: ({ signal }) => call<RestorePlan>('POST', pathOf(name, '/restore/plan'), { signal, body: target }),
    enabled: target !== undefined,
    retry: false,
    gcTime: 0,
  });

const LISTS = ['databases', 'database', 'database-snapshots', 'database-reports'];

/** Reads anew without waiting for it: whoever asked is told at once that it was begun. */
function useAfterChange(): () => void {
  const client = useQueryClient();
  return () => {
    for (const key of LISTS) void client.invalidateQueries({ queryKey: [key] });
  };
}

/** What came of the work is listed as soon as the status knows of it. */
export function useFreshLists({ source, newestSnapshot, lastProof }: DatabaseStatus): void {
  const client = useQueryClient();
  const { name } = source;
  const snapshot = newestSnapshot?.id;
  const report = lastProof?.id;
  useEffect(() => {
    if (snapshot !== undefined) void client.invalidateQueries({ queryKey: ['database-snapshots', name] });
  }, [client, name, snapshot]);
  useEffect(() => {
    if (report !== undefined) void client.invalidateQueries({ queryKey: ['database-reports', name] });
  }, [client, name, report]);
}

export function useAddDatabase() {
  const onSuccess = useAfterChange();
  return useMutation({
    mutationFn: (body: DatabaseInput) => call<DatabaseSource>('POST', '/backup/sources', { body }),
    onSuccess,
  });
}

export function useRemoveDatabase() {
  const onSuccess = useAfterChange();
  return useMutation({ mutationFn: (name: string) => call<undefined>('DELETE', pathOf(name)), onSuccess });
}

export function useSnapshotNow(name: string) {
  const onSettled = useAfterChange();
  return useMutation({ mutationFn: () => call<BackupRun>('POST', pathOf(name, '/snapshots')), onSettled });
}

export function useProveNow(name: string) {
  const onSettled = useAfterChange();
  return useMutation({
    mutationFn: (body: ProofRequest) => call<BackupRun>('POST', pathOf(name, '/proofs'), { body }),
    onSettled,
  });
}

export function useRestoreNow(name: string) {
  const onSettled = useAfterChange();
  return useMutation({
    mutationFn: (body: RestoreApply) => call<BackupRun>('POST', pathOf(name, '/restore'), { body }),
    onSettled,
  });
}

export function useCancelRun() {
  const onSettled = useAfterChange();
  return useMutation({
    mutationFn: (id: string) => call<undefined>('DELETE', `/backup/runs/${encodeURIComponent(id)}`),
    onSettled,
  });
}
