import { keepPreviousData, useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { Span } from '../base/time-range.ts';
import { call } from './client.ts';
import type {
  Assignees,
  EventView,
  Feedback,
  Issue,
  IssueActivity,
  IssueChange,
  IssueChanged,
  IssueEvents,
  IssueHash,
  IssueHistogram,
  IssuePage,
  TagDistribution,
} from './issue-types.ts';

const REFETCH_MS = 15_000;
const PAGE = 50;
const EVENTS_PAGE = 50;

export type IssueSort = 'last-seen' | 'first-seen' | 'events' | 'users' | 'trend';

/** What a list of issues is asked by; part of the key of what is kept. */
export interface IssuesQuestion extends Span {
  readonly query: string;
  readonly projects: readonly string[];
  readonly environment: string;
  readonly sort: IssueSort;
  readonly generation: number;
  /** False while the projects that are asked for are not known yet. */
  readonly isReady?: boolean;
}

const issuePath = (id: string, rest = ''): string => `/issues/${encodeURIComponent(id)}${rest}`;
const rangeQuery = ({ startMs, endMs }: Span) => ({ fromMs: Math.round(startMs), toMs: Math.round(endMs) });

export const useIssues = (question: IssuesQuestion) =>
  useInfiniteQuery({
    queryKey: ['issues', question],
    queryFn: ({ signal, pageParam }) =>
      call<IssuePage>('GET', '/issues', {
        signal,
        query: {
          query: question.query,
          project: question.projects,
          environment: question.environment,
          sort: question.sort,
          ...rangeQuery(question),
          limit: PAGE,
          cursor: pageParam,
        },
      }),
    initialPageParam: '',
    getNextPageParam: (page) => page.next,
    placeholderData: keepPreviousData,
    refetchInterval: REFETCH_MS,
    enabled: question.isReady !== false,
    meta: { ofSpan: true },
  });

/** How many issues a saved view has; asked with the smallest page. */
export const useIssueCount = (question: IssuesQuestion, enabled: boolean) =>
  useQuery({
    queryKey: ['issue-count', question],
    queryFn: ({ signal }) =>
      call<IssuePage>('GET', '/issues', {
        signal,
        query: {
          query: question.query,
          project: question.projects,
          environment: question.environment,
          ...rangeQuery(question),
          limit: 1,
        },
      }),
    select: (page) => page.total,
    staleTime: 60_000,
    placeholderData: keepPreviousData,
    enabled,
    meta: { ofSpan: true },
  });

export const useIssue = (id: string) =>
  useQuery({
    queryKey: ['issue', id],
    queryFn: ({ signal }) => call<Issue>('GET', issuePath(id), { signal }),
    refetchInterval: REFETCH_MS,
  });

/** Events and users of one issue in a range: the list counts them, and finds an issue by its id. */
export const useIssueFigures = (
  id: string,
  range: Span & { readonly environment: string; readonly generation: number },
) =>
  useQuery({
    queryKey: ['issue-figures', id, range],
    queryFn: ({ signal }) =>
      call<IssuePage>('GET', '/issues', {
        signal,
        query: { query: `issue.id:${id}`, environment: range.environment, ...rangeQuery(range), limit: 1 },
      }),
    select: ({ issues }) => ({ events: issues[0]?.events ?? 0, users: issues[0]?.users ?? 0 }),
    placeholderData: (before, query) => (query?.queryKey[1] === id ? before : undefined),
    meta: { ofSpan: true },
  });

export const useIssueHistogram = (
  id: string,
  range: Span & { readonly environment: string; readonly steps: number; readonly generation: number },
) =>
  useQuery({
    queryKey: ['issue-histogram', id, range],
    queryFn: ({ signal }) =>
      call<IssueHistogram>('GET', issuePath(id, '/histogram'), {
        signal,
        query: { ...rangeQuery(range), steps: range.steps, environment: range.environment },
      }),
    placeholderData: keepPreviousData,
    meta: { ofSpan: true },
  });

export const useIssueTags = (id: string, range: Span & { readonly generation: number }) =>
  useQuery({
    queryKey: ['issue-tags', id, range],
    queryFn: ({ signal }) =>
      call<{ readonly tags: readonly TagDistribution[] }>('GET', issuePath(id, '/tags'), {
        signal,
        query: rangeQuery(range),
      }),
    select: ({ tags }) => tags,
    placeholderData: keepPreviousData,
    meta: { ofSpan: true },
  });

/** `latest`, `oldest`, `recommended` or an event id. */
export const useIssueEvent = (id: string, which: string) =>
  useQuery({
    queryKey: ['issue-event', id, which],
    queryFn: ({ signal }) => call<EventView>('GET', issuePath(id, `/events/${encodeURIComponent(which)}`), { signal }),
    placeholderData: (before, query) => (query?.queryKey[1] === id ? before : undefined),
  });

export const useIssueEvents = (id: string, range: Span & { readonly generation: number }, query: string) =>
  useInfiniteQuery({
    queryKey: ['issue-events', id, range, query],
    queryFn: ({ signal, pageParam }) =>
      call<IssueEvents>('GET', issuePath(id, '/events'), {
        signal,
        query: { ...rangeQuery(range), query, limit: EVENTS_PAGE, before: pageParam },
      }),
    initialPageParam: '',
    getNextPageParam: (page) => page.next,
    placeholderData: keepPreviousData,
    meta: { ofSpan: true },
  });

export const useIssueActivity = (id: string) =>
  useQuery({
    queryKey: ['issue-activity', id],
    queryFn: ({ signal }) => call<{ activity: IssueActivity[] }>('GET', issuePath(id, '/activity'), { signal }),
    select: ({ activity }) => activity,
  });

export const useIssueHashes = (id: string, enabled = true) =>
  useQuery({
    queryKey: ['issue-hashes', id],
    queryFn: ({ signal }) => call<{ hashes: IssueHash[] }>('GET', issuePath(id, '/hashes'), { signal }),
    select: ({ hashes }) => hashes,
    enabled,
  });

export const useFeedback = (filter: { readonly projectId?: string; readonly issueId?: string }) =>
  useQuery({
    queryKey: ['feedback', filter],
    queryFn: ({ signal }) =>
      call<{ feedback: Feedback[] }>('GET', '/feedback', { signal, query: { ...filter, limit: 100 } }),
    select: ({ feedback }) => feedback,
  });

export const useAssignees = (enabled = true) =>
  useQuery({
    queryKey: ['assignees'],
    queryFn: ({ signal }) => call<Assignees>('GET', '/assignees', { signal }),
    select: ({ people }) => people,
    staleTime: 60_000,
    enabled,
  });

const OF_ISSUES = ['issues', 'issue-count', 'issue', 'issue-activity', 'issue-hashes'];

function useAfterChange(): () => Promise<unknown> {
  const client = useQueryClient();
  return () => Promise.all(OF_ISSUES.map((key) => client.invalidateQueries({ queryKey: [key] })));
}

/** All of them or none. */
export function useChangeIssues() {
  const onSettled = useAfterChange();
  return useMutation({
    mutationFn: ({ ids, change }: { readonly ids: readonly string[]; readonly change: IssueChange }) =>
      call<IssueChanged>('POST', '/issues/change', { body: { ids, change } }),
    onSettled,
  });
}

export function useComment(id: string) {
  const onSettled = useAfterChange();
  return useMutation({
    mutationFn: (text: string) => call<IssueActivity>('POST', issuePath(id, '/comments'), { body: { text } }),
    onSettled,
  });
}

export function useRemoveComment(id: string) {
  const onSettled = useAfterChange();
  return useMutation({
    mutationFn: (activityId: string) =>
      call<void>('DELETE', issuePath(id, `/comments/${encodeURIComponent(activityId)}`)),
    onSettled,
  });
}

export function useUnmerge(id: string) {
  const onSettled = useAfterChange();
  return useMutation({
    mutationFn: (hashes: readonly string[]) => call<Issue>('POST', issuePath(id, '/unmerge'), { body: { hashes } }),
    onSettled,
  });
}

/** Where the bytes of an attachment are. */
export const attachmentAddress = (issueId: string, eventId: string, attachmentId: string): string =>
  `/api/v1${issuePath(issueId, `/events/${encodeURIComponent(eventId)}/attachments/${encodeURIComponent(attachmentId)}`)}`;
