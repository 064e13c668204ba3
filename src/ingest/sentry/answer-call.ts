import type { IncomingMessage } from 'node:http';
import { Failure } from '../../base/index.ts';
import type { JsonObject, OutcomeCount } from '../../issues/index.ts';
import type { RedactionReport } from '../../redact/index.ts';
import type { EdgeContext } from '../http.ts';
import type { Answer, ReceivedBody } from '../http-body.ts';
import { crashAnswer, failureAnswer, takenAnswer } from './answer.ts';
import { bareDump, takeCrash } from './crash.ts';
import { type Delivered, deliver, SENTRY_PROTOCOLS, senderOf } from './deliver.ts';
import { type EnvelopeItem, parseEnvelope } from './envelope.ts';
import { SENTRY_FAILURES } from './failures.ts';
import { type Counted, type Harvest, outcomeOf, type SentryCall, startHarvest } from './harvest.ts';
import { addCheckIn, checkInOf } from './items/check-in.ts';
import { safeName } from './items/client-report.ts';
import { type ReportFacts, takeSecurityReports } from './items/security.ts';
import { parseMultipart } from './multipart.ts';
import type { KnownSender, SentryParts } from './parts.ts';
import { type AnnouncedLimit, longestByCategory } from './rate-limits.ts';
import { hexIdOf, objectOf, readJsonObject, textOf } from './read-json.ts';
import { driftMs, readTimeMs } from './read-time.ts';
import type { SentryRoute } from './routes.ts';
import { unpackStoreBody } from './store-body.ts';
import { type Decided, limitFor, takeItems } from './take-items.ts';

export interface Received {
  readonly sender: KnownSender;
  readonly body: ReceivedBody;
  readonly request: IncomingMessage;
  readonly context: EdgeContext;
  readonly report: RedactionReport;
}

/** Takes what a known sender sent by the route that it chose. */
export async function answerCall(parts: SentryParts, route: SentryRoute, received: Received): Promise<Answer> {
  switch (route.type) {
    case 'envelope':
    case 'tunnel':
      return await answerEnvelope(parts, received);
    case 'store':
      return await answerStore(parts, received);
    case 'security':
    case 'nel':
      return await answerReports(parts, route.type, received);
    case 'minidump':
      return await answerCrash(parts, received);
    case 'cron':
      return await answerCron(parts, route.slug, received);
    case 'unsupported':
      return refuseUnsupported(parts, route.what, received);
  }
}

function callOf(parts: SentryParts, { sender, body, context, report }: Received, header: JsonObject): SentryCall {
  const sentAtMs = readTimeMs(header.sent_at);
  const eventId = hexIdOf(header.event_id);
  return {
    project: sender.project,
    receivedMs: context.receivedMs,
    ...(sentAtMs === undefined ? {} : { sentAtMs }),
    driftMs: driftMs(sentAtMs, context.receivedMs),
    ...(eventId === undefined ? {} : { eventId }),
    client: clientOfHeader(header) || sender.client || context.userAgent,
    context,
    bytes: body.bytes.length,
    cleaner: parts.cleaner,
    report,
  };
}

function clientOfHeader(header: JsonObject): string {
  const { name, version } = objectOf(header.sdk);
  return textOf(name) === '' ? '' : `${textOf(name)}/${textOf(version)}`;
}

async function answerEnvelope(parts: SentryParts, received: Received): Promise<Answer> {
  const envelope = parseEnvelope(received.body.bytes);
  const call = callOf(parts, received, envelope.header);
  return await takeAndAnswer(parts, call, envelope.items);
}

/** Before envelopes there was one event for each request; an envelope of one item it is now. */
async function answerStore(parts: SentryParts, received: Received): Promise<Answer> {
  const payload = await unpackStoreBody(received.body.bytes);
  const call = callOf(parts, received, {});
  return await takeAndAnswer(parts, call, [{ type: 'event', header: {}, payload }]);
}

async function takeAndAnswer(parts: SentryParts, call: SentryCall, items: readonly EnvelopeItem[]): Promise<Answer> {
  const harvest = startHarvest();
  const decided = takeItems(items, { call, harvest }, { rateLimits: parts.rateLimits, load: parts.errors.load });
  const delivered = await settle(parts, call, harvest);
  const answer = answerOf(joined(decided, delivered), {
    nothingSent: items.length === 0,
    taken: (limits) => takenAnswer(idOf(call, harvest, delivered), limits),
  });
  return counted(parts, call, { delivered, answer });
}

/** The edge counts what it refused where it answers; this is the other half. */
function counted(
  { counters }: SentryParts,
  { bytes }: SentryCall,
  { delivered, answer }: { readonly delivered: Delivered; readonly answer: Answer },
): Answer {
  if (answer.status < 400) counters.accepted(SENTRY_PROTOCOLS.envelopes, { records: delivered.stored, bytes });
  return answer;
}

const idOf = (call: SentryCall, harvest: Harvest, delivered: Delivered): string | undefined =>
  harvest.events[0]?.eventId ?? harvest.feedback[0]?.feedbackId ?? call.eventId ?? delivered.checkIn?.id;

/** Stores, then counts and audits what is durable. */
async function settle(parts: SentryParts, call: SentryCall, harvest: Harvest): Promise<Delivered> {
  const delivered = await deliver(parts, call, harvest);
  parts.directory.count(summed(delivered.outcomes));
  if (delivered.stored > 0) {
    const amount = { events: delivered.stored, bytes: call.bytes };
    parts.audit.count(auditEntry(call), amount);
    parts.onRedaction?.(call.report, { records: delivered.stored, bytes: call.bytes });
  }
  return delivered;
}

function auditEntry(call: SentryCall): Parameters<SentryParts['audit']['count']>[0] {
  const { type, id, name, sourceIp, userAgent } = senderOf(call);
  return {
    identity: { type, id, name, sourceIp, userAgent },
    source: 'issues',
    eventName: 'PutEnvelope',
    readOnly: false,
    requestParameters: { protocol: SENTRY_PROTOCOLS.envelopes },
    resources: [{ type: 'project', name: call.project.slug }],
    category: 'Data',
  };
}

/** One count for each kind of outcome. */
export function summed(outcomes: readonly OutcomeCount[]): readonly OutcomeCount[] {
  const sums = new Map<string, OutcomeCount>();
  for (const one of outcomes) {
    const key = `${one.category} ${one.itemType} ${one.outcome} ${one.reason}`;
    const known = sums.get(key);
    sums.set(key, known === undefined ? one : { ...known, quantity: known.quantity + one.quantity });
  }
  return [...sums.values()];
}

interface Settled {
  readonly outcomes: readonly OutcomeCount[];
  readonly limits: readonly AnnouncedLimit[];
  readonly faults: readonly Failure[];
}

const joined = (decided: Decided, delivered: Delivered): Settled => ({
  outcomes: delivered.outcomes,
  limits: longestByCategory([...decided.limits, ...delivered.limits]),
  faults: [...decided.faults, ...delivered.faults],
});

/** Outcomes after which a sender has done right: it must not be told to send again. */
const WELL: ReadonlySet<string> = new Set(['accepted', 'duplicate', 'filtered', 'unknown', 'client-discard']);

/**
 * 200 as soon as anything was taken, with the limits beside it; else 429 when limits were the reason; else the fault of
 * the sender. A defect is told in any case.
 */
function answerOf(
  { outcomes, limits, faults }: Settled,
  {
    nothingSent,
    taken,
  }: { readonly nothingSent: boolean; readonly taken: (limits: readonly AnnouncedLimit[]) => Answer },
): Answer {
  const defect = faults.find(({ status }) => status >= 500);
  if (defect !== undefined) return failureAnswer(defect, limits);
  if (nothingSent || outcomes.some(({ outcome }) => WELL.has(outcome))) return taken(limits);
  if (limits.length > 0) {
    const categories = limits.map(({ category }) => category).join(', ');
    return failureAnswer(new Failure(SENTRY_FAILURES.rateLimited, { categories }), limits);
  }
  const [fault] = faults;
  return fault === undefined ? taken(limits) : failureAnswer(fault);
}

/** One item that did not come in an envelope: limits first, then its own way into the harvest. */
async function takeSingle(
  parts: SentryParts,
  {
    call,
    counted: one,
    take,
  }: { readonly call: SentryCall; readonly counted: Counted; readonly take: (harvest: Harvest) => void },
  taken: (delivered: Delivered, limits: readonly AnnouncedLimit[]) => Answer,
): Promise<Answer> {
  const harvest = startHarvest();
  const faults: Failure[] = [];
  const limit = limitFor(one, call, { rateLimits: parts.rateLimits, load: parts.errors.load });
  if (limit === undefined) {
    try {
      take(harvest);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      faults.push(error);
      const reason = String(error.details.reason ?? 'invalid');
      harvest.outcomes.push(outcomeOf(call.project, one, { outcome: 'invalid', reason }));
    }
  } else {
    harvest.outcomes.push(outcomeOf(call.project, one, { outcome: 'rate-limited', reason: limit.reason }));
  }
  const delivered = await settle(parts, call, harvest);
  const answer = answerOf(joined({ limits: limit === undefined ? [] : [limit], faults }, delivered), {
    nothingSent: false,
    taken: (limits) => taken(delivered, limits),
  });
  return counted(parts, call, { delivered, answer });
}

async function answerReports(parts: SentryParts, itemType: 'security' | 'nel', received: Received): Promise<Answer> {
  const call = callOf(parts, received, {});
  const query = received.context.url.searchParams;
  const facts: ReportFacts = {
    release: query.get('sentry_release') ?? '',
    environment: query.get('sentry_environment') ?? '',
  };
  const counted = { category: 'security', itemType, quantity: 1 } as const;
  const take = (harvest: Harvest): void => takeSecurityReports(received.body.bytes, { call, harvest, itemType, facts });
  return await takeSingle(parts, { call, counted, take }, (_, limits) => takenAnswer(undefined, limits));
}

async function answerCrash(parts: SentryParts, received: Received): Promise<Answer> {
  const call = callOf(parts, received, {});
  const counted = { category: 'error', itemType: 'minidump', quantity: 1 } as const;
  const type = received.request.headers['content-type'] ?? '';
  let id = '';
  const take = (harvest: Harvest): void => {
    const { bytes } = received.body;
    const isForm = type.toLowerCase().startsWith('multipart/form-data');
    id = takeCrash(isForm ? parseMultipart(bytes, type) : bareDump(bytes), { call, harvest });
  };
  return await takeSingle(parts, { call, counted, take }, (_, limits) => crashAnswer(id, limits));
}

/** A check-in by a plain request, as `curl` in a crontab makes it: what to say stands in the query or as JSON in the body. */
async function answerCron(parts: SentryParts, slug: string, received: Received): Promise<Answer> {
  const call = callOf(parts, received, {});
  const counted = { category: 'monitor', itemType: 'check_in', quantity: 1 } as const;
  const query = Object.fromEntries(received.context.url.searchParams);
  const take = (harvest: Harvest): void => {
    const { bytes } = received.body;
    const body = bytes.length === 0 ? {} : readJsonObject(bytes, 'check_in');
    addCheckIn(checkInOf({ status: 'ok', ...query, ...body }, slug, call), harvest);
  };
  return await takeSingle(parts, { call, counted, take }, ({ checkIn }, limits) =>
    takenAnswer(checkIn?.id, limits, 202),
  );
}

function refuseUnsupported(parts: SentryParts, what: string, received: Received): Answer {
  const { project } = received.sender;
  const counted = { category: 'error', itemType: safeName(what), quantity: 1 } as const;
  parts.directory.count([outcomeOf(project, counted, { outcome: 'invalid', reason: 'not-supported' })]);
  return failureAnswer(new Failure(SENTRY_FAILURES.notSupported, { what }));
}
