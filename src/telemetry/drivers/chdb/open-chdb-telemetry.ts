import { mkdirSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock, Log } from '../../../base/index.ts';
import { EMBEDDED_TOPOLOGY, LOGS_SCHEMA } from '../../schema/index.ts';
import {
  createTelemetryStore,
  faultOf,
  readResult,
  type TelemetryEngine,
  type TelemetryStoreSettings,
} from '../../store/index.ts';
import type { TelemetryStore } from '../../types.ts';
import { engineArguments } from './engine-arguments.ts';
import { type FolderLock, lockFolder } from './folder-lock.ts';
import { type ChdbSession, loadEngine } from './load-engine.ts';
import { createReadPool } from './read-pool.ts';
import { createSerialSession } from './serial-session.ts';

export interface ChdbTelemetryOptions extends TelemetryStoreSettings {
  /** Made when it does not exist; one process at a time. */
  readonly folder: string;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * Opens the embedded engine on a folder. Throws `telemetry.folder-in-use`, `telemetry.engine-missing` and
 * `telemetry.schema-too-new`; nothing stays open then.
 */
export async function openChdbTelemetry(options: ChdbTelemetryOptions): Promise<TelemetryStore> {
  const { folder, clock, log } = options;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const lock = lockFolder(folder);
  let engine: TelemetryEngine | undefined;
  try {
    engine = openChdbEngine(folder, lock);
    return await createTelemetryStore({ ...options, engine, clock, log: log.area('telemetry') });
  } catch (error) {
    if (engine === undefined) lock.release();
    else await engine.close();
    throw error;
  }
}

/**
 * Sessions are serial, so each kind of work has its own: one for each class that is written, one for
 * maintenance, one for stopping queries, and a pool for reading. Whatever one of them does, the others go on.
 */
function openChdbEngine(folder: string, lock: FolderLock): TelemetryEngine {
  const chdb = loadEngine();
  const path = join(folder, 'chdb');
  const connectionArgs = engineArguments();
  const openSession = (): ChdbSession => new chdb.Session(path, { connectionArgs });
  const writers = new Map<string, ChdbSession>();
  const maintenance = createSerialSession(openSession);
  const control = createSerialSession(openSession);
  const pool = createReadPool({
    openSession: () => openReading(openSession),
    control: (sql) => control.run(sql).then(() => undefined),
  });

  const writerOf = (table: string): ChdbSession => {
    const known = writers.get(table);
    if (known !== undefined) return known;
    const session = openSession();
    writers.set(table, session);
    return session;
  };

  return {
    kind: 'chdb',
    topology: EMBEDDED_TOPOLOGY,
    insert: async ({ table, columns, bytes, token }) => {
      await writerOf(table).insert({
        table: `${LOGS_SCHEMA.database}.${table}`,
        columns,
        values: bytes,
        format: 'JSONCompactEachRow',
        settings: { ...INSERT_SETTINGS, insert_deduplication_token: token },
      });
    },
    select: pool.select,
    command: async (sql) => {
      await maintenance.run(sql);
    },
    read: async <Row>(sql: string) => readResult<Row>(await maintenance.run(sql)).rows,
    freeDiskBytes: async () => {
      const disk = await statfs(folder);
      return disk.bavail * disk.bsize;
    },
    faultOf,
    close: async () => {
      await pool.close();
      await maintenance.close();
      await control.close();
      for (const session of writers.values()) session.close();
      await chdb.drainPending();
      lock.release();
    },
  };
}

/** The names of tables stand alone in queries, whatever session answers them. */
function openReading(openSession: () => ChdbSession): ChdbSession {
  const session = openSession();
  session.query(`USE ${LOGS_SCHEMA.database}`);
  return session;
}

const INSERT_SETTINGS = {
  // The rows of one insert are one block: it is stored whole or not at all, and its token names all of it.
  max_insert_block_size: 1_000_000,
  min_insert_block_size_rows: 1_000_000,
  min_insert_block_size_bytes: 1_000_000_000,
  max_insert_threads: 1,
  // Parsing with more threads is no faster on few cores, and takes the core that encodes the next insert.
  input_format_parallel_parsing: 0,
  insert_deduplicate: 1,
  async_insert: 0,
  // Merges build the text index; see text-index-sweep.ts for what they leave out.
  materialize_skip_indexes_on_insert: 0,
  // Late rows may be of any day; the number of days in an insert is no reason to lose it.
  max_partitions_per_insert_block: 0,
  max_memory_usage: 0,
  log_queries: 0,
} as const;
