import { clip, Failure } from '../../../base/index.ts';
import type { ProjectKey } from '../../types.ts';
import { auditedChange } from '../audited.ts';
import type { ProjectsContext } from '../context.ts';
import { keyOf } from '../directory.ts';
import { ISSUES_PROJECTS_FAILURES } from '../failures.ts';
import { ISSUES_PROJECTS_LIMITS } from '../limits.ts';
import type { ProjectsTables } from '../migrations.ts';
import { acceptedText } from '../names.ts';
import type { ProjectVerbs } from '../types.ts';
import { newPublicKey } from './create-project.ts';
import { requireOwnProject, requireProject } from './require-project.ts';

export const listKeys =
  (context: ProjectsContext): ProjectVerbs['keys'] =>
  async (actor, idOrSlug) => {
    const { id, slug } = requireProject(context, idOrSlug);
    await context.authorize(actor, 'issues:Read', { type: 'project', name: slug });
    return context.memory.keysOf(id).map((key) => {
      const usedMs = context.counts.lastUsedMs(key.publicKey);
      return usedMs === undefined ? key : { ...key, lastUsedMs: usedMs };
    });
  };

export const createKey =
  (context: ProjectsContext): ProjectVerbs['createKey'] =>
  async (actor, idOrSlug, label = 'another key') => {
    const { id, slug } = requireOwnProject(context, idOrSlug);
    await context.authorize(actor, 'issues:Manage', { type: 'project', name: slug });
    const accepted = acceptedText('label', label, ISSUES_PROJECTS_LIMITS.nameCharsMax);
    const call = { eventName: 'CreateProjectKey', project: slug, parameters: { label: accepted } };
    return await auditedChange(context, actor, call, async () => {
      const count = context.memory.keysOf(id).length;
      const max = ISSUES_PROJECTS_LIMITS.keysMax;
      if (count >= max) throw new Failure(ISSUES_PROJECTS_FAILURES.tooMany, { count, max, what: 'keys' });
      const row = await context.catalog
        .db<ProjectsTables>()
        .insertInto('project_keys')
        .values({
          ...{ public_key: newPublicKey(), project_id: Number(id), label: accepted, is_active: true },
          ...{ created_ms: context.clock.nowMs(), created_by: actor.name, last_used_ms: null },
        })
        .returningAll()
        .executeTakeFirstOrThrow();
      const key = keyOf(row);
      context.memory.putKey(key);
      return key;
    });
  };

/** Deactivating counts at once: the next request with this key is refused. */
export const changeKey =
  (context: ProjectsContext): ProjectVerbs['changeKey'] =>
  async (actor, idOrSlug, publicKey, change) => {
    const { id, slug } = requireOwnProject(context, idOrSlug);
    await context.authorize(actor, 'issues:Manage', { type: 'project', name: slug });
    const before = requireKey(context, id, publicKey);
    const label =
      change.label === undefined
        ? before.label
        : acceptedText('label', change.label, ISSUES_PROJECTS_LIMITS.nameCharsMax);
    const after: ProjectKey = { ...before, label, isActive: change.isActive ?? before.isActive };
    const parameters = { publicKey, label, isActive: after.isActive };
    await auditedChange(context, actor, { eventName: 'UpdateProjectKey', project: slug, parameters }, async () => {
      await context.catalog
        .db<ProjectsTables>()
        .updateTable('project_keys')
        .set({ label, is_active: after.isActive })
        .where('public_key', '=', publicKey)
        .execute();
      context.memory.putKey(after);
    });
    return after;
  };

function requireKey({ memory }: ProjectsContext, projectId: string, publicKey: string): ProjectKey {
  const key = memory.keyOf(publicKey);
  if (key !== undefined && key.projectId === projectId) return key;
  const project = memory.byId(projectId)?.slug ?? projectId;
  throw new Failure(ISSUES_PROJECTS_FAILURES.keyNotFound, { project, key: JSON.stringify(clip(publicKey, 80)) });
}
