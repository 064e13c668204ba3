import type { IncomingSession, JsonObject, SessionStatus } from '../../../issues/index.ts';
import type { EnvelopeItem } from '../envelope.ts';
import { expectStored, type Harvest, type SentryCall } from '../harvest.ts';
import { SENTRY_LIMITS } from '../limits.ts';
import { countOf, invalidItem, listOf, objectOf, readJsonObject, textOf, tooLargeItem } from '../read-json.ts';
import { readTimeMs } from '../read-time.ts';

interface Taking {
  readonly call: SentryCall;
  readonly harvest: Harvest;
}

const STATUSES: ReadonlyMap<string, SessionStatus> = new Map<string, SessionStatus>([
  ['ok', 'ok'],
  ['exited', 'exited'],
  ['crashed', 'crashed'],
  ['abnormal', 'abnormal'],
  ['unhandled', 'unhandled'],
  // Said by older SDKs for a session with errors that went on.
  ['errored', 'ok'],
]);

/** The state of one session. */
export function takeSession(item: EnvelopeItem, { call, harvest }: Taking): void {
  const payload = readJsonObject(item.payload, item.type);
  const word = textOf(payload.status);
  const status = STATUSES.get(word === '' ? 'ok' : word);
  const startedMs = readTimeMs(payload.started) ?? readTimeMs(payload.timestamp);
  if (status === undefined) throw invalidItem(item.type, 'incomplete', 'its status is not one of a session');
  if (startedMs === undefined) throw invalidItem(item.type, 'incomplete', 'it does not say when it started');
  const sid = textOf(payload.sid);
  add(
    {
      type: 'update',
      ...attributesOf(payload, payload, { call, startedMs }),
      ...(sid === '' ? {} : { sid }),
      init: payload.init === true,
      status,
      errors: Math.max(countOf(payload.errors), word === 'errored' ? 1 : 0),
    },
    item.type,
    harvest,
  );
}

/** Sessions that an SDK summed up by the minute. */
export function takeSessions(item: EnvelopeItem, { call, harvest }: Taking): void {
  const payload = readJsonObject(item.payload, item.type);
  const aggregates = listOf(payload.aggregates);
  if (aggregates.length > SENTRY_LIMITS.aggregatesMax)
    throw tooLargeItem(item.type, SENTRY_LIMITS.aggregatesMax, 'items');
  const rows = aggregates.map((entry): IncomingSession => {
    const aggregate = objectOf(entry);
    const startedMs = readTimeMs(aggregate.started);
    if (startedMs === undefined)
      throw invalidItem(item.type, 'incomplete', 'a minute of it does not say when it started');
    return {
      type: 'aggregate',
      ...attributesOf(payload, aggregate, { call, startedMs }),
      exited: countOf(aggregate.exited),
      errored: countOf(aggregate.errored),
      crashed: countOf(aggregate.crashed),
      abnormal: countOf(aggregate.abnormal),
      unhandled: countOf(aggregate.unhandled),
    };
  });
  for (const row of rows) add(row, item.type, harvest);
}

function attributesOf(
  payload: JsonObject,
  of: JsonObject,
  { call, startedMs }: { readonly call: SentryCall; readonly startedMs: number },
) {
  const attrs = objectOf(payload.attrs);
  const did = textOf(of.did);
  return {
    project: call.project,
    release: textOf(attrs.release),
    environment: textOf(attrs.environment),
    ...(did === '' ? {} : { did }),
    startedMs: startedMs + call.driftMs,
    receivedMs: call.receivedMs,
  };
}

function add(session: IncomingSession, itemType: string, harvest: Harvest): void {
  harvest.sessions.push(session);
  expectStored(harvest, 'sessions', { category: 'session', itemType, quantity: 1 });
}
