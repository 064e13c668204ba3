import type { Actor } from '../../access/index.ts';
import type { LogGroup } from '../../logs/index.ts';

/** What a match of a filter counts as. */
export interface MetricTransformation {
  readonly metricNamespace: string;
  readonly metricName: string;
  /** A number, or where it stands in the record: `$.latency`, `$bytes`. */
  readonly metricValue: string;
  /** Given for each minute in which records came and none matched. */
  readonly defaultValue?: number;
  /** Name to where the value stands in the record; at most 3. */
  readonly dimensions?: Readonly<Record<string, string>>;
  readonly unit?: string;
}

export interface MetricFilter {
  readonly logGroup: string;
  readonly name: string;
  readonly pattern: string;
  /** One, as in CloudWatch. */
  readonly transformation: MetricTransformation;
  readonly createdMs: number;
  /** When it was switched off because its dimensions took too many different values. */
  readonly disabledMs?: number;
}

export interface FilterMatch {
  /** From 1. */
  readonly eventNumber: number;
  readonly eventMessage: string;
  readonly extractedValues: Readonly<Record<string, string>>;
}

/** Rows of one group that are durable, as they are stored: redacted. */
export interface StoredBatch {
  readonly group: LogGroup;
  readonly rows: readonly { readonly timeNs: bigint; readonly body: string }[];
}

/** The verbs of metric filters, and the listener on the stream of logs. */
export interface MetricFilters {
  /** Creates or replaces. Throws `metric-filters.too-many` and `metric-filters.invalid`. */
  readonly put: (
    actor: Actor,
    filter: Pick<MetricFilter, 'logGroup' | 'name' | 'pattern' | 'transformation'>,
  ) => Promise<void>;
  /** In the order of group and name. */
  readonly list: (
    actor: Actor,
    filter: {
      readonly logGroup?: string;
      readonly prefix?: string;
      readonly metricName?: string;
      readonly metricNamespace?: string;
      readonly limit: number;
      readonly nextToken?: string;
    },
  ) => Promise<{ readonly filters: readonly MetricFilter[]; readonly nextToken?: string }>;
  /** Throws `metric-filters.not-found`. */
  readonly remove: (actor: Actor, filter: { readonly logGroup: string; readonly name: string }) => Promise<void>;
  readonly test: (
    actor: Actor,
    request: { readonly pattern: string; readonly messages: readonly string[] },
  ) => Promise<readonly FilterMatch[]>;
  readonly count: (group: LogGroup) => number;
  /** For the sink, after the rows became durable. Never rejects: the rows are stored whatever becomes of the points. */
  readonly onStored: (batches: readonly StoredBatch[]) => Promise<void>;
  readonly status: () => MetricFilterStatus;
  /** Hands over what is still held, once, and stops. */
  readonly close: () => Promise<void>;
}

export interface MetricFilterStatus {
  readonly filters: number;
  readonly disabled: number;
  /** Points made since start. */
  readonly points: number;
  /** Points that the store refused or that could not be held while it was away. */
  readonly lost: number;
  readonly held: number;
}
