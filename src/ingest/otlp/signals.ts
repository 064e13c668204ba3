import type { Actor, Authorize } from '../../access/index.ts';
import type { Audit } from '../../audit/index.ts';
import { type Clock, DAY_MS } from '../../base/index.ts';
import type { PartialAppend, TraceStore } from '../../metrics/index.ts';
import type { RedactionReport, Redactor } from '../../redact/index.ts';
import type { IngestCounters } from '../counters.ts';
import { timeWindowAt } from '../record-time.ts';
import { createCleaner } from '../sink/clean-record.ts';
import { createCumulative } from './cumulative.ts';
import { decodeMetricsJson } from './decode-metrics-json.ts';
import { decodeMetricsProtobuf } from './decode-metrics-protobuf.ts';
import { decodeSpansJson, decodeSpansProtobuf } from './decode-spans.ts';
import { OTEL_NAMESPACE, startMetricGathering } from './metric-gathering.ts';
import { startSpanGathering } from './span-gathering.ts';

/** Where metrics and spans go. */
export interface SignalDeps {
  readonly metrics: PartialAppend;
  readonly traces: Pick<TraceStore, 'append' | 'retentionDays'>;
  readonly authorize: Authorize;
  readonly audit: Pick<Audit, 'count'>;
  /** What was masked in one stored request; called once it is durable. */
  readonly onRedaction?: (report: RedactionReport, seen: { readonly records: number; readonly bytes: number }) => void;
}

/** One request of metrics or spans whose sender is known. */
export interface SignalCall {
  readonly actor: Actor;
  readonly protocol: string;
  readonly format: 'protobuf' | 'json';
  readonly bytes: Buffer;
  readonly receivedMs: number;
}

/** Number of refused items by reason. */
export type Refusals = ReadonlyMap<string, number>;

export interface Signals {
  readonly takeMetrics: (call: SignalCall) => Promise<Refusals>;
  readonly takeSpans: (call: SignalCall) => Promise<Refusals>;
}

/** Decodes, redacts and stores what is not logs; resolves when it is durable. */
export function createSignals(
  deps: SignalDeps & { readonly redactor: Redactor; readonly counters: IngestCounters; readonly clock: Clock },
): Signals {
  const cleaner = createCleaner(deps.redactor);
  const cumulative = createCumulative(BigInt(Math.floor(deps.clock.nowMs())) * 1_000_000n);
  const settle = (call: SignalCall, done: Settled): void => {
    deps.audit.count(auditEntry(call, done), { events: done.records, bytes: call.bytes.length });
    deps.counters.accepted(call.protocol, { records: done.records, bytes: call.bytes.length });
    deps.onRedaction?.(done.report, { records: done.records, bytes: call.bytes.length });
  };
  return {
    takeMetrics: async (call) => {
      await deps.authorize(call.actor, 'metrics:Write', { type: 'metric-namespace', name: OTEL_NAMESPACE });
      const report = newReport();
      const running = cumulative.begin();
      try {
        const gathering = startMetricGathering({ cleaner, report, cumulative: running, receivedMs: call.receivedMs });
        const decode = call.format === 'json' ? decodeMetricsJson : decodeMetricsProtobuf;
        await decode(call.bytes, gathering, deps.clock);
        const { points, refusals, dataPoints } = gathering.finish();
        const refused = points.length === 0 ? [] : await deps.metrics.appendPartly(points);
        const all = new Map(refusals);
        for (const { reason } of refused) all.set(reason, (all.get(reason) ?? 0) + 1);
        const records = dataPoints - total(all);
        settle(call, { records, report, eventName: 'PutMetricData', type: 'metric-namespace', name: OTEL_NAMESPACE });
        return all;
      } catch (error) {
        // The sender will send the same totals again, and they must be worth the same then.
        running.undo();
        throw error;
      }
    },
    takeSpans: async (call) => {
      await deps.authorize(call.actor, 'traces:Write', { type: 'trace', name: '*' });
      const report = newReport();
      const { toNs } = timeWindowAt(call.receivedMs);
      const keptMs = Math.floor(call.receivedMs) - deps.traces.retentionDays * DAY_MS;
      const gathering = startSpanGathering({
        cleaner,
        report,
        window: { fromNs: BigInt(Math.max(0, keptMs)) * 1_000_000n, toNs },
      });
      const decode = call.format === 'json' ? decodeSpansJson : decodeSpansProtobuf;
      await decode(call.bytes, gathering, deps.clock);
      const { spans, refusals } = gathering.finish();
      await deps.traces.append(spans);
      settle(call, { records: spans.length, report, eventName: 'PutTraceSegments', type: 'trace', name: '*' });
      return refusals;
    },
  };
}

interface Settled {
  readonly records: number;
  readonly report: RedactionReport;
  readonly eventName: string;
  readonly type: string;
  readonly name: string;
}

const newReport = (): RedactionReport => ({ masksByRule: new Map(), maskedLength: 0, failedClosed: 0 });

const total = (refusals: Refusals): number => [...refusals.values()].reduce((sum, count) => sum + count, 0);

const auditEntry = (
  { actor, protocol }: SignalCall,
  { eventName, type, name }: Settled,
): Parameters<Audit['count']>[0] => ({
  identity: {
    type: actor.type,
    id: actor.id,
    name: actor.name,
    sourceIp: actor.sourceIp,
    userAgent: actor.userAgent,
    ...(actor.sessionId === undefined ? {} : { sessionId: actor.sessionId }),
  },
  source: type === 'trace' ? 'traces' : 'metrics',
  eventName,
  readOnly: false,
  requestParameters: { protocol },
  resources: [{ type, name }],
  category: 'Data',
});
