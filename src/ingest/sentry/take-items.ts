import { Failure } from '../../base/index.ts';
import type { DataCategory } from '../../issues/index.ts';
import { announcedCount } from './container.ts';
import type { EnvelopeItem } from './envelope.ts';
import { type Counted, type Harvest, outcomeOf, type SentryCall } from './harvest.ts';
import { settleAttachments, takeAttachment, takeBlob } from './items/blobs.ts';
import { takeCheckIn } from './items/check-in.ts';
import { safeName, takeClientReport } from './items/client-report.ts';
import { takeEvent, takeUserReport } from './items/events.ts';
import { takeLogs, takeOtelLog } from './items/logs.ts';
import { takeMetrics } from './items/metrics.ts';
import { takeSecurityItem } from './items/security.ts';
import { takeSession, takeSessions } from './items/sessions.ts';
import { takeSpans } from './items/spans.ts';
import { SENTRY_LIMITS } from './limits.ts';
import type { AnnouncedLimit, RateLimits } from './rate-limits.ts';
import { tooLargeItem } from './read-json.ts';

export interface Taking {
  readonly call: SentryCall;
  readonly harvest: Harvest;
}

interface ItemRule {
  readonly category: DataCategory;
  readonly bytesMax: number;
  readonly isContainer?: boolean;
  readonly take: (item: EnvelopeItem, to: Taking) => void;
}

const replay: ItemRule = {
  category: 'replay',
  bytesMax: SENTRY_LIMITS.replayBytesMax,
  take: (item, to) => takeBlob('replay', item, to),
};
const profile: ItemRule = {
  category: 'profile',
  bytesMax: SENTRY_LIMITS.profileBytesMax,
  take: (item, to) => takeBlob('profile', item, to),
};
const metrics: ItemRule = {
  category: 'trace_metric',
  bytesMax: SENTRY_LIMITS.containerBytesMax,
  isContainer: true,
  take: takeMetrics,
};
const security: ItemRule = {
  category: 'security',
  bytesMax: SENTRY_LIMITS.securityBytesMax,
  take: takeSecurityItem,
};

/** Every type of item that is read. Any other is counted by its name and thrown away, and the envelope is answered well. */
const RULES: ReadonlyMap<string, ItemRule> = new Map<string, ItemRule>([
  ['event', { category: 'error', bytesMax: SENTRY_LIMITS.eventBytesMax, take: takeEvent }],
  ['transaction', { category: 'transaction', bytesMax: SENTRY_LIMITS.spanBytesMax, take: takeEvent }],
  ['feedback', { category: 'feedback', bytesMax: SENTRY_LIMITS.eventBytesMax, take: takeEvent }],
  ['user_report', { category: 'feedback', bytesMax: SENTRY_LIMITS.eventBytesMax, take: takeUserReport }],
  ['attachment', { category: 'attachment', bytesMax: SENTRY_LIMITS.attachmentBytesMax, take: takeAttachment }],
  ['session', { category: 'session', bytesMax: SENTRY_LIMITS.sessionBytesMax, take: takeSession }],
  ['sessions', { category: 'session', bytesMax: SENTRY_LIMITS.sessionBytesMax, take: takeSessions }],
  ['check_in', { category: 'monitor', bytesMax: SENTRY_LIMITS.checkInBytesMax, take: takeCheckIn }],
  ['client_report', { category: 'internal', bytesMax: SENTRY_LIMITS.clientReportBytesMax, take: takeClientReport }],
  ['log', { category: 'log_item', bytesMax: SENTRY_LIMITS.containerBytesMax, isContainer: true, take: takeLogs }],
  ['otel_log', { category: 'log_item', bytesMax: SENTRY_LIMITS.logItemBytesMax, take: takeOtelLog }],
  ['span', { category: 'span', bytesMax: SENTRY_LIMITS.containerBytesMax, isContainer: true, take: takeSpans }],
  ['trace_metric', metrics],
  ['metric', metrics],
  ['profile', profile],
  ['profile_chunk', profile],
  ['replay_event', replay],
  ['replay_recording', replay],
  ['replay_video', replay],
  ['raw_security', security],
  ['nel', security],
]);

export interface Decided {
  /** Of this request; limits that were reached by it are for the next. */
  readonly limits: readonly AnnouncedLimit[];
  /** Why items were refused that are the sender's fault, first one first. */
  readonly faults: readonly Failure[];
}

export interface DecideDeps {
  readonly rateLimits: RateLimits;
  /** Share of the queue of events that is used. */
  readonly load: () => number;
}

/**
 * Decides about every item before anything is written: what is over a limit or past a size is counted and left, what
 * is wrong is counted and left, and the rest is gathered for its store.
 */
export function takeItems(items: readonly EnvelopeItem[], to: Taking, deps: DecideDeps): Decided {
  const limits: AnnouncedLimit[] = [];
  const faults: Failure[] = [];
  const seen = { sessions: 0, isEventLimited: false };
  for (const item of items) {
    const rule = RULES.get(item.type);
    if (rule === undefined) {
      countUnknown(item, to);
      continue;
    }
    const counted: Counted = {
      category: rule.category,
      itemType: item.type,
      quantity: rule.isContainer === true ? announcedCount(item) : 1,
    };
    const limit = limitFor(counted, to.call, deps);
    if (limit !== undefined) limits.push(limit);
    if (limit !== undefined || (item.type === 'attachment' && seen.isEventLimited)) {
      // An attachment is worth nothing without its event.
      seen.isEventLimited ||= item.type === 'event';
      const reason = limit?.reason ?? 'event-limited';
      to.harvest.outcomes.push(outcomeOf(to.call.project, counted, { outcome: 'rate-limited', reason }));
      continue;
    }
    if (rule.category === 'session') seen.sessions += 1;
    takeOne(item, { rule, counted, to, faults, sessions: seen.sessions });
  }
  settleAttachments(to);
  return { limits, faults };
}

export function limitFor(
  { category, quantity }: Counted,
  call: SentryCall,
  deps: DecideDeps,
): AnnouncedLimit | undefined {
  const isEvent = category === 'error' || category === 'security';
  if (isEvent && deps.load() * 100 >= SENTRY_LIMITS.intakeLoadPercentMax) {
    return { category, retryAfterSeconds: SENTRY_LIMITS.overloadRetryAfterSeconds, reason: 'overloaded' };
  }
  return deps.rateLimits.take(call.project, category, quantity);
}

interface OneItem {
  readonly rule: ItemRule;
  readonly counted: Counted;
  readonly to: Taking;
  readonly faults: Failure[];
  readonly sessions: number;
}

function takeOne(item: EnvelopeItem, { rule, counted, to, faults, sessions }: OneItem): void {
  try {
    if (item.payload.length > rule.bytesMax) throw tooLargeItem(item.type, rule.bytesMax, 'bytes');
    if (sessions > SENTRY_LIMITS.sessionsPerEnvelopeMax) {
      throw tooLargeItem('list of sessions', SENTRY_LIMITS.sessionsPerEnvelopeMax, 'items');
    }
    rule.take(item, to);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    faults.push(error);
    const reason = String(error.details.reason ?? 'invalid');
    to.harvest.outcomes.push(outcomeOf(to.call.project, counted, { outcome: 'invalid', reason }));
  }
}

function countUnknown(item: EnvelopeItem, { call, harvest }: Taking): void {
  const counted: Counted = { category: 'default', itemType: safeName(item.type), quantity: 1 };
  harvest.outcomes.push(outcomeOf(call.project, counted, { outcome: 'unknown', reason: 'item-type' }));
}
