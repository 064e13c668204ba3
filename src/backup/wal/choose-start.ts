import { Failure } from '../../base/index.ts';
import { formatLsn, type ReplicationConnection, type SystemIdentity } from '../protocol/index.ts';
import type { Lsn, TimelineHistory, WalPosition } from '../types.ts';
import { BACKUP_WAL_FAILURES } from './failures.ts';
import { segmentBounds } from './read-wal.ts';

export interface StreamStart extends WalPosition {
  /** The record before the position, when it continues what the vault holds. */
  readonly lastRecordLsn: Lsn | undefined;
}

export type StartDecision =
  | { readonly type: 'go-on'; readonly start: StreamStart }
  /** The next timeline, from the begin of the segment in which it branched off. */
  | { readonly type: 'next-timeline'; readonly start: StreamStart; readonly switchLsn: Lsn; readonly forked: boolean }
  | { readonly type: 'first'; readonly start: StreamStart }
  /** The server's timeline does not descend from the one that was followed. */
  | { readonly type: 'foreign'; readonly start: StreamStart };

export interface KnownEnd extends WalPosition {
  readonly lastRecordLsn: Lsn | undefined;
}

/**
 * Decides where to go on. A timeline is entered at the begin of its first segment, whose first part the server copied
 * from the parent: so each timeline has whole segments of its own, which is what recovery asks for.
 */
export function decideStart(input: {
  readonly source: string;
  readonly host: string;
  readonly identity: SystemIdentity;
  readonly history: TimelineHistory | undefined;
  readonly end: KnownEnd | undefined;
  /** The oldest WAL that the slot keeps. */
  readonly slotLsn: Lsn;
  readonly walSegmentBytes: number;
}): StartDecision {
  const { source, host, identity, history, end, walSegmentBytes } = input;
  const fresh = freshStart(input);
  if (end === undefined) return { type: 'first', start: fresh };
  if (identity.timeline < end.timeline) {
    const details = { host, found: identity.timeline, source, known: end.timeline };
    throw new Failure(BACKUP_WAL_FAILURES.timelineBehind, details);
  }
  if (identity.timeline === end.timeline) {
    if (identity.lsn < end.lsn) {
      const details = { host, found: formatLsn(identity.lsn), source, known: formatLsn(end.lsn) };
      throw new Failure(BACKUP_WAL_FAILURES.serverBehind, details);
    }
    return { type: 'go-on', start: end };
  }
  const parents = history?.parents ?? [];
  const at = parents.findIndex(({ timeline }) => timeline === end.timeline);
  const parent = parents[at];
  if (parent === undefined) return { type: 'foreign', start: fresh };
  if (end.lsn < parent.switchLsn) return { type: 'go-on', start: end };
  const timeline = parents[at + 1]?.timeline ?? identity.timeline;
  const start = { timeline, lsn: segmentBounds(parent.switchLsn, walSegmentBytes).fromLsn, lastRecordLsn: undefined };
  return { type: 'next-timeline', start, switchLsn: parent.switchLsn, forked: end.lsn > parent.switchLsn };
}

/** The begin of the oldest segment that the slot keeps, on the timeline that wrote it. */
export function freshStart(input: {
  readonly identity: SystemIdentity;
  readonly history: TimelineHistory | undefined;
  readonly slotLsn: Lsn;
  readonly walSegmentBytes: number;
}): StreamStart {
  const { fromLsn, toLsn } = segmentBounds(input.slotLsn, input.walSegmentBytes);
  // A segment in which a timeline ended is kept under the name of the next one.
  const owner = input.history?.parents.find(({ switchLsn }) => toLsn <= switchLsn);
  return { timeline: owner?.timeline ?? input.identity.timeline, lsn: fromLsn, lastRecordLsn: undefined };
}

/** A slot that keeps WAL: made when missing, made anew when the server invalidated it. */
export async function ensureSlot(
  connection: ReplicationConnection,
  slot: string,
  fallbackLsn: Lsn,
): Promise<{ readonly slotLsn: Lsn; readonly made: boolean }> {
  const found = await connection.readSlot(slot);
  if (found?.restartLsn !== undefined) return { slotLsn: found.restartLsn, made: false };
  if (found !== undefined) await connection.dropSlot(slot, { wait: true });
  await connection.createPhysicalSlot(slot);
  const made = await connection.readSlot(slot);
  return { slotLsn: made?.restartLsn ?? fallbackLsn, made: true };
}
