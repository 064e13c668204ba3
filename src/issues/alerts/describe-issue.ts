import { DAY_MS, isFailure } from '../../base/index.ts';
import type { Issue } from '../types.ts';
import type { IssueAlertsContext } from './context.ts';
import type { EventFacts } from './event-facts.ts';

/** What an alert says beyond what the issue itself knows. */
export interface IssueDetails {
  readonly event?: EventFacts | undefined;
  readonly frame?: string | undefined;
  readonly users?: number | undefined;
}

/**
 * Looks up the event, its frame and the users of issues that are about to be told of; they are few, because storms are
 * cut off before. What cannot be read is left out: the alert is worth more than its details.
 */
export async function describeIssue(
  context: IssueAlertsContext,
  told: readonly { readonly issue: Issue; readonly event?: EventFacts | undefined }[],
  nowMs: number,
): Promise<ReadonlyMap<string, IssueDetails>> {
  const details = new Map<string, IssueDetails>();
  if (told.length === 0) return details;
  try {
    const hashes = await context.issues.hashesOf(told.map(({ issue }) => issue.id));
    for (const { issue, event } of told) {
      const own = hashes.get(issue.id) ?? [];
      const known = event ?? (await context.events.newest(issue.projectId, own));
      const groups = new Map(own.map((hash) => [hash, 1]));
      const range = { fromMs: nowMs - DAY_MS, toMs: nowMs + DAY_MS };
      const counts = await context.events.counts({ projectId: issue.projectId, groups, ...range });
      details.set(issue.id, {
        event: known,
        frame: known === undefined ? undefined : await context.events.firstFrame(issue.projectId, known.eventId),
        users: counts.get(1)?.users,
      });
    }
  } catch (error) {
    const reason = isFailure(error) ? error.code : String(error);
    context.log.warn({ reason }, 'details of an issue could not be read; its alert goes out without them');
  }
  return details;
}
