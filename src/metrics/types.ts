import type { StoredSpan } from '../telemetry/index.ts';

/**
 * The words of metrics, those of CloudWatch: a metric is a namespace, a name and an exact set of dimensions; its points
 * are values at times, kept so that every statistic of a period can be computed. Times are milliseconds since 1970.
 */
export interface MetricIdentity {
  readonly namespace: string;
  readonly name: string;
  /** At most 30; the exact set is the identity. */
  readonly dimensions: Readonly<Record<string, string>>;
  /** CloudWatch's units (`Seconds`, `Bytes`, `Count/Second`, `None`, …); points of another unit are kept apart. */
  readonly unit: string;
}

/**
 * What happened to a metric at a time: a statistic set, and where it is known the distribution. Every way in (OTLP,
 * CloudWatch, EMF, metric filters, collectors) ends in this.
 */
export interface MetricPoint extends MetricIdentity {
  readonly timeMs: number;
  readonly sum: number;
  readonly count: number;
  readonly min: number;
  readonly max: number;
  /** Values with how often each occurred; absent where only the statistic set is known. */
  readonly values?: readonly number[];
  readonly counts?: readonly number[];
  /** Seconds between points as the sender means them: 1 keeps high resolution for three hours, 60 is the default. */
  readonly resolutionSeconds: 1 | 60;
}

/** A finished unit of work, OTLP's span, redacted; the store adds its route and how long it is kept. */
export type SpanRow = Omit<StoredSpan, 'route' | 'retentionDays'>;

/** Average, Sum, p99, tm(10%:90%), … ; parsed and validated by statistics/. */
export type Statistic = string;

/** One metric or expression of GetMetricData and of alarms. */
export type MetricQuery =
  | {
      readonly id: string;
      readonly type: 'metric';
      readonly metric: Omit<MetricIdentity, 'unit'> & { readonly unit?: string };
      readonly statistic: Statistic;
      readonly periodSeconds: number;
      readonly label?: string;
      readonly returnData: boolean;
    }
  | {
      readonly id: string;
      readonly type: 'expression';
      readonly expression: string;
      readonly periodSeconds?: number;
      readonly label?: string;
      readonly returnData: boolean;
    };

/** A series of an answer; only periods that have data are in it, oldest first. */
export interface MetricSeries {
  readonly id: string;
  readonly label: string;
  readonly timesMs: readonly number[];
  readonly values: readonly number[];
  readonly status: 'complete' | 'partial' | 'failed';
  readonly messages: readonly { readonly code: string; readonly value: string }[];
  /** Of a plain metric: the units that have points in the range. Without a unit in the query, the newest is answered. */
  readonly units?: readonly string[];
}

/** The store of points: drivers of telemetry below it, statistics and roll-ups inside it. */
export interface MetricStore {
  /** Resolves when every point would survive `kill -9`. Refuses before taking anything when a limit is reached. */
  readonly append: (points: readonly MetricPoint[]) => Promise<void>;
  /** Called after points became durable, in order; alarms evaluate on arrival with it. Returns how to stop. */
  readonly subscribe: (listener: (points: readonly MetricPoint[]) => void) => () => void;
  readonly query: (request: {
    readonly queries: readonly MetricQuery[];
    readonly fromMs: number;
    /** Exclusive. */
    readonly toMs: number;
    readonly signal?: AbortSignal;
  }) => Promise<readonly MetricSeries[]>;
  readonly listMetrics: (request: {
    readonly namespace?: string;
    readonly name?: string;
    readonly dimensions?: readonly { readonly name: string; readonly value?: string }[];
    readonly recentlyActive?: boolean;
    readonly after?: string;
    readonly limit: number;
  }) => Promise<{ readonly metrics: readonly MetricIdentity[]; readonly next?: string }>;
  readonly namespaces: () => Promise<readonly string[]>;
}

export type AlarmStateValue = 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';
