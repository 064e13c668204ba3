import { Failure } from '../../../base/index.ts';
import { auditedChange } from '../audited.ts';
import type { ProjectsContext } from '../context.ts';
import { ISSUES_PROJECTS_FAILURES } from '../failures.ts';
import type { ProjectsTables } from '../migrations.ts';
import type { ProjectVerbs } from '../types.ts';
import { requireOwnProject } from './require-project.ts';

/** Marks it, so that nothing more is accepted or shown; what it holds is erased after the answer. */
export const removeProject =
  (context: ProjectsContext): ProjectVerbs['remove'] =>
  async (actor, idOrSlug, confirm) => {
    const { id, slug, name } = requireOwnProject(context, idOrSlug);
    await context.authorize(actor, 'issues:Manage', { type: 'project', name: slug });
    await auditedChange(
      context,
      actor,
      { eventName: 'DeleteProject', project: slug, parameters: { name } },
      async () => {
        if (confirm !== name) {
          throw new Failure(ISSUES_PROJECTS_FAILURES.notConfirmed, { project: slug, name: JSON.stringify(name) });
        }
        await context.catalog
          .db<ProjectsTables>()
          .updateTable('projects')
          .set({ deleted_ms: context.clock.nowMs() })
          .where('id', '=', Number(id))
          .where('deleted_ms', 'is', null)
          .execute();
        context.memory.drop(id);
        context.wakeEraser();
      },
    );
  };
