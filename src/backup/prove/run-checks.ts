import { formatDuration } from '../../base/index.ts';
import { describeTime, type RecoveryOutcome } from '../restore/index.ts';
import type { RestorePlan } from '../types.ts';
import { BACKUP_PROVE_LIMITS } from './limits.ts';
import type { RestoredSession } from './restored-session.ts';

export interface CheckResult {
  readonly name: string;
  readonly passed: boolean;
  readonly detail: string;
}

/** A question that the owner of a database wrote, with the answer that a sound copy gives. */
export interface SqlCheck {
  readonly name: string;
  readonly database?: string;
  readonly sql: string;
  /** The first column of the first row as text; without it the query only has to succeed. */
  readonly expect?: string;
}

/** Where the heartbeat stands: SQL that gives its newest time in milliseconds, in the first column. */
export interface HeartbeatQuery {
  readonly database?: string;
  readonly sql: string;
}

const firstValue = (rows: readonly Readonly<Record<string, unknown>>[]): unknown => Object.values(rows[0] ?? {})[0];

export async function runSqlChecks(
  session: RestoredSession,
  checks: readonly SqlCheck[],
): Promise<readonly CheckResult[]> {
  const results: CheckResult[] = [];
  for (const { name, database, sql, expect } of checks.slice(0, BACKUP_PROVE_LIMITS.checks)) {
    try {
      const value = firstValue(await session.query(sql, database));
      const found = String(value ?? 'nothing').slice(0, BACKUP_PROVE_LIMITS.checkValueBytes);
      const passed = expect === undefined || found === expect;
      results.push({ name, passed, detail: passed ? `gives ${found}` : `gives ${found} instead of ${expect}` });
    } catch (error) {
      results.push({ name, passed: false, detail: `fails: ${error instanceof Error ? error.message : String(error)}` });
    }
  }
  return results;
}

/** The newest heartbeat in the restored cluster; undefined when it never had one. */
export async function readHeartbeatMs(
  session: RestoredSession,
  heartbeat: HeartbeatQuery,
): Promise<number | undefined> {
  const rows = await session.query(heartbeat.sql, heartbeat.database).catch(() => []);
  const value = Number(firstValue(rows) ?? Number.NaN);
  return Number.isFinite(value) ? value : undefined;
}

/**
 * The heartbeat proves the second: the newest one that was restored lies at most a gap before the target and never
 * behind it. Where the source wrote none for a while, the commits around the target prove it instead, by the word of
 * the server that recovery stopped between them.
 */
export function judgeSecond(request: {
  readonly plan: RestorePlan;
  readonly targetMs: number;
  readonly heartbeatMs: number | undefined;
  readonly recovery: RecoveryOutcome;
  /** For `newest`, how old the newest state may be. */
  readonly gapMaxMs: number;
}): CheckResult {
  const { plan, targetMs, heartbeatMs, recovery, gapMaxMs } = request;
  const name = 'the restored second';
  const newestMs = heartbeatMs ?? recovery.lastCommitMs;
  if (plan.target.type === 'snapshot') {
    const detail =
      newestMs === undefined ? 'it holds no commit time' : `the newest commit is of ${describeTime(newestMs)}`;
    return { name, passed: newestMs === undefined || newestMs <= targetMs, detail };
  }
  if (newestMs === undefined) return { name, passed: false, detail: 'neither a heartbeat nor a commit was restored' };
  const word = heartbeatMs === undefined ? 'commit' : 'heartbeat';
  const gapMs = targetMs - newestMs;
  const detail = `the newest ${word} is of ${describeTime(newestMs)}, ${formatDuration(Math.abs(gapMs))} ${gapMs < 0 ? 'behind' : 'before'} the target`;
  if (plan.target.type === 'time' && gapMs < 0) return { name, passed: false, detail };
  if (gapMs <= gapMaxMs) return { name, passed: true, detail };
  // All that was committed before the target is there when recovery stopped at the first commit behind it.
  const isExact = plan.target.type === 'time' && recovery.stoppedAt !== undefined;
  return { name, passed: isExact, detail: isExact ? `${detail}; ${recovery.stoppedAt}` : detail };
}

/** Reads every table of every database; for clusters whose pages carry no checksums. */
export async function readAllTables(session: RestoredSession): Promise<CheckResult> {
  const name = 'all tables are readable';
  let tables = 0;
  const failed: string[] = [];
  const databases = await session.query('SELECT datname FROM pg_database WHERE datallowconn AND NOT datistemplate');
  for (const { datname } of databases) {
    const database = String(datname);
    const found = await session.query(
      `SELECT format('%I.%I', nspname, relname) AS name FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace
       WHERE relkind IN ('r', 'm') AND relpersistence = 'p'`,
      database,
    );
    for (const { name: table } of found) {
      tables += 1;
      await session.query(`SELECT count(*) FROM ${String(table)}`, database).catch((error: unknown) => {
        failed.push(`${database}: ${String(table)}: ${error instanceof Error ? error.message : String(error)}`);
      });
    }
  }
  const detail =
    failed.length === 0 ? `${tables} tables were read` : failed.slice(0, BACKUP_PROVE_LIMITS.badPagesShown).join('; ');
  return { name, passed: failed.length === 0, detail };
}
