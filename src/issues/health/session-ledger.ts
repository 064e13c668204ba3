import { createHash } from 'node:crypto';
import { ISSUES_HEALTH_LIMITS as LIMITS } from './limits.ts';
import type { SessionStatus, SessionUpdate } from './types.ts';

/** What one session adds to the counts of its minute. */
export interface SessionDelta {
  readonly started: number;
  readonly exited: number;
  readonly errored: number;
  readonly crashed: number;
  readonly abnormal: number;
  readonly unhandled: number;
}

export interface SessionLedger {
  /** What the update adds, or undefined when it says nothing new. What it says is known from then on. */
  readonly take: (update: LedgerUpdate) => SessionDelta | undefined;
  /** Forgets what these updates said: they could not be stored. The newest first. */
  readonly undo: (before: readonly LedgerMark[]) => void;
  /** What the ledger knows of this session now, for `undo`. */
  readonly mark: (update: LedgerUpdate) => LedgerMark | undefined;
  readonly size: () => number;
  readonly save: () => LedgerState;
}

export interface LedgerState {
  /** Sessions that began before it and are not among the entries may have been counted. */
  readonly horizonMs: number;
  readonly entries: Buffer;
}

export type LedgerUpdate = Pick<SessionUpdate, 'sid' | 'init' | 'status' | 'errors' | 'startedMs' | 'receivedMs'> & {
  readonly projectId: string;
};

export interface LedgerMark {
  readonly key: string;
  readonly value: number | undefined;
}

const KEY_BYTES = 16;
const ENTRY_BYTES = KEY_BYTES + 8;
const ERRORED = 1;
const ENDED = 2;
/** An entry is the second in which its session was first heard of, times this, and its flags. */
const FLAGS = 4;

const BAD: ReadonlySet<SessionStatus> = new Set(['crashed', 'abnormal', 'unhandled']);

/**
 * Remembers which sessions were counted, as started, as one with errors and as ended, so that each counts once in each
 * however often clients say it. Bounded: the sessions heard of first are forgotten first.
 *
 * An update without `init` of a session that it does not know is one whose beginning was lost (it counts as started),
 * unless it began before the horizon: then it was counted and forgotten.
 */
export function createSessionLedger(saved: LedgerState, sessionsMax: number = LIMITS.openSessionsMax): SessionLedger {
  const known = decode(saved.entries);
  let { horizonMs } = saved;
  const keep = (key: string, value: number): void => {
    known.set(key, value);
    while (known.size > sessionsMax) {
      const [oldest] = known;
      if (oldest === undefined) return;
      known.delete(oldest[0]);
      horizonMs = Math.max(horizonMs, Math.floor(oldest[1] / FLAGS) * 1_000 + 1_000);
    }
  };
  return {
    take: (update) => {
      const key = keyOf(update);
      const before = key === undefined ? undefined : known.get(key);
      const flags = before === undefined ? 0 : before % FLAGS;
      if (flags & ENDED) return undefined;
      const isNew = before === undefined && (update.init || key === undefined || update.startedMs >= horizonMs);
      const isErrored = (update.errors > 0 || BAD.has(update.status)) && !(flags & ERRORED);
      const isEnded = update.status !== 'ok';
      const heardS = before === undefined ? Math.floor(update.receivedMs / 1_000) : Math.floor(before / FLAGS);
      const after = heardS * FLAGS + (flags | (isErrored ? ERRORED : 0) | (isEnded ? ENDED : 0));
      if (key !== undefined && after !== before) keep(key, after);
      if (!isNew && !isErrored && !isEnded) return undefined;
      const one = (status: SessionStatus): number => (update.status === status ? 1 : 0);
      return {
        ...{ started: isNew ? 1 : 0, errored: isErrored ? 1 : 0 },
        ...{ exited: one('exited'), crashed: one('crashed'), abnormal: one('abnormal'), unhandled: one('unhandled') },
      };
    },
    mark: (update) => {
      const key = keyOf(update);
      return key === undefined ? undefined : { key, value: known.get(key) };
    },
    undo: (marks) => {
      for (const { key, value } of marks) {
        if (value === undefined) known.delete(key);
        else known.set(key, value);
      }
    },
    size: () => known.size,
    save: () => ({ horizonMs, entries: encode(known) }),
  };
}

export const emptyLedger = (nowMs: number): LedgerState => ({ horizonMs: nowMs, entries: Buffer.alloc(0) });

/** Sixteen bytes as text: the id of a session is nobody's secret, but need not be kept either. */
function keyOf({ projectId, sid }: LedgerUpdate): string | undefined {
  const plain = sid?.replaceAll('-', '').toLowerCase();
  if (plain === undefined || plain === '' || /^0+$/.test(plain)) return undefined;
  return createHash('sha256').update(`${projectId}/${plain}`).digest().toString('latin1', 0, KEY_BYTES);
}

function encode(known: ReadonlyMap<string, number>): Buffer {
  const bytes = Buffer.alloc(known.size * ENTRY_BYTES);
  let at = 0;
  for (const [key, value] of known) {
    bytes.write(key, at, 'latin1');
    bytes.writeDoubleLE(value, at + KEY_BYTES);
    at += ENTRY_BYTES;
  }
  return bytes;
}

function decode(entries: Buffer): Map<string, number> {
  const known = new Map<string, number>();
  for (let at = 0; at + ENTRY_BYTES <= entries.length; at += ENTRY_BYTES) {
    known.set(entries.toString('latin1', at, at + KEY_BYTES), entries.readDoubleLE(at + KEY_BYTES));
  }
  return known;
}
