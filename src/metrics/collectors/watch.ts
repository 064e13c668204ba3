import { type Clock, formatDuration, type Log } from '../../base/index.ts';
import type { Alerting } from '../../notify/index.ts';
import type { MetricPoint, MetricStore } from '../types.ts';
import { METRICS_COLLECTORS_LIMITS as LIMITS } from './limits.ts';
import type { CollectorStatus, Unseen } from './types.ts';

/** What one look brought; with a problem the points only say that it failed. */
export interface WatchedRound {
  readonly points: readonly MetricPoint[];
  readonly unseen: readonly Unseen[];
  readonly problem?: string;
  readonly detail?: string;
}

/** Something that is looked at again and again. */
export interface Watched {
  readonly id: string;
  readonly kind: CollectorStatus['kind'];
  readonly name: string;
  /** The page of the console that shows it. */
  readonly path: string;
  /** Throws only when it is stopped. */
  readonly round: (stopping: AbortSignal) => Promise<WatchedRound>;
  readonly close: () => Promise<void>;
}

export interface Watch {
  readonly status: () => CollectorStatus;
  /** A round now, or the one under way. Never throws. */
  readonly lookNow: () => Promise<void>;
  readonly start: () => void;
  /** Tells people when there was no good round for too long, and when there is one again. */
  readonly tell: () => Promise<void>;
  /** `isGone` ends an alert that nobody would end any more. */
  readonly close: (isGone: boolean) => Promise<void>;
}

export interface WatchDeps {
  readonly store: Pick<MetricStore, 'append'>;
  readonly alerting: Alerting;
  readonly clock: Clock;
  readonly log: Log;
}

/** Looks on a cadence and stores what is seen; a look that takes long does not make the next ones queue. */
export function createWatch(watched: Watched, deps: WatchDeps): Watch {
  const { store, clock, log } = deps;
  const stopping = new AbortController();
  const createdMs = clock.monotonicMs();
  let status: CollectorStatus = { id: watched.id, kind: watched.kind, name: watched.name, unseen: [] };
  let goodMs: number | undefined;
  let looking: Promise<void> | undefined;
  let loop: Promise<void> = Promise.resolve();

  const look = async (): Promise<void> => {
    const startedMs = clock.monotonicMs();
    try {
      const round = await watched.round(stopping.signal);
      await store.append(round.points);
      const durationMs = Math.round(clock.monotonicMs() - startedMs);
      status = statusAfter(status, round, { durationMs, nowMs: clock.nowMs() });
      if (round.problem === undefined) goodMs = clock.monotonicMs();
    } catch (error) {
      if (stopping.signal.aborted) return;
      const problem = error instanceof Error ? error.message : String(error);
      status = { ...status, problem };
      log.warn({ err: error, collector: watched.id }, 'what was collected could not be stored; it is collected again');
    }
  };
  const lookNow = (): Promise<void> => {
    looking ??= look().finally(() => {
      looking = undefined;
    });
    return looking;
  };
  const run = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      const startedMs = clock.monotonicMs();
      await lookNow();
      const restMs = Math.max(1_000, LIMITS.everyMs - (clock.monotonicMs() - startedMs));
      await clock.sleep(restMs, stopping.signal).catch(() => undefined);
    }
  };
  const telling = createTelling(watched, deps);
  return {
    status: () => status,
    lookNow,
    start: () => {
      loop = run();
    },
    tell: () => {
      const blindMs = clock.monotonicMs() - (goodMs ?? createdMs);
      return telling.tell({ blindMs, hasSeen: goodMs !== undefined, problem: status.problem });
    },
    close: async (isGone) => {
      stopping.abort(new Error('the collector stops'));
      await loop;
      await looking;
      await watched.close();
      if (isGone) await telling.end();
    },
  };
}

/** A round that failed does not change when it was last seen. */
function statusAfter(
  { id, kind, name, collectedMs }: CollectorStatus,
  { unseen, problem, detail }: WatchedRound,
  { durationMs, nowMs }: { readonly durationMs: number; readonly nowMs: number },
): CollectorStatus {
  const seenMs = problem === undefined ? nowMs : collectedMs;
  return {
    ...{ id, kind, name, unseen, durationMs },
    ...(seenMs === undefined ? {} : { collectedMs: seenMs }),
    ...(problem === undefined ? {} : { problem }),
    ...(detail === undefined ? {} : { detail }),
  };
}

interface Telling {
  readonly tell: (seen: {
    readonly blindMs: number;
    /** Whether there was a good round since the start; before, nothing is known either way. */
    readonly hasSeen: boolean;
    readonly problem: string | undefined;
  }) => Promise<void>;
  readonly end: () => Promise<void>;
}

/** Blindness is an alarm: it is told past alarms and metrics, which may be what does not work. */
function createTelling(watched: Watched, { alerting, clock, log }: WatchDeps): Telling {
  // Unknown after a start: an earlier process may have told, and then nobody else would end it.
  let told: boolean | undefined;
  const raise = async (state: 'firing' | 'resolved', title: string, body: string): Promise<void> => {
    try {
      await alerting.raise({
        ...{ key: `collector:${watched.id}`, state, severity: 'high', source: 'metrics', title, body },
        labels: { collector: watched.id, [watched.kind]: watched.name },
        ...{ path: watched.path, atMs: clock.nowMs() },
      });
      told = state === 'firing';
    } catch (error) {
      log.error({ reason: String(error), collector: watched.id }, 'notify did not take an alert; it is offered again');
    }
  };
  const kind = watched.kind === 'database' ? 'database' : 'host';
  return {
    tell: async ({ blindMs, hasSeen, problem }) => {
      const isBlind = blindMs >= LIMITS.blindMs;
      if (isBlind === told || (!isBlind && !hasSeen)) return;
      if (!isBlind) return raise('resolved', `The ${kind} ${watched.name} is seen again`, '');
      const body = `${problem ?? 'The collector hangs.'} Its metrics stand still, and alarms on them notice nothing.`;
      return raise('firing', `The ${kind} ${watched.name} is not seen since ${formatDuration(blindMs)}`, body);
    },
    end: async () => {
      if (told !== false) await raise('resolved', `The ${kind} ${watched.name} is not watched any more`, '');
    },
  };
}
