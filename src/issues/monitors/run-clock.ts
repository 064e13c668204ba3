import { randomBytes } from 'node:crypto';
import type { Transaction } from 'kysely';
import type { MonitorsContext } from './context.ts';
import { readAliveMs, readDowntimes, writeAlive, writeDowntime } from './downtimes.ts';
import { type Downtime, judgeAbsence, judgeRuntime } from './judge-runs.ts';
import { MONITORS_LIMITS as LIMITS } from './limits.ts';
import type { MonitorsTables } from './migrations.ts';
import { type EnvironmentRow, type MonitorRow, toEnvironment, toRun } from './monitor-rows.ts';
import { storeJudgement } from './store-judgement.ts';
import { sweepRuns } from './sweep-runs.ts';
import { endDueMutes } from './verbs/mute-monitor.ts';

export interface MonitorClock {
  /** Notes the downtime that ends now. */
  readonly open: () => Promise<void>;
  /** One turn: judges what is due. Returns how much it judged. */
  readonly turn: () => Promise<number>;
  readonly run: (signal: AbortSignal) => Promise<void>;
}

/**
 * The clock that looks after schedules. It notes in each turn that it runs; what it finds between the newest note and
 * now, after a restart or when the machine slept, is a downtime. Nothing but the store knows what is due, so a restart
 * forgets nothing.
 */
export function createMonitorClock(context: MonitorsContext): MonitorClock {
  let downtimes: readonly Downtime[] = [];
  let lastMs: number | undefined;
  const note = async (nowMs: number, sinceMs: number | undefined, gapMs: number): Promise<void> => {
    const db = context.catalog.db<MonitorsTables>();
    if (sinceMs === undefined || nowMs - sinceMs <= gapMs) {
      await writeAlive(db, nowMs);
    } else {
      const downtime = { fromMs: sinceMs, toMs: nowMs };
      await context.catalog.transaction<MonitorsTables, void>((trx) => writeDowntime(trx, downtime));
      downtimes = await readDowntimes(db);
    }
    lastMs = nowMs;
  };
  const turn = async (): Promise<number> => {
    const nowMs = context.clock.nowMs();
    await note(nowMs, lastMs, LIMITS.tickGapMs);
    await endDueMutes(context, nowMs);
    return judgeDue(context, { nowMs, downtimes });
  };
  return {
    open: async () => {
      const db = context.catalog.db<MonitorsTables>();
      const aliveMs = await readAliveMs(db);
      downtimes = await readDowntimes(db);
      // What ended the process before came up to a turn after its newest note.
      await note(context.clock.nowMs(), aliveMs, 0);
    },
    turn,
    run: (signal) => runTurns(context, turn, signal),
  };
}

async function runTurns(context: MonitorsContext, turn: () => Promise<number>, signal: AbortSignal): Promise<void> {
  const { clock, log } = context;
  let sweptMs = -Infinity;
  while (!signal.aborted) {
    try {
      await turn();
      if (clock.monotonicMs() - sweptMs >= LIMITS.sweepMs) {
        sweptMs = clock.monotonicMs();
        await sweepRuns(context);
      }
    } catch (error) {
      log.error({ reason: String(error) }, 'schedules of monitors could not be looked at; it is tried again');
    }
    await clock.sleep(LIMITS.tickMs, signal).catch(() => undefined);
  }
}

interface At {
  readonly nowMs: number;
  readonly downtimes: readonly Downtime[];
}

async function judgeDue(context: MonitorsContext, at: At): Promise<number> {
  const db = context.catalog.db<MonitorsTables>();
  const environments = await db
    .selectFrom('monitor_environments')
    .select(['monitor_id', 'environment'])
    .where('deadline_ms', '<=', at.nowMs)
    .orderBy('deadline_ms')
    .limit(LIMITS.tickBatch)
    .execute();
  const runs = await db
    .selectFrom('monitor_runs')
    .select(['monitor_id', 'id', 'environment'])
    .where('timeout_ms', '<=', at.nowMs)
    .orderBy('timeout_ms')
    .limit(LIMITS.tickBatch)
    .execute();
  let judged = 0;
  // A run that is too long began before the next one was missed: it is told of first.
  for (const { monitor_id, id, environment } of runs) {
    judged += await inTurn(context, { monitorId: monitor_id, environment }, (trx, known) =>
      judgeRun(trx, known, id, at),
    );
  }
  for (const { monitor_id, environment } of environments) {
    judged += await inTurn(context, { monitorId: monitor_id, environment }, (trx, known) =>
      judgeAbsent(trx, known, at),
    );
  }
  if (judged > 0) context.outbox.wake();
  return judged;
}

interface Known {
  readonly monitor: MonitorRow;
  readonly projectSlug: string;
  readonly environment: EnvironmentRow;
}

/** Reads the monitor and its environment anew, behind the check-ins that are being taken. */
async function inTurn(
  context: MonitorsContext,
  at: { readonly monitorId: number; readonly environment: string },
  judge: (trx: Transaction<MonitorsTables>, known: Known) => Promise<number>,
): Promise<number> {
  const db = context.catalog.db<MonitorsTables>();
  const found = await db.selectFrom('monitors').selectAll().where('id', '=', at.monitorId).executeTakeFirst();
  if (found === undefined) return 0;
  return context.turns(() =>
    context.catalog.transaction<MonitorsTables, number>(async (trx) => {
      const monitor = await trx.selectFrom('monitors').selectAll().where('id', '=', at.monitorId).executeTakeFirst();
      const environment = await trx
        .selectFrom('monitor_environments')
        .selectAll()
        .where('monitor_id', '=', at.monitorId)
        .where('environment', '=', at.environment)
        .executeTakeFirst();
      if (monitor === undefined || environment === undefined) return 0;
      const projectSlug = context.projects.byId(monitor.project_id)?.slug ?? monitor.project_id;
      return judge(trx, { monitor, projectSlug, environment });
    }),
  );
}

const newRunId = (): string => randomBytes(16).toString('hex');

async function judgeAbsent(trx: Transaction<MonitorsTables>, known: Known, at: At): Promise<number> {
  const { monitor, projectSlug } = known;
  let row = known.environment;
  let environment = toEnvironment(row);
  let count = 0;
  while (count < LIMITS.missedPerTurnMax) {
    const judgement = judgeAbsence({ config: monitor.config, environment, newId: newRunId }, at);
    if (judgement === undefined) break;
    const toldAs = await storeJudgement(trx, { monitor, projectSlug, known: row }, judgement, at.nowMs);
    row = { ...row, told_as: toldAs };
    environment = judgement.environment;
    count += 1;
  }
  return count;
}

async function judgeRun(trx: Transaction<MonitorsTables>, known: Known, runId: string, at: At): Promise<number> {
  const { monitor, projectSlug, environment } = known;
  const row = await trx
    .selectFrom('monitor_runs')
    .selectAll()
    .where('monitor_id', '=', monitor.id)
    .where('id', '=', runId)
    .executeTakeFirst();
  if (row === undefined) return 0;
  const subject = { config: monitor.config, environment: toEnvironment(environment), run: toRun(row) };
  const judgement = judgeRuntime(subject, at);
  if (judgement === undefined) return 0;
  await storeJudgement(trx, { monitor, projectSlug, known: environment }, judgement, at.nowMs);
  return 1;
}
