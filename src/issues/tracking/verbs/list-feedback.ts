import type { Feedback, IssueVerbs } from '../../types.ts';
import type { TrackingContext } from '../context.ts';
import { createIssueReads } from '../issue-reads.ts';
import { ISSUES_TRACKING_LIMITS as LIMITS } from '../limits.ts';
import { acceptedCount, allowedProjects } from './accepted-query.ts';
import { eventsOf } from './issue-events.ts';

/** Newest first, with the issue of the event that people wrote about. */
export const listFeedback =
  (context: TrackingContext): IssueVerbs['feedback'] =>
  async (actor, { projectId, issueId, limit, before }) => {
    acceptedCount('limit', limit, LIMITS.feedbackMax);
    const page = { limit, ...(before === undefined ? {} : { before }) };
    if (issueId !== undefined) {
      const { row, selection } = await eventsOf(context, actor, issueId);
      const { projectIds, hashIds } = selection;
      const found = await context.events.feedback({ projectIds, hashIds, ...page });
      return found.map((one) => shownFeedback(one, () => String(row.id)));
    }
    const projects = await allowedProjects(context, actor, projectId === undefined ? undefined : [projectId]);
    const found = await context.events.feedback({ projectIds: projects.map(({ id }) => id), ...page });
    const hashIds = found.flatMap((one) => one.hashId ?? []);
    const owners = await createIssueReads(context).ownersOf(hashIds);
    const ownerOf = (hashId: number | undefined) => (hashId === undefined ? undefined : owners.get(hashId));
    return found.map((one) => shownFeedback(one, ownerOf));
  };

/** With the issue that its event belongs to now, instead of the hash. */
export function shownFeedback(
  { hashId, ...feedback }: Feedback & { readonly hashId?: number },
  issueOf: (hashId: number | undefined) => string | undefined,
): Feedback {
  const issueId = issueOf(hashId);
  return issueId === undefined ? feedback : { ...feedback, issueId };
}
