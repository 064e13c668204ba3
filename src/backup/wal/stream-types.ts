import type { Clock, Log } from '../../base/index.ts';
import type { BackupSource, Lsn, StreamStatus, WalPosition } from '../types.ts';
import type { WalArchive } from './archive.ts';

export type StreamGap = StreamStatus['gaps'][number];

/** What happens to a stream, for the log, the alarms and the trust page. */
export type StreamEvent =
  | { readonly type: 'connected'; readonly host: string; readonly from: WalPosition }
  | { readonly type: 'disconnected'; readonly reason: string; readonly code: string; readonly retryInMs: number }
  | { readonly type: 'slot-made'; readonly slot: string; readonly host: string }
  | { readonly type: 'timeline'; readonly from: number; readonly to: number; readonly switchLsn: Lsn }
  /** The source had written more on a timeline than the next one took over. */
  | { readonly type: 'fork'; readonly timeline: number; readonly switchLsn: Lsn; readonly receivedLsn: Lsn }
  | { readonly type: 'gap'; readonly gap: StreamGap; readonly reason: string }
  | { readonly type: 'gap-covered'; readonly gap: StreamGap }
  | { readonly type: 'corrupt'; readonly reason: string }
  | { readonly type: 'vault-refuses'; readonly reason: string }
  | { readonly type: 'vault-takes' }
  | { readonly type: 'slot-lag'; readonly bytes: number; readonly alarmBytes: number }
  | { readonly type: 'slot-lag-ended'; readonly bytes: number }
  | { readonly type: 'slot-given-up'; readonly bytes: number; readonly mostBytes: number; readonly reason: string }
  | { readonly type: 'clock-skew'; readonly skewMs: number }
  | { readonly type: 'heartbeat-skipped'; readonly reason: string }
  | { readonly type: 'heartbeat-runs' };

export interface WalStreamDeps {
  readonly source: BackupSource;
  readonly archive: WalArchive;
  readonly clock: Clock;
  readonly log: Log;
  readonly onEvent?: (event: StreamEvent) => void;
  /** A hole opened: a new snapshot has to begin; `noteSnapshot` closes the matter. */
  readonly onGap?: (gap: StreamGap) => void;
  /** The first connection pins the cluster; the caller keeps it with the source. */
  readonly onSystemId?: (systemId: string) => void;
}

export interface SourceStream {
  readonly start: () => void;
  /** Puts what was verified, if the vault takes it soon, and ends. */
  readonly stop: () => Promise<void>;
  readonly status: () => SourceStreamStatus;
  /** A snapshot that begins here stands: gaps before it no longer matter. */
  readonly noteSnapshot: (start: WalPosition) => void;
}

export interface SourceStreamStatus extends StreamStatus {
  readonly systemId?: string;
  readonly host?: string;
  /** The clock of the source minus the one here. */
  readonly clockSkewMs?: number;
  /** The time that the newest durable heartbeat wrote, and how long it took from the source to the quorum. */
  readonly heartbeat?: {
    readonly state: 'off' | 'running' | 'skipped';
    readonly reason?: string;
    readonly durableMs?: number;
    readonly tookMs?: number;
  };
  /** Parts that took longer than the named time to be in a write quorum, since the start. */
  readonly lateParts: number;
}
