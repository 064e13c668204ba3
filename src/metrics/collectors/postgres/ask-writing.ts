import { addRises, type CounterColumn, type Question } from './round.ts';
import { textOf } from './sql-session.ts';

const rise = (column: string, name: string, unit: CounterColumn['unit'] = 'Count'): CounterColumn => ({
  ...{ column, name, unit, form: 'rise' },
});
const CHECKPOINTS: readonly CounterColumn[] = [
  rise('timed', 'CheckpointsTimed'),
  rise('requested', 'CheckpointsRequested'),
  rise('write_ms', 'CheckpointWriteTime', 'Milliseconds'),
  rise('sync_ms', 'CheckpointSyncTime', 'Milliseconds'),
  rise('written', 'CheckpointBuffers'),
];
const WRITER: readonly CounterColumn[] = [
  rise('cleaned', 'BackgroundWriterBuffers'),
  rise('backend', 'BackendBuffers'),
  rise('allocated', 'AllocatedBuffers'),
];

const BEFORE_17 = `SELECT checkpoints_timed::float8 AS timed, checkpoints_req::float8 AS requested,
  checkpoint_write_time::float8 AS write_ms, checkpoint_sync_time::float8 AS sync_ms,
  buffers_checkpoint::float8 AS written, buffers_clean::float8 AS cleaned, buffers_backend::float8 AS backend,
  buffers_alloc::float8 AS allocated, coalesce(stats_reset::text, '') AS epoch FROM pg_stat_bgwriter`;

/** Until version 16 the checkpointer's counts stood with those of the background writer. */
export const askCheckpointsBefore17: Question = {
  about: 'checkpoints',
  isSlow: false,
  fits: ({ version }) => version < 170_000,
  ask: async (round) => {
    const [row] = await round.session.query(BEFORE_17);
    addRises(round, row, { subject: 'writer', epoch: textOf(row, 'epoch'), columns: [...CHECKPOINTS, ...WRITER] });
  },
};

const CHECKPOINTER = `SELECT num_timed::float8 AS timed, num_requested::float8 AS requested,
  write_time::float8 AS write_ms, sync_time::float8 AS sync_ms, buffers_written::float8 AS written,
  coalesce(stats_reset::text, '') AS epoch FROM pg_stat_checkpointer`;
const BACKGROUND_WRITER = `SELECT buffers_clean::float8 AS cleaned, buffers_alloc::float8 AS allocated,
  coalesce(stats_reset::text, '') AS epoch FROM pg_stat_bgwriter`;

export const askCheckpoints: Question = {
  about: 'checkpoints',
  isSlow: false,
  fits: ({ version }) => version >= 170_000,
  ask: async (round) => {
    const [checkpointer] = await round.session.query(CHECKPOINTER);
    addRises(round, checkpointer, {
      subject: 'checkpointer',
      epoch: textOf(checkpointer, 'epoch'),
      columns: CHECKPOINTS,
    });
    const [writer] = await round.session.query(BACKGROUND_WRITER);
    addRises(round, writer, { subject: 'writer', epoch: textOf(writer, 'epoch'), columns: WRITER });
  },
};

const IO = `SELECT sum(reads)::float8 AS reads, sum(coalesce(writes, 0) + coalesce(extends, 0))::float8 AS writes,
  sum(fsyncs)::float8 AS fsyncs, sum(read_time)::float8 AS read_ms,
  sum(coalesce(write_time, 0) + coalesce(extend_time, 0))::float8 AS write_ms,
  sum(writes) FILTER (WHERE backend_type = 'client backend' AND object = 'relation')::float8 AS backend,
  coalesce(min(stats_reset)::text, '') AS epoch FROM pg_stat_io`;

/** Since version 16; times are nought unless track_io_timing is on. */
export const askIo: Question = {
  about: 'reads and writes of the server',
  isSlow: false,
  fits: ({ version }) => version >= 160_000,
  ask: async (round) => {
    const [row] = await round.session.query(IO);
    const isMoved = round.server.version >= 170_000;
    addRises(round, row, {
      subject: 'io',
      epoch: textOf(row, 'epoch'),
      columns: [
        { column: 'reads', name: 'IoReads', form: 'rate', unit: 'Count/Second' },
        { column: 'writes', name: 'IoWrites', form: 'rate', unit: 'Count/Second' },
        { column: 'fsyncs', name: 'IoFsyncs', form: 'rate', unit: 'Count/Second' },
        rise('read_ms', 'IoReadTime', 'Milliseconds'),
        rise('write_ms', 'IoWriteTime', 'Milliseconds'),
        ...(isMoved ? [rise('backend', 'BackendBuffers')] : []),
      ],
    });
  },
};

/** Since version 14: why WAL grows, and whether its buffers are too small. */
export const askWal: Question = {
  about: 'the making of WAL',
  isSlow: false,
  fits: () => true,
  ask: async (round) => {
    const [row] = await round.session.query(`SELECT wal_records::float8 AS records, wal_fpi::float8 AS images,
      wal_buffers_full::float8 AS full_buffers, coalesce(stats_reset::text, '') AS epoch FROM pg_stat_wal`);
    addRises(round, row, {
      subject: 'wal-making',
      epoch: textOf(row, 'epoch'),
      columns: [
        { column: 'records', name: 'WalRecords', form: 'rate', unit: 'Count/Second' },
        rise('images', 'WalFullPageImages'),
        rise('full_buffers', 'WalBuffersFull'),
      ],
    });
  },
};
