import { METRICS_COLLECTORS_LIMITS } from '../limits.ts';
import { addRises, always, type CounterColumn, type Question, type Round } from './round.ts';
import { numberOf, type SqlRow, textOf } from './sql-session.ts';

const COUNTERS = [
  ...['xact_commit', 'xact_rollback', 'deadlocks', 'temp_bytes', 'temp_files', 'blks_read', 'blks_hit'],
  ...['tup_returned', 'tup_fetched', 'tup_inserted', 'tup_updated', 'tup_deleted', 'conflicts'],
];

const DATABASES = `SELECT coalesce(d.datname, '') AS database, s.numbackends::float8 AS sessions,
  coalesce(s.stats_reset::text, '') AS epoch, ${COUNTERS.map((name) => `s.${name}::float8 AS ${name}`).join(', ')}
  FROM pg_stat_database s LEFT JOIN pg_database d ON d.oid = s.datid
  WHERE s.datid = 0 OR NOT coalesce(d.datistemplate, true)
  ORDER BY s.xact_commit + s.xact_rollback DESC`;

const rate = (column: string, name: string, unit: CounterColumn['unit'] = 'Count/Second'): CounterColumn => ({
  ...{ column, name, unit, form: 'rate' },
});
const rise = (column: string, name: string): CounterColumn => ({ column, name, form: 'rise', unit: 'Count' });

const OF_DATABASE: readonly CounterColumn[] = [
  rate('transactions', 'Transactions'),
  rate('xact_rollback', 'Rollbacks'),
  rise('deadlocks', 'Deadlocks'),
  rate('temp_bytes', 'TemporaryBytes', 'Bytes/Second'),
  rise('blks_hit', 'BlocksHit'),
  rise('blks_read', 'BlocksRead'),
];

const OF_SERVER: readonly CounterColumn[] = [
  ...OF_DATABASE,
  rise('temp_files', 'TemporaryFiles'),
  rise('conflicts', 'RecoveryConflicts'),
  rate('tup_returned', 'RowsScanned'),
  rate('tup_fetched', 'RowsFetched'),
  rate('tup_inserted', 'RowsInserted'),
  rate('tup_updated', 'RowsUpdated'),
  rate('tup_deleted', 'RowsDeleted'),
];

/** Transactions, rows, blocks, deadlocks and temporary files, of the server and of its busiest databases. */
export const askDatabases: Question = {
  about: 'databases: transactions, rows, blocks and deadlocks',
  isSlow: false,
  fits: always,
  ask: async (round) => {
    const rows = (await round.session.query(DATABASES)).map(withTransactions);
    const named = rows.filter((row) => textOf(row, 'database') !== '');
    // The databases that are summed are part of what is counted: one that is dropped takes its counts with it.
    const epoch = rows
      .map((row) => `${textOf(row, 'database')}=${textOf(row, 'epoch')}`)
      .sort()
      .join();
    const sum = sumOf(rows);
    addRises(round, sum, { subject: 'server', epoch, columns: OF_SERVER });
    addCacheHits(round, sum, epoch);
    for (const row of named.slice(0, METRICS_COLLECTORS_LIMITS.databasesMax)) {
      const database = textOf(row, 'database');
      const dimensions = { database };
      round.list.add({ name: 'Connections', unit: 'Count', value: numberOf(row, 'sessions'), dimensions });
      const subject = `database/${database}`;
      addRises(round, row, { subject, epoch: textOf(row, 'epoch'), columns: OF_DATABASE, dimensions });
    }
  },
};

const withTransactions = (row: SqlRow): SqlRow => ({
  ...row,
  transactions: (numberOf(row, 'xact_commit') ?? 0) + (numberOf(row, 'xact_rollback') ?? 0),
});

function sumOf(rows: readonly SqlRow[]): SqlRow {
  const names = ['transactions', ...COUNTERS];
  return Object.fromEntries(
    names.map((name) => [name, rows.reduce((sum, row) => sum + (numberOf(row, name) ?? 0), 0)]),
  );
}

/** The share of blocks that were in the server's memory, of those asked for since the last round. */
function addCacheHits(round: Round, sum: SqlRow, databases: string): void {
  const epoch = `${round.server.startedMs}/${databases}`;
  const atMs = round.monotonicMs();
  const of = (column: string): number | undefined =>
    round.counters.rise({ key: `cache/${column}`, value: numberOf(sum, column) ?? 0, epoch, atMs })?.by;
  const hit = of('blks_hit');
  const read = of('blks_read');
  if (hit === undefined || read === undefined || hit + read === 0) return;
  round.list.add({ name: 'CacheHit', unit: 'Percent', value: (100 * hit) / (hit + read) });
}

const WRAPAROUND = `SELECT max(age(datfrozenxid))::float8 AS xids, max(mxid_age(datminmxid))::float8 AS multixacts
  FROM pg_database`;
/** Ids are compared in a circle of 2^32, so half of it is all there is. */
const IDS_MAX = 2 ** 31;

/** How far the oldest row is on the way to where the server stops taking writes. */
export const askWraparound: Question = {
  about: 'the age of the oldest rows',
  isSlow: false,
  fits: always,
  ask: async (round) => {
    const [row] = await round.session.query(WRAPAROUND);
    const xids = numberOf(row, 'xids') ?? 0;
    const multixacts = numberOf(row, 'multixacts') ?? 0;
    round.list.add({ name: 'WraparoundUsed', unit: 'Percent', value: (100 * Math.max(xids, multixacts)) / IDS_MAX });
  },
};

const SIZES = `SELECT datname AS database,
  CASE WHEN has_database_privilege(oid, 'CONNECT') OR pg_has_role('pg_read_all_stats', 'USAGE')
    THEN pg_database_size(oid) END::float8 AS bytes
  FROM pg_database WHERE NOT datistemplate AND datallowconn ORDER BY 2 DESC NULLS LAST`;

/** Reads the directory of each database, so it is not asked often. */
export const askSizes: Question = {
  about: 'sizes of databases',
  isSlow: true,
  fits: always,
  ask: async (round) => {
    const rows = await round.session.query(SIZES);
    const bytes = rows.reduce((sum, row) => sum + (numberOf(row, 'bytes') ?? 0), 0);
    round.list.add({ name: 'DatabaseSize', unit: 'Bytes', value: bytes });
    for (const row of rows.slice(0, METRICS_COLLECTORS_LIMITS.databasesMax)) {
      const dimensions = { database: textOf(row, 'database') };
      round.list.add({ name: 'DatabaseSize', unit: 'Bytes', value: numberOf(row, 'bytes'), dimensions });
    }
  },
};
