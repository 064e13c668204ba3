import type { Attributes } from '../attributes.ts';

/** AggregationTemporality of opentelemetry-proto. */
export const TEMPORALITIES = [
  'AGGREGATION_TEMPORALITY_UNSPECIFIED',
  'AGGREGATION_TEMPORALITY_DELTA',
  'AGGREGATION_TEMPORALITY_CUMULATIVE',
] as const;
export const CUMULATIVE = 2;

/** What all five kinds of points have. Times are 0 when the sender left them out. */
export interface PointBase {
  readonly attributes: Attributes;
  startNs: bigint;
  timeNs: bigint;
  flags: number;
  exemplars: number;
}

export interface NumberPoint extends PointBase {
  /** Undefined when the sender gave none. */
  value: number | undefined;
}

export interface HistogramPoint extends PointBase {
  count: number;
  sum: number | undefined;
  min: number | undefined;
  max: number | undefined;
  bucketCounts: number[];
  bounds: number[];
}

export interface ExponentialBuckets {
  offset: number;
  counts: number[];
}

export interface ExponentialPoint extends PointBase {
  count: number;
  sum: number | undefined;
  min: number | undefined;
  max: number | undefined;
  scale: number;
  zeroCount: number;
  positive: ExponentialBuckets;
  negative: ExponentialBuckets;
}

export interface SummaryPoint extends PointBase {
  count: number;
  sum: number;
  quantiles: { readonly quantile: number; readonly value: number }[];
}

/** A metric as both encodings decode it. */
export type MetricDraft = { readonly name: string; readonly unit: string } & (
  | { readonly type: 'gauge'; readonly points: readonly NumberPoint[] }
  | {
      readonly type: 'sum';
      readonly points: readonly NumberPoint[];
      readonly temporality: number;
      readonly monotonic: boolean;
    }
  | { readonly type: 'histogram'; readonly points: readonly HistogramPoint[]; readonly temporality: number }
  | { readonly type: 'exponential'; readonly points: readonly ExponentialPoint[]; readonly temporality: number }
  | { readonly type: 'summary'; readonly points: readonly SummaryPoint[] }
);

/** What decoders hand metrics to, in the order of the request. */
export interface MetricReceiver {
  readonly beginResource: (attributes: Attributes) => void;
  readonly beginScope: (scope: { readonly name: string; readonly version: string }) => void;
  readonly add: (metric: MetricDraft) => void;
}
