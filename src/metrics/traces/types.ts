import type { Actor } from '../../access/index.ts';
import type { SpanRow } from '../types.ts';

/** Which traces to find; all that is given must hold for one span of the trace. */
export interface TraceFilter {
  readonly fromMs: number;
  /** Exclusive. */
  readonly toMs: number;
  readonly service?: string;
  readonly route?: string;
  readonly durationMsMin?: number;
  readonly status?: 'ok' | 'error' | 'unset';
  readonly limit: number;
  readonly signal?: AbortSignal;
}

/** What the spans of one trace come to. */
export interface TraceSummary {
  readonly traceId: string;
  readonly startMs: number;
  /** From the start of the first span to the end of the last. */
  readonly durationMs: number;
  /** Service and route of the span without a parent, or of the earliest where none has arrived. */
  readonly service: string;
  readonly route: string;
  readonly spans: number;
  readonly errors: number;
  readonly services: readonly string[];
}

/** A stored span with the route that was derived for it. */
export type TraceSpan = SpanRow & { readonly route: string };

export interface TraceStore {
  /** How long spans are kept; older ones are not worth taking. */
  readonly retentionDays: number;
  /** Resolves when every span would survive `kill -9`; requests become points of metrics after that. */
  readonly append: (spans: readonly SpanRow[]) => Promise<void>;
  /** Newest first. Needs `traces:Read`, and leaves a record of the read. */
  readonly findTraces: (actor: Actor, filter: TraceFilter) => Promise<readonly TraceSummary[]>;
  /** Spans by their start. Throws `traces.trace-missing`. Needs `traces:Read`, and leaves a record of the read. */
  readonly getTrace: (actor: Actor, traceId: string) => Promise<readonly TraceSpan[]>;
}
