import { keepPreviousData, useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { Span } from '../base/time-range.ts';
import { call } from './client.ts';
import type {
  ArtifactBundles,
  ArtifactFiles,
  Commit,
  Deploy,
  Release,
  ReleaseChange,
  Releases,
  ReleaseView,
} from './issue-types.ts';

const REFETCH_MS = 30_000;
const PAGE = 25;
const FILES_PAGE = 100;

const releasePath = (version: string, rest = ''): string => `/releases/${encodeURIComponent(version)}${rest}`;
const rangeQuery = ({ startMs, endMs }: Span) => ({ fromMs: Math.round(startMs), toMs: Math.round(endMs) });

export interface ReleasesQuestion extends Span {
  readonly projectId: string | undefined;
  readonly environment: string | undefined;
  readonly find: string;
  readonly generation: number;
}

export const useReleases = (question: ReleasesQuestion) =>
  useInfiniteQuery({
    queryKey: ['releases', question],
    queryFn: ({ signal, pageParam }) =>
      call<Releases>('GET', '/releases', {
        signal,
        query: {
          projectId: question.projectId,
          environment: question.environment,
          query: question.find,
          ...rangeQuery(question),
          limit: PAGE,
          cursor: pageParam,
        },
      }),
    initialPageParam: '',
    getNextPageParam: (page) => page.next,
    placeholderData: keepPreviousData,
    refetchInterval: REFETCH_MS,
    meta: { ofSpan: true },
  });

export const useRelease = (
  version: string,
  question: Span & {
    readonly projectId: string | undefined;
    readonly environment: string | undefined;
    readonly generation: number;
  },
) =>
  useQuery({
    queryKey: ['release', version, question],
    queryFn: ({ signal }) =>
      call<ReleaseView>('GET', releasePath(version), {
        signal,
        query: { projectId: question.projectId, environment: question.environment, ...rangeQuery(question) },
      }),
    placeholderData: (before, query) => (query?.queryKey[1] === version ? before : undefined),
    meta: { ofSpan: true },
  });

export const useDeploys = (version: string) =>
  useQuery({
    queryKey: ['release-deploys', version],
    queryFn: ({ signal }) =>
      call<{ readonly deploys: readonly Deploy[] }>('GET', releasePath(version, '/deploys'), { signal }),
    select: ({ deploys }) => deploys,
  });

export const useCommits = (version: string) =>
  useQuery({
    queryKey: ['release-commits', version],
    queryFn: ({ signal }) =>
      call<{ readonly commits: readonly Commit[] }>('GET', releasePath(version, '/commits'), { signal }),
    select: ({ commits }) => commits,
  });

/** What was uploaded for it, newest first. */
export const useArtifacts = (release: string) =>
  useInfiniteQuery({
    queryKey: ['release-artifacts', release],
    queryFn: ({ signal, pageParam }) =>
      call<ArtifactBundles>('GET', '/artifacts', { signal, query: { release, limit: PAGE, cursor: pageParam } }),
    initialPageParam: '',
    getNextPageParam: (page) => page.next,
  });

export const useArtifactFiles = (bundle: string) =>
  useInfiniteQuery({
    queryKey: ['artifact-files', bundle],
    queryFn: ({ signal, pageParam }) =>
      call<ArtifactFiles>('GET', `/artifacts/${encodeURIComponent(bundle)}/files`, {
        signal,
        query: { limit: FILES_PAGE, cursor: pageParam },
      }),
    initialPageParam: '',
    getNextPageParam: (page) => page.next,
  });

export function useChangeRelease(version: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: ReleaseChange) => call<Release>('PATCH', releasePath(version), { body }),
    onSettled: () => Promise.all(['release', 'releases'].map((key) => client.invalidateQueries({ queryKey: [key] }))),
  });
}

export function useDeleteArtifacts(release: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (bundle: string) => call<void>('DELETE', `/artifacts/${encodeURIComponent(bundle)}`),
    onSettled: () => client.invalidateQueries({ queryKey: ['release-artifacts', release] }),
  });
}
