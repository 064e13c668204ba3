import { useQuery } from '@tanstack/react-query';
import { call } from '../api/client.ts';
import type { Releases } from '../api/issue-types.ts';
import { useAssignees } from '../api/issues.ts';
import { useProjectList } from '../api/projects.ts';

const RELEASES_MAX = 50;
/** What most installations have; others are typed. */
export const USUAL_ENVIRONMENTS = ['production', 'staging', 'development'] as const;

/** Versions and environments that the newest releases are of. */
function useRecentReleases(enabled: boolean) {
  return useQuery({
    queryKey: ['release-words'],
    queryFn: ({ signal }) => call<Releases>('GET', '/releases', { signal, query: { limit: RELEASES_MAX } }),
    select: ({ releases }) => releases.map(({ release }) => release),
    staleTime: 60_000,
    enabled,
  });
}

export function useEnvironments(enabled: boolean): readonly string[] {
  const { data = [] } = useRecentReleases(enabled);
  const deployed = data.flatMap(({ lastDeploy }) => (lastDeploy === undefined ? [] : [lastDeploy.environment]));
  return [...new Set([...USUAL_ENVIRONMENTS, ...deployed])];
}

/** Values of a key of the search language, as far as the console knows them without reading events. */
export function useKnownValues(key: string | undefined): readonly string[] {
  const isRelease = key === 'release' || key === 'firstRelease';
  const releases = useRecentReleases(isRelease || key === 'environment');
  const environments = useEnvironments(key === 'environment');
  const assignees = useAssignees(key === 'assigned');
  const projects = useProjectList();
  if (isRelease) return releases.data?.map(({ version }) => version) ?? [];
  if (key === 'environment') return environments;
  if (key === 'assigned') return assignees.data?.map(({ name }) => name) ?? [];
  if (key === 'platform') return [...new Set(projects.map(({ platform }) => platform))];
  return key === 'project' ? projects.map(({ slug }) => slug) : [];
}
