import { type Clock, Failure } from '../../base/index.ts';
import { formatLsn, type ReplicationConnection, type WalEvent, type WalStream } from '../protocol/index.ts';
import type { Lsn, TimelineHistory, WalPosition } from '../types.ts';
import type { SourceArchive } from './archive.ts';
import type { StreamStart } from './choose-start.ts';
import { BACKUP_WAL_FAILURES } from './failures.ts';
import { BACKUP_WAL_LIMITS } from './limits.ts';
import type { StreamState } from './stream-state.ts';
import { createWalVerifier, type WalFindings, type WalVerifier } from './verify-wal.ts';

export interface ReceiveInput {
  readonly source: string;
  readonly slot: string;
  readonly systemId: string;
  readonly walSegmentBytes: number;
  readonly connection: ReplicationConnection;
  readonly archive: SourceArchive;
  readonly start: StreamStart;
  readonly history: TimelineHistory | undefined;
  readonly state: StreamState;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** The first message came: the server has the WAL that was asked for. */
  readonly onFlowing: () => void;
  /** Gets what to call when more became durable, so that a synchronous commit waits no longer than it must. */
  readonly onTeller: (tell: (() => void) | undefined) => void;
}

export type ReceiveEnd = { readonly type: 'timeline-end'; readonly next: WalPosition } | { readonly type: 'shutdown' };

const NOTHING_FOUND = { lastRecordLsn: undefined, commits: 0, firstCommitMs: undefined, lastCommitMs: undefined };

interface Receiving extends ReceiveInput {
  readonly stream: WalStream;
  readonly verifier: WalVerifier;
  /** Received and not proven: the begin of a record whose end did not come yet. */
  readonly held: Buffer[];
  heldBytes: number;
  heldFrom: Lsn;
  heardMs: number;
  waitsForVault: boolean;
}

/**
 * Receives on one connection until the timeline or the connection ends: verify, hand to the archive, tell the server
 * what is durable. Nothing is told to be flushed that a write quorum does not hold.
 */
export async function receiveWal(input: ReceiveInput): Promise<ReceiveEnd> {
  const { connection, start, clock, state } = input;
  const silent = new AbortController();
  const signal = AbortSignal.any([input.signal, silent.signal]);
  const stream = connection.startReplication({
    ...{ slot: input.slot, from: start.lsn, timeline: start.timeline, nowMs: clock.nowMs, signal },
  });
  const receiving: Receiving = {
    ...{ ...input, signal, stream, held: [], heldBytes: 0, heldFrom: start.lsn },
    ...{ heardMs: clock.monotonicMs(), waitsForVault: false },
    verifier: createWalVerifier({
      ...{ timeline: start.timeline, walSegmentBytes: input.walSegmentBytes, systemId: input.systemId },
      majorVersion: Math.floor(connection.serverVersion / 10_000),
      from: start.lsn,
      ...(start.lastRecordLsn === undefined ? {} : { previousRecordLsn: start.lastRecordLsn }),
      ...(input.history?.timeline === start.timeline ? { history: input.history } : {}),
    }),
  };
  state.receivedLsn = start.lsn;
  const beat = new AbortController();
  void keepTelling(receiving, beat.signal, silent);
  let isFlowing = false;
  input.onTeller(() => tellServer(receiving, false));
  try {
    for await (const event of stream) {
      receiving.heardMs = clock.monotonicMs();
      if (!isFlowing) input.onFlowing();
      isFlowing = true;
      if (event.type === 'timeline-end' || event.type === 'shutdown') return event;
      await takeEvent(receiving, event);
    }
    return { type: 'shutdown' };
  } finally {
    beat.abort();
    input.onTeller(undefined);
  }
}

/** Tells the server regularly that somebody is here, and notices when it is not. */
async function keepTelling(receiving: Receiving, beat: AbortSignal, silent: AbortController): Promise<void> {
  const { clock, source } = receiving;
  for (;;) {
    try {
      await clock.sleep(BACKUP_WAL_LIMITS.statusMs, beat);
    } catch {
      return;
    }
    tellServer(receiving, true);
    const quietMs = clock.monotonicMs() - receiving.heardMs;
    if (receiving.waitsForVault || quietMs < BACKUP_WAL_LIMITS.silentMs) continue;
    silent.abort(new Failure(BACKUP_WAL_FAILURES.streamSilent, { source, ms: Math.round(quietMs) }));
    return;
  }
}

/** Flushed is only what the vault acknowledged on this timeline; before the first part, where the stream began. */
function tellServer(receiving: Receiving, replyRequested: boolean): void {
  const { state, start, stream } = receiving;
  const durable = state.durableLsn;
  const isHere = state.timeline === start.timeline && durable !== undefined && durable > start.lsn;
  stream.sendStatus({
    writtenLsn: receiving.heldFrom,
    flushedLsn: isHere ? durable : start.lsn,
    replyRequested,
  });
}

async function takeEvent(receiving: Receiving, event: Exclude<WalEvent, ReceiveEnd>): Promise<void> {
  const { state, verifier, source, walSegmentBytes } = receiving;
  state.serverLsn = event.serverLsn;
  if (event.type === 'keepalive') {
    if (event.replyRequested) tellServer(receiving, false);
    notePhase(receiving);
    return;
  }
  const wanted = verifier.receivedTo();
  if (event.lsn !== wanted) {
    const details = { source, found: formatLsn(event.lsn), wanted: formatLsn(wanted) };
    throw new Failure(BACKUP_WAL_FAILURES.walOutOfOrder, details);
  }
  const size = BigInt(walSegmentBytes);
  for (let offset = 0; offset < event.bytes.length; ) {
    const lsn = event.lsn + BigInt(offset);
    const room = Number(size - (lsn % size));
    const piece = event.bytes.subarray(offset, offset + room);
    offset += piece.length;
    await takePiece(receiving, piece);
  }
  state.receivedLsn = verifier.receivedTo();
  tellServer(receiving, false);
  notePhase(receiving);
}

/** A server that is a full part ahead is being caught up with. */
function notePhase({ state }: Receiving): void {
  const behind = (state.serverLsn ?? 0n) - (state.receivedLsn ?? 0n);
  state.phase = behind > BigInt(BACKUP_WAL_LIMITS.partBytesMax) ? 'catching-up' : 'streaming';
}

async function takePiece(receiving: Receiving, piece: Buffer): Promise<void> {
  const findings = receiving.verifier.push(piece);
  receiving.held.push(piece);
  receiving.heldBytes += piece.length;
  for (const { name, timeMs, lsn } of findings.points) {
    const position = { timeline: receiving.start.timeline, lsn };
    await patiently(receiving, () => receiving.archive.storePoint({ name, timeMs, position }));
  }
  if (findings.verifiedTo > receiving.heldFrom) await handOver(receiving, findings.verifiedTo, findings);
  // A very long record is not kept in memory: its pieces wait in the vault until its end proves them.
  if (receiving.heldBytes > BACKUP_WAL_LIMITS.recordHeldBytesMax) {
    await handOver(receiving, receiving.heldFrom + BigInt(receiving.heldBytes), undefined);
  }
}

/** A named point that the vault does not take is tried again by the writer's rule, at the pace of the stream. */
async function patiently(receiving: Receiving, task: () => Promise<void>): Promise<void> {
  for (
    let pauseMs = BACKUP_WAL_LIMITS.backoffMinMs;
    ;
    pauseMs = Math.min(pauseMs * 2, BACKUP_WAL_LIMITS.backoffMaxMs)
  ) {
    receiving.signal.throwIfAborted();
    receiving.waitsForVault = true;
    try {
      await task();
      receiving.state.vaultProblem = undefined;
      return;
    } catch (error) {
      receiving.state.vaultProblem = error instanceof Error ? error.message : String(error);
    } finally {
      receiving.waitsForVault = false;
      receiving.heardMs = receiving.clock.monotonicMs();
    }
    await receiving.clock.sleep(pauseMs, receiving.signal);
  }
}

/** Gives the archive what is held up to `toLsn`, cut where segments end; the last piece carries what was found. */
async function handOver(receiving: Receiving, toLsn: Lsn, findings: WalFindings | undefined): Promise<void> {
  const { start, walSegmentBytes, archive } = receiving;
  const size = BigInt(walSegmentBytes);
  while (receiving.heldFrom < toLsn) {
    const fromLsn = receiving.heldFrom;
    const segmentEnd = fromLsn - (fromLsn % size) + size;
    const end = segmentEnd < toLsn ? segmentEnd : toLsn;
    const bytes = takeHeld(receiving, Number(end - fromLsn));
    const found = findings === undefined ? undefined : end === toLsn ? findings : NOTHING_FOUND;
    receiving.heldFrom = end;
    receiving.waitsForVault = true;
    try {
      await orAborted(archive.append({ timeline: start.timeline, fromLsn, bytes, findings: found }), receiving.signal);
    } finally {
      receiving.waitsForVault = false;
      receiving.heardMs = receiving.clock.monotonicMs();
    }
  }
}

function takeHeld(receiving: Receiving, bytes: number): Buffer {
  const taken: Buffer[] = [];
  let left = bytes;
  while (left > 0) {
    const first = receiving.held[0];
    if (first === undefined) break;
    taken.push(first.subarray(0, left));
    if (first.length <= left) receiving.held.shift();
    else receiving.held[0] = first.subarray(left);
    left -= Math.min(left, first.length);
  }
  receiving.heldBytes -= bytes;
  return taken.length === 1 && taken[0] !== undefined ? taken[0] : Buffer.concat(taken, bytes);
}

/** What was appended stays appended; only the waiting for room ends with the signal. */
async function orAborted(task: Promise<void>, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  task.catch(() => undefined);
  let onAbort = (): void => undefined;
  const aborted = new Promise<never>((_resolve, reject) => {
    onAbort = () => reject(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
  });
  try {
    await Promise.race([task, aborted]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
