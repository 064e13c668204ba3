import { always, type Question, type Round } from './round.ts';
import { numberOf, type SqlRow, textOf } from './sql-session.ts';

const SESSIONS = `SELECT coalesce(state, 'unknown') AS state, count(*)::float8 AS sessions
  FROM pg_stat_activity WHERE backend_type = 'client backend' GROUP BY 1`;

// Ages are of the server's own clock, so that no clock has to agree with another.
const AGES = `SELECT
  coalesce(max(extract(epoch FROM clock_timestamp() - xact_start)) FILTER (WHERE is_other), 0)::float8 AS transaction,
  coalesce(max(extract(epoch FROM clock_timestamp() - query_start)) FILTER (WHERE is_other AND state = 'active'), 0)::float8 AS query,
  coalesce(max(extract(epoch FROM clock_timestamp() - state_change))
    FILTER (WHERE is_other AND state LIKE 'idle in transaction%'), 0)::float8 AS idle,
  coalesce(max(age(backend_xmin)), 0)::float8 AS xmin,
  count(*) FILTER (WHERE backend_type = 'autovacuum worker')::float8 AS vacuums
  FROM (SELECT *, backend_type = 'client backend' AND pid <> pg_backend_pid() AS is_other FROM pg_stat_activity) a`;

const WAITS = `SELECT coalesce(wait_event_type, 'running') AS wait, count(*)::float8 AS sessions
  FROM pg_stat_activity
  WHERE backend_type IN ('client backend', 'parallel worker') AND state = 'active' AND pid <> pg_backend_pid()
  GROUP BY 1`;

const STATES = ['active', 'idle', 'idle in transaction', 'idle in transaction (aborted)'];
const WAIT_TYPES = ['running', 'BufferPin', 'Client', 'Extension', 'IO', 'IPC', 'Lock', 'LWLock', 'Timeout'];

/** Sessions by state, how long they have been at it, and what they wait for. */
export const askActivity: Question = {
  about: 'sessions of others: their states, waits and ages',
  isSlow: false,
  // Without the right every session but our own has no state, and all ages would read as nought.
  fits: ({ seesOthers }) => seesOthers,
  ask: async (round) => {
    const sessions = await round.session.query(SESSIONS);
    const all = sessions.reduce((sum, row) => sum + (numberOf(row, 'sessions') ?? 0), 0);
    addConnections(round, all);
    addEach(round, sessions, { column: 'state', known: STATES, name: 'Connections' });
    const [ages] = await round.session.query(AGES);
    const { add } = round.list;
    add({ name: 'LongestTransaction', unit: 'Seconds', value: numberOf(ages, 'transaction') });
    add({ name: 'LongestQuery', unit: 'Seconds', value: numberOf(ages, 'query') });
    add({ name: 'LongestIdleInTransaction', unit: 'Seconds', value: numberOf(ages, 'idle') });
    add({ name: 'OldestXminAge', unit: 'Count', value: numberOf(ages, 'xmin') });
    const vacuums = numberOf(ages, 'vacuums') ?? 0;
    add({ name: 'AutovacuumWorkers', unit: 'Count', value: vacuums });
    const { autovacuumWorkersMax } = round.server;
    add({ name: 'AutovacuumWorkersUsed', unit: 'Percent', value: (100 * vacuums) / autovacuumWorkersMax });
    addEach(round, await round.session.query(WAITS), { column: 'wait', known: WAIT_TYPES, name: 'ActiveSessions' });
  },
};

/** What everybody may see, for roles that see no more. */
export const askConnections: Question = {
  about: 'the number of connections',
  isSlow: false,
  fits: ({ seesOthers }) => !seesOthers,
  ask: async (round) => {
    const [row] = await round.session.query(
      'SELECT coalesce(sum(numbackends), 0)::float8 AS sessions FROM pg_stat_database WHERE datid <> 0',
    );
    addConnections(round, numberOf(row, 'sessions') ?? 0);
  },
};

/** `waitstart` is there since version 14. Everybody may read it. */
export const askLocks: Question = {
  about: 'locks',
  isSlow: false,
  fits: always,
  ask: async (round) => {
    const [row] = await round.session.query(`SELECT count(DISTINCT pid)::float8 AS waiting,
      coalesce(max(extract(epoch FROM clock_timestamp() - waitstart)), 0)::float8 AS longest
      FROM pg_locks WHERE NOT granted`);
    round.list.add({ name: 'SessionsWaitingForLocks', unit: 'Count', value: numberOf(row, 'waiting') });
    round.list.add({ name: 'LongestLockWait', unit: 'Seconds', value: numberOf(row, 'longest') });
  },
};

function addConnections({ list, server }: Round, sessions: number): void {
  list.add({ name: 'Connections', unit: 'Count', value: sessions });
  list.add({ name: 'ConnectionsMax', unit: 'Count', value: server.maxConnections });
  list.add({ name: 'ConnectionsUsed', unit: 'Percent', value: (100 * sessions) / server.maxConnections });
}

/** Known values are told even when nobody is in them: a graph with holes cannot be read. */
function addEach(
  { list }: Round,
  rows: readonly SqlRow[],
  { column, known, name }: { readonly column: string; readonly known: readonly string[]; readonly name: string },
): void {
  const counted = new Map(known.map((value) => [value, 0]));
  for (const row of rows) counted.set(textOf(row, column), numberOf(row, 'sessions') ?? 0);
  const dimension = column;
  for (const [value, sessions] of counted)
    list.add({ name, unit: 'Count', value: sessions, dimensions: { [dimension]: value } });
}
