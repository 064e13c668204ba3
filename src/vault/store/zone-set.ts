import { type Clock, Failure, isFailure, type Log } from '../../base/index.ts';
import { VAULT_FAILURES } from '../failures.ts';
import { VAULT_LIMITS } from '../limits.ts';
import type { ZoneDriver, ZoneSpec } from '../types.ts';
import { createLagMeter, type ReplicationLag } from './replication-lag.ts';

/** A zone with what the vault knows about it: whether it answers, and which copies it lacks. */
export interface Zone {
  readonly spec: ZoneSpec;
  readonly name: string;
  /** Runs one call with a time limit and remembers whether the zone answered. */
  readonly call: <T>(
    limitMs: number,
    run: (driver: ZoneDriver, signal: AbortSignal) => Promise<T>,
    signal?: AbortSignal,
  ) => Promise<T>;
  /** Item objects that the zone lacks, with the time since when. */
  readonly missing: ReadonlyMap<string, number>;
  readonly noteMissing: (itemName: string) => void;
  readonly noteCopied: (itemName: string) => void;
  /** A copy was written so long after its item was acknowledged by others. */
  readonly noteReplicated: (lagMs: number) => void;
  /** Over the copies written after the acknowledgement since the start; those still missing count with their age. */
  readonly replicationLag: () => ReplicationLag | undefined;
  /** True until all names were compared with the other zones: after the start, an absence, or too many missing. */
  readonly unsure: () => boolean;
  readonly noteCompared: () => void;
  readonly awaySinceMs: () => number | undefined;
  /** Bytes that wait to be written to it, of all items; `noteQueued` takes negative numbers when they are. */
  readonly queuedBytes: () => number;
  readonly noteQueued: (bytes: number) => void;
  readonly lastProblem: () => string | undefined;
}

export interface ZoneSet {
  /** Nearest first: zones on this machine before remote ones. */
  readonly all: readonly Zone[];
  /** In the order to ask them: those that answered last time first. */
  readonly byAnswer: () => readonly Zone[];
  readonly quorum: number;
  /** So many answers leave no room for an acknowledged item that all of them lack. */
  readonly readQuorum: number;
  /** Throws `vault.zone-unknown`. */
  readonly named: (name: string) => Zone;
}

export function createZoneSet(settings: {
  readonly zones: readonly ZoneSpec[];
  readonly quorum: number;
  readonly clock: Clock;
  readonly log: Log;
}): ZoneSet {
  const { zones, quorum, clock, log } = settings;
  const names = zones.map((zone) => zone.name);
  if (zones.length === 0 || new Set(names).size !== names.length) {
    throw new Failure(VAULT_FAILURES.zonesInvalid, { reason: `the names are ${names.join(', ') || 'none'}` });
  }
  if (!Number.isInteger(quorum) || quorum < 1 || quorum > zones.length) {
    throw new Failure(VAULT_FAILURES.zonesInvalid, {
      reason: `the write quorum is ${quorum} of ${zones.length} zones`,
    });
  }
  const near = zones.toSorted((a, b) => Number(a.remote) - Number(b.remote));
  const all = near.map((spec) => createZone(spec, clock, log));
  return {
    all,
    byAnswer: () =>
      all.toSorted((a, b) => Number(a.awaySinceMs() !== undefined) - Number(b.awaySinceMs() !== undefined)),
    quorum,
    readQuorum: zones.length - quorum + 1,
    named: (name) => {
      const zone = all.find((one) => one.name === name);
      if (zone === undefined) throw new Failure(VAULT_FAILURES.zoneUnknown, { zone: name, known: names.join(', ') });
      return zone;
    },
  };
}

/** Failures that say something about the zone as a whole rather than about one object. */
export const isAbsence = (error: unknown): boolean =>
  isFailure(error, VAULT_FAILURES.zoneAway) ||
  isFailure(error, VAULT_FAILURES.diskFull) ||
  isFailure(error, VAULT_FAILURES.writeFailed);

function createZone(spec: ZoneSpec, clock: Clock, log: Log): Zone {
  const missing = new Map<string, number>();
  let unsure = true;
  let awaySinceMs: number | undefined;
  let lastProblem: string | undefined;
  let queuedBytes = 0;
  const lag = createLagMeter(clock);
  const noteAnswer = (): void => {
    if (awaySinceMs === undefined) return;
    log.info({ zone: spec.name }, 'the zone answers again; its copies are compared with the other zones');
    awaySinceMs = undefined;
    lastProblem = undefined;
    unsure = true;
  };
  const noteFailure = (error: unknown): void => {
    if (!isAbsence(error)) return;
    lastProblem = error instanceof Error ? error.message : String(error);
    if (awaySinceMs !== undefined) return;
    awaySinceMs = clock.nowMs();
    log.warn({ zone: spec.name, problem: lastProblem }, 'the zone does not take part');
  };
  return {
    spec,
    name: spec.name,
    call: async (limitMs, run, signal) => {
      try {
        const result = await withinTime({ limitMs, clock, zone: spec.name, signal }, (own) => run(spec.driver, own));
        noteAnswer();
        return result;
      } catch (error) {
        noteFailure(error);
        throw error;
      }
    },
    missing,
    noteMissing: (itemName) => {
      if (missing.size >= VAULT_LIMITS.zoneBacklogObjectsMax) unsure = true;
      else if (!missing.has(itemName)) missing.set(itemName, clock.nowMs());
    },
    noteCopied: (itemName) => {
      const sinceMs = missing.get(itemName);
      if (sinceMs !== undefined) lag.note(clock.nowMs() - sinceMs);
      missing.delete(itemName);
    },
    noteReplicated: lag.note,
    replicationLag: () => lag.read(missing.values()),
    unsure: () => unsure,
    noteCompared: () => {
      unsure = false;
    },
    awaySinceMs: () => awaySinceMs,
    queuedBytes: () => queuedBytes,
    noteQueued: (bytes) => {
      queuedBytes += bytes;
    },
    lastProblem: () => lastProblem,
  };
}

/** Given as the reason, because the error that an abort makes by itself costs more than the call it ends. */
const ANSWERED = 'answered';

/** A zone that hangs must not hang the caller: after its time it counts as away. */
async function withinTime<T>(
  limits: {
    readonly limitMs: number;
    readonly clock: Clock;
    readonly zone: string;
    readonly signal: AbortSignal | undefined;
  },
  run: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const { limitMs, clock, zone, signal } = limits;
  signal?.throwIfAborted();
  const own = new AbortController();
  const onAbort = (): void => own.abort(signal?.reason);
  signal?.addEventListener('abort', onAbort, { once: true });
  const timeout = clock.sleep(limitMs, own.signal).then(
    () => {
      const late = new Failure(VAULT_FAILURES.zoneAway, { zone, reason: `no answer within ${limitMs} ms` });
      own.abort(late);
      throw late;
    },
    (reason: unknown) => {
      // Either the answer came first, or the caller went away and does not wait for a driver that ignores it.
      if (reason === ANSWERED) return new Promise<never>(() => undefined);
      throw reason;
    },
  );
  try {
    return await Promise.race([run(own.signal), timeout]);
  } finally {
    signal?.removeEventListener('abort', onAbort);
    own.abort(ANSWERED);
  }
}
