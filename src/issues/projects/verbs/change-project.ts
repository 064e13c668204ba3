import { Failure } from '../../../base/index.ts';
import type { Project } from '../../types.ts';
import { auditedChange } from '../audited.ts';
import type { ProjectsContext } from '../context.ts';
import { projectOf } from '../directory.ts';
import { ISSUES_PROJECTS_FAILURES } from '../failures.ts';
import { ISSUES_PROJECTS_LIMITS } from '../limits.ts';
import type { ProjectsTables } from '../migrations.ts';
import { acceptedSlug, acceptedText } from '../names.ts';
import { changedSettings } from '../settings.ts';
import type { ProjectChange, ProjectVerbs } from '../types.ts';
import { requireOwnProject } from './require-project.ts';

export const changeProject =
  (context: ProjectsContext): ProjectVerbs['change'] =>
  async (actor, idOrSlug, change) => {
    const found = requireOwnProject(context, idOrSlug);
    await context.authorize(actor, 'issues:Manage', { type: 'project', name: found.slug });
    const call = { eventName: 'UpdateProject', project: found.slug, parameters: { ...change } };
    return await auditedChange(context, actor, call, async () => {
      const project = await store(context, found, change);
      context.memory.put(project);
      return project;
    });
  };

/** Reads the row again in the transaction, so that two people who change different things keep both. */
async function store(context: ProjectsContext, { id }: Project, change: ProjectChange): Promise<Project> {
  const { nameCharsMax, platformCharsMax } = ISSUES_PROJECTS_LIMITS;
  const { grouping, clock, memory } = context;
  return await context.catalog.transaction<ProjectsTables, Project>(async (trx) => {
    const row = await trx
      .selectFrom('projects')
      .selectAll()
      .where('id', '=', Number(id))
      .where('deleted_ms', 'is', null)
      .executeTakeFirst();
    if (row === undefined) throw new Failure(ISSUES_PROJECTS_FAILURES.notFound, { project: id });
    const before = projectOf(row);
    const slug = change.slug === undefined ? before.slug : acceptedSlug(change.slug);
    const owner = memory.bySlug(slug);
    if (owner !== undefined && owner.id !== id) throw new Failure(ISSUES_PROJECTS_FAILURES.slugTaken, { slug });
    const project: Project = {
      ...before,
      slug,
      name: change.name === undefined ? before.name : acceptedText('name', change.name, nameCharsMax),
      platform:
        change.platform === undefined ? before.platform : acceptedText('platform', change.platform, platformCharsMax),
      settings: changedSettings(before.settings, change.settings ?? {}, { grouping, nowMs: clock.nowMs() }),
    };
    const { name, platform, settings } = project;
    await trx
      .updateTable('projects')
      .set({ slug, name, platform, settings: JSON.stringify(settings) })
      .where('id', '=', Number(id))
      .execute();
    return project;
  });
}
