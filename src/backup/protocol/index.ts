/**
 * backup/protocol: PostgreSQL's replication protocol, so that a backup needs no client program of a fitting version.
 *
 * npm pg makes the connection, TLS and the login; from there on the messages are read here, because a backup is bytes
 * by the gigabyte and pg's client has neither a copy in both directions nor a way to slow the server.
 *
 * Invariants: one command at a time on a connection; what was read ahead of the consumer is bounded, and past it TCP
 * slows the server; a message that the protocol does not allow ends the connection; no failure repeats the secret of an
 * address. It knows PostgreSQL 14 (a copy for each archive) and 15 to 18 (one copy for all). It retries nothing: whoever
 * streams or takes snapshots does.
 */
export {
  type BackupTablespace,
  type BaseBackupEvent,
  type BaseBackupOptions,
  baseBackupCommand,
} from './base-backup.ts';
export { type ConnectedServer, type ConnectSettings, connectServer, cutServer } from './connect-server.ts';
export { BACKUP_PROTOCOL_FAILURES } from './failures.ts';
export { BACKUP_PROTOCOL_LIMITS } from './limits.ts';
export {
  formatLsn,
  historyFileName,
  parseLsn,
  parseWalFileName,
  segmentNumberOf,
  segmentStart,
  walFileName,
} from './lsn.ts';
export {
  openReplication,
  type ReplicationConnection,
  type SlotState,
  type SystemIdentity,
} from './open-replication.ts';
export { parseServerUrl, type ServerAddress } from './parse-url.ts';
export type { StartReplicationOptions, WalEvent, WalStream } from './stream-wal.ts';
export { parseTimelineHistory } from './timeline-history.ts';
