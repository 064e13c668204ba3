/** A log record as it is stored; docs/formats/logs-table.md. Everything in it has been redacted already. */
export interface LogRow {
  /** Nanoseconds since 1970-01-01T00:00:00Z: when it happened, as the sender says. */
  timeNs: bigint;
  /** Milliseconds since 1970: when Holdfast received it. */
  ingestTimeMs: number;
  logGroup: string;
  logStream: string;
  /** Unique within the store and ordered within one batch: 26 characters or fewer. */
  eventId: string;
  /** `service.name` of the resource, or empty. */
  service: string;
  /** OpenTelemetry's severity number, 1 to 24; 0 when not said. */
  severityNumber: number;
  severityText: string;
  body: string;
  /** 32 lower-case hex digits or empty. */
  traceId: string;
  /** 16 lower-case hex digits or empty. */
  spanId: string;
  traceFlags: number;
  scopeName: string;
  scopeVersion: string;
  eventName: string;
  /** Resource attributes, flattened with dots, as text. */
  resource: Record<string, string>;
  /** Attributes, flattened with dots, in the map of their type so that numbers compare as numbers. */
  attributesString: Record<string, string>;
  attributesNumber: Record<string, number>;
  attributesBool: Record<string, boolean>;
  /** 0 keeps for ever; part of the partition key. */
  retentionDays: number;
  storageClass: StorageClass;
}

/** A point of a metric as it is stored; docs/formats/metrics-tables.md. */
export interface PointRow {
  readonly timeMs: number;
  /** Decimal digits of 64 bits: the hash of namespace, name and dimensions. */
  readonly metric: string;
  readonly unit: string;
  readonly sum: number;
  readonly count: number;
  readonly min: number;
  readonly max: number;
  /** Both empty where only the statistic set is known, or where all values are the same. */
  readonly values: readonly number[];
  readonly counts: readonly number[];
}

/** What the hash of points stands for. */
export interface SeriesRow {
  readonly metric: string;
  readonly unit: string;
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
  /** Milliseconds since 1970 of its newest point. */
  readonly lastSeenMs: number;
}

/** A span as it is stored; docs/formats/spans-table.md. Everything in it has been redacted already. */
export interface StoredSpan {
  readonly timeNs: bigint;
  readonly durationNs: bigint;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string;
  readonly name: string;
  readonly kind: string;
  readonly status: 'unset' | 'ok' | 'error';
  readonly statusMessage: string;
  readonly service: string;
  /** What the work was asked for: the route of HTTP, the method of RPC, or the name of the span. */
  readonly route: string;
  readonly scopeName: string;
  readonly scopeVersion: string;
  readonly resource: Readonly<Record<string, string>>;
  readonly attributesString: Readonly<Record<string, string>>;
  readonly attributesNumber: Readonly<Record<string, number>>;
  readonly attributesBool: Readonly<Record<string, boolean>>;
  readonly events: readonly {
    readonly timeNs: bigint;
    readonly name: string;
    readonly attributes: Readonly<Record<string, string>>;
  }[];
  readonly links: readonly { readonly traceId: string; readonly spanId: string }[];
  /** 0 keeps for ever; part of the partition key. */
  readonly retentionDays: number;
}

/** An event of an application as it was taken, before it was grouped; docs/formats/error-tables.md. Redacted already. */
export interface ErrorInboxRow {
  /** Ordered by when it was taken, unique; begins with the 13 digits of `receivedMs`. */
  readonly inboxId: string;
  readonly receivedMs: number;
  readonly projectId: string;
  /** 32 lower-case hex digits. */
  readonly eventId: string;
  /** JSON. */
  readonly payload: string;
}

/** An event of an application as it is stored; docs/formats/error-tables.md. */
export interface ErrorEventRow {
  readonly projectId: string;
  readonly eventId: string;
  /** The hash it was grouped by, for ever: a whole number, from 0 to 2^53. Its issue is whoever owns that hash. */
  readonly hashId: number;
  readonly timeMs: number;
  readonly receivedMs: number;
  /** Unique and ordered: names this acceptance, so that a batch that is processed again is counted once. */
  readonly inboxId: string;
  readonly type: string;
  readonly level: string;
  readonly platform: string;
  readonly title: string;
  readonly culprit: string;
  readonly message: string;
  readonly transaction: string;
  readonly release: string;
  readonly dist: string;
  readonly environment: string;
  readonly serverName: string;
  /** `id:7`, `email:…`, `username:…` or `ip:…`; empty when nothing is known. */
  readonly userKey: string;
  readonly handled: boolean;
  readonly traceId: string;
  readonly spanId: string;
  readonly sdk: string;
  readonly tags: Readonly<Record<string, string>>;
  /** 0 keeps for ever; part of the partition key. */
  readonly retentionDays: number;
  /** JSON of the event after source maps were applied. */
  readonly payload: string;
}

/** Sessions of one minute that share all else; numbers of equal rows are added up. */
export interface ErrorSessionRow {
  /** Within the minute that it counts for. */
  readonly timeMs: number;
  readonly projectId: string;
  readonly release: string;
  readonly environment: string;
  /** Whole numbers; a correction may be negative. */
  readonly started: number;
  readonly exited: number;
  readonly errored: number;
  readonly crashed: number;
  readonly abnormal: number;
  readonly unhandled: number;
  /** Of the user, never who it is; empty when not said. */
  readonly userHash: string;
  /** 0 keeps for ever; part of the partition key. */
  readonly retentionDays: number;
}

/** A partition of metrics that was dropped because its time had passed. */
export interface ExpiredPartition {
  readonly table: string;
  readonly startMs: number;
  readonly rows: number;
}

/** `standard` carries the text index, `infrequent` does not (and costs less to write). */
export type StorageClass = 'standard' | 'infrequent';

export interface TelemetryQuery {
  /** ClickHouse SQL of one SELECT with `{name:Type}` placeholders. */
  readonly sql: string;
  readonly params?: Readonly<Record<string, unknown>>;
  /** Cancels in the engine, not only the waiting. */
  readonly signal?: AbortSignal;
  /** Wall time after which the engine stops it. Default and ceiling in limits.ts. */
  readonly timeoutMs?: number;
  readonly memoryBytesMax?: number;
}

export interface TelemetryResult<Row> {
  readonly rows: readonly Row[];
  /** Measured by the engine, never estimated. */
  readonly rowsRead: number;
  readonly bytesRead: number;
  readonly elapsedMs: number;
}

export interface TelemetryPartition {
  readonly table: string;
  /** ISO day, UTC. */
  readonly day: string;
  readonly retentionDays: number;
  readonly rows: number;
  readonly bytesOnDisk: number;
}

/** The port of the telemetry engine; drivers/chdb and drivers/clickhouse implement it. */
export interface TelemetryStore {
  /**
   * Resolves when every row would survive `kill -9` (concurrent calls share one insert: group commit).
   * Rejects with `telemetry.overloaded` (retryable) before taking anything when a named limit is reached.
   */
  readonly appendLogs: (rows: readonly LogRow[]) => Promise<void>;
  /** The same promise for points of metrics. Their roll-ups are durable with them. */
  readonly appendPoints: (rows: readonly PointRow[]) => Promise<void>;
  readonly appendSeries: (rows: readonly SeriesRow[]) => Promise<void>;
  readonly appendSpans: (rows: readonly StoredSpan[]) => Promise<void>;
  readonly appendErrorInbox: (rows: readonly ErrorInboxRow[]) => Promise<void>;
  readonly appendErrorEvents: (rows: readonly ErrorEventRow[]) => Promise<void>;
  readonly appendErrorSessions: (rows: readonly ErrorSessionRow[]) => Promise<void>;
  /** Drops the hours of the inbox that ended before then: everything that was taken in them must be processed. */
  readonly expireErrorInbox: (beforeMs: number) => Promise<readonly ExpiredPartition[]>;
  /** Removes the events of these hashes of a project for good. */
  readonly deleteErrorEvents: (target: {
    readonly projectId: string;
    readonly hashIds: readonly number[];
  }) => Promise<void>;
  /** Drops the partitions of metrics, spans, error events and sessions that are past their retention at `nowMs`. Irreversible. */
  readonly expireMetrics: (nowMs: number) => Promise<readonly ExpiredPartition[]>;
  readonly query: <Row>(query: TelemetryQuery) => Promise<TelemetryResult<Row>>;
  /** Live partitions with their sizes. */
  readonly partitions: () => Promise<readonly TelemetryPartition[]>;
  /** Drops one whole partition. Irreversible. */
  readonly dropPartition: (partition: Pick<TelemetryPartition, 'table' | 'day' | 'retentionDays'>) => Promise<void>;
  /**
   * Gives all rows of a group another retention or class by moving them to the right partition or table.
   * A crash at any point loses and doubles nothing; calling it again finishes it.
   */
  readonly rehomeLogGroup: (target: {
    readonly logGroup: string;
    readonly retentionDays: number;
    readonly storageClass: StorageClass;
  }) => Promise<{ readonly rowsMoved: number }>;
  /** Removes the rows of one group (or of one stream of it) for good: DeleteLogGroup, DeleteLogStream. */
  readonly deleteLogs: (target: { readonly logGroup: string; readonly logStream?: string }) => Promise<void>;
  readonly status: () => Promise<TelemetryStatus>;
  /** Waits for what was accepted, then closes. */
  readonly close: () => Promise<void>;
}

export interface TelemetryStatus {
  readonly engine: string;
  readonly version: string;
  readonly rows: number;
  readonly bytesOnDisk: number;
  readonly bytesInFlight: number;
  readonly freeDiskBytes: number;
}
