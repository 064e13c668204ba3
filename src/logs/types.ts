import type { Actor } from '../access/index.ts';
import type { StorageClass } from '../telemetry/index.ts';

export interface LogGroup {
  readonly name: string;
  readonly storageClass: StorageClass;
  /** One of CloudWatch's values; 0 keeps for ever. */
  readonly retentionDays: number;
  readonly createdMs: number;
  readonly storedBytes: number;
  readonly deletionProtected: boolean;
  readonly tags: Readonly<Record<string, string>>;
}

export interface LogStream {
  readonly logGroup: string;
  readonly name: string;
  readonly createdMs: number;
  readonly firstEventMs: number | undefined;
  readonly lastEventMs: number | undefined;
  readonly lastIngestMs: number | undefined;
  readonly storedBytes: number;
}

/** What every ingest protocol turns its records into. Not redacted yet: only the sink may hold it. */
export interface IncomingLog {
  readonly timeNs: bigint;
  readonly body: string;
  readonly severityNumber?: number;
  readonly severityText?: string;
  readonly service?: string;
  readonly traceId?: string;
  readonly spanId?: string;
  readonly traceFlags?: number;
  readonly scopeName?: string;
  readonly scopeVersion?: string;
  readonly eventName?: string;
  readonly resource?: Readonly<Record<string, string>>;
  readonly attributesString?: Readonly<Record<string, string>>;
  readonly attributesNumber?: Readonly<Record<string, number>>;
  readonly attributesBool?: Readonly<Record<string, boolean>>;
}

/** Records of one stream, in the order they were sent. */
export interface IncomingLogs {
  readonly logGroup: string;
  readonly logStream: string;
  readonly records: readonly IncomingLog[];
}

export interface SinkRequest {
  readonly actor: Actor;
  /** `otlp`, `cloudwatch-logs`, `ndjson` …: for counters and audit. */
  readonly protocol: string;
  readonly batches: readonly IncomingLogs[];
  /** Size of the request body after decompression, for the limit on bytes in flight. */
  readonly bytes: number;
  /** Groups and streams that do not exist are created (OTLP, NDJSON) or refused (CloudWatch Logs). */
  readonly createMissing: boolean;
}

export interface SinkResult {
  readonly accepted: number;
  /** Records older than their group's retention: they would be dropped at once. */
  readonly expired: number;
  /** Records too far in the future or the past for their protocol's rules were left out by the edge, not here. */
}

/**
 * The one place where every ingest protocol ends: authorize, admit (bytes in flight, free disk), create what is
 * missing, redact, append. Resolves when everything accepted is durable.
 */
export type Sink = (request: SinkRequest) => Promise<SinkResult>;
