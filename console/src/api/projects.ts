import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { Span } from '../base/time-range.ts';
import { call } from './client.ts';
import type {
  AlertDryRun,
  AlertRule,
  AlertRuleInput,
  GroupingTried,
  GroupingTry,
  Outcomes,
  Project,
  ProjectChange,
  ProjectCreate,
  ProjectCreated,
  ProjectKey,
  Projects,
} from './issue-types.ts';

const REFETCH_MS = 15_000;
/** Before the first event somebody waits for it. */
const WAITING_REFETCH_MS = 2_000;

const projectPath = (project: string, rest = ''): string => `/projects/${encodeURIComponent(project)}${rest}`;

export const useProjects = () =>
  useQuery({
    queryKey: ['projects'],
    queryFn: ({ signal }) => call<Projects>('GET', '/projects', { signal }),
    refetchInterval: REFETCH_MS,
  });

/** The projects without what belongs to settings; empty while they are not known. */
export const useProjectList = (): readonly Project[] => useProjects().data?.projects ?? [];

export const useProject = (project: string) =>
  useQuery({
    queryKey: ['project', project],
    queryFn: ({ signal }) => call<Project>('GET', projectPath(project), { signal }),
    refetchInterval: ({ state }) => (state.data?.lastAcceptedMs === undefined ? WAITING_REFETCH_MS : REFETCH_MS),
  });

export const useProjectKeys = (project: string, enabled = true) =>
  useQuery({
    queryKey: ['project-keys', project],
    queryFn: ({ signal }) =>
      call<{ readonly keys: readonly ProjectKey[] }>('GET', projectPath(project, '/keys'), { signal }),
    select: ({ keys }) => keys,
    enabled,
  });

const OF_PROJECTS = ['projects', 'project', 'project-keys'];

function useAfterChange(): () => Promise<unknown> {
  const client = useQueryClient();
  return () => Promise.all(OF_PROJECTS.map((key) => client.invalidateQueries({ queryKey: [key] })));
}

export function useCreateProject() {
  const onSettled = useAfterChange();
  return useMutation({
    mutationFn: (body: ProjectCreate) => call<ProjectCreated>('POST', '/projects', { body }),
    onSettled,
  });
}

export function useChangeProject(project: string) {
  const onSettled = useAfterChange();
  return useMutation({
    mutationFn: (body: ProjectChange) => call<Project>('PATCH', projectPath(project), { body }),
    onSettled,
  });
}

export function useDeleteProject(project: string) {
  const onSettled = useAfterChange();
  return useMutation({
    mutationFn: (confirm: string) => call<void>('DELETE', projectPath(project), { query: { confirm } }),
    onSettled,
  });
}

export function useCreateProjectKey(project: string) {
  const onSettled = useAfterChange();
  return useMutation({
    mutationFn: (label: string) => call<ProjectKey>('POST', projectPath(project, '/keys'), { body: { label } }),
    onSettled,
  });
}

export function useChangeProjectKey(project: string) {
  const onSettled = useAfterChange();
  return useMutation({
    mutationFn: ({
      publicKey,
      ...body
    }: {
      readonly publicKey: string;
      readonly label?: string;
      readonly isActive?: boolean;
    }) => call<ProjectKey>('PATCH', projectPath(project, `/keys/${encodeURIComponent(publicKey)}`), { body }),
    onSettled,
  });
}

export const useOutcomes = (project: string, { startMs, endMs, generation }: Span & { readonly generation: number }) =>
  useQuery({
    queryKey: ['outcomes', project, startMs, endMs, generation],
    queryFn: ({ signal }) =>
      call<Outcomes>('GET', projectPath(project, '/outcomes'), {
        signal,
        query: { fromMs: Math.round(startMs), toMs: Math.round(endMs) },
      }),
    placeholderData: keepPreviousData,
    meta: { ofSpan: true },
  });

/** Groups stored events anew by other rules, and changes nothing. */
export function useTryGrouping(project: string) {
  return useMutation({
    mutationFn: (body: GroupingTry) => call<GroupingTried>('POST', projectPath(project, '/grouping/try'), { body }),
  });
}

const rulesPath = (project: string, rest = ''): string => projectPath(project, `/alert-rules${rest}`);

export const useAlertRules = (project: string) =>
  useQuery({
    queryKey: ['issue-alerts', project],
    queryFn: ({ signal }) => call<{ readonly rules: readonly AlertRule[] }>('GET', rulesPath(project), { signal }),
    select: ({ rules }) => rules,
  });

function useAfterRules(): () => Promise<unknown> {
  const client = useQueryClient();
  return () => client.invalidateQueries({ queryKey: ['issue-alerts'] });
}

/** Makes a rule, or replaces the one of that id. */
export function usePutAlertRule(project: string) {
  const onSettled = useAfterRules();
  return useMutation({
    mutationFn: ({ id, rule }: { readonly id: string | undefined; readonly rule: AlertRuleInput }) =>
      id === undefined
        ? call<AlertRule>('POST', rulesPath(project), { body: rule })
        : call<AlertRule>('PATCH', rulesPath(project, `/${encodeURIComponent(id)}`), { body: rule }),
    onSettled,
  });
}

export function useDeleteAlertRule(project: string) {
  const onSettled = useAfterRules();
  return useMutation({
    mutationFn: (id: string) => call<void>('DELETE', rulesPath(project, `/${encodeURIComponent(id)}`)),
    onSettled,
  });
}

/** What a rule would have said of the last day; nobody is told. */
export function useDryRunAlertRule(project: string) {
  return useMutation({
    mutationFn: (rule: AlertRuleInput) => call<AlertDryRun>('POST', rulesPath(project, '/dry-run'), { body: { rule } }),
  });
}
