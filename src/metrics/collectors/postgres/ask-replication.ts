import { METRICS_COLLECTORS_LIMITS } from '../limits.ts';
import { addRises, type Question, type Round } from './round.ts';
import { numberOf, type SqlRow, textOf } from './sql-session.ts';

// Receivers that only store WAL report no replay; what they flushed is then what they have. A lag that is not known
// with nothing left to send is none.
const STANDBYS = `SELECT coalesce(nullif(application_name, ''), client_addr::text, 'standby') AS standby,
  max(pg_wal_lsn_diff(pg_current_wal_lsn(), coalesce(replay_lsn, flush_lsn, sent_lsn)))::float8 AS bytes,
  max(CASE WHEN pg_current_wal_lsn() = coalesce(replay_lsn, flush_lsn, sent_lsn) THEN 0
    ELSE extract(epoch FROM coalesce(replay_lag, flush_lag, write_lag)) END)::float8 AS seconds
  FROM pg_stat_replication WHERE state IN ('streaming', 'catchup') GROUP BY 1 ORDER BY 2 DESC NULLS LAST`;

/** What follows this server, and how far behind it is. */
export const askStandbys: Question = {
  about: 'standbys and their lag',
  isSlow: false,
  fits: ({ isStandby, seesOthers }) => !isStandby && seesOthers,
  ask: async (round) => {
    const rows = await round.session.query(STANDBYS);
    round.list.add({ name: 'Standbys', unit: 'Count', value: rows.length });
    addLag(round, rows, 'standby');
  },
};

const SELF = `SELECT pg_last_wal_receive_lsn() IS NOT NULL AS receives,
  pg_wal_lsn_diff(pg_last_wal_receive_lsn(), pg_last_wal_replay_lsn())::float8 AS bytes,
  CASE WHEN pg_last_wal_receive_lsn() = pg_last_wal_replay_lsn() THEN 0
    ELSE extract(epoch FROM clock_timestamp() - pg_last_xact_replay_timestamp()) END::float8 AS seconds`;

/** A standby's own view: what it has received and not replayed yet. */
export const askOwnLag: Question = {
  about: 'the lag of this standby',
  isSlow: false,
  fits: ({ isStandby }) => isStandby,
  ask: async (round) => {
    const [row] = await round.session.query(SELF);
    if (row === undefined) return;
    addLag(round, [row], undefined);
  },
};

function addLag({ list }: Round, rows: readonly SqlRow[], column: 'standby' | undefined): void {
  const worst = (name: string): number | undefined => {
    const known = rows.map((row) => numberOf(row, name)).filter((value) => value !== undefined);
    return known.length === 0 ? undefined : Math.max(...known);
  };
  list.add({ name: 'ReplicationLag', unit: 'Seconds', value: worst('seconds') });
  list.add({ name: 'ReplicationLagBytes', unit: 'Bytes', value: worst('bytes') });
  if (column === undefined) return;
  for (const row of rows.slice(0, METRICS_COLLECTORS_LIMITS.standbysMax)) {
    const dimensions = { standby: textOf(row, column) };
    list.add({ name: 'ReplicationLag', unit: 'Seconds', value: numberOf(row, 'seconds'), dimensions });
    list.add({ name: 'ReplicationLagBytes', unit: 'Bytes', value: numberOf(row, 'bytes'), dimensions });
  }
}

const SLOTS = `SELECT slot_name AS slot, active,
  pg_wal_lsn_diff(CASE WHEN pg_is_in_recovery() THEN pg_last_wal_receive_lsn() ELSE pg_current_wal_lsn() END,
    restart_lsn)::float8 AS bytes
  FROM pg_replication_slots ORDER BY 3 DESC NULLS LAST`;

/** WAL that slots hold back fills the disk of a server when nobody takes it. */
export const askSlots: Question = {
  about: 'replication slots',
  isSlow: false,
  fits: () => true,
  ask: async ({ session, list }) => {
    const rows = await session.query(SLOTS);
    list.add({ name: 'SlotsInactive', unit: 'Count', value: rows.filter((row) => row['active'] !== true).length });
    const bytes = rows.map((row) => numberOf(row, 'bytes') ?? 0);
    list.add({ name: 'SlotRetained', unit: 'Bytes', value: Math.max(0, ...bytes) });
    for (const row of rows.slice(0, METRICS_COLLECTORS_LIMITS.standbysMax)) {
      const dimensions = { slot: textOf(row, 'slot') };
      list.add({ name: 'SlotRetained', unit: 'Bytes', value: numberOf(row, 'bytes'), dimensions });
    }
  },
};

// A position in the log is a count of bytes, on every version; only its timeline may begin anew, by a promotion.
const WAL_POSITION = `SELECT pg_is_in_recovery()::text AS epoch, pg_wal_lsn_diff(
  CASE WHEN pg_is_in_recovery() THEN pg_last_wal_receive_lsn() ELSE pg_current_wal_lsn() END, '0/0')::float8 AS bytes`;

export const askWalRate: Question = {
  about: 'the rate of WAL',
  isSlow: false,
  fits: () => true,
  ask: async (round) => {
    const [row] = await round.session.query(WAL_POSITION);
    addRises(round, row, {
      subject: 'wal',
      epoch: textOf(row, 'epoch'),
      columns: [{ column: 'bytes', name: 'WalBytes', form: 'rate', unit: 'Bytes/Second' }],
    });
  },
};
