import type { Actor, Authorize } from '../../access/index.ts';
import type { Audit } from '../../audit/index.ts';
import { type Clock, DAY_MS, Failure, type Log } from '../../base/index.ts';
import type { StoredSpan, TelemetryStore } from '../../telemetry/index.ts';
import type { MetricPoint, SpanRow } from '../types.ts';
import { createCountedSpans } from './counted-spans.ts';
import { METRICS_TRACES_FAILURES } from './failures.ts';
import { METRICS_TRACES_LIMITS } from './limits.ts';
import { findTraces, readTrace } from './read-traces.ts';
import { createRequestPoints } from './request-points.ts';
import { routeOf } from './route-of.ts';
import type { TraceStore } from './types.ts';

export interface TraceStoreDeps {
  readonly telemetry: Pick<TelemetryStore, 'appendSpans' | 'query'>;
  /** Where the points of requests go; what the store cannot take is left out. */
  readonly appendPoints: (points: readonly MetricPoint[]) => Promise<unknown>;
  readonly authorize: Authorize;
  readonly audit: Pick<Audit, 'record'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly retentionDays?: number;
}

/**
 * Spans and what is derived from them. The spans are acknowledged with their points: a sender whose points could not be
 * stored sends all again, and the spans, which carry ids, are told apart by these when they are read. Points carry none:
 * which spans became points lately is remembered, so that what a sender repeats is counted once.
 */
export function createTraceStore(deps: TraceStoreDeps): TraceStore {
  const { telemetry, retentionDays = METRICS_TRACES_LIMITS.retentionDays } = deps;
  const requestPoints = createRequestPoints();
  const counted = createCountedSpans(deps.clock);
  const admit = async (
    actor: Actor,
    eventName: string,
    parameters: Readonly<Record<string, unknown>>,
  ): Promise<void> => {
    await deps.authorize(actor, 'traces:Read', { type: 'trace', name: '*' });
    // The record comes first: no crash can leave a read without one.
    await deps.audit.record({
      identity: {
        type: actor.type,
        id: actor.id,
        name: actor.name,
        sourceIp: actor.sourceIp,
        userAgent: actor.userAgent,
        ...(actor.sessionId === undefined ? {} : { sessionId: actor.sessionId }),
      },
      source: 'traces',
      eventName,
      readOnly: true,
      requestParameters: parameters,
      resources: [{ type: 'trace', name: '*' }],
    });
  };
  const sinceMs = (): number => deps.clock.nowMs() - retentionDays * DAY_MS;
  return {
    retentionDays,
    append: async (spans) => {
      if (spans.length === 0) return;
      await telemetry.appendSpans(spans.map((span) => storedOf(span, retentionDays)));
      const { fresh, giveBack } = counted.claim(spans);
      try {
        await deps.appendPoints(requestPoints(fresh));
      } catch (error) {
        giveBack();
        throw error;
      }
    },
    findTraces: async (actor, filter) => {
      const { fromMs, toMs } = filter;
      if (!(fromMs < toMs)) throw new Failure(METRICS_TRACES_FAILURES.rangeInvalid, { fromMs, toMs });
      const { signal: _, ...parameters } = filter;
      await admit(actor, 'FindTraces', parameters);
      return await findTraces(telemetry, { ...filter, fromMs: Math.max(fromMs, sinceMs()) });
    },
    getTrace: async (actor, traceId) => {
      const wanted = traceId.toLowerCase();
      if (!/^[0-9a-f]{32}$/.test(wanted)) {
        throw new Failure(METRICS_TRACES_FAILURES.traceIdInvalid, { traceId: traceId.slice(0, 64) });
      }
      await admit(actor, 'GetTrace', { traceId: wanted });
      const spans = await readTrace(telemetry, { traceId: wanted, sinceMs: sinceMs() });
      if (spans.length === 0) throw new Failure(METRICS_TRACES_FAILURES.traceMissing, { traceId: wanted });
      return spans;
    },
  };
}

const storedOf = (span: SpanRow, retentionDays: number): StoredSpan => ({
  ...span,
  route: routeOf(span).slice(0, 1024),
  retentionDays,
});
