import type { Client } from 'pg';
import { connectServer, parseLsn } from '../protocol/index.ts';
import type { Lsn } from '../types.ts';
import { BACKUP_WAL_LIMITS } from './limits.ts';
import { reasonOf, type StreamState, tell } from './stream-state.ts';
import type { WalStreamDeps } from './stream-types.ts';

/** Only where it is not there: `IF NOT EXISTS` asks for the right to create schemas even when there is nothing to do. */
const CREATE_SCHEMA = 'CREATE SCHEMA IF NOT EXISTS holdfast';
const CREATE_TABLE = `CREATE TABLE IF NOT EXISTS holdfast.heartbeat (
    name text PRIMARY KEY, at timestamptz NOT NULL, counter bigint NOT NULL, lsn pg_lsn NOT NULL
  ) WITH (fillfactor = 50)`;
const BEAT = `INSERT INTO holdfast.heartbeat AS beat (name, at, counter, lsn)
  VALUES ($1, clock_timestamp(), 1, pg_current_wal_insert_lsn())
  ON CONFLICT (name) DO UPDATE SET at = excluded.at, counter = beat.counter + 1, lsn = excluded.lsn
  RETURNING extract(epoch FROM at) * 1000 AS at_ms, counter`;
const POSITION = 'SELECT pg_current_wal_insert_lsn()::text AS lsn';

export interface Heartbeat {
  /** Called when more WAL became durable: beats whose commit is in it are proven restorable. */
  readonly noteDurable: (durableLsn: Lsn) => void;
}

interface Beat {
  readonly atMs: number;
  /** After the commit, so it is in the WAL before this position. */
  readonly lsn: Lsn;
  readonly begunMs: number;
}

/**
 * Writes one row a second, so that every second is restorable on an idle cluster too, and measures the way from the
 * source to the quorum and the difference of the clocks. On a standby, or without the right to make its table, it is
 * skipped with the reason.
 */
export function createHeartbeat(deps: WalStreamDeps, state: StreamState, signal: AbortSignal): Heartbeat {
  const waiting: Beat[] = [];
  if (deps.source.heartbeat) void run(deps, state, { signal, waiting });
  return {
    noteDurable: (durableLsn) => {
      while (waiting[0] !== undefined && waiting[0].lsn <= durableLsn) {
        const beat = waiting.shift();
        if (beat === undefined) return;
        state.restorableToMs = Math.max(state.restorableToMs ?? 0, beat.atMs);
        const tookMs = deps.clock.monotonicMs() - beat.begunMs;
        state.heartbeat = { state: 'running', durableMs: beat.atMs, tookMs };
      }
    },
  };
}

interface Running {
  readonly signal: AbortSignal;
  readonly waiting: Beat[];
}

async function run(deps: WalStreamDeps, state: StreamState, running: Running): Promise<void> {
  const { signal } = running;
  const { clock } = deps;
  let pauseMs: number = BACKUP_WAL_LIMITS.backoffMinMs;
  while (!signal.aborted) {
    try {
      await beatOn(deps, state, running);
      pauseMs = BACKUP_WAL_LIMITS.backoffMinMs;
    } catch (error) {
      if (signal.aborted) return;
      const reason = describeProblem(error);
      if (state.heartbeat.state !== 'skipped' || state.heartbeat.reason !== reason) {
        tell(deps, { type: 'heartbeat-skipped', reason });
      }
      state.heartbeat = { ...state.heartbeat, state: 'skipped', reason };
      pauseMs = Math.min(pauseMs * 2, BACKUP_WAL_LIMITS.backoffMaxMs);
    }
    await clock.sleep(pauseMs, signal).catch(() => undefined);
  }
}

/** 42501 is a missing right, 25006 a server that takes no writes. */
function describeProblem(error: unknown): string {
  const code = (error as { readonly code?: unknown }).code;
  if (code === '42501') {
    return `the role may not write the heartbeat (${reasonOf(error)}); give it CREATE on the database, or make schema holdfast for it`;
  }
  if (code === '25006') return 'the server is a standby, which takes no writes; the heartbeat of its primary serves';
  return reasonOf(error);
}

async function beatOn(deps: WalStreamDeps, state: StreamState, running: Running): Promise<void> {
  const { source, clock } = deps;
  const { signal } = running;
  const { client } = await connectServer({
    url: source.url,
    applicationName: 'holdfast heartbeat',
    replication: false,
    signal,
  });
  const end = (): void => void client.end().catch(() => undefined);
  signal.addEventListener('abort', end, { once: true });
  try {
    await prepare(client);
    tell(deps, { type: 'heartbeat-runs' });
    let dueMs = clock.monotonicMs();
    while (!signal.aborted) {
      await beat(deps, state, { ...running, client });
      dueMs = Math.max(dueMs + BACKUP_WAL_LIMITS.heartbeatMs, clock.monotonicMs());
      await clock.sleep(dueMs - clock.monotonicMs(), signal).catch(() => undefined);
    }
  } finally {
    signal.removeEventListener('abort', end);
    end();
  }
}

async function prepare(client: Client): Promise<void> {
  // `local`, because the receiver may be the synchronous standby that the heartbeat would otherwise wait for.
  await client.query('SET synchronous_commit = local');
  await client.query(`SET statement_timeout = ${BACKUP_WAL_LIMITS.heartbeatStatementMs}`);
  const found = await client.query<{ schema: boolean; table: boolean }>(
    `SELECT to_regnamespace('holdfast') IS NOT NULL AS schema, to_regclass('holdfast.heartbeat') IS NOT NULL AS table`,
  );
  const there = found.rows[0];
  if (there?.schema !== true) await client.query(CREATE_SCHEMA);
  if (there?.table !== true) await client.query(CREATE_TABLE);
}

async function beat(
  deps: WalStreamDeps,
  state: StreamState,
  { client, waiting }: Running & { readonly client: Client },
): Promise<void> {
  const { clock, source } = deps;
  const begunMs = clock.monotonicMs();
  const beforeMs = clock.nowMs();
  const written = await client.query<{ at_ms: string }>(BEAT, [source.name]);
  const tookMs = clock.monotonicMs() - begunMs;
  const position = await client.query<{ lsn: string }>(POSITION);
  const atMs = Number(written.rows[0]?.at_ms ?? Number.NaN);
  const lsn = parseLsn(position.rows[0]?.lsn ?? '');
  waiting.push({ atMs: Math.floor(atMs), lsn, begunMs });
  if (waiting.length > BACKUP_WAL_LIMITS.heartbeatsWaitingMax) waiting.shift();
  if (state.heartbeat.state !== 'running') state.heartbeat = { state: 'running' };
  noteSkew(deps, state, atMs - (beforeMs + tookMs / 2));
}

/** The source wrote its time somewhere between question and answer; half way errs by half of that at most. */
function noteSkew(deps: WalStreamDeps, state: StreamState, skewMs: number): void {
  const wasOff = Math.abs(state.clockSkewMs ?? 0) > BACKUP_WAL_LIMITS.clockSkewAlarmMs;
  const isOff = Math.abs(skewMs) > BACKUP_WAL_LIMITS.clockSkewAlarmMs;
  state.clockSkewMs = skewMs;
  if (isOff && !wasOff) tell(deps, { type: 'clock-skew', skewMs });
}
