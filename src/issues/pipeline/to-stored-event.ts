import { clip } from '../../base/index.ts';
import { userKeyOf } from '../events/index.ts';
import type { AssignedEvent, GroupingResult, NormalizedEvent, RecordedEvent, StoredEvent } from '../types.ts';
import { ISSUES_PIPELINE_LIMITS as LIMITS } from './limits.ts';

/** The row that an event becomes. */
export function toStoredEvent(options: {
  readonly event: NormalizedEvent;
  readonly grouping: GroupingResult;
  readonly hashId: number;
  readonly inboxId: string;
  readonly payload: string;
  readonly retentionDays: number;
}): StoredEvent {
  const { event, grouping, hashId, inboxId, payload, retentionDays } = options;
  const said = event.message?.formatted ?? event.exceptions.at(-1)?.value ?? '';
  return {
    projectId: event.projectId,
    eventId: event.eventId,
    hashId,
    timeMs: event.timeMs,
    receivedMs: event.receivedMs,
    inboxId,
    type: event.type,
    level: event.level,
    platform: event.platform,
    title: clip(grouping.title, LIMITS.titleLengthMax),
    culprit: clip(grouping.culprit, LIMITS.titleLengthMax),
    message: clip(said, LIMITS.messageLengthMax),
    transaction: event.transaction,
    release: event.release,
    dist: event.dist,
    environment: event.environment,
    serverName: event.serverName,
    userKey: userKeyOf(event.user),
    handled: isHandled(event),
    traceId: event.traceId,
    spanId: event.spanId,
    sdk: event.sdk.name === '' ? '' : `${event.sdk.name}/${event.sdk.version}`,
    tags: event.tags,
    retentionDays,
    payload,
  };
}

/** Handled, unless a mechanism says that nobody caught it. */
const isHandled = (event: NormalizedEvent): boolean =>
  event.exceptions.every((exception) => exception.mechanism.handled !== false);

export const toRecordedEvent = (event: NormalizedEvent, assigned: AssignedEvent): RecordedEvent => ({
  hashId: assigned.hashId,
  issueId: assigned.issueId,
  projectId: event.projectId,
  eventId: event.eventId,
  timeMs: event.timeMs,
  receivedMs: event.receivedMs,
  level: event.level,
  release: event.release,
  environment: event.environment,
  userKey: userKeyOf(event.user),
  handled: isHandled(event),
});
