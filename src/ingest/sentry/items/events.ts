import { hash } from 'node:crypto';
import { newId } from '../../../base/index.ts';
import type { JsonObject } from '../../../issues/index.ts';
import type { EnvelopeItem } from '../envelope.ts';
import { type Counted, type EventDraft, expectStored, type Harvest, type SentryCall } from '../harvest.ts';
import { hexIdOf, invalidItem, isObject, objectOf, readJsonObject, textOf } from '../read-json.ts';
import { readTimeMs } from '../read-time.ts';
import { takeTransaction } from './transaction.ts';

interface Taking {
  readonly call: SentryCall;
  readonly harvest: Harvest;
}

/** An event, and what is sent as one by its `type`: a transaction, feedback, a report of a browser. */
export function takeEvent(item: EnvelopeItem, to: Taking): void {
  takePayload(readJsonObject(item.payload, item.type), item.type, to);
}

export function takePayload(payload: JsonObject, itemType: string, to: Taking): void {
  const type = textOf(payload.type);
  if (itemType === 'transaction' || type === 'transaction') {
    takeTransaction(payload, 'transaction', to);
  } else if (itemType === 'feedback' || type === 'feedback' || isObject(objectOf(payload.contexts).feedback)) {
    takeFeedback(payload, to);
  } else {
    addEvent(payload, { category: 'error', itemType, quantity: 1 }, to);
  }
}

export function addEvent(payload: JsonObject, counted: Counted, { call, harvest }: Taking): EventDraft {
  // The header's id is of the first event; SDKs send one in an envelope.
  const headerId = harvest.events.length === 0 ? call.eventId : undefined;
  const draft: EventDraft = {
    project: call.project,
    eventId: headerId ?? hexIdOf(payload.event_id) ?? makeId(call),
    receivedMs: call.receivedMs,
    ...(call.sentAtMs === undefined ? {} : { sentAtMs: call.sentAtMs }),
    client: call.client,
    payload,
    attachments: [],
    sourceIp: call.context.sourceIp,
    userAgent: call.context.userAgent,
  };
  harvest.events.push(draft);
  expectStored(harvest, 'events', counted);
  return draft;
}

export const makeId = (call: SentryCall): string => newId(Math.floor(call.receivedMs)).replaceAll('-', '');

const FEEDBACK: Counted = { category: 'feedback', itemType: 'feedback', quantity: 1 };

/** Feedback as SDKs send it now: an event whose `contexts.feedback` holds what somebody wrote. */
function takeFeedback(payload: JsonObject, { call, harvest }: Taking): void {
  const contexts = objectOf(payload.contexts);
  const feedback = objectOf(contexts.feedback);
  const message = textOf(feedback.message);
  if (message === '') throw invalidItem('feedback', 'incomplete', 'it has no message');
  const user = objectOf(payload.user);
  const about = hexIdOf(feedback.associated_event_id);
  const traceId = hexIdOf(objectOf(contexts.trace).trace_id);
  const replayId = hexIdOf(feedback.replay_id) ?? hexIdOf(objectOf(contexts.replay).replay_id);
  const timeMs = readTimeMs(payload.timestamp);
  harvest.feedback.push({
    project: call.project,
    feedbackId: call.eventId ?? hexIdOf(payload.event_id) ?? makeId(call),
    ...(about === undefined ? {} : { eventId: about }),
    timeMs: Math.min(timeMs === undefined ? call.receivedMs : timeMs + call.driftMs, call.receivedMs),
    name: textOf(feedback.name) || textOf(user.name) || textOf(user.username),
    email: textOf(feedback.contact_email) || textOf(user.email),
    message,
    url: textOf(feedback.url) || textOf(objectOf(payload.request).url),
    source: textOf(feedback.source),
    environment: textOf(payload.environment),
    release: textOf(payload.release),
    ...(traceId === undefined ? {} : { traceId }),
    ...(replayId === undefined ? {} : { replayId }),
  });
  expectStored(harvest, 'feedback', FEEDBACK);
}

/** Feedback of older SDKs, about an event that came before. Sent again it is the same feedback. */
export function takeUserReport(item: EnvelopeItem, { call, harvest }: Taking): void {
  const payload = readJsonObject(item.payload, item.type);
  const eventId = hexIdOf(payload.event_id) ?? call.eventId;
  const message = textOf(payload.comments);
  if (eventId === undefined) throw invalidItem(item.type, 'incomplete', 'it has no event_id');
  if (message === '') throw invalidItem(item.type, 'incomplete', 'it has no comments');
  harvest.feedback.push({
    project: call.project,
    feedbackId: hash('sha256', `${eventId}\n${textOf(payload.email)}\n${message}`, 'hex').slice(0, 32),
    eventId,
    timeMs: call.receivedMs,
    name: textOf(payload.name),
    email: textOf(payload.email),
    message,
    url: '',
    source: 'user-report',
    environment: '',
    release: '',
  });
  expectStored(harvest, 'feedback', { ...FEEDBACK, itemType: item.type });
}
