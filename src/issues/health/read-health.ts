import type { Actor } from '../../access/index.ts';
import { Failure } from '../../base/index.ts';
import type { TimeRange } from '../types.ts';
import type { SessionHealthDeps } from './context.ts';
import { ISSUES_HEALTH_FAILURES } from './failures.ts';
import { ISSUES_HEALTH_LIMITS as LIMITS } from './limits.ts';
import type { HealthQuery, HealthTotals, HealthVerbs, ReleaseHealth } from './types.ts';

interface SumRow {
  readonly n_started: number | string;
  readonly n_errored: number | string;
  readonly n_crashed: number | string;
  readonly n_abnormal: number | string;
  readonly n_unhandled: number | string;
  readonly n_users: number | string;
  readonly n_crashed_users: number | string;
}

/** Names that no column has: in ClickHouse an alias hides the column of its name. */
const SUMS = `sum(started) AS n_started, sum(errored) AS n_errored, sum(crashed) AS n_crashed,
  sum(abnormal) AS n_abnormal, sum(unhandled) AS n_unhandled,
  uniqExactIf(user_hash, user_hash != '') AS n_users,
  uniqExactIf(user_hash, user_hash != '' AND crashed > 0) AS n_crashed_users`;

const NONE: SumRow = {
  ...{ n_started: 0, n_errored: 0, n_crashed: 0, n_abnormal: 0, n_unhandled: 0, n_users: 0, n_crashed_users: 0 },
};

/** Rates of what was counted. An end whose beginning was never heard of makes no rate fall below nothing. */
function totalsOf(row: SumRow): HealthTotals {
  const [crashed, abnormal, unhandled] = [Number(row.n_crashed), Number(row.n_abnormal), Number(row.n_unhandled)];
  const bad = crashed + abnormal + unhandled;
  const errored = Math.max(0, Number(row.n_errored) - bad);
  const sessions = Math.max(Number(row.n_started), bad + errored);
  const [users, crashedUsers] = [Number(row.n_users), Number(row.n_crashed_users)];
  return {
    ...{ sessions, healthy: sessions - bad - errored, errored, unhandled, abnormal, crashed, users, crashedUsers },
    ...(sessions === 0 ? {} : { crashFreeSessions: 1 - crashed / sessions }),
    ...(users === 0 ? {} : { crashFreeUsers: 1 - crashedUsers / users }),
  };
}

function whereOf(query: HealthQuery): { readonly where: string; readonly params: Readonly<Record<string, unknown>> } {
  const { projectId, environment, release, fromMs, toMs } = query;
  const conditions = [
    'project_id = {project:String}',
    'time >= toDateTime({from:UInt32})',
    'time < toDateTime({to:UInt32})',
    ...(environment === undefined ? [] : ['environment = {environment:String}']),
    ...(release === undefined ? [] : ['release = {release:String}']),
  ];
  return {
    where: conditions.join(' AND '),
    params: {
      ...{ project: projectId, from: Math.floor(fromMs / 1_000), to: Math.ceil(toMs / 1_000) },
      ...(environment === undefined ? {} : { environment }),
      ...(release === undefined ? {} : { release }),
    },
  };
}

export const readTotals =
  (deps: SessionHealthDeps): HealthVerbs['totals'] =>
  async (actor, query) => {
    await authorizeRead(deps, actor, query);
    return sumAll(deps, query);
  };

async function sumAll({ telemetry }: SessionHealthDeps, query: HealthQuery): Promise<HealthTotals> {
  const { where, params } = whereOf(query);
  const sql = `SELECT ${SUMS} FROM error_sessions WHERE ${where}`;
  const { rows } = await telemetry.query<SumRow>({ sql, params, timeoutMs: LIMITS.queryTimeoutMs });
  return totalsOf(rows[0] ?? NONE);
}

export const readTrend =
  (deps: SessionHealthDeps): HealthVerbs['trend'] =>
  async (actor, query) => {
    await authorizeRead(deps, actor, query);
    const { fromMs, toMs } = query;
    // Sessions are counted by the minute: finer steps would show gaps that are none.
    const finest = Math.max(1, Math.floor((toMs - fromMs) / LIMITS.stepMsMin));
    const steps = Math.min(acceptedCount('steps', query.steps, LIMITS.stepsMax), finest);
    const stepMs = (toMs - fromMs) / steps;
    const { where, params } = whereOf(query);
    const { rows } = await deps.telemetry.query<SumRow & { readonly step: number | string }>({
      sql: `SELECT toInt32(floor((toUnixTimestamp(time) * 1000 - {fromMs:Int64}) / {stepMs:Float64})) AS step, ${SUMS}
        FROM error_sessions WHERE ${where} GROUP BY step`,
      params: { ...params, fromMs, stepMs },
      timeoutMs: LIMITS.queryTimeoutMs,
    });
    // The minute in which the range begins may have begun before it.
    const stepOf = (row: { readonly step: number | string }): number =>
      Math.max(0, Math.min(steps - 1, Number(row.step)));
    const byStep = new Map(rows.map((row) => [stepOf(row), totalsOf(row)]));
    const all = Array.from({ length: steps }, (_, step) => byStep.get(step) ?? totalsOf(NONE));
    return {
      timesMs: all.map((_, step) => Math.round(fromMs + step * stepMs)),
      sessions: all.map(({ sessions }) => sessions),
      errored: all.map(({ errored }) => errored),
      crashed: all.map(({ crashed }) => crashed),
      users: all.map(({ users }) => users),
      crashFreeSessions: all.map(({ crashFreeSessions }) => crashFreeSessions ?? null),
      crashFreeUsers: all.map(({ crashFreeUsers }) => crashFreeUsers ?? null),
    };
  };

export const readReleases =
  (deps: SessionHealthDeps): HealthVerbs['releases'] =>
  async (actor, query) => {
    await authorizeRead(deps, actor, query);
    const limit = acceptedCount('limit', query.limit, LIMITS.releasesMax);
    const { where, params } = whereOf(query);
    const { releases } = query;
    const { rows } = await deps.telemetry.query<
      SumRow & { readonly release: string; readonly first_s: number | string; readonly last_s: number | string }
    >({
      sql: `SELECT release, ${SUMS}, toUnixTimestamp(min(time)) AS first_s, toUnixTimestamp(max(time)) AS last_s
        FROM error_sessions WHERE ${where} ${releases === undefined ? '' : 'AND release IN {releases:Array(String)}'}
        GROUP BY release ORDER BY n_started DESC, release LIMIT {limit:UInt32}`,
      params: { ...params, limit, ...(releases === undefined ? {} : { releases }) },
      timeoutMs: LIMITS.queryTimeoutMs,
    });
    const all = await sumAll(deps, query);
    const share = (part: number, whole: number): number => (whole === 0 ? 0 : Math.min(1, part / whole));
    return rows.map((row): ReleaseHealth => {
      const totals = totalsOf(row);
      return {
        release: row.release,
        totals,
        adoptionSessions: share(totals.sessions, all.sessions),
        adoptionUsers: share(totals.users, all.users),
        firstMs: Number(row.first_s) * 1_000,
        lastMs: Number(row.last_s) * 1_000,
      };
    });
  };

async function authorizeRead(deps: SessionHealthDeps, actor: Actor, query: TimeRange & { readonly projectId: string }) {
  const project = deps.projects.byId(query.projectId);
  if (project === undefined) throw new Failure(ISSUES_HEALTH_FAILURES.projectUnknown, { projectId: query.projectId });
  await deps.authorize(actor, 'releases:Read', { type: 'project', name: project.slug });
  const { fromMs, toMs } = query;
  const isRange = Number.isSafeInteger(fromMs) && Number.isSafeInteger(toMs) && fromMs >= 0 && fromMs < toMs;
  if (isRange && toMs - fromMs <= LIMITS.rangeMsMax) return;
  const details = {
    field: 'the range',
    value: `${fromMs} to ${toMs}`,
    expected: 'one of at most 400 days that ends after it begins',
  };
  throw new Failure(ISSUES_HEALTH_FAILURES.rangeInvalid, details);
}

function acceptedCount(field: string, value: number, max: number): number {
  if (Number.isSafeInteger(value) && value >= 1 && value <= max) return value;
  throw new Failure(ISSUES_HEALTH_FAILURES.rangeInvalid, { field, value, expected: `a whole number from 1 to ${max}` });
}
