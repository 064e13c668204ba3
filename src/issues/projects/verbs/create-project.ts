import { randomBytes } from 'node:crypto';
import { Failure } from '../../../base/index.ts';
import type { Project, ProjectKey } from '../../types.ts';
import { auditedChange } from '../audited.ts';
import type { ProjectsContext } from '../context.ts';
import { keyOf, projectOf } from '../directory.ts';
import { ISSUES_PROJECTS_FAILURES } from '../failures.ts';
import { ISSUES_PROJECTS_LIMITS } from '../limits.ts';
import type { ProjectsTables } from '../migrations.ts';
import { acceptedSlug, acceptedText, slugOf } from '../names.ts';
import type { ProjectVerbs } from '../types.ts';

export const createProject =
  (context: ProjectsContext): ProjectVerbs['create'] =>
  async (actor, request) => {
    const { memory } = context;
    const name = acceptedText('name', request.name, ISSUES_PROJECTS_LIMITS.nameCharsMax);
    const platform = acceptedText('platform', request.platform ?? 'other', ISSUES_PROJECTS_LIMITS.platformCharsMax);
    const isTaken = (slug: string): boolean => memory.bySlug(slug) !== undefined;
    const slug = request.slug === undefined ? slugOf(name, isTaken) : acceptedSlug(request.slug);
    await context.authorize(actor, 'issues:Manage', { type: 'project', name: slug });
    const call = { eventName: 'CreateProject', project: slug, parameters: { name, platform } };
    return await auditedChange(context, actor, call, async () => {
      const count = memory.all().length;
      const max = ISSUES_PROJECTS_LIMITS.projectsMax;
      if (count >= max) throw new Failure(ISSUES_PROJECTS_FAILURES.tooMany, { count, max, what: 'projects' });
      return await insertProject(context, { slug, name, platform, isInternal: false, createdBy: actor.name });
    });
  };

/** Writes a project with its first key, and lets the edge know both. Throws `projects.slug-taken`. */
export async function insertProject(
  context: ProjectsContext,
  wanted: {
    readonly slug: string;
    readonly name: string;
    readonly platform: string;
    readonly isInternal: boolean;
    readonly createdBy: string;
  },
): Promise<{ readonly project: Project; readonly key: ProjectKey }> {
  const createdMs = context.clock.nowMs();
  const settings = { groupingVersion: context.grouping.defaultVersion };
  const inserted = await context.catalog.transaction<
    ProjectsTables,
    { readonly project: Project; readonly key: ProjectKey } | undefined
  >(async (trx) => {
    const project = await trx
      .insertInto('projects')
      .values({
        ...{ slug: wanted.slug, name: wanted.name, platform: wanted.platform, is_internal: wanted.isInternal },
        ...{ created_ms: createdMs, created_by: wanted.createdBy, settings: JSON.stringify(settings) },
        ...{ last_accepted_ms: null, deleted_ms: null },
      })
      .onConflict((conflict) => conflict.doNothing())
      .returningAll()
      .executeTakeFirst();
    if (project === undefined) return undefined;
    const key = await trx
      .insertInto('project_keys')
      .values({
        ...{ public_key: newPublicKey(), project_id: project.id, label: 'default', is_active: true },
        ...{ created_ms: createdMs, created_by: wanted.createdBy, last_used_ms: null },
      })
      .returningAll()
      .executeTakeFirstOrThrow();
    return { project: projectOf(project), key: keyOf(key) };
  });
  if (inserted === undefined) throw new Failure(ISSUES_PROJECTS_FAILURES.slugTaken, { slug: wanted.slug });
  context.memory.put(inserted.project);
  context.memory.putKey(inserted.key);
  return inserted;
}

/** As DSNs have it. It lets send and nothing else. */
export const newPublicKey = (): string => randomBytes(16).toString('hex');
