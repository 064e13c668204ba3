import { DAY_MS } from '../../../base/index.ts';
import type { Project } from '../../types.ts';
import type { ProjectsContext } from '../context.ts';
import type { ProjectsTables } from '../migrations.ts';
import type { ProjectListed, ProjectVerbs } from '../types.ts';
import { requireProject } from './require-project.ts';

export const listProjects =
  (context: ProjectsContext): ProjectVerbs['list'] =>
  async (actor, options = {}) => {
    await context.authorize(actor, 'issues:Read', { type: 'project', name: '*' });
    const shown = context.memory.all().filter((project) => options.internal === true || !project.isInternal);
    return withCounts(context, shown);
  };

export const getProject =
  (context: ProjectsContext): ProjectVerbs['get'] =>
  async (actor, idOrSlug) => {
    const project = requireProject(context, idOrSlug);
    await context.authorize(actor, 'issues:Read', { type: 'project', name: project.slug });
    const [listed] = await withCounts(context, [project]);
    return listed ?? { ...project, acceptedLastDay: 0, refusedLastDay: 0 };
  };

const REFUSED = ['rate-limited', 'filtered', 'invalid'];

async function withCounts(context: ProjectsContext, projects: readonly Project[]): Promise<readonly ProjectListed[]> {
  if (projects.length === 0) return [];
  await context.counts.flush();
  const db = context.catalog.db<ProjectsTables>();
  const ids = projects.map(({ id }) => Number(id));
  const [sums, marks] = await Promise.all([
    db
      .selectFrom('project_outcomes')
      .select((eb) => ['project_id', 'outcome', eb.fn.sum<string>('quantity').as('quantity')])
      .where('project_id', 'in', ids)
      .where('hour_ms', '>', context.clock.nowMs() - DAY_MS)
      .groupBy(['project_id', 'outcome'])
      .execute(),
    db.selectFrom('projects').select(['id', 'last_accepted_ms']).where('id', 'in', ids).execute(),
  ]);
  const sumOf = (id: string, outcomes: readonly string[]): number =>
    sums.reduce(
      (sum, row) =>
        String(row.project_id) === id && outcomes.includes(row.outcome) ? sum + Number(row.quantity) : sum,
      0,
    );
  return projects.map((project) => {
    const acceptedMs = marks.find(({ id }) => String(id) === project.id)?.last_accepted_ms ?? undefined;
    return {
      ...project,
      acceptedLastDay: sumOf(project.id, ['accepted']),
      refusedLastDay: sumOf(project.id, REFUSED),
      ...(acceptedMs === undefined ? {} : { lastAcceptedMs: acceptedMs }),
    };
  });
}
