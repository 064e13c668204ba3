import { isFailure } from '../../base/index.ts';
import { readCursor } from './alert-rows.ts';
import type { IssueAlertsContext, IssueAlertsDeps } from './context.ts';
import { decideBursts } from './decide-bursts.ts';
import { decideSignals, openCursor } from './decide-signals.ts';
import { endQuietAlerts, passStorms } from './end-alerts.ts';
import { eraseProject } from './erase-project.ts';
import { createEventReads } from './event-facts.ts';
import { ISSUE_ALERTS_LIMITS as LIMITS } from './limits.ts';
import type { IssueAlertsTables } from './migrations.ts';
import type { IssueAlerts } from './types.ts';
import { createRule, listRules, removeRule, updateRule } from './verbs/change-rules.ts';
import { dryRun } from './verbs/dry-run.ts';
import { createPipelineWatch } from './watch-pipeline.ts';

/** Opens issue alerts. Signals are decided from `start` on, beginning with those that an earlier process left. */
export function createIssueAlerts({ telemetry, ...deps }: IssueAlertsDeps): IssueAlerts {
  let last: Promise<unknown> = Promise.resolve();
  const inTurn: IssueAlertsContext['inTurn'] = (work) => {
    const mine = last.then(work, work);
    last = mine.catch(() => undefined);
    return mine;
  };
  const context: IssueAlertsContext = { ...deps, events: createEventReads(telemetry), inTurn };
  const loop = createLoop(context);
  const db = () => context.catalog.db<IssueAlertsTables>();
  return {
    verbs: {
      list: listRules(context),
      create: createRule(context),
      update: updateRule(context),
      remove: removeRule(context),
      dryRun: dryRun(context),
    },
    start: loop.start,
    eraseProject: eraseProject(context),
    status: async () => {
      const open = await db()
        .selectFrom('issue_alerts')
        .select((eb) => eb.fn.countAll<number>().as('count'))
        .executeTakeFirstOrThrow();
      const storms = await db()
        .selectFrom('issue_alert_storms')
        .select((eb) => eb.fn.countAll<number>().as('count'))
        .where('since_ms', 'is not', null)
        .executeTakeFirstOrThrow();
      return { cursor: (await readCursor(db())) ?? 0, openAlerts: open.count, storms: storms.count };
    },
    settled: async () => {
      await loop.settled();
      await context.outbox.settled();
    },
    turn: loop.turn,
    close: loop.close,
  };
}

/** Decides signals as they are called for, and looks at the clock every few seconds. */
function createLoop(context: IssueAlertsContext) {
  const { clock, log, signals } = context;
  const stop = new AbortController();
  const watchPipeline = createPipelineWatch(context);
  let unsubscribe = (): void => undefined;
  let running: Promise<void> | undefined;
  let polling: Promise<void> | undefined;
  let isAsked = false;
  let burstMs = clock.nowMs();
  let due = { burstMs: 0, quietMs: 0 };

  const drain = async (): Promise<void> => {
    while (!stop.signal.aborted) {
      isAsked = false;
      try {
        while (!stop.signal.aborted && (await context.inTurn(() => decideSignals(context))));
      } catch (error) {
        const reason = isFailure(error) ? error.code : String(error);
        log.error({ reason }, 'changes of issues could not be decided on; it is tried again');
        await clock.sleep(LIMITS.retryMs, stop.signal).catch(() => undefined);
        continue;
      }
      if (!isAsked) return;
    }
  };
  const wake = (): void => {
    isAsked = true;
    if (stop.signal.aborted) return;
    running ??= drain().finally(() => {
      running = undefined;
      // Called for between the last look and the end of the run.
      if (isAsked) wake();
    });
  };
  const lookAtBursts = async (): Promise<void> => {
    const sinceMs = burstMs;
    const nowMs = clock.nowMs();
    await context.inTurn(() => decideBursts(context, sinceMs));
    burstMs = nowMs;
  };
  const turn = async (): Promise<void> => {
    const atMs = clock.monotonicMs();
    const isDue = { burst: atMs >= due.burstMs, quiet: atMs >= due.quietMs };
    due = {
      burstMs: isDue.burst ? atMs + LIMITS.burstEveryMs : due.burstMs,
      quietMs: isDue.quiet ? atMs + LIMITS.quietEveryMs : due.quietMs,
    };
    await watchPipeline();
    await context.inTurn(() => passStorms(context));
    if (isDue.burst) await lookAtBursts();
    if (isDue.quiet) await context.inTurn(() => endQuietAlerts(context));
  };
  const poll = async (): Promise<void> => {
    while (!stop.signal.aborted) {
      wake();
      try {
        await turn();
      } catch (error) {
        const reason = isFailure(error) ? error.code : String(error);
        log.error({ reason }, 'open issue alerts could not be looked at; it is tried again');
      }
      await clock.sleep(LIMITS.pollMs, stop.signal).catch(() => undefined);
    }
  };
  return {
    start: async (): Promise<void> => {
      if (polling !== undefined) return;
      await openCursor(context);
      unsubscribe = signals.subscribe(wake);
      polling = poll();
    },
    settled: async (): Promise<void> => {
      wake();
      while (running !== undefined) await running;
    },
    turn: async (): Promise<void> => {
      due = { burstMs: 0, quietMs: 0 };
      await turn();
    },
    close: async (): Promise<void> => {
      unsubscribe();
      stop.abort(new Error('issue alerts are closing'));
      await running;
      await polling;
      await context.inTurn(async () => undefined);
    },
  };
}
