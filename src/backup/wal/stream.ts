import { Failure, isFailure } from '../../base/index.ts';
import { BACKUP_PROTOCOL_FAILURES, openReplication, type ReplicationConnection } from '../protocol/index.ts';
import type { TimelineHistory, WalPosition } from '../types.ts';
import type { SourceArchive } from './archive.ts';
import { decideStart, ensureSlot, freshStart, type StartDecision, type StreamStart } from './choose-start.ts';
import { BACKUP_WAL_FAILURES } from './failures.ts';
import { createHeartbeat, type Heartbeat } from './heartbeat.ts';
import { BACKUP_WAL_LIMITS } from './limits.ts';
import { segmentBounds } from './read-wal.ts';
import { receiveWal } from './receive-wal.ts';
import {
  codeOf,
  createStreamState,
  describeState,
  noteDurable,
  noteGap,
  openGaps,
  reasonOf,
  type StreamState,
  tell,
} from './stream-state.ts';
import type { SourceStream, StreamGap, WalStreamDeps } from './stream-types.ts';
import type { WalItem } from './wal-facts.ts';
import { watchSlot } from './watch-slot.ts';

interface Running {
  readonly deps: WalStreamDeps;
  readonly state: StreamState;
  readonly stopped: AbortController;
  /** Ends the present connection only. */
  connectionEnd: AbortController;
  archive: SourceArchive | undefined;
  heartbeat: Heartbeat | undefined;
  tellDurable: (() => void) | undefined;
  pauseMs: number;
}

/**
 * Keeps one source's WAL flowing into the vault: connects, pins the cluster, keeps the slot, follows timelines, says
 * gaps. It is the one layer that tries a connection again.
 */
export function createWalStream(deps: WalStreamDeps): SourceStream {
  const running: Running = {
    ...{ deps, state: createStreamState(deps.source.systemId), stopped: new AbortController() },
    ...{ connectionEnd: new AbortController(), archive: undefined, heartbeat: undefined, tellDurable: undefined },
    pauseMs: BACKUP_WAL_LIMITS.backoffMinMs,
  };
  const { state } = running;
  const { signal } = running.stopped;
  const loops: Promise<void>[] = [];
  return {
    start: () => {
      if (loops.length > 0 || signal.aborted) return;
      running.heartbeat = createHeartbeat(deps, state, signal);
      loops.push(runStream(running), tendArchive(running));
      loops.push(watchSlot({ deps, state, signal, giveUp: (why) => running.connectionEnd.abort(why) }));
    },
    stop: async () => {
      running.stopped.abort(new DOMException('the stream was stopped', 'AbortError'));
      running.connectionEnd.abort(running.stopped.signal.reason);
      await Promise.all(loops);
      await drainShortly(running);
      await running.archive?.close();
      state.phase = 'stopped';
    },
    status: () => describeState(deps.source.name, state),
    noteSnapshot: (start) => {
      const before = openGaps(state);
      if (state.snapshot === undefined || start.lsn > state.snapshot.lsn) state.snapshot = start;
      const after = new Set(openGaps(state));
      for (const gap of before) if (!after.has(gap)) tell(deps, { type: 'gap-covered', gap });
    },
  };
}

/** What was verified but not put yet gets a moment; past it, the server sends it again at the next start. */
async function drainShortly(running: Running): Promise<void> {
  const { archive, deps } = running;
  if (archive === undefined) return;
  const late = new AbortController();
  const patience = deps.clock.sleep(BACKUP_WAL_LIMITS.statusMs, late.signal).catch(() => undefined);
  await Promise.race([archive.drained(late.signal).catch(() => undefined), patience]);
  late.abort();
}

async function tendArchive(running: Running): Promise<void> {
  const { deps, stopped } = running;
  while (!stopped.signal.aborted) {
    await deps.clock.sleep(BACKUP_WAL_LIMITS.tendMs, stopped.signal).catch(() => undefined);
    if (!stopped.signal.aborted) await running.archive?.tend(stopped.signal);
  }
}

async function runStream(running: Running): Promise<void> {
  const { deps, state, stopped } = running;
  while (!stopped.signal.aborted) {
    running.connectionEnd = new AbortController();
    const signal = AbortSignal.any([stopped.signal, running.connectionEnd.signal]);
    let connection: ReplicationConnection | undefined;
    try {
      // What was received before the connection ended is kept first: its source may never come back.
      await running.archive?.drained(stopped.signal);
      state.phase = state.connectedSinceMs === undefined ? state.phase : 'disconnected';
      const applicationName = `holdfast ${deps.source.name}`;
      connection = await openReplication({ url: deps.source.url, applicationName, signal });
      await follow(running, connection, signal);
      await pause(running, 'the server was shut down', 'shutdown', BACKUP_WAL_LIMITS.backoffMinMs);
    } catch (error) {
      if (!stopped.signal.aborted) await noteTrouble(running, error);
    } finally {
      await connection?.close();
      state.connectedSinceMs = undefined;
    }
  }
}

async function noteTrouble(running: Running, error: unknown): Promise<void> {
  const { deps } = running;
  if (isFailure(error, BACKUP_WAL_FAILURES.walCorrupt)) tell(deps, { type: 'corrupt', reason: error.message });
  const isRetryable = !(error instanceof Failure) || error.retryable;
  const pauseMs = isRetryable ? running.pauseMs : BACKUP_WAL_LIMITS.retryAfterRefusalMs;
  running.pauseMs = Math.min(running.pauseMs * 2, BACKUP_WAL_LIMITS.backoffMaxMs);
  await pause(running, reasonOf(error), codeOf(error), pauseMs);
}

async function pause(running: Running, reason: string, code: string, retryInMs: number): Promise<void> {
  const { deps, state, stopped } = running;
  if (stopped.signal.aborted) return;
  state.phase = 'disconnected';
  state.reason = reason;
  tell(deps, { type: 'disconnected', reason, code, retryInMs });
  await deps.clock.sleep(retryInMs, stopped.signal).catch(() => undefined);
}

/** One connection, through as many timelines as it knows. */
async function follow(running: Running, connection: ReplicationConnection, signal: AbortSignal): Promise<void> {
  const { deps, state } = running;
  const { source, clock } = deps;
  const identity = await connection.identifySystem();
  pin(running, identity.systemId);
  const walSegmentBytes = await connection.walSegmentBytes();
  const archive = openArchive(running, { connection, systemId: identity.systemId, walSegmentBytes });
  const { slotLsn, made } = await ensureSlot(connection, source.slotName, identity.lsn);
  if (made) tell(deps, { type: 'slot-made', slot: source.slotName, host: connection.host });
  let history = await connection.timelineHistory(identity.timeline);
  if (history !== undefined) await archive.storeTimeline(history);
  const input = { source: source.name, host: connection.host, identity, history, slotLsn, walSegmentBytes };
  const decision = decideStart({ ...input, end: archive.end() });
  let start = enter(running, decision, { timeline: identity.timeline, lsn: identity.lsn });
  state.host = connection.host;
  for (;;) {
    const from = start;
    const end = await receiveWal({
      ...{ source: source.name, slot: source.slotName, systemId: identity.systemId, walSegmentBytes },
      ...{ connection, archive, start, history, state, clock, signal },
      onFlowing: () => {
        state.connectedSinceMs ??= clock.nowMs();
        state.reason = undefined;
        running.pauseMs = BACKUP_WAL_LIMITS.backoffMinMs;
        tell(deps, { type: 'connected', host: connection.host, from: { timeline: from.timeline, lsn: from.lsn } });
      },
      onTeller: (teller) => {
        running.tellDurable = teller;
      },
    }).catch((error: unknown) => {
      if (!isFailure(error, BACKUP_PROTOCOL_FAILURES.walRecycled)) throw error;
      // The server has forgotten what comes next: the hole is said, and the stream goes on behind it.
      return { type: 'recycled' as const, reason: error.message };
    });
    if (end.type === 'shutdown') return;
    await archive.drained(signal);
    if (end.type === 'recycled') {
      start = await skipHole(running, { connection, from: start, history, walSegmentBytes, reason: end.reason });
      continue;
    }
    history = await connection.timelineHistory(end.next.timeline);
    if (history !== undefined) await archive.storeTimeline(history);
    start = nextTimeline(running, start, end.next, walSegmentBytes);
  }
}

/** Another cluster behind the same address must never be written over this one's history. */
function pin(running: Running, found: string): void {
  const { deps, state } = running;
  const pinned = state.systemId;
  if (pinned !== undefined && pinned !== found) {
    throw new Failure(BACKUP_WAL_FAILURES.otherCluster, { source: deps.source.name, found, pinned });
  }
  if (pinned === undefined) deps.onSystemId?.(found);
  state.systemId = found;
}

function openArchive(
  running: Running,
  server: { readonly connection: ReplicationConnection; readonly systemId: string; readonly walSegmentBytes: number },
): SourceArchive {
  const { deps, state } = running;
  const { source } = deps;
  const known = deps.archive.living(source.name).wal.at(-1);
  if (known !== undefined && known.systemId !== server.systemId) {
    const details = { source: source.name, found: server.systemId, pinned: known.systemId };
    throw new Failure(BACKUP_WAL_FAILURES.otherCluster, details);
  }
  if (known !== undefined && known.walSegmentBytes !== server.walSegmentBytes) {
    const details = { source: source.name, found: server.walSegmentBytes, known: known.walSegmentBytes };
    throw new Failure(BACKUP_WAL_FAILURES.settingsChanged, details);
  }
  if (running.archive === undefined) state.gaps = knownGaps(deps.archive.living(source.name).wal, deps.clock.nowMs());
  running.archive ??= deps.archive.open({
    ...{ source: source.name, systemId: server.systemId, windowMs: source.windowMs },
    serverMajor: Math.floor(server.connection.serverVersion / 10_000),
    walSegmentBytes: server.walSegmentBytes,
    onDurable: (part) => {
      noteDurable(state, part, deps.clock.nowMs());
      running.heartbeat?.noteDurable(part.toLsn);
      running.tellDurable?.();
    },
    onTrouble: (error) => noteVault(running, error),
  });
  const end = running.archive.end();
  state.durableLsn ??= end?.lsn;
  state.timeline ??= end?.timeline;
  return running.archive;
}

/** Holes that the vault itself shows, from earlier runs. */
function knownGaps(items: readonly WalItem[], nowMs: number): StreamGap[] {
  return items.flatMap((item, index) => {
    const next = items[index + 1];
    if (next === undefined || next.timeline !== item.timeline || next.fromLsn <= item.toLsn) return [];
    const atMs = item.lastCommitMs ?? nowMs;
    return [{ timeline: item.timeline, fromLsn: item.toLsn, toLsn: next.fromLsn, atMs }];
  });
}

function noteVault(running: Running, error: unknown): void {
  const { state, deps } = running;
  const was = state.vaultProblem;
  state.vaultProblem = error === undefined ? undefined : reasonOf(error);
  if (error !== undefined && was === undefined) tell(deps, { type: 'vault-refuses', reason: reasonOf(error) });
  if (error === undefined && was !== undefined) tell(deps, { type: 'vault-takes' });
}

function enter(running: Running, decision: StartDecision, server: WalPosition): StreamStart {
  const { deps, state, archive } = running;
  const end = archive?.end();
  const { start } = decision;
  // The segment in which a stream begins holds commits that nobody promised to keep within a second.
  const isNew = decision.type === 'first' || decision.type === 'foreign';
  if (isNew) state.followedSinceMs = deps.clock.nowMs() + (state.clockSkewMs ?? 0);
  if (decision.type === 'next-timeline' && end !== undefined) {
    const { switchLsn } = decision;
    tell(deps, { type: 'timeline', from: end.timeline, to: start.timeline, switchLsn });
    if (decision.forked) tell(deps, { type: 'fork', timeline: end.timeline, switchLsn, receivedLsn: end.lsn });
  }
  if (decision.type === 'foreign' && end !== undefined) {
    const reason = `timeline ${server.timeline} does not descend from timeline ${end.timeline} that was followed`;
    // What lies between two histories has no bytes; the gap reaches to where the new one begins to be known.
    const toLsn = start.lsn > end.lsn ? start.lsn : server.lsn;
    noteGap(state, deps, { timeline: end.timeline, fromLsn: end.lsn, toLsn, atMs: deps.clock.nowMs() }, reason);
  }
  return start;
}

/** A promotion while the stream was connected: the timeline was received to its end. */
function nextTimeline(running: Running, from: StreamStart, next: WalPosition, walSegmentBytes: number): StreamStart {
  tell(running.deps, { type: 'timeline', from: from.timeline, to: next.timeline, switchLsn: next.lsn });
  return { timeline: next.timeline, lsn: segmentBounds(next.lsn, walSegmentBytes).fromLsn, lastRecordLsn: undefined };
}

async function skipHole(
  running: Running,
  hole: {
    readonly connection: ReplicationConnection;
    readonly from: StreamStart;
    readonly history: TimelineHistory | undefined;
    readonly walSegmentBytes: number;
    readonly reason: string;
  },
): Promise<StreamStart> {
  const { deps, state } = running;
  const { connection, from, history, walSegmentBytes } = hole;
  const identity = await connection.identifySystem();
  const { slotLsn } = await ensureSlot(connection, deps.source.slotName, identity.lsn);
  // A slot that points before the hole keeps nothing of what is gone, so the present end is where the WAL is.
  const oldest = slotLsn > from.lsn + BigInt(walSegmentBytes) ? slotLsn : identity.lsn;
  const start = freshStart({ identity, history, slotLsn: oldest, walSegmentBytes });
  if (start.timeline === from.timeline && start.lsn <= from.lsn) {
    const reason = `${hole.reason}; and nothing newer is there yet`;
    const details = { host: connection.host, reason };
    throw new Failure(BACKUP_PROTOCOL_FAILURES.connectionLost, details);
  }
  const gap = { timeline: from.timeline, fromLsn: from.lsn, toLsn: start.lsn, atMs: deps.clock.nowMs() };
  noteGap(state, deps, gap, hole.reason);
  return start;
}
