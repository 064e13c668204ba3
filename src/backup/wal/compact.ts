import type { Clock, Log } from '../../base/index.ts';
import type { Vault } from '../../vault/index.ts';
import { formatLsn, walFileName } from '../protocol/index.ts';
import type { Lsn, TimelineHistory } from '../types.ts';
import { BACKUP_WAL_LIMITS } from './limits.ts';
import { incomplete, type RecentBytes, readRange, segmentBounds } from './read-wal.ts';
import { createWalVerifier } from './verify-wal.ts';
import { joinRanges, rangeFacts, WAL_KINDS, type WalItem } from './wal-facts.ts';
import type { WalIndex } from './wal-index.ts';

export interface CompactContext {
  readonly vault: Vault;
  readonly index: WalIndex;
  readonly recent: RecentBytes;
  readonly clock: Clock;
  readonly log: Log;
  /** How long a segment stays locked: the window and its margin. */
  readonly segmentKeptMs: number;
}

export async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

/**
 * Makes one item of the parts of a whole segment and checks its WAL a second time on the way. The parts stay until
 * their locks end; a crash between the put and the note of it leaves both, which the next start sees through.
 * Undefined when the segment is not whole yet.
 */
export async function compactSegment(
  context: CompactContext,
  at: { readonly timeline: number; readonly lsn: Lsn; readonly walSegmentBytes: number },
): Promise<WalItem | undefined> {
  const { index, vault, recent, clock } = context;
  const { fromLsn, toLsn } = segmentBounds(at.lsn, at.walSegmentBytes);
  const cover = index.cover(at.timeline, fromLsn, toLsn);
  const first = cover[0];
  const last = cover.at(-1);
  if (first === undefined || last === undefined || first.fromLsn !== fromLsn || last.toLsn !== toLsn) return undefined;
  if (first.kind === WAL_KINDS.segment) return undefined;
  const bytes = new Uint8Array(at.walSegmentBytes);
  const filled = await readRange({ vault, recent, cover, fromLsn, bytes });
  if (filled !== at.walSegmentBytes) throw incomplete(first, `${filled} bytes of ${at.walSegmentBytes}`);
  const history = index.timelines().find((stored) => stored.history.timeline === at.timeline)?.history;
  checkAgain(first, bytes, history);
  const range = joinRanges(cover, first, last);
  const retainUntilMs = clock.nowMs() + context.segmentKeptMs;
  const kept = await vault.put(once(bytes), { kind: WAL_KINDS.segment, facts: rangeFacts(range), retainUntilMs });
  const item: WalItem = { ...range, id: kept.id, kind: WAL_KINDS.segment, retainUntilMs: kept.retainUntilMs };
  index.add(item);
  recent.drop(cover.map(({ id }) => id));
  return item;
}

function checkAgain(first: WalItem, bytes: Uint8Array, history: TimelineHistory | undefined): void {
  const verifier = createWalVerifier({
    timeline: first.timeline,
    walSegmentBytes: first.walSegmentBytes,
    systemId: first.systemId,
    majorVersion: first.serverMajor,
    from: first.fromLsn,
    ...(history === undefined ? {} : { history }),
  });
  verifier.push(bytes);
}

/** Many small parts of a running segment become one, so that a quiet day does not leave a hundred thousand items. */
export async function mergeParts(context: CompactContext): Promise<WalItem | undefined> {
  const { index, vault, recent, clock } = context;
  const run = findRun(index.living());
  const first = run[0];
  const last = run.at(-1);
  if (first === undefined || last === undefined) return undefined;
  const bytes = new Uint8Array(Number(last.toLsn - first.fromLsn));
  const filled = await readRange({ vault, recent, cover: run, fromLsn: first.fromLsn, bytes });
  if (filled !== bytes.length) throw incomplete(first, `${filled} bytes of ${bytes.length}`);
  const range = joinRanges(run, first, last);
  // Merged parts are merged once more on a quiet day; they get the long lock, because few of them are ever made.
  const retainUntilMs = clock.nowMs() + context.segmentKeptMs;
  const kept = await vault.put(once(bytes), { kind: WAL_KINDS.part, facts: rangeFacts(range), retainUntilMs });
  const item: WalItem = { ...range, id: kept.id, kind: WAL_KINDS.part, retainUntilMs: kept.retainUntilMs };
  index.add(item);
  recent.drop(run.map(({ id }) => id));
  return item;
}

/** The oldest parts of one level that adjoin within a segment, when there are enough of them. */
function findRun(items: readonly WalItem[]): readonly WalItem[] {
  let run: WalItem[] = [];
  for (const item of items) {
    const last = run.at(-1);
    const size = BigInt(item.walSegmentBytes);
    const goesOn =
      last !== undefined &&
      last.kind === item.kind &&
      last.level === item.level &&
      last.timeline === item.timeline &&
      last.toLsn === item.fromLsn &&
      last.fromLsn / size === item.fromLsn / size;
    if (!goesOn) run = [];
    if (item.kind !== WAL_KINDS.part) continue;
    run.push(item);
    if (run.length >= BACKUP_WAL_LIMITS.partsMergedAt) return run;
  }
  return [];
}

/** Segments that are whole and still in parts: what a crash or a zone that was away left behind. */
export async function compactLeftovers(context: CompactContext, signal?: AbortSignal): Promise<void> {
  const seen = new Set<string>();
  for (const item of context.index.living()) {
    if (signal?.aborted === true) return;
    if (item.kind === WAL_KINDS.segment) continue;
    const { fromLsn } = segmentBounds(item.fromLsn, item.walSegmentBytes);
    const key = `${item.timeline}/${fromLsn}`;
    if (seen.has(key)) continue;
    seen.add(key);
    const { timeline, walSegmentBytes } = item;
    try {
      await compactSegment(context, { timeline, lsn: fromLsn, walSegmentBytes });
    } catch (error) {
      const segment = walFileName(timeline, fromLsn / BigInt(walSegmentBytes), walSegmentBytes);
      context.log.warn({ error, segment, from: formatLsn(fromLsn) }, 'a segment was not compacted; it is tried again');
    }
  }
}

/** A part that nothing has superseded by the time its lock nears its end is kept for as long as a segment. */
export async function renewLocks(context: CompactContext): Promise<void> {
  const { index, vault, clock } = context;
  const nowMs = clock.nowMs();
  const dueMs = nowMs + BACKUP_WAL_LIMITS.lockRenewMs;
  const until = nowMs + context.segmentKeptMs;
  const oldest = nowMs - context.segmentKeptMs;
  for (const item of index.living()) {
    if (item.kind !== WAL_KINDS.part || item.retainUntilMs > dueMs) continue;
    // What is older than the window and its margin may go; retention decides about the rest of its chain.
    if (item.lastCommitMs !== undefined && item.lastCommitMs < oldest) continue;
    index.noteLock(item.id, (await vault.extend(item.id, until)).retainUntilMs);
  }
  for (const { id, retainUntilMs } of index.timelines()) {
    if (retainUntilMs <= dueMs) index.noteLock(id, (await vault.extend(id, until)).retainUntilMs);
  }
}
