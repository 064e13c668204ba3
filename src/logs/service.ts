import type { Actor } from '../access/index.ts';
import type { StorageClass } from '../telemetry/index.ts';
import type { LogGroup, LogStream } from './types.ts';

/**
 * The verbs on stored logs. Each verb authorizes (logs:Read per group for content, logs:Describe for names,
 * logs:Manage for changes), does its work and audits. Failures are those of logs/failures.ts.
 */
export interface Logs {
  readonly groups: LogGroupVerbs;
  readonly streams: LogStreamVerbs;
  readonly events: LogEventVerbs;
  readonly queries: LogQueryVerbs;
  readonly retention: LogRetention;
}

/** What `createLogs` opens. */
export interface OpenLogs extends Logs {
  /** Stops running queries in the engine, waits for them, and writes the sizes and times that are still in memory. */
  readonly close: () => Promise<void>;
}

export interface Page<Item> {
  readonly items: readonly Item[];
  readonly nextToken?: string;
}

export interface LogGroupVerbs {
  /** Throws `logs.group-exists`, `logs.group-name-invalid`, `logs.retention-invalid`, `logs.too-many-groups`. */
  readonly create: (
    actor: Actor,
    group: {
      readonly name: string;
      readonly storageClass?: StorageClass;
      readonly retentionDays?: number;
      readonly tags?: Readonly<Record<string, string>>;
      readonly deletionProtected?: boolean;
    },
  ) => Promise<LogGroup>;
  /** Throws `logs.group-not-found`, `logs.group-protected`. Removes its streams and rows for good. */
  readonly remove: (actor: Actor, name: string) => Promise<void>;
  readonly list: (
    actor: Actor,
    filter: {
      readonly prefix?: string;
      readonly pattern?: string;
      readonly storageClass?: StorageClass;
      readonly limit: number;
      readonly nextToken?: string;
    },
  ) => Promise<Page<LogGroup>>;
  readonly get: (actor: Actor, name: string) => Promise<LogGroup>;
  /** 0 keeps for ever. What is already stored follows the new number: hidden at once, dropped by the sweep. */
  readonly setRetention: (actor: Actor, name: string, retentionDays: number) => Promise<LogGroup>;
  /** What a deletion or another retention would remove, without doing it. */
  readonly planRemoval: (
    actor: Actor,
    name: string,
    retentionDays?: number,
  ) => Promise<{ readonly rows: number; readonly oldestMs?: number; readonly newestMs?: number }>;
  readonly setDeletionProtection: (actor: Actor, name: string, isProtected: boolean) => Promise<void>;
  /** Throws `logs.too-many-tags`, `logs.tag-invalid`. */
  readonly tag: (actor: Actor, name: string, tags: Readonly<Record<string, string>>) => Promise<void>;
  readonly untag: (actor: Actor, name: string, keys: readonly string[]) => Promise<void>;
  /** For the sink: from memory when known; creates group and stream when `createMissing`, else throws not-found. */
  readonly forWrite: (
    actor: Actor,
    target: { readonly logGroup: string; readonly logStream: string; readonly createMissing: boolean },
  ) => Promise<LogGroup>;
  /** For the sink, after the rows are durable: stream times and stored bytes, flushed in batches. */
  readonly noteWritten: (note: {
    readonly logGroup: string;
    readonly logStream: string;
    readonly firstEventMs: number;
    readonly lastEventMs: number;
    readonly ingestMs: number;
    readonly bytes: number;
  }) => void;
}

export interface LogStreamVerbs {
  /** Throws `logs.stream-exists`, `logs.stream-name-invalid`. */
  readonly create: (actor: Actor, logGroup: string, name: string) => Promise<LogStream>;
  readonly remove: (actor: Actor, logGroup: string, name: string) => Promise<void>;
  readonly list: (
    actor: Actor,
    filter: {
      readonly logGroup: string;
      readonly prefix?: string;
      readonly orderBy: 'name' | 'last-event';
      readonly descending: boolean;
      readonly limit: number;
      readonly nextToken?: string;
    },
  ) => Promise<Page<LogStream>>;
}

export interface StoredLogEvent {
  readonly eventId: string;
  readonly logStream: string;
  readonly timeMs: number;
  readonly ingestTimeMs: number;
  readonly body: string;
}

export interface LogEventVerbs {
  /**
   * One stream in order of time, paged both ways as GetLogEvents is: a token is always returned, and the one that
   * was passed comes back when its end is reached. At most `limit` (10,000) events or 1 MiB a page.
   */
  readonly get: (
    actor: Actor,
    request: {
      readonly logGroup: string;
      readonly logStream: string;
      readonly startMs?: number;
      readonly endMs?: number;
      readonly limit: number;
      readonly startFromHead: boolean;
      readonly nextToken?: string;
    },
  ) => Promise<{
    readonly events: readonly StoredLogEvent[];
    readonly nextForwardToken: string;
    readonly nextBackwardToken: string;
  }>;
  /**
   * Many streams in order of time, optionally filtered by a CloudWatch filter pattern (terms, `?any`, `-not`, quoted
   * phrases, `%regex%`, JSON selectors, space-delimited). Throws `logs.filter-pattern-invalid` naming the column.
   */
  readonly filter: (
    actor: Actor,
    request: {
      readonly logGroup: string;
      readonly logStreams?: readonly string[];
      readonly logStreamPrefix?: string;
      readonly filterPattern?: string;
      readonly startMs?: number;
      readonly endMs?: number;
      readonly limit: number;
      readonly startFromHead: boolean;
      readonly nextToken?: string;
    },
  ) => Promise<{ readonly events: readonly StoredLogEvent[]; readonly nextToken?: string }>;
  /** The whole record behind a `@ptr`. Throws `logs.record-not-found`. */
  readonly record: (actor: Actor, ptr: string) => Promise<StoredLogRecord>;
}

export interface StoredLogRecord {
  readonly ptr: string;
  readonly timeNs: bigint;
  readonly ingestTimeMs: number;
  readonly logGroup: string;
  readonly logStream: string;
  readonly service: string;
  readonly severityNumber: number;
  readonly severityText: string;
  readonly body: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly scopeName: string;
  readonly eventName: string;
  readonly resource: Readonly<Record<string, string>>;
  readonly attributes: Readonly<Record<string, string | number | boolean>>;
}

export type QueryStatus = 'Scheduled' | 'Running' | 'Complete' | 'Failed' | 'Cancelled' | 'Timeout';
export type QueryCell = string | number | boolean | null;

export interface QueryRequest {
  readonly query: string;
  /** Names or `*` patterns; empty means every group that the actor may read. */
  readonly logGroups: readonly string[];
  readonly startMs: number;
  /** Exclusive. */
  readonly endMs: number;
  /** Rows at most: 1 to 10,000. */
  readonly limit?: number;
}

export interface QueryView {
  readonly queryId: string;
  readonly query: string;
  readonly logGroups: readonly string[];
  readonly status: QueryStatus;
  readonly createdMs: number;
  readonly fields: readonly { readonly name: string; readonly type: 'string' | 'number' | 'boolean' | 'time' }[];
  /** One array a row, in the order of `fields`. */
  readonly rows: readonly (readonly QueryCell[])[];
  readonly statistics: {
    readonly recordsMatched: number;
    readonly recordsScanned: number;
    readonly bytesScanned: number;
    readonly elapsedMs: number;
  };
  readonly failure?: { readonly code: string; readonly message: string; readonly hint: string };
}

export interface LogQueryVerbs {
  /** Throws `logs.query-malformed` (with line, column, offset, length in its details) before anything runs. */
  readonly start: (actor: Actor, request: QueryRequest) => Promise<{ readonly queryId: string }>;
  /** Only the actor who started it, or an admin; throws `logs.query-not-found`. Kept for an hour. */
  readonly get: (actor: Actor, queryId: string) => Promise<QueryView>;
  /** Stops it in the engine; false when it had already ended. */
  readonly stop: (actor: Actor, queryId: string) => Promise<boolean>;
  readonly list: (
    actor: Actor,
    filter: {
      readonly logGroup?: string;
      readonly status?: QueryStatus;
      readonly limit: number;
      readonly nextToken?: string;
    },
  ) => Promise<Page<QueryView>>;
  /** Starts, waits and answers: for the command line, probes and the console's small questions. */
  readonly run: (actor: Actor, request: QueryRequest, signal?: AbortSignal) => Promise<QueryView>;
  readonly histogram: (
    actor: Actor,
    request: QueryRequest & { readonly buckets: number },
  ) => Promise<{
    readonly bucketMs: number;
    readonly buckets: readonly {
      readonly startMs: number;
      readonly count: number;
      readonly errors: number;
      readonly warnings: number;
    }[];
    readonly statistics: QueryView['statistics'];
  }>;
  readonly facets: (
    actor: Actor,
    request: QueryRequest,
  ) => Promise<
    readonly {
      readonly field: string;
      readonly values: readonly { readonly value: string; readonly count: number }[];
    }[]
  >;
  /** Field names seen in the chosen groups and time, for completion. */
  readonly fields: (
    actor: Actor,
    request: Omit<QueryRequest, 'query'>,
  ) => Promise<readonly { readonly name: string; readonly type: 'string' | 'number' | 'boolean' | 'time' }[]>;
}

export interface RetentionPlan {
  /** Whole partitions past their retention. */
  readonly drops: readonly {
    readonly table: string;
    readonly day: string;
    readonly retentionDays: number;
    readonly rows: number;
    readonly bytesOnDisk: number;
    readonly reason: string;
  }[];
  /** Groups whose stored rows do not lie where their policy says yet. */
  readonly rehomes: readonly {
    readonly logGroup: string;
    readonly retentionDays: number;
    readonly storageClass: StorageClass;
  }[];
}

export interface LogRetention {
  readonly plan: (nowMs: number) => Promise<RetentionPlan>;
  readonly apply: (
    plan: RetentionPlan,
  ) => Promise<{ readonly partitionsDropped: number; readonly rowsDropped: number }>;
}
