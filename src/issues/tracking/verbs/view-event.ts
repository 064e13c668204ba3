import { Failure } from '../../../base/index.ts';
import type { IssueVerbs } from '../../types.ts';
import type { TrackingContext } from '../context.ts';
import { ISSUES_TRACKING_FAILURES } from '../failures.ts';
import { createIssueReads } from '../issue-reads.ts';
import { ISSUES_TRACKING_LIMITS as LIMITS } from '../limits.ts';
import { eventsOf, missingEvent } from './issue-events.ts';
import { shownFeedback } from './list-feedback.ts';

const EVENT_ID = /^[0-9a-f]{32}$/;

/** `latest`, `oldest`, `recommended`, or an id with or without hyphens; undefined when it can be none of them. */
function acceptedWhich(which: string): string | undefined {
  if (['latest', 'oldest', 'recommended'].includes(which)) return which;
  const id = which.replaceAll('-', '').toLowerCase();
  return EVENT_ID.test(id) ? id : undefined;
}

/**
 * An event with everything beside it. Why it is here is worked out by the rules of today: what stands in the event was
 * grouped by the rules of its time. Throws `tracking.event-not-found` and `tracking.no-events`.
 */
export const viewEvent =
  (context: TrackingContext): IssueVerbs['event'] =>
  async (actor, id, which) => {
    const { row, selection } = await eventsOf(context, actor, id);
    const wanted = acceptedWhich(which);
    const stored = wanted === undefined ? undefined : await context.events.pick(selection, wanted);
    if (stored === undefined) throw missingEvent(row, which);
    const settings = context.projects.byId(row.project_id)?.settings;
    if (settings === undefined) {
      throw new Failure(ISSUES_TRACKING_FAILURES.projectNotFound, { project: row.project_id });
    }
    const [neighbours, attachments, feedback] = await Promise.all([
      context.events.neighbours(selection, stored),
      context.events.attachments(row.project_id, stored.eventId),
      context.events.feedback({
        projectIds: [row.project_id],
        eventId: stored.eventId,
        limit: LIMITS.feedbackMax,
      }),
    ]);
    const grouping = context.group(stored.event, {
      version: settings.groupingVersion,
      fingerprintRules: settings.fingerprintRules,
      enhancementRules: settings.enhancementRules,
    });
    return {
      event: stored.event,
      title: stored.title,
      culprit: stored.culprit,
      grouping,
      attachments,
      feedback: feedback.map((one) => shownFeedback(one, () => String(row.id))),
      ...neighbours,
    };
  };

/** Of any project that the actor may read; for links from logs and traces. */
export const findEvent =
  (context: TrackingContext): IssueVerbs['findEvent'] =>
  async (actor, given) => {
    await context.authorize(actor, 'issues:Read', { type: 'project', name: '*' });
    const eventId = given.replaceAll('-', '').toLowerCase();
    if (!EVENT_ID.test(eventId)) return undefined;
    const located = await context.events.locate(eventId);
    const owners = await createIssueReads(context).ownersOf(located.map(({ hashId }) => hashId));
    for (const { hashId } of located) {
      const issueId = owners.get(hashId);
      if (issueId !== undefined) return { issueId, eventId };
    }
    return undefined;
  };
