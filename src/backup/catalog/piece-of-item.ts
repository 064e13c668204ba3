import type { WalStretch } from '../types.ts';
import type { WalItem } from '../wal/index.ts';

/** One item of WAL as a stretch of its own; a plan reads only the pieces up to its target. */
export const pieceOfItem = (item: WalItem): WalStretch => ({
  source: item.source,
  systemId: item.systemId,
  timeline: item.timeline,
  fromLsn: item.fromLsn,
  toLsn: item.toLsn,
  ...(item.firstCommitMs === undefined ? {} : { firstCommitMs: item.firstCommitMs }),
  ...(item.lastCommitMs === undefined ? {} : { lastCommitMs: item.lastCommitMs }),
});
