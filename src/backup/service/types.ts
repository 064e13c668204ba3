import type { Actor } from '../../access/index.ts';
import type {
  BackupSource,
  NamedPoint,
  Progress,
  RestorableRange,
  RestorePlan,
  RestoreTarget,
  Snapshot,
  StreamStatus,
} from '../types.ts';

/** What may be said of a source to anybody who may read backups: its address without the password. */
export interface SourceView extends Omit<BackupSource, 'url'> {
  readonly address: string;
  /** The PostgreSQL that Holdfast keeps its own state in. */
  readonly isOwn: boolean;
}

export type RunState = 'running' | 'done' | 'failed' | 'cancelled';

/** A long work: a snapshot, a restore, a proof. It goes on when whoever began it looks away. */
export interface BackupRun {
  readonly id: string;
  readonly source: string;
  readonly type: 'snapshot' | 'restore' | 'proof';
  readonly state: RunState;
  readonly begunMs: number;
  readonly endedMs?: number;
  readonly progress?: Progress;
  /** One sentence about what came of it. */
  readonly summary?: string;
  readonly failure?: { readonly code: string; readonly message: string; readonly hint: string };
  /** Id of what was made: a snapshot, a report. */
  readonly result?: string;
}

export interface SourceStatus {
  readonly source: SourceView;
  readonly stream: StreamStatus;
  readonly newestSnapshot?: Snapshot;
  readonly snapshots: number;
  /** The plain bytes of all kept snapshots, and what they and the WAL occupy in one zone. */
  readonly clusterBytes: number;
  readonly storedBytes: number;
  /** The longest lock among its snapshots: of the newest daily restore point. */
  readonly lockedUntilMs?: number;
  /** Since when it is under backup; for Holdfast's own since this start. */
  readonly addedMs: number;
  /** Oldest first. */
  readonly ranges: readonly RestorableRange[];
  readonly nextSnapshotMs?: number;
  readonly nextProofMs?: number;
  readonly lastProof?: RestoreReport;
  readonly runs: readonly BackupRun[];
  /** What is wrong, with the remedy; empty when all is well. */
  readonly problems: readonly CheckFinding[];
}

export interface CheckFinding {
  readonly id: string;
  readonly level: 'ok' | 'warning' | 'error';
  readonly title: string;
  readonly detail: string;
  readonly remedy?: string;
}

/** The evidence that a restore worked, or did not. */
export interface RestoreReport {
  readonly id: string;
  readonly source: string;
  readonly choice: 'newest' | 'random-second' | 'random-day' | 'given';
  readonly targetMs: number;
  readonly snapshotId: string;
  readonly begunMs: number;
  readonly endedMs: number;
  readonly passed: boolean;
  readonly summary: string;
  /** From the order to restore until it answered queries. */
  readonly recoveryTimeMs: number;
  /** How far before the target the newest restored commit lies: what would have been lost. */
  readonly recoveryPointMs: number;
  readonly recoveryTimeObjectiveMs: number;
  readonly recoveryPointObjectiveMs: number;
  readonly phases: readonly { readonly name: string; readonly ms: number; readonly bytes?: number }[];
  readonly checks: readonly { readonly name: string; readonly passed: boolean; readonly detail: string }[];
  readonly restoredBytes: number;
  readonly walBytes: number;
}

/** What a person or program asks; each verb authorizes (backup:…), and changes leave an audit record. */
export interface Backup {
  readonly sources: (actor: Actor) => Promise<readonly SourceView[]>;
  readonly addSource: (actor: Actor, source: SourceInput) => Promise<SourceView>;
  readonly changeSource: (
    actor: Actor,
    name: string,
    change: Partial<Omit<SourceInput, 'name'>>,
  ) => Promise<SourceView>;
  /** Its snapshots stay until their locks end. */
  readonly removeSource: (actor: Actor, name: string) => Promise<void>;
  readonly status: (actor: Actor, source: string) => Promise<SourceStatus>;
  readonly snapshots: (actor: Actor, source: string) => Promise<readonly Snapshot[]>;
  readonly namedPoints: (actor: Actor, source: string) => Promise<readonly NamedPoint[]>;
  readonly reports: (actor: Actor, source: string) => Promise<readonly RestoreReport[]>;
  readonly check: (actor: Actor, source: string) => Promise<readonly CheckFinding[]>;
  readonly runSnapshot: (actor: Actor, source: string) => Promise<BackupRun>;
  readonly runProof: (
    actor: Actor,
    source: string,
    choice: { readonly type: RestoreReport['choice']; readonly targetMs?: number },
  ) => Promise<BackupRun>;
  readonly planRestore: (
    actor: Actor,
    source: string,
    request: { readonly target: RestoreTarget; readonly timeline?: 'latest' | number },
  ) => Promise<RestorePlan>;
  /** Restores into a folder of the machine that Holdfast runs on; by the command line elsewhere. */
  readonly applyRestore: (
    actor: Actor,
    source: string,
    request: {
      readonly target: RestoreTarget;
      readonly timeline?: 'latest' | number;
      readonly into: string;
      /** Started there when given. */
      readonly port?: number;
    },
  ) => Promise<BackupRun>;
  readonly run: (actor: Actor, id: string) => Promise<BackupRun>;
  readonly cancelRun: (actor: Actor, id: string) => Promise<void>;
  readonly planRetention: (actor: Actor, source: string) => Promise<RetentionView>;
}

export interface RetentionView {
  readonly keeps: readonly { readonly what: string; readonly untilMs: number; readonly reason: string }[];
  readonly removals: readonly { readonly what: string; readonly reason: string }[];
}

export type SourceInput = Pick<BackupSource, 'name' | 'url'> & Partial<Omit<BackupSource, 'name' | 'url' | 'systemId'>>;
