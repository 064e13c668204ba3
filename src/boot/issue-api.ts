import type { Authorize } from '../access/index.ts';
import { API_FAILURES, type AttachmentReads, type ErrorTrackingDeps } from '../api/index.ts';
import { type Clock, clip, DAY_MS, Failure } from '../base/index.ts';
import type { Catalog } from '../catalog/index.ts';
import { DEFAULT_LIMITS_PER_MINUTE } from '../ingest/index.ts';
import { groupingWords, tryGrouping } from '../issues/index.ts';
import { ownedHashes } from './issue-facts.ts';
import type { OpenIssues } from './open-issues.ts';

/** Rules are tried on what came lately: what was long ago may be of code that is gone. */
const TRIED_DAYS = 30;

/** What the JSON API serves of error tracking. `origin` is the address that was set, or undefined. */
export function issueApi(
  issues: OpenIssues,
  deps: {
    readonly catalog: Catalog;
    readonly authorize: Authorize;
    readonly publicUrl: string | undefined;
    readonly own: string;
    readonly clock: Clock;
  },
): ErrorTrackingDeps {
  const { authorize, clock } = deps;
  const { projects, tracking, pipeline, events } = issues;
  return {
    ...{ projects, clock },
    attachments: attachmentReads(issues),
    issues: tracking.verbs,
    releases: issues.releases.verbs,
    health: issues.health.verbs,
    monitors: issues.monitors.verbs,
    issueAlerts: issues.issueAlerts.verbs,
    findProject: (idOrSlug) => projects.directory.byId(idOrSlug) ?? projects.directory.bySlug(idOrSlug),
    groupingVersions: groupingWords.versions,
    defaultLimitsPerMinute: DEFAULT_LIMITS_PER_MINUTE,
    originFor: (host) => deps.publicUrl ?? originOf(host) ?? deps.own,
    tryGrouping: tryGrouping({
      ...{ authorize, group: issues.group, projects: projects.directory },
      sample: (projectId, limit) =>
        events.recent(
          { projectIds: [projectId], fromMs: clock.nowMs() - TRIED_DAYS * DAY_MS, toMs: clock.nowMs() + 1 },
          limit,
        ),
      hashes: ownedHashes(deps.catalog),
      issues: tracking.reads.byIds,
    }),
    pipeline: async (actor) => {
      await authorize(actor, 'issues:Read', { type: 'project', name: '*' });
      const { waitingEvents: queued, lagMs, processedEvents: processed, state, reason } = pipeline.status();
      return { queued, lagMs, processed, state, reason, load: pipeline.load() };
    },
  };
}

/** The address that a request used, when it is one that could stand in a DSN. */
function originOf(host: string | undefined): string | undefined {
  if (host === undefined || !/^(?:[\w.-]+|\[[0-9a-fA-F:]+\])(?::\d{1,5})?$/.test(host)) return undefined;
  return URL.canParse(`http://${host}`) ? `http://${host}` : undefined;
}

/**
 * Who may read an event may read what came with it, and nothing else: the way to an attachment leads through its event,
 * and the way to an event through its issue.
 */
const attachmentReads = ({ tracking, events, blobs }: OpenIssues): AttachmentReads => ({
  read: async (actor, { issueId, eventId, attachmentId }) => {
    const { event, attachments } = await tracking.verbs.event(actor, issueId, eventId);
    const view = attachments.find(({ id }) => id === attachmentId);
    const kept = view === undefined ? undefined : await events.attachment(view.id);
    if (view === undefined || kept === undefined || kept.projectId !== event.projectId) {
      throw new Failure(API_FAILURES.attachmentUnknown, { attachment: JSON.stringify(clip(attachmentId, 80)) });
    }
    return { view, bytes: blobs.get(kept.blobId) };
  },
});
