import { keepPreviousData, useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { ApiFailure, addressOf, call } from './client.ts';
import type { Commit, Comparison, WorkbookRestore, Workbooks, WorkbookVersion, WorkbookVersions } from './types.ts';
import { type UploadProgress, upload } from './upload.ts';

/** The server takes no larger file. */
export const FILE_BYTES_MAX = 500 * 1024 * 1024;

const WAITING_REFETCH_MS = 5000;

const pathOf = (name: string, rest = ''): string => `/workbooks/${encodeURIComponent(name)}${rest}`;

/** Where the browser fetches the bytes of a version. */
export const contentAddress = (name: string, version: number): string =>
  addressOf(pathOf(name, `/versions/${version}/content`), undefined);

/** Pages of the workbooks whose names begin so. */
export const useWorkbooks = (prefix: string) =>
  useInfiniteQuery({
    queryKey: ['workbooks', prefix],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ signal, pageParam }) =>
      call<Workbooks>('GET', '/workbooks', { signal, query: { prefix, pageToken: pageParam } }),
    getNextPageParam: (page) => page.nextPageToken,
    placeholderData: keepPreviousData,
    // The first one may come from a terminal at any moment; afterwards the page is read again by hand or by its timer.
    refetchInterval: ({ state }) => (state.data?.pages[0]?.workbooks.length === 0 ? WAITING_REFETCH_MS : false),
  });

/** Pages of the versions of one workbook, newest first. */
export const useVersions = (name: string) =>
  useInfiniteQuery({
    queryKey: ['versions', name],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ signal, pageParam }) =>
      call<WorkbookVersions>('GET', pathOf(name, '/versions'), { signal, query: { pageToken: pageParam } }),
    getNextPageParam: (page) => page.nextPageToken,
  });

/** A version never changes, so it is read once. */
export const useVersion = (name: string, version: number, enabled: boolean) =>
  useQuery({
    queryKey: ['version', name, version],
    queryFn: ({ signal }) => call<WorkbookVersion>('GET', pathOf(name, `/versions/${version}`), { signal }),
    staleTime: Number.POSITIVE_INFINITY,
    enabled,
  });

/** The newest version of a workbook; null when there is none, or no such workbook. */
export async function fetchHead(name: string, signal?: AbortSignal): Promise<WorkbookVersion | null> {
  try {
    const page = await call<WorkbookVersions>('GET', pathOf(name, '/versions'), signal === undefined ? {} : { signal });
    return page.versions[0] ?? null;
  } catch (error) {
    if (error instanceof ApiFailure && error.status === 404) return null;
    throw error;
  }
}

/**
 * The newest version at the moment it is first asked for. It stays as it was until asked anew: a commit goes out from
 * the version that its author saw, not from the one that came meanwhile.
 */
export const useSeenHead = (name: string) =>
  useQuery({
    queryKey: ['seen-head', name],
    queryFn: ({ signal }) => fetchHead(name, signal),
    enabled: name !== '',
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    meta: { ofSpan: true },
  });

export interface CommitOrder {
  readonly name: string;
  readonly file: Blob;
  readonly message: string;
  /** Number of the version that the file goes out from; 0 for the first. */
  readonly parent: number;
  readonly clientKey: string;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: UploadProgress) => void;
}

const sendCommit = ({ name, file, message, parent, clientKey, signal, onProgress }: CommitOrder): Promise<Commit> =>
  upload<Commit>(pathOf(name, '/versions'), file, {
    query: {
      message,
      expectedParent: parent === 0 ? 'none' : parent,
      clientKey,
      ...(parent === 0 ? { createMissing: true } : {}),
    },
    signal,
    onProgress,
  });

function useAfterNewVersion(): () => Promise<unknown> {
  const client = useQueryClient();
  return () => Promise.all(['workbooks', 'versions'].map((key) => client.invalidateQueries({ queryKey: [key] })));
}

export function useCommit() {
  const onSuccess = useAfterNewVersion();
  return useMutation({ mutationFn: sendCommit, onSuccess });
}

export function useRestore(name: string) {
  const onSuccess = useAfterNewVersion();
  return useMutation({
    mutationFn: (body: WorkbookRestore) => call<Commit>('POST', pathOf(name, '/restore'), { body }),
    onSuccess,
  });
}

export const useComparison = (name: string, from: string, to: string) =>
  useQuery({
    queryKey: ['comparison', name, from, to],
    queryFn: ({ signal }) => call<Comparison>('GET', pathOf(name, '/compare'), { signal, query: { from, to } }),
    staleTime: Number.POSITIVE_INFINITY,
  });
