import type { Catalog } from '../../catalog/index.ts';
import type { TelemetryStore } from '../../telemetry/index.ts';
import type { EventSelection, IssueEvents } from '../tracking/index.ts';
import type { NormalizedEvent } from '../types.ts';
import { askOf, counts, findHashes, histogram, tagDistributions, trends } from './count-events.ts';
import type { ListedEvent } from './event-rows.ts';
import {
  eventsOfTrace,
  latestEventIds,
  listEvents,
  locateEvent,
  neighbours,
  pickEvent,
  recentEvents,
} from './read-events.ts';
import { attachment, attachments, feedback, feedbackCounts, type KeptAttachment } from './read-kept.ts';

/** Reads of stored events and of what is kept beside them. Nobody's rights are asked here: the verbs above did. */
export interface EventStore extends IssueEvents {
  readonly attachments: (projectId: string, eventId: string) => Promise<readonly KeptAttachment[]>;
  /** By its own id; its bytes are BlobStore.get(blobId). */
  readonly attachment: (id: string) => Promise<KeptAttachment | undefined>;
  readonly ofTrace: (filter: {
    readonly projectIds: readonly string[];
    readonly traceId: string;
  }) => Promise<readonly ListedEvent[]>;
  /** The newest events with their content; for trying rules out. */
  readonly recent: (
    selection: EventSelection,
    limit: number,
  ) => Promise<readonly { readonly event: NormalizedEvent; readonly hashId: number }[]>;
}

export function createEventStore(deps: {
  readonly telemetry: Pick<TelemetryStore, 'query'>;
  readonly catalog: Catalog;
}): EventStore {
  const { catalog } = deps;
  const ask = askOf(deps.telemetry);
  return {
    findHashes: (selection) => findHashes(ask, selection),
    counts: (selection, groups) => counts(ask, selection, groups),
    trends: (selection, groups, steps) => trends(ask, selection, groups, steps),
    histogram: (selection, steps) => histogram(ask, selection, steps),
    tags: (selection) => tagDistributions(ask, selection),
    list: (selection, page) => listEvents(ask, selection, page),
    pick: (selection, which) => pickEvent(ask, selection, which),
    neighbours: (selection, of) => neighbours(ask, selection, of),
    locate: (eventId) => locateEvent(ask, eventId),
    latestEventIds: (projectId, hashIds) => latestEventIds(ask, projectId, hashIds),
    attachments: (projectId, eventId) => attachments(catalog, projectId, eventId),
    feedback: (filter) => feedback(catalog, filter),
    feedbackCounts: (projectIds, groups) => feedbackCounts(catalog, projectIds, groups),
    attachment: (id) => attachment(catalog, id),
    ofTrace: (filter) => eventsOfTrace(ask, filter),
    recent: (selection, limit) => recentEvents(ask, selection, limit),
  };
}
