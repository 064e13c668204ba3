import { type Clock, newId } from '../../base/index.ts';
import type { Lsn } from '../types.ts';
import { BACKUP_WAL_LIMITS } from './limits.ts';
import type { WalFindings } from './verify-wal.ts';

/** Bytes that follow the last ones, within one segment. */
export interface WalPiece {
  readonly timeline: number;
  readonly fromLsn: Lsn;
  readonly bytes: Uint8Array;
  /** What was found in them; undefined for the middle of a record that is not proven yet. */
  readonly findings: Pick<WalFindings, 'lastRecordLsn' | 'commits' | 'firstCommitMs' | 'lastCommitMs'> | undefined;
}

export interface NewPart {
  readonly timeline: number;
  readonly fromLsn: Lsn;
  readonly toLsn: Lsn;
  readonly bytes: Buffer;
  readonly lastRecordLsn: Lsn | undefined;
  readonly commits: number;
  readonly firstCommitMs: number | undefined;
  readonly lastCommitMs: number | undefined;
  readonly provisional: string | undefined;
  readonly confirms: string | undefined;
  readonly openedMs: number;
}

export interface PartWriter {
  /** Resolves when there is room for more; rejects when the writer was stopped. */
  readonly append: (piece: WalPiece) => Promise<void>;
  readonly pendingBytes: () => number;
  /** Puts what waits at once, and resolves when all that was appended is durable. */
  readonly drained: (signal?: AbortSignal) => Promise<void>;
  /** Gives up what is not durable; the server sends it again. */
  readonly stop: () => Promise<void>;
}

interface OpenPart {
  readonly part: Omit<NewPart, 'bytes' | 'toLsn'>;
  readonly chunks: Uint8Array[];
  /** Ends the wait for company. */
  readonly closed: AbortController;
  bytes: number;
  lastRecordLsn: Lsn | undefined;
  commits: number;
  firstCommitMs: number | undefined;
  lastCommitMs: number | undefined;
}

interface WriterDeps {
  readonly walSegmentBytes: number;
  readonly clock: Clock;
  /** Makes the part durable; a rejection is tried again after a pause. */
  readonly put: (part: NewPart, signal: AbortSignal) => Promise<void>;
  /** In the order of the WAL. */
  readonly onDurable: (part: NewPart) => void;
  /** The vault takes nothing, and undefined when it does again. */
  readonly onTrouble: (error: unknown) => void;
}

/**
 * Gathers pieces into parts and puts them, several at once but told in order. A part waits at most the linger time for
 * company, so that a quiet source costs one part a second and a busy one parts of full size.
 */
export function createPartWriter(deps: WriterDeps): PartWriter {
  const { clock, walSegmentBytes } = deps;
  const stopped = new AbortController();
  let open: OpenPart | undefined;
  let attempt: string | undefined;
  let pendingBytes = 0;
  const room = createChangeNotice();
  stopped.signal.addEventListener('abort', room.tell);
  const flights = createFlights(deps, stopped.signal, (part) => {
    pendingBytes -= part.bytes.length;
    deps.onDurable(part);
    room.tell();
  });
  const close = (): void => {
    if (open === undefined) return;
    flights.add(finishPart(open));
    open.closed.abort();
    open = undefined;
  };
  const begin = (piece: WalPiece): OpenPart => {
    const isProven = piece.findings !== undefined;
    if (!isProven) attempt ??= newId(clock.nowMs());
    const opened = openPart(piece, { attempt, isProven, openedMs: clock.monotonicMs() });
    if (isProven) attempt = undefined;
    void clock.sleep(BACKUP_WAL_LIMITS.partLingerMs, opened.closed.signal).then(close, () => undefined);
    return opened;
  };
  return {
    append: async (piece) => {
      stopped.signal.throwIfAborted();
      if (open !== undefined && !belongs(open, piece)) close();
      open ??= begin(piece);
      take(open, piece);
      pendingBytes += piece.bytes.length;
      const end = piece.fromLsn + BigInt(piece.bytes.length);
      if (open.bytes >= BACKUP_WAL_LIMITS.partBytesMax || end % BigInt(walSegmentBytes) === 0n) close();
      while (pendingBytes > BACKUP_WAL_LIMITS.pendingBytesMax) {
        await room.change();
        stopped.signal.throwIfAborted();
      }
    },
    pendingBytes: () => pendingBytes,
    drained: async (signal) => {
      close();
      // The rest of a record that did not come is sent anew from its begin, as another attempt.
      attempt = undefined;
      signal?.addEventListener('abort', room.tell, { once: true });
      while (pendingBytes > 0) {
        await room.change();
        signal?.throwIfAborted();
        stopped.signal.throwIfAborted();
      }
    },
    stop: async () => {
      stopped.abort(new DOMException('the writer of parts was stopped', 'AbortError'));
      open?.closed.abort();
      await flights.settled();
    },
  };
}

/** Lets callers wait until something changed. */
function createChangeNotice() {
  let waiters: (() => void)[] = [];
  return {
    tell: (): void => {
      const due = waiters;
      waiters = [];
      for (const waiter of due) waiter();
    },
    change: (): Promise<void> => new Promise<void>((resolve) => void waiters.push(() => resolve())),
  };
}

/** Puts several parts at once and tells of them in the order in which they were added. */
function createFlights(deps: WriterDeps, signal: AbortSignal, onDone: (part: NewPart) => void) {
  const queue: NewPart[] = [];
  const flying: { readonly part: NewPart; done: boolean }[] = [];
  const running = new Set<Promise<void>>();
  const fly = async (part: NewPart): Promise<void> => {
    const flight = { part, done: false };
    flying.push(flight);
    await putUntilDone(deps, part, signal);
    flight.done = true;
    while (flying[0]?.done === true) {
      const first = flying.shift();
      if (first !== undefined) onDone(first.part);
    }
    pump();
  };
  const pump = (): void => {
    while (flying.length < BACKUP_WAL_LIMITS.partsInFlight && !signal.aborted) {
      const part = queue.shift();
      if (part === undefined) return;
      const flight = fly(part).catch(() => undefined);
      running.add(flight);
      void flight.then(() => running.delete(flight));
    }
  };
  return {
    add: (part: NewPart) => {
      queue.push(part);
      pump();
    },
    settled: async () => {
      await Promise.all(running);
    },
  };
}

/** The one place that tries the vault again: pauses grow, and what waits meanwhile is bounded by the caller. */
async function putUntilDone(deps: WriterDeps, part: NewPart, signal: AbortSignal): Promise<void> {
  let pauseMs: number = BACKUP_WAL_LIMITS.backoffMinMs;
  for (;;) {
    signal.throwIfAborted();
    try {
      await deps.put(part, signal);
      deps.onTrouble(undefined);
      return;
    } catch (error) {
      signal.throwIfAborted();
      deps.onTrouble(error);
    }
    await deps.clock.sleep(pauseMs, signal);
    pauseMs = Math.min(pauseMs * 2, BACKUP_WAL_LIMITS.backoffMaxMs);
  }
}

function openPart(
  piece: WalPiece,
  how: { readonly attempt: string | undefined; readonly isProven: boolean; readonly openedMs: number },
): OpenPart {
  const none = { lastRecordLsn: undefined, commits: 0, firstCommitMs: undefined, lastCommitMs: undefined };
  return {
    part: {
      ...{ timeline: piece.timeline, fromLsn: piece.fromLsn, openedMs: how.openedMs, ...none },
      provisional: how.isProven ? undefined : how.attempt,
      confirms: how.isProven ? how.attempt : undefined,
    },
    ...{ chunks: [], closed: new AbortController(), bytes: 0, ...none },
  };
}

/** Proven bytes and those that are not, never share a part. */
const belongs = (open: OpenPart, piece: WalPiece): boolean =>
  open.part.timeline === piece.timeline &&
  open.part.fromLsn + BigInt(open.bytes) === piece.fromLsn &&
  (open.part.provisional === undefined) === (piece.findings !== undefined);

function take(open: OpenPart, { bytes, findings }: WalPiece): void {
  open.chunks.push(bytes);
  open.bytes += bytes.length;
  open.lastRecordLsn = findings?.lastRecordLsn ?? open.lastRecordLsn;
  open.commits += findings?.commits ?? 0;
  open.firstCommitMs ??= findings?.firstCommitMs;
  open.lastCommitMs = Math.max(open.lastCommitMs ?? 0, findings?.lastCommitMs ?? 0) || undefined;
}

function finishPart(open: OpenPart): NewPart {
  const { part, chunks, bytes, lastRecordLsn, commits, firstCommitMs, lastCommitMs } = open;
  const toLsn = part.fromLsn + BigInt(bytes);
  return { ...part, bytes: Buffer.concat(chunks, bytes), toLsn, lastRecordLsn, commits, firstCommitMs, lastCommitMs };
}
