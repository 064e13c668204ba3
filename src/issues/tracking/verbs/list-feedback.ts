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
      return found.map(({ hashId: _, ...one }) => ({ ...one, issueId: String(row.id) }));
    }
    const projects = await allowedProjects(context, actor, projectId === undefined ? undefined : [projectId]);
    const found = await context.events.feedback({ projectIds: projects.map(({ id }) => id), ...page });
    const hashIds = found.flatMap((one) => one.hashId ?? []);
    const owners = await createIssueReads(context).ownersOf(hashIds);
    return found.map(({ hashId, ...one }): Feedback => {
      const owner = hashId === undefined ? undefined : owners.get(hashId);
      return owner === undefined ? one : { ...one, issueId: owner };
    });
  };
