import type { IncomingAttachment, IncomingBlob, JsonObject, JsonValue } from '../../../issues/index.ts';
import type { EnvelopeItem } from '../envelope.ts';
import { type Counted, expectStored, type Harvest, outcomeOf, type SentryCall } from '../harvest.ts';
import { SENTRY_LIMITS } from '../limits.ts';
import { hexIdOf, isObject, readJsonObject, textOf } from '../read-json.ts';
import { makeId } from './events.ts';

interface Taking {
  readonly call: SentryCall;
  readonly harvest: Harvest;
}

/** An attachment; what it belongs to is known when the whole envelope was read. */
export function takeAttachment(item: EnvelopeItem, { call, harvest }: Taking): void {
  const { header, payload } = item;
  const attachmentType = textOf(header.attachment_type).slice(0, SENTRY_LIMITS.nameLengthMax) || 'event.attachment';
  const attachment: IncomingAttachment = {
    filename: textOf(header.filename).slice(0, SENTRY_LIMITS.nameLengthMax) || 'attachment',
    contentType: textOf(header.content_type).slice(0, SENTRY_LIMITS.nameLengthMax) || 'application/octet-stream',
    attachmentType,
    bytes: payload,
  };
  addAttachment(attachment, factsOf(header), { call, harvest });
}

/** Keeps it when the project keeps its kind, else counts it by name. */
export function addAttachment(attachment: IncomingAttachment, facts: JsonObject, { call, harvest }: Taking): void {
  const counted: Counted = { category: 'attachment', itemType: 'attachment', quantity: 1 };
  const { keeps } = call.project.settings;
  const isKept = isMinidump(attachment) ? keeps.minidumps : keeps.attachments;
  if (!isKept) {
    const reason = isMinidump(attachment) ? 'minidump-not-kept' : 'not-kept';
    harvest.outcomes.push(outcomeOf(call.project, counted, { outcome: 'filtered', reason }));
  } else if (harvest.attachments.length >= SENTRY_LIMITS.attachmentsPerEnvelopeMax) {
    harvest.outcomes.push(outcomeOf(call.project, counted, { outcome: 'invalid', reason: 'too-many' }));
  } else {
    harvest.attachments.push({ attachment, facts });
  }
}

const isMinidump = ({ attachmentType }: IncomingAttachment): boolean => attachmentType === 'event.minidump';

/** Hands the attachments of an envelope to its event, or keeps them by the id that the envelope has. */
export function settleAttachments({ call, harvest }: Taking): void {
  const [event] = harvest.events;
  const counted: Counted = { category: 'attachment', itemType: 'attachment', quantity: 1 };
  for (const { attachment, facts } of harvest.attachments) {
    if (event !== undefined) {
      event.attachments.push(attachment);
      expectStored(harvest, 'events', counted);
      continue;
    }
    const ownerId = harvest.feedback[0]?.feedbackId ?? call.eventId ?? makeId(call);
    const kind = isMinidump(attachment) ? 'minidump' : 'attachment';
    harvest.blobs.push({ ...attachment, project: call.project, kind, ownerId, receivedMs: call.receivedMs, facts });
    expectStored(harvest, 'blobs', counted);
  }
}

/** Profiles and replays: kept whole and found by their owner, their content is read by nobody here. */
export function takeBlob(kind: 'profile' | 'replay', item: EnvelopeItem, { call, harvest }: Taking): void {
  const counted: Counted = { category: kind, itemType: item.type, quantity: 1 };
  const { keeps } = call.project.settings;
  if (kind === 'profile' ? !keeps.profiles : !keeps.replays) {
    harvest.outcomes.push(outcomeOf(call.project, counted, { outcome: 'filtered', reason: 'not-kept' }));
    return;
  }
  harvest.blobs.push(blobOf(kind, item, call));
  expectStored(harvest, 'blobs', counted);
}

const JSON_TYPES: ReadonlySet<string> = new Set(['profile', 'profile_chunk', 'replay_event']);

function blobOf(kind: 'profile' | 'replay', item: EnvelopeItem, call: SentryCall): IncomingBlob {
  const content = JSON_TYPES.has(item.type) ? readJsonObject(item.payload, item.type) : {};
  const own = [content.profiler_id, content.profile_id, content.replay_id, content.event_id].map(hexIdOf);
  const ownerId = own.find((id) => id !== undefined) ?? call.eventId ?? makeId(call);
  const traceId = traceIdOf(content);
  return {
    project: call.project,
    kind,
    ownerId,
    receivedMs: call.receivedMs,
    filename: `${item.type}-${ownerId}`,
    contentType: JSON_TYPES.has(item.type) ? 'application/json' : 'application/octet-stream',
    attachmentType: item.type,
    bytes: item.payload,
    ...(traceId === undefined ? {} : { traceId }),
    facts: { ...factsOf(item.header), ...segmentOf(content) },
  };
}

function traceIdOf(content: JsonObject): string | undefined {
  const { transaction, contexts } = content;
  if (isObject(transaction)) return hexIdOf(transaction.trace_id);
  const trace = isObject(contexts) ? contexts.trace : undefined;
  if (isObject(trace)) return hexIdOf(trace.trace_id);
  return Array.isArray(content.trace_ids) ? hexIdOf(content.trace_ids[0] as JsonValue) : undefined;
}

const segmentOf = (content: JsonObject): JsonObject => {
  const { segment_id: segment, replay_type: type } = content;
  return {
    ...(typeof segment === 'number' ? { segment_id: segment } : {}),
    ...(typeof type === 'string' ? { replay_type: type } : {}),
  };
};

/** What the header says beyond what has a place of its own. */
function factsOf(header: JsonObject): JsonObject {
  const { type: _, length: __, filename: ___, content_type: ____, attachment_type: _____, ...facts } = header;
  return facts;
}
