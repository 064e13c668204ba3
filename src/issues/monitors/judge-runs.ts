import { MINUTE_MS } from '../../base/index.ts';
import { MONITORS_LIMITS as LIMITS } from './limits.ts';
import { earlyMsOf, nextExpectedMs } from './schedule.ts';
import type { CheckIn, CheckInState, CheckInStatus, MonitorConfig, MonitorEnvironment } from './types.ts';

/** A run as it is stored. */
export interface Run extends CheckIn {
  /** When it counts as timed out; absent once it has ended. */
  readonly timeoutMs?: number;
}

/** A time in which Holdfast could not hear check-ins. */
export interface Downtime {
  readonly fromMs: number;
  readonly toMs: number;
}

/** `again`: it failed once more while people knew already. */
export type Turn = 'failed' | 'again' | 'recovered';

/** What is to be written, and whether people are to be told. */
export interface Judgement {
  readonly environment: MonitorEnvironment;
  /** Runs that are new or changed. */
  readonly runs: readonly Run[];
  readonly removed: readonly string[];
  readonly turn?: { readonly type: Turn; readonly run: Run };
}

export const newEnvironment = (environment: string): MonitorEnvironment => ({
  environment,
  state: 'waiting',
  isFailing: false,
  failuresInRow: 0,
  successesInRow: 0,
});

/** Counts the end of a run. Unknown runs neither fail nor recover anything. */
function count(
  environment: MonitorEnvironment,
  config: MonitorConfig,
  run: Run,
): { readonly environment: MonitorEnvironment; readonly type?: Turn } {
  const { failingSinceMs: _since, ...calm } = environment;
  switch (run.state) {
    case 'in_progress':
    case 'unknown':
      return { environment: { ...environment, state: run.state } };
    case 'ok': {
      const successesInRow = environment.successesInRow + 1;
      const counted = { ...environment, state: run.state, successesInRow, failuresInRow: 0 };
      if (!environment.isFailing || successesInRow < config.recoveryThreshold) return { environment: counted };
      return {
        environment: { ...calm, state: run.state, successesInRow, failuresInRow: 0, isFailing: false },
        type: 'recovered',
      };
    }
    case 'error':
    case 'missed':
    case 'timeout': {
      const failuresInRow = environment.failuresInRow + 1;
      const counted = { ...environment, state: run.state, failuresInRow, successesInRow: 0 };
      if (environment.isFailing) return { environment: counted, type: 'again' };
      if (failuresInRow < config.failureThreshold) return { environment: counted };
      const failingSinceMs = run.endedMs ?? run.startedMs;
      return { environment: { ...counted, isFailing: true, failingSinceMs }, type: 'failed' };
    }
  }
}

function judged(
  environment: MonitorEnvironment,
  config: MonitorConfig,
  run: Run,
  removed: readonly string[] = [],
): Judgement {
  const { environment: counted, type } = count(environment, config, run);
  const judgement = { environment: counted, runs: [run], removed };
  return type === undefined ? judgement : { ...judgement, turn: { type, run } };
}

export interface SaidOfRun {
  readonly id: string;
  readonly status: CheckInStatus;
  readonly timeMs: number;
  readonly durationMs?: number;
  readonly release?: string;
  readonly traceId?: string;
}

export interface KnownOfRun {
  readonly config: MonitorConfig;
  readonly environment: MonitorEnvironment;
  /** The run that the check-in speaks of, if it is known. */
  readonly run: Run | undefined;
  /** Runs that were missed or unknown lately, for one that is reported late. */
  readonly absent: readonly Run[];
}

/** What a check-in makes of a job. Undefined when it says nothing new. */
export function judgeCheckIn(known: KnownOfRun, said: SaidOfRun): Judgement | undefined {
  return known.run === undefined ? beginRun(known, said) : continueRun(known, known.run, said);
}

const timeoutOf = (config: MonitorConfig, fromMs: number): number => fromMs + config.maxRuntimeMinutes * MINUTE_MS;
const marginOf = (config: MonitorConfig): number => config.checkInMarginMinutes * MINUTE_MS;

function beginRun({ config, environment, absent }: KnownOfRun, said: SaidOfRun): Judgement {
  const isOver = said.status !== 'in_progress';
  const startedMs = isOver ? said.timeMs - (said.durationMs ?? 0) : said.timeMs;
  const replaced = absent.find(
    ({ expectedMs }) =>
      expectedMs !== undefined &&
      startedMs >= expectedMs - earlyMsOf(config, expectedMs) &&
      startedMs <= expectedMs + marginOf(config),
  );
  const expectedMs = replaced?.expectedMs ?? slotOf(config, environment, startedMs);
  const run: Run = {
    id: said.id,
    environment: environment.environment,
    state: said.status,
    startedMs,
    ...(isOver ? { endedMs: said.timeMs } : { timeoutMs: timeoutOf(config, startedMs) }),
    ...(said.durationMs === undefined || !isOver ? {} : { durationMs: said.durationMs }),
    ...(expectedMs === undefined ? {} : { expectedMs }),
    ...(said.release === undefined ? {} : { release: said.release }),
    ...(said.traceId === undefined ? {} : { traceId: said.traceId }),
  };
  // A run that is reported late, behind one that came after it, moves nothing.
  const isNewest = startedMs >= (environment.lastCheckInMs ?? startedMs);
  const moved = isNewest
    ? {
        ...environment,
        lastCheckInMs: startedMs,
        nextExpectedMs: Math.max(
          nextExpectedMs(config, Math.max(startedMs, expectedMs ?? startedMs)),
          // One that was missed and came after all does not bring back a time that passed since.
          replaced === undefined ? 0 : (environment.nextExpectedMs ?? 0),
        ),
      }
    : environment;
  return judged(moved, config, run, replaced === undefined ? [] : [replaced.id]);
}

/** The time of the schedule that a run which begins now stands for. */
function slotOf(config: MonitorConfig, environment: MonitorEnvironment, startedMs: number): number | undefined {
  const { nextExpectedMs: expectedMs } = environment;
  if (expectedMs === undefined) return undefined;
  const isIn = startedMs >= expectedMs - earlyMsOf(config, expectedMs) && startedMs <= expectedMs + marginOf(config);
  return isIn ? expectedMs : undefined;
}

function continueRun({ config, environment }: KnownOfRun, run: Run, said: SaidOfRun): Judgement | undefined {
  if (said.status === 'in_progress') {
    if (run.timeoutMs === undefined) return undefined;
    // Saying again that it runs gives it its whole time again.
    const timeoutMs = timeoutOf(config, said.timeMs);
    if (timeoutMs <= run.timeoutMs) return undefined;
    return { environment, runs: [{ ...run, timeoutMs }], removed: [] };
  }
  const end = {
    endedMs: said.timeMs,
    durationMs: said.durationMs ?? Math.max(0, said.timeMs - run.startedMs),
    ...(said.release === undefined ? {} : { release: said.release }),
    ...(said.traceId === undefined ? {} : { traceId: said.traceId }),
  };
  const { timeoutMs, ...rest } = run;
  if (run.state === 'timeout' && run.durationMs === undefined) {
    // It took too long whatever came of it; how long is worth knowing.
    return { environment, runs: [{ ...rest, ...end }], removed: [] };
  }
  if (run.state === 'unknown' && run.endedMs === undefined)
    return judged(environment, config, { ...rest, ...end, state: said.status });
  if (timeoutMs === undefined) return undefined;
  const isTooLong = said.timeMs > timeoutMs;
  return judged(environment, config, { ...rest, ...end, state: isTooLong ? 'timeout' : said.status });
}

/** Judges the first time of the schedule that passed without a run; undefined when none did. */
export function judgeAbsence(
  known: { readonly config: MonitorConfig; readonly environment: MonitorEnvironment; readonly newId: () => string },
  at: { readonly nowMs: number; readonly downtimes: readonly Downtime[] },
): Judgement | undefined {
  const { config, environment } = known;
  const { nextExpectedMs: expectedMs } = environment;
  if (expectedMs === undefined || expectedMs + marginOf(config) > at.nowMs) return undefined;
  const downtime = blindAt(config, expectedMs, at.downtimes);
  const run: Run = {
    id: known.newId(),
    environment: environment.environment,
    state: downtime === undefined ? 'missed' : 'unknown',
    startedMs: expectedMs,
    expectedMs,
    ...(downtime === undefined ? {} : { endedMs: Math.max(expectedMs, downtime.toMs) }),
  };
  const next =
    downtime === undefined
      ? nextExpectedMs(config, expectedMs)
      : nextAfterDowntime(config, expectedMs, { ...at, downtime });
  return judged({ ...environment, nextExpectedMs: next }, config, run);
}

/** One unknown run stands for all times of the schedule in a downtime: they would tell nothing more. */
function nextAfterDowntime(
  config: MonitorConfig,
  expectedMs: number,
  at: { readonly downtime: Downtime; readonly downtimes: readonly Downtime[] },
): number {
  const { toMs } = at.downtime;
  if (config.schedule.type === 'interval') return nextExpectedMs(config, Math.max(expectedMs, toMs));
  let next = nextExpectedMs(config, Math.max(expectedMs, toMs - LIMITS.blindAtTimeMs));
  while (next < toMs && blindAt(config, next, at.downtimes) !== undefined) next = nextExpectedMs(config, next);
  return next;
}

/** Judges a run that is in progress for too long; undefined while it is not. */
export function judgeRuntime(
  known: { readonly config: MonitorConfig; readonly environment: MonitorEnvironment; readonly run: Run },
  at: { readonly nowMs: number; readonly downtimes: readonly Downtime[] },
): Judgement | undefined {
  const { timeoutMs, ...rest } = known.run;
  if (timeoutMs === undefined || timeoutMs > at.nowMs) return undefined;
  const window = { fromMs: rest.startedMs, toMs: timeoutMs };
  const isBlind = overlapMs(window, at.downtimes) * LIMITS.blindShareDivisor > timeoutMs - rest.startedMs;
  const state: CheckInState = isBlind ? 'unknown' : 'timeout';
  return judged(known.environment, known.config, { ...rest, state, ...(isBlind ? {} : { endedMs: timeoutMs }) });
}

/**
 * The downtime for which nobody can tell whether a run took place: one at the time of the schedule, when most check-ins
 * come, or one that took a good part of the time in which it was allowed to begin. A short restart at another time must
 * not hide a job that did not run.
 */
function blindAt(config: MonitorConfig, expectedMs: number, downtimes: readonly Downtime[]): Downtime | undefined {
  const fromMs = expectedMs - earlyMsOf(config, expectedMs);
  const toMs = expectedMs + marginOf(config);
  const atTime = { fromMs, toMs: Math.min(toMs, expectedMs + LIMITS.blindAtTimeMs) };
  const hit = downtimes.find((downtime) => overlapMs(atTime, [downtime]) > 0);
  if (hit !== undefined) return hit;
  const touching = downtimes.filter((downtime) => overlapMs({ fromMs, toMs }, [downtime]) > 0);
  const isLong = overlapMs({ fromMs, toMs }, touching) * LIMITS.blindShareDivisor > toMs - fromMs;
  return isLong ? touching.at(-1) : undefined;
}

const overlapMs = (window: Downtime, downtimes: readonly Downtime[]): number =>
  downtimes.reduce(
    (sum, { fromMs, toMs }) => sum + Math.max(0, Math.min(window.toMs, toMs) - Math.max(window.fromMs, fromMs)),
    0,
  );

/** What a changed configuration makes of what is expected: nothing that lies in the past. */
export function rescheduled(environment: MonitorEnvironment, config: MonitorConfig, nowMs: number): MonitorEnvironment {
  if (environment.lastCheckInMs === undefined) return environment;
  const fromLast = nextExpectedMs(config, environment.lastCheckInMs);
  return { ...environment, nextExpectedMs: fromLast > nowMs ? fromLast : nextExpectedMs(config, nowMs) };
}
