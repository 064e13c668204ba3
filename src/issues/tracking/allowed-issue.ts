import type { Action, Actor } from '../../access/index.ts';
import { Failure } from '../../base/index.ts';
import type { TrackingContext } from './context.ts';
import { ISSUES_TRACKING_FAILURES } from './failures.ts';
import { findIssue, type IssueRow } from './issue-rows.ts';
import type { IssuesTables } from './migrations.ts';

/** The name that rights are asked by. A project that is gone, or never was, is asked for like all of them. */
export const projectObject = (
  { projects }: Pick<TrackingContext, 'projects'>,
  projectId: string | undefined,
): { readonly type: 'project'; readonly name: string } => ({
  type: 'project',
  name: (projectId === undefined ? undefined : projects.byId(projectId)?.slug) ?? '*',
});

/**
 * The issue, by its number or its short id. Who has no right is refused alike whether it is there or not.
 * Throws `access.forbidden` and `tracking.not-found`.
 */
export async function allowedIssue(
  context: TrackingContext,
  actor: Actor,
  action: Action,
  id: string,
): Promise<IssueRow> {
  const row = await findIssue(context.catalog.db<IssuesTables>(), id);
  await context.authorize(actor, action, projectObject(context, row?.project_id));
  if (row === undefined) throw new Failure(ISSUES_TRACKING_FAILURES.notFound, { id });
  return row;
}
