/** Whom an audit record names; the fields of access's Actor that matter here. */
export interface AuditIdentity {
  readonly type: 'person' | 'key' | 'system' | 'anonymous';
  readonly id: string;
  readonly name: string;
  readonly sourceIp: string;
  readonly userAgent: string;
  readonly sessionId?: string;
}

/** What a verb reports; the audit area completes it to a CloudTrail-shaped record and redacts it. */
export interface AuditEntry {
  readonly identity: AuditIdentity;
  /** `logs`, `access`, `trust` …; becomes eventSource `<source>.holdfast`. */
  readonly source: string;
  /** Pascal case verb as CloudTrail has them: `StartQuery`, `CreateKey`. */
  readonly eventName: string;
  readonly readOnly: boolean;
  readonly requestParameters?: Readonly<Record<string, unknown>>;
  readonly responseElements?: Readonly<Record<string, unknown>>;
  readonly resources?: readonly { readonly type: string; readonly name: string }[];
  /** Code and message of the failure when the call was refused or failed. */
  readonly errorCode?: string;
  readonly errorMessage?: string;
  /** `Data` for high-volume reads and writes of telemetry, else `Management`. */
  readonly category?: 'Management' | 'Data';
}

/** The stored record, shaped as CloudTrail's (version 1.11); docs/formats/audit-record.md. */
export interface AuditRecord {
  /** Grows by one from record to record; a gap shows that a record is missing. Not part of the stored JSON. */
  readonly sequence: number;
  readonly eventVersion: string;
  readonly eventID: string;
  readonly eventTime: string;
  readonly eventSource: string;
  readonly eventName: string;
  readonly eventType: string;
  readonly eventCategory: string;
  readonly readOnly: boolean;
  readonly managementEvent: boolean;
  readonly userIdentity: Readonly<Record<string, unknown>>;
  readonly sourceIPAddress: string;
  readonly userAgent: string;
  readonly awsRegion: string;
  readonly recipientAccountId: string;
  readonly requestID: string;
  readonly requestParameters: unknown;
  readonly responseElements: unknown;
  readonly resources?: readonly unknown[];
  readonly errorCode?: string;
  readonly errorMessage?: string;
}

export interface AuditLookup {
  readonly eventName?: string;
  readonly identityName?: string;
  readonly resourceName?: string;
  readonly startMs?: number;
  readonly endMs?: number;
  readonly refusedOnly?: boolean;
  /** At most 200. */
  readonly limit?: number;
  readonly pageToken?: string;
}

export interface Audit {
  /** Durable when it resolves. A mutation or read of logs may not answer before it. */
  readonly record: (entry: AuditEntry) => Promise<void>;
  /**
   * For high-volume writes (each ingest request): counted in memory and recorded as one aggregated record per
   * identity, event and resource every minute and at close.
   */
  readonly count: (entry: AuditEntry, amount: { readonly events: number; readonly bytes: number }) => void;
  /** Newest first. */
  readonly lookup: (
    lookup: AuditLookup,
  ) => Promise<{ readonly records: readonly AuditRecord[]; readonly nextPageToken?: string }>;
  readonly close: () => Promise<void>;
}
