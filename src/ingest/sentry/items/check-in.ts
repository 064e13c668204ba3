import type { CheckInStatus, IncomingCheckIn, JsonObject } from '../../../issues/index.ts';
import type { EnvelopeItem } from '../envelope.ts';
import { expectStored, type Harvest, type SentryCall } from '../harvest.ts';
import { SENTRY_LIMITS } from '../limits.ts';
import { hexIdOf, invalidItem, numberOf, objectOf, readJsonObject, textOf } from '../read-json.ts';
import { readTimeMs } from '../read-time.ts';

interface Taking {
  readonly call: SentryCall;
  readonly harvest: Harvest;
}

export function takeCheckIn(item: EnvelopeItem, to: Taking): void {
  const payload = readJsonObject(item.payload, item.type);
  addCheckIn(checkInOf(payload, textOf(payload.monitor_slug), to.call), to.harvest);
}

export function addCheckIn(checkIn: IncomingCheckIn, harvest: Harvest): void {
  harvest.checkIns.push(checkIn);
  expectStored(harvest, 'check-ins', { category: 'monitor', itemType: 'check_in', quantity: 1 });
}

const STATUSES: ReadonlyMap<string, CheckInStatus> = new Map<string, CheckInStatus>([
  ['in_progress', 'in_progress'],
  ['ok', 'ok'],
  ['error', 'error'],
]);

/** Of an item, of the body of the check-in URL, or of its query; they have the same words. */
export function checkInOf(payload: JsonObject, slug: string, call: SentryCall): IncomingCheckIn {
  const status = STATUSES.get(textOf(payload.status));
  if (status === undefined) {
    throw invalidItem('check_in', 'incomplete', 'its status is not in_progress, ok or error');
  }
  if (slug === '' || slug.length > SENTRY_LIMITS.nameLengthMax) {
    throw invalidItem('check_in', 'incomplete', 'it names no monitor');
  }
  const id = textOf(payload.check_in_id).slice(0, SENTRY_LIMITS.nameLengthMax);
  const seconds = numberOf(payload.duration);
  const traceId = hexIdOf(objectOf(objectOf(payload.contexts).trace).trace_id);
  const release = textOf(payload.release);
  const saidMs = readTimeMs(payload.timestamp) ?? call.sentAtMs;
  const config = payload.monitor_config;
  return {
    project: call.project,
    slug,
    ...(id === '' ? {} : { checkInId: id }),
    status,
    ...(seconds === undefined || seconds < 0 ? {} : { durationMs: Math.round(seconds * 1_000) }),
    environment: textOf(payload.environment),
    timeMs: Math.min(saidMs === undefined ? call.receivedMs : saidMs + call.driftMs, call.receivedMs),
    receivedMs: call.receivedMs,
    ...(config === undefined || config === null ? {} : { config }),
    ...(traceId === undefined ? {} : { traceId }),
    ...(release === '' ? {} : { release }),
  };
}
