import { isFailure } from '../../base/index.ts';
import type { IssueAlertsContext } from './context.ts';
import { decideBursts } from './decide-bursts.ts';
import { decideSignals, openCursor } from './decide-signals.ts';
import { endQuietAlerts, passStorms } from './end-alerts.ts';
import { ISSUE_ALERTS_LIMITS as LIMITS } from './limits.ts';
import { createPipelineWatch } from './watch-pipeline.ts';

export interface AlertLoop {
  readonly start: () => Promise<void>;
  /** Resolves when every signal that was committed before is decided. */
  readonly settled: () => Promise<void>;
  /** Looks at everything that goes by the clock, due or not. */
  readonly turn: () => Promise<void>;
  readonly close: () => Promise<void>;
}

/** Decides signals as they are called for, and looks at the clock every few seconds. */
export function createAlertLoop(context: IssueAlertsContext): AlertLoop {
  const { clock, log, signals } = context;
  const stop = new AbortController();
  const drain = createDrain(context, stop.signal);
  const clockTurn = createClockTurn(context);
  let unsubscribe = (): void => undefined;
  let polling: Promise<void> | undefined;
  const poll = async (): Promise<void> => {
    while (!stop.signal.aborted) {
      drain.wake();
      try {
        await clockTurn(false);
      } catch (error) {
        log.error({ reason: reasonOf(error) }, 'open issue alerts could not be looked at; it is tried again');
      }
      await clock.sleep(LIMITS.pollMs, stop.signal).catch(() => undefined);
    }
  };
  return {
    start: async () => {
      if (polling !== undefined) return;
      await openCursor(context);
      unsubscribe = signals.subscribe(drain.wake);
      polling = poll();
    },
    settled: drain.settled,
    turn: () => clockTurn(true),
    close: async () => {
      unsubscribe();
      stop.abort(new Error('issue alerts are closing'));
      await drain.ended();
      await polling;
      await context.inTurn(async () => undefined);
    },
  };
}

const reasonOf = (error: unknown): string => (isFailure(error) ? error.code : String(error));

/** Decides signals until there are none; a call while it does makes it look once more. */
function createDrain(context: IssueAlertsContext, signal: AbortSignal) {
  const { clock, log } = context;
  let running: Promise<void> | undefined;
  let isAsked = false;
  const run = async (): Promise<void> => {
    while (!signal.aborted) {
      isAsked = false;
      try {
        if (await context.inTurn(() => decideSignals(context))) isAsked = true;
      } catch (error) {
        log.error({ reason: reasonOf(error) }, 'changes of issues could not be decided on; it is tried again');
        await clock.sleep(LIMITS.retryMs, signal).catch(() => undefined);
        continue;
      }
      if (!isAsked) return;
    }
  };
  const wake = (): void => {
    isAsked = true;
    if (signal.aborted) return;
    running ??= run().finally(() => {
      running = undefined;
      // Called for between the last look and the end of the run.
      if (isAsked) wake();
    });
  };
  const ended = async (): Promise<void> => {
    while (running !== undefined) await running;
  };
  return {
    wake,
    ended,
    settled: async (): Promise<void> => {
      wake();
      await ended();
    },
  };
}

/** What goes by the clock, each part as often as it is worth it. */
function createClockTurn(context: IssueAlertsContext): (isForced: boolean) => Promise<void> {
  const { clock } = context;
  const watchPipeline = createPipelineWatch(context);
  let burstsSinceMs = clock.nowMs();
  let due = { burstMs: 0, quietMs: 0 };
  const lookAtBursts = async (): Promise<void> => {
    const sinceMs = burstsSinceMs;
    const nowMs = clock.nowMs();
    await decideBursts(context, sinceMs);
    // Not before it went well: what failed looks at the same time again.
    burstsSinceMs = nowMs;
  };
  return async (isForced) => {
    const atMs = clock.monotonicMs();
    const isDue = { burst: isForced || atMs >= due.burstMs, quiet: isForced || atMs >= due.quietMs };
    due = {
      burstMs: isDue.burst ? atMs + LIMITS.burstEveryMs : due.burstMs,
      quietMs: isDue.quiet ? atMs + LIMITS.quietEveryMs : due.quietMs,
    };
    await context.inTurn(watchPipeline);
    await context.inTurn(() => passStorms(context));
    if (isDue.burst) await context.inTurn(lookAtBursts);
    if (isDue.quiet) await context.inTurn(() => endQuietAlerts(context));
  };
}
