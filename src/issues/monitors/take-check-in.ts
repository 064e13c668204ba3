import { randomBytes } from 'node:crypto';
import type { Transaction } from 'kysely';
import { clip, Failure, isFailure, storableText } from '../../base/index.ts';
import { acceptedSlug, configFromSdk } from './accepted-config.ts';
import type { MonitorsContext } from './context.ts';
import { MONITORS_FAILURES } from './failures.ts';
import { judgeCheckIn, newEnvironment, type Run } from './judge-runs.ts';
import { MONITORS_LIMITS as LIMITS } from './limits.ts';
import type { MonitorsTables } from './migrations.ts';
import { type MonitorRow, readEnvironments, readMonitor, toEnvironment, toRun } from './monitor-rows.ts';
import { changeConfig, guardMonitorCount, insertMonitor, isSameConfig } from './store-config.ts';
import { storeJudgement } from './store-judgement.ts';
import type { IncomingCheckIn, MonitorIntake, TakenCheckIn } from './types.ts';

/** What a check-in says, within its limits and redacted. */
interface Said extends Omit<IncomingCheckIn, 'checkInId'> {
  /** Undefined: the newest run in progress. */
  readonly id: string | undefined;
  /** True when the sender asked for the newest run by name and not by leaving the id out. */
  readonly isLatest: boolean;
}

export const takeCheckIn =
  (context: MonitorsContext): MonitorIntake['checkIn'] =>
  async (checkIn) => {
    const said = acceptedCheckIn(context, checkIn);
    const taken = await context.turns(() =>
      context.catalog.transaction<MonitorsTables, TakenCheckIn>((trx) => store(context, trx, said)),
    );
    if (taken.isNews) context.outbox.wake();
    return taken;
  };

async function store(context: MonitorsContext, trx: Transaction<MonitorsTables>, said: Said): Promise<TakenCheckIn> {
  const nowMs = context.clock.nowMs();
  const { monitor, configProblem } = await upsertMonitor(trx, said, nowMs);
  const problem = configProblem === undefined ? {} : { configProblem };
  const environments = await readEnvironments(trx, [monitor.id]);
  const run = await readRun(trx, monitor.id, said);
  // A run that began in another environment stays there, whatever its end says.
  const name = run?.environment ?? said.environment;
  const known = environments.find((row) => row.environment === name);
  if (known === undefined && environments.length >= LIMITS.environmentsMax) {
    const what = `environments of the monitor ${said.slug}`;
    throw new Failure(MONITORS_FAILURES.tooMany, { what, max: LIMITS.environmentsMax });
  }
  const environment = known === undefined ? newEnvironment(name) : toEnvironment(known);
  const absent = run === undefined ? await readAbsent(trx, monitor.id, name) : [];
  const id = run?.id ?? said.id ?? randomBytes(16).toString('hex');
  const judgement = judgeCheckIn({ config: monitor.config, environment, run, absent }, { ...said, id });
  if (judgement === undefined) return { id, isNews: false, ...problem };
  await storeJudgement(trx, { monitor, projectSlug: said.project.slug, known }, judgement, nowMs);
  return { id, isNews: true, ...problem };
}

/** The run that the check-in speaks of. One without an id that begins is a new run; an end is that of the newest. */
async function readRun(trx: Transaction<MonitorsTables>, monitorId: number, said: Said): Promise<Run | undefined> {
  const runs = trx.selectFrom('monitor_runs').selectAll().where('monitor_id', '=', monitorId);
  if (said.id !== undefined) {
    const row = await runs.where('id', '=', said.id).executeTakeFirst();
    return row === undefined ? undefined : toRun(row);
  }
  if (said.status === 'in_progress' && !said.isLatest) return undefined;
  const newest = await runs
    .where('environment', '=', said.environment)
    .where('state', '=', 'in_progress')
    .orderBy('started_ms', 'desc')
    .limit(1)
    .executeTakeFirst();
  return newest === undefined ? undefined : toRun(newest);
}

/** Times that passed without a run, newest first: a check-in that comes late may be one of them. */
async function readAbsent(
  trx: Transaction<MonitorsTables>,
  monitorId: number,
  environment: string,
): Promise<readonly Run[]> {
  const rows = await trx
    .selectFrom('monitor_runs')
    .selectAll()
    .where('monitor_id', '=', monitorId)
    .where('environment', '=', environment)
    .orderBy('started_ms', 'desc')
    .limit(LIMITS.absentLookedAt)
    .execute();
  return rows.map(toRun).filter(({ state, expectedMs }) => isAbsence(state) && expectedMs !== undefined);
}

const isAbsence = (state: Run['state']): boolean => state === 'missed' || state === 'unknown';

async function upsertMonitor(
  trx: Transaction<MonitorsTables>,
  said: Said,
  nowMs: number,
): Promise<{ readonly monitor: MonitorRow; readonly configProblem?: string }> {
  const projectId = said.project.id;
  const known = await readMonitor(trx, { projectId, slug: said.slug });
  if (known === undefined) {
    if (said.config === undefined || said.config === null)
      throw new Failure(MONITORS_FAILURES.unknown, { slug: said.slug });
    await guardMonitorCount(trx, projectId);
    const config = configFromSdk(said.config, undefined, nowMs);
    const created = { projectId, slug: said.slug, name: said.slug, config, configuredBy: 'sdk' as const, nowMs };
    return { monitor: await insertMonitor(trx, created) };
  }
  if (said.config === undefined || said.config === null) return { monitor: known };
  try {
    const config = configFromSdk(said.config, known.config, nowMs);
    if (isSameConfig(config, known.config) && known.config_problem === null) return { monitor: known };
    return { monitor: await changeConfig(trx, known, { config, configuredBy: 'sdk', nowMs }) };
  } catch (error) {
    // A job that ran must not look as if it had not because of what was said beside.
    if (!isFailure(error, MONITORS_FAILURES.configInvalid)) throw error;
    const configProblem = clip(error.message, 300);
    await trx.updateTable('monitors').set({ config_problem: configProblem }).where('id', '=', known.id).execute();
    return { monitor: known, configProblem };
  }
}

function acceptedCheckIn(context: MonitorsContext, given: IncomingCheckIn): Said {
  const { redactor } = context;
  const { checkInId, durationMs, release, traceId, ...rest } = given;
  if (redactor.text(given.slug) !== given.slug) {
    throw new Failure(MONITORS_FAILURES.slugInvalid, { slug: '(hidden)', reason: 'it looks like a secret' });
  }
  const text = (value: string): string => clip(redactor.text(storableText(value)), LIMITS.textCharsMax);
  const isDuration = durationMs !== undefined && Number.isFinite(durationMs) && durationMs >= 0;
  return {
    ...rest,
    slug: acceptedSlug(given.slug),
    ...acceptedId(checkInId),
    environment: text(given.environment) || 'production',
    // A clock that is ahead says nothing of the future.
    timeMs: Math.round(Math.min(given.timeMs, given.receivedMs)),
    ...(isDuration ? { durationMs: Math.min(Math.round(durationMs), LIMITS.durationMsMax) } : {}),
    ...(release === undefined || release === '' ? {} : { release: text(release) }),
    ...(traceId !== undefined && /^[0-9a-f]{32}$/i.test(traceId) ? { traceId: traceId.toLowerCase() } : {}),
  };
}

function acceptedId(given: string | undefined): Pick<Said, 'id' | 'isLatest'> {
  if (given === undefined || given === '') return { id: undefined, isLatest: false };
  const id = given.replaceAll('-', '').toLowerCase();
  if (id === 'latest' || /^0{32}$/.test(id)) return { id: undefined, isLatest: true };
  if (/^[0-9a-f]{32}$/.test(id)) return { id, isLatest: false };
  const expected = '32 hex digits, zeros or latest';
  throw new Failure(MONITORS_FAILURES.checkInInvalid, { field: 'id', value: clip(given, 60), expected });
}
