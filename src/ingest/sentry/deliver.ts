import type { Actor } from '../../access/index.ts';
import type { Audit } from '../../audit/index.ts';
import { type Clock, DAY_MS, Failure, type Log } from '../../base/index.ts';
import type { ErrorIntake, MonitorIntake, OutcomeCount, SessionIntake, TakenCheckIn } from '../../issues/index.ts';
import type { IncomingLog, Sink } from '../../logs/index.ts';
import type { PartialAppend, TraceStore } from '../../metrics/index.ts';
import { asFailure } from '../as-failure.ts';
import { addString, startAttributes } from '../attributes.ts';
import { startSpanGathering } from '../otlp/span-gathering.ts';
import { timeWindowAt } from '../record-time.ts';
import { SLICE_MASK, startTimeSlice } from '../time-slice.ts';
import {
  type Counted,
  type GatheredSpan,
  type Harvest,
  outcomeOf,
  type SentryCall,
  type StoreName,
} from './harvest.ts';
import { SENTRY_LIMITS } from './limits.ts';
import type { AnnouncedLimit } from './rate-limits.ts';

/** Where the items of envelopes go. */
export interface SentryStores {
  readonly errors: ErrorIntake;
  readonly sessions: SessionIntake;
  readonly monitors: MonitorIntake;
  readonly sink: Sink;
  readonly traces: Pick<TraceStore, 'append' | 'retentionDays'>;
  readonly metrics: PartialAppend;
}

export interface DeliverDeps extends SentryStores {
  readonly audit: Pick<Audit, 'count'>;
  readonly clock: Clock;
  readonly log: Log;
}

export const SENTRY_PROTOCOLS = { envelopes: 'sentry', logs: 'sentry-logs' } as const;

/** What became of a harvest. Settled outcomes are in it beside those of the stores. */
export interface Delivered {
  readonly outcomes: readonly OutcomeCount[];
  /** Categories whose store takes nothing now. */
  readonly limits: readonly AnnouncedLimit[];
  /** Why stores refused for good, first one first; a defect is one too. */
  readonly faults: readonly Failure[];
  /** Things that are durable now, those of the log store apart, because the sink counts them itself. */
  readonly stored: number;
  readonly checkIn?: TakenCheckIn;
}

/** What one store did with what was for it; without `outcomes` everything was accepted. */
interface StoreAnswer {
  readonly outcomes?: readonly OutcomeCount[];
  readonly checkIn?: TakenCheckIn;
}

type Delivery = () => Promise<StoreAnswer>;

/**
 * Hands every store its part, side by side, and waits for all. A store that is full or refuses costs only its own part:
 * the others are durable and stay so, and the sender is told of the category that it must keep back. A crash in the
 * middle leaves a sender without an answer; it sends again at most what has an id, and ids are stored once.
 */
export async function deliver(deps: DeliverDeps, call: SentryCall, harvest: Harvest): Promise<Delivered> {
  const deliveries = deliveriesOf(deps, call, harvest);
  const outcomes: OutcomeCount[] = [...harvest.outcomes];
  const limits: AnnouncedLimit[] = [];
  const faults: Failure[] = [];
  let stored = 0;
  let checkIn: TakenCheckIn | undefined;
  const answers = await Promise.all([...deliveries].map(([store, send]) => settle(store, send)));
  for (const { store, answer, error } of answers) {
    const counted = harvest.expected.get(store) ?? [];
    if (answer === undefined) {
      const refusal = refusalOf(error, counted, { deps, call });
      outcomes.push(...refusal.outcomes);
      limits.push(...refusal.limits);
      if (refusal.fault !== undefined) faults.push(refusal.fault);
      continue;
    }
    const became =
      answer.outcomes ?? counted.map((one) => outcomeOf(call.project, one, { outcome: 'accepted', reason: '' }));
    outcomes.push(...became);
    if (store !== 'logs') stored += sumOf(became.filter(({ outcome }) => outcome === 'accepted'));
    checkIn ??= answer.checkIn;
  }
  return { outcomes, limits, faults, stored, ...(checkIn === undefined ? {} : { checkIn }) };
}

const sumOf = (counts: readonly OutcomeCount[]): number => counts.reduce((sum, { quantity }) => sum + quantity, 0);

async function settle(
  store: StoreName,
  send: Delivery,
): Promise<{ readonly store: StoreName; readonly answer?: StoreAnswer; readonly error?: unknown }> {
  try {
    return { store, answer: await send() };
  } catch (error) {
    return { store, error };
  }
}

function deliveriesOf(deps: DeliverDeps, call: SentryCall, harvest: Harvest): ReadonlyMap<StoreName, Delivery> {
  const { errors } = deps;
  const all: readonly (readonly [StoreName, number, () => Promise<StoreAnswer>])[] = [
    ['events', harvest.events.length, () => plain(errors.events(harvest.events))],
    ['blobs', harvest.blobs.length, () => plain(errors.blobs(harvest.blobs))],
    ['feedback', harvest.feedback.length, () => plain(errors.feedback(harvest.feedback))],
    ['spans', harvest.spans.length, () => deliverSpans(deps, call, harvest.spans)],
    ['logs', harvest.logs.length, () => deliverLogs(deps, call, harvest)],
    ['points', harvest.points.length, () => deliverPoints(deps, call, harvest)],
    ['sessions', harvest.sessions.length, () => deliverSessions(deps, call, harvest)],
    ['check-ins', harvest.checkIns.length, () => deliverCheckIns(deps, harvest)],
  ];
  return new Map(all.filter(([, count]) => count > 0).map(([store, , send]) => [store, send]));
}

/** For stores that take all or refuse all. */
async function plain(work: Promise<void>): Promise<StoreAnswer> {
  await work;
  return {};
}

/** Spans become rows here, redacted one by one; those out of their time or past a limit are left out and counted. */
async function deliverSpans(deps: DeliverDeps, call: SentryCall, spans: readonly GatheredSpan[]): Promise<StoreAnswer> {
  const { toNs } = timeWindowAt(call.receivedMs);
  const keptMs = Math.floor(call.receivedMs) - deps.traces.retentionDays * DAY_MS;
  const gathering = startSpanGathering({
    cleaner: call.cleaner,
    report: call.report,
    window: { fromNs: BigInt(Math.max(0, keptMs)) * 1_000_000n, toNs },
  });
  const slice = startTimeSlice(deps.clock);
  const outcomes: OutcomeCount[] = [];
  let resource: GatheredSpan['resource'] | undefined;
  // Grows with every span that is taken.
  const rows = gathering.finish().spans;
  for (const [index, gathered] of spans.entries()) {
    if (resource === undefined || !sameTexts(resource, gathered.resource)) {
      resource = gathered.resource;
      gathering.beginResource(textAttributes(resource));
    }
    gathering.beginScope(gathered.sdk);
    const before = rows.length;
    gathering.add(gathered.span);
    outcomes.push(outcomeOf(call.project, gathered.counted, rows.length > before ? ACCEPTED : OUT_OF_BOUNDS));
    if ((index & SLICE_MASK) === SLICE_MASK && slice.due()) await slice.rest();
  }
  if (rows.length > 0) await deps.traces.append(rows);
  return { outcomes };
}

const ACCEPTED = { outcome: 'accepted', reason: '' } as const;
const OUT_OF_BOUNDS = { outcome: 'invalid', reason: 'out-of-bounds' } as const;

function sameTexts(one: Readonly<Record<string, string>>, other: Readonly<Record<string, string>>): boolean {
  if (one === other) return true;
  const names = Object.keys(one);
  return names.length === Object.keys(other).length && names.every((name) => one[name] === other[name]);
}

function textAttributes(texts: Readonly<Record<string, string>>) {
  const attributes = startAttributes();
  for (const name in texts) addString(attributes, name, texts[name] ?? '');
  return attributes;
}

async function deliverLogs(deps: DeliverDeps, call: SentryCall, harvest: Harvest): Promise<StoreAnswer> {
  const streams = new Map<string, IncomingLog[]>();
  for (const { stream, record } of harvest.logs) {
    const known = streams.get(stream);
    if (known === undefined) streams.set(stream, [record]);
    else known.push(record);
  }
  const logGroup = logGroupOf(call.project.slug);
  const { expired } = await deps.sink({
    actor: senderOf(call),
    protocol: SENTRY_PROTOCOLS.logs,
    batches: [...streams].map(([logStream, records]) => ({ logGroup, logStream, records })),
    bytes: call.bytes,
    createMissing: true,
  });
  const [first] = harvest.expected.get('logs') ?? [];
  if (first === undefined || expired === 0) return {};
  return {
    outcomes: split(call, { ...first, quantity: harvest.logs.length }, { refused: expired, reason: 'out-of-time' }),
  };
}

/** The log group of a project's logs. */
export const logGroupOf = (slug: string): string => `/sentry/${slug}`;

/** What a DSN allows: writing telemetry, and reading nothing. */
export const senderOf = ({ project, context: { sourceIp, userAgent } }: SentryCall): Actor => ({
  type: 'key',
  id: `dsn-${project.id}`,
  name: `DSN of ${project.slug}`,
  roles: ['sender'],
  scopes: ['logs:Write', 'metrics:Write', 'traces:Write'],
  readableLogGroups: [],
  sourceIp,
  userAgent,
});

async function deliverPoints(deps: DeliverDeps, call: SentryCall, harvest: Harvest): Promise<StoreAnswer> {
  const refused = await deps.metrics.appendPartly(harvest.points.map(({ point }) => point));
  const reasons = new Set(refused.map(({ point }) => point));
  return {
    outcomes: harvest.points.map(({ counted }, index) =>
      outcomeOf(call.project, counted, reasons.has(index) ? OUT_OF_BOUNDS : ACCEPTED),
    ),
  };
}

async function deliverSessions(deps: DeliverDeps, call: SentryCall, harvest: Harvest): Promise<StoreAnswer> {
  const { known, refused } = await deps.sessions.sessions(harvest.sessions);
  const [first] = harvest.expected.get('sessions') ?? [];
  if (first === undefined || known + refused === 0) return {};
  const all = { ...first, quantity: harvest.sessions.length - known };
  const again = outcomeOf(call.project, { ...first, quantity: known }, { outcome: 'duplicate', reason: '' });
  return { outcomes: [...split(call, all, { refused, reason: 'out-of-time' }), ...(known > 0 ? [again] : [])] };
}

function split(
  call: SentryCall,
  all: Counted,
  { refused, reason }: { readonly refused: number; readonly reason: string },
): readonly OutcomeCount[] {
  const taken = Math.max(0, all.quantity - refused);
  return [
    ...(taken > 0 ? [outcomeOf(call.project, { ...all, quantity: taken }, ACCEPTED)] : []),
    ...(refused > 0 ? [outcomeOf(call.project, { ...all, quantity: refused }, { outcome: 'invalid', reason })] : []),
  ];
}

/** One after the other: a run that begins and ends in one envelope must be told in this order. */
async function deliverCheckIns(deps: DeliverDeps, harvest: Harvest): Promise<StoreAnswer> {
  let last: TakenCheckIn | undefined;
  for (const checkIn of harvest.checkIns) last = await deps.monitors.checkIn(checkIn);
  return last === undefined ? {} : { checkIn: last };
}

interface Refusal {
  readonly outcomes: readonly OutcomeCount[];
  readonly limits: readonly AnnouncedLimit[];
  readonly fault?: Failure;
}

function refusalOf(
  error: unknown,
  counted: readonly Counted[],
  { deps, call }: { readonly deps: DeliverDeps; readonly call: SentryCall },
): Refusal {
  const all = (became: Parameters<typeof outcomeOf>[2]): readonly OutcomeCount[] =>
    counted.map((one) => outcomeOf(call.project, one, became));
  if (error instanceof Failure && error.retryable) {
    const retryAfterSeconds = Math.ceil(error.retryAfterSeconds ?? SENTRY_LIMITS.overloadRetryAfterSeconds);
    const categories = [...new Set(counted.map(({ category }) => category))];
    return {
      outcomes: all({ outcome: 'rate-limited', reason: 'overloaded' }),
      limits: categories.map((category) => ({ category, retryAfterSeconds, reason: 'overloaded' })),
    };
  }
  if (error instanceof Failure) {
    const reason = error.code.slice(error.code.indexOf('.') + 1);
    return { outcomes: all({ outcome: 'invalid', reason }), limits: [], fault: error };
  }
  const fault = asFailure(error, { log: deps.log, context: call.context });
  return { outcomes: all({ outcome: 'invalid', reason: 'defect' }), limits: [], fault };
}
