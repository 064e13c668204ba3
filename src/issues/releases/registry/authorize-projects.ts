import type { Actor } from '../../../access/index.ts';
import type { Project } from '../../types.ts';
import type { ReleasesContext } from '../context.ts';

type ReleaseAction = 'releases:Read' | 'releases:Write';

/** Asks for each project; for all of them when none is named. */
export async function authorizeProjects(
  context: ReleasesContext,
  actor: Actor,
  action: ReleaseAction,
  projects: readonly Pick<Project, 'slug'>[],
): Promise<void> {
  const names = projects.length === 0 ? ['*'] : projects.map(({ slug }) => slug);
  for (const name of names) await context.authorize(actor, action, { type: 'project', name });
}

/** The projects of a release that still exist. */
export const projectsOf = (context: ReleasesContext, projectIds: readonly string[]): readonly Project[] =>
  projectIds.flatMap((id) => context.projects.byId(id) ?? []);
