/**
 * The words of backup. A source is a PostgreSQL cluster that is protected; a snapshot is a base backup of it; the
 * stream is its WAL. Positions (LSN) are bigints; times are milliseconds since 1970.
 */
export type Lsn = bigint;

/** A PostgreSQL cluster that Holdfast protects. The secret part of its address is sealed at rest and never listed. */
export interface BackupSource {
  /** Lower-case letters, digits and `-`; part of the facts of every item, so it never changes. */
  readonly name: string;
  /** Connection URI of a role with REPLICATION, to the primary or to several hosts (libpq's list form). */
  readonly url: string;
  /** PostgreSQL's system identifier, pinned at the first connection: another cluster at the same address is refused. */
  readonly systemId?: string;
  readonly slotName: string;
  /** Writes a row each second, which makes `now` restorable on an idle cluster and measures the restorable second. */
  readonly heartbeat: boolean;
  readonly snapshotCron: string;
  readonly timeZone: string;
  /** How long every second stays restorable. */
  readonly windowMs: number;
  /** How long daily restore points stay. */
  readonly dailyKeptMs: number;
  /** Objectives that drills are held to. */
  readonly recoveryTimeObjectiveMs: number;
  readonly recoveryPointObjectiveMs: number;
  /** Bytes of WAL that the slot may hold back on the source before an alarm, and before it is given up. */
  readonly slotLagAlarmBytes: number;
  readonly slotLagMaxBytes: number;
  /** 0 is unlimited. */
  readonly throttleBytesPerSecond: number;
}

/** A place in a source's history: WAL positions mean something only together with their timeline. */
export interface WalPosition {
  readonly timeline: number;
  readonly lsn: Lsn;
}

/** A base backup that stands whole in a write quorum. Its facts stand in the vault beside it (docs/formats/backup.md). */
export interface Snapshot {
  /** Sortable: source, begin time. */
  readonly id: string;
  /** The vault item of its manifest. */
  readonly itemId: string;
  readonly source: string;
  readonly systemId: string;
  readonly serverVersion: number;
  readonly start: WalPosition;
  /** From here on the restored cluster is consistent. */
  readonly stop: WalPosition;
  readonly begunMs: number;
  /** Nothing earlier than this can be reached from it. */
  readonly endedMs: number;
  readonly fromStandby: boolean;
  readonly clusterBytes: number;
  /** What this snapshot added to the vault before compression; the rest stood there already. */
  readonly newBytes: number;
  readonly files: number;
  readonly walSegmentBytes: number;
  readonly retainUntilMs: number;
  /** Settings of the source that a restored server needs at least (max_connections and the like), and its data checksums. */
  readonly settings: Readonly<Record<string, string>>;
  /** What the server said of pages whose checksums were wrong: it can be restored, and is no proof of sound data. */
  readonly pageFailure?: string;
}

/** Where a piece of a file stands: `length` bytes at `offset` of the plain bytes of a vault item. */
export interface PackedChunk {
  /** The id of the vault item; empty for a hole: `length` zero bytes that are stored nowhere. */
  readonly pack: string;
  readonly offset: number;
  readonly length: number;
}

export interface SnapshotFile {
  /** Relative to the data folder, `/`-separated; `pg_tblspc/<oid>/…` below a tablespace. */
  readonly path: string;
  readonly type: 'file' | 'folder' | 'link';
  readonly mode: number;
  readonly sizeBytes: number;
  /** Hex SHA-256 of the whole file, equal to the server's own manifest where it lists the file. */
  readonly sha256?: string;
  readonly linkTarget?: string;
  readonly chunks: readonly PackedChunk[];
}

export interface SnapshotContent {
  readonly snapshot: Snapshot;
  readonly tablespaces: readonly { readonly oid: number; readonly location: string }[];
  readonly files: AsyncIterable<SnapshotFile>;
}

export interface Progress {
  readonly phase: string;
  readonly doneBytes: number;
  readonly totalBytes?: number;
  readonly bytesPerSecond: number;
  readonly leftMs?: number;
}

/** A contiguous, verified stretch of WAL that stands in a write quorum. */
export interface WalStretch {
  readonly source: string;
  readonly systemId: string;
  readonly timeline: number;
  readonly fromLsn: Lsn;
  /** Exclusive. */
  readonly toLsn: Lsn;
  /** Commit times of the first and last commit records in it, from the WAL itself. */
  readonly firstCommitMs?: number;
  readonly lastCommitMs?: number;
}

export interface TimelineHistory {
  readonly timeline: number;
  /** The text that PostgreSQL keeps in `<timeline>.history`. */
  readonly text: string;
  readonly parents: readonly { readonly timeline: number; readonly switchLsn: Lsn }[];
}

/** A named point (pg_create_restore_point) seen in the stream. */
export interface NamedPoint {
  readonly name: string;
  readonly timeMs: number;
  readonly position: WalPosition;
}

/** What is known of a source's backups: the one question of restore, check, console and drills. */
export interface BackupCatalog {
  readonly snapshots: (source: string) => Promise<readonly Snapshot[]>;
  readonly content: (snapshot: Snapshot) => Promise<SnapshotContent>;
  readonly stretches: (source: string) => Promise<readonly WalStretch[]>;
  /**
   * The same WAL in small pieces (segments and parts), each with its own commit times. A plan for a time takes the
   * WAL up to the piece that passes it; of one long stretch it has to take all.
   */
  readonly walPieces?: (source: string) => Promise<readonly WalStretch[]>;
  readonly timelines: (source: string) => Promise<readonly TimelineHistory[]>;
  readonly namedPoints: (source: string) => Promise<readonly NamedPoint[]>;
}

/** Bytes of WAL, whole segments or parts of them, from the vault. */
export interface WalReader {
  /** The 16 MiB (or `walSegmentBytes`) file of a segment, zero-filled after the last byte that is known. */
  readonly segment: (
    source: string,
    timeline: number,
    segmentNumber: bigint,
    walSegmentBytes: number,
    signal?: AbortSignal,
  ) => Promise<Uint8Array | undefined>;
}

export type RestoreTarget =
  | { readonly type: 'latest' }
  | { readonly type: 'time'; readonly timeMs: number; readonly inclusive: boolean }
  | { readonly type: 'lsn'; readonly lsn: Lsn; readonly inclusive: boolean }
  | { readonly type: 'name'; readonly name: string }
  /** The snapshot itself, as soon as it is consistent: what daily restore points offer. */
  | { readonly type: 'snapshot'; readonly id: string };

export interface RestorePlan {
  readonly source: string;
  readonly target: RestoreTarget;
  /** `latest` follows every promotion; a number stops before the next one. */
  readonly timeline: 'latest' | number;
  readonly snapshot: Snapshot;
  readonly wal: readonly { readonly timeline: number; readonly segmentNumber: bigint }[];
  /**
   * Where the WAL of the plan ends, and on which timeline. What the vault learns later is left out, so that a plan
   * brings back the same state whenever it is applied. Undefined when only the snapshot itself is restored.
   */
  readonly walEnd?: WalPosition;
  /** True when all WAL of the plan is replayed: for `latest`, and for a target at the very end of what is known. */
  readonly toEndOfWal: boolean;
  readonly restoreBytes: number;
  readonly walBytes: number;
  readonly readBytes: number;
  /** From measured restores; undefined while there are none. */
  readonly estimatedMs?: number;
  /** Sentences about what will be different or lost, and why this snapshot. */
  readonly notes: readonly string[];
}

export interface RestorableRange {
  readonly fromMs: number;
  readonly toMs: number;
  readonly timeline: number;
}

/** Starts a PostgreSQL server aside, of the right major version, never as root; boot gives the implementation. */
export interface PostgresRunner {
  /** Major versions for which programs are at hand. */
  readonly versions: () => Promise<readonly number[]>;
  /** Who must own a data folder that this runner starts; undefined when it is the user of this process. */
  readonly owner: () => Promise<{ readonly uid: number; readonly gid: number } | undefined>;
  /** Names of the libraries that a server of this version can load; undefined when that is not known. */
  readonly libraries: (majorVersion: number) => Promise<ReadonlySet<string> | undefined>;
  /** Resolves when the server accepts connections, after recovery has ended. */
  readonly start: (server: {
    readonly majorVersion: number;
    readonly dataFolder: string;
    readonly port: number;
    readonly settings: Readonly<Record<string, string>>;
    readonly onLogLine?: (line: string) => void;
    readonly signal?: AbortSignal;
  }) => Promise<RunningPostgres>;
}

export interface RunningPostgres {
  /** Over a socket in a folder that only this user may enter; without a role, which the caller adds. */
  readonly url: string;
  readonly port: number;
  /** The last lines of its log, for failures. */
  readonly logTail: () => readonly string[];
  readonly stop: () => Promise<void>;
}

/** How the stream of one source stands, for the trust page, the alarms and the databases page. */
export interface StreamStatus {
  readonly source: string;
  readonly state: 'starting' | 'streaming' | 'catching-up' | 'disconnected' | 'broken' | 'stopped';
  readonly reason?: string;
  readonly timeline?: number;
  readonly receivedLsn?: Lsn;
  readonly durableLsn?: Lsn;
  readonly serverLsn?: Lsn;
  readonly slotLagBytes?: number;
  /** The newest second that a restore would bring back, from the heartbeat or the commit records. */
  readonly restorableToMs?: number;
  /** From the commit on the source to its durability in a quorum: newest and of the last hour. */
  readonly lagMs?: { readonly last: number; readonly p50: number; readonly p99: number; readonly max?: number };
  readonly gaps: readonly {
    readonly timeline: number;
    readonly fromLsn: Lsn;
    readonly toLsn: Lsn;
    readonly atMs: number;
  }[];
  readonly connectedSinceMs?: number;
}
