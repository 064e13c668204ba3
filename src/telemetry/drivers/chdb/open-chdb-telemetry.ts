import { mkdirSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock, Log } from '../../../base/index.ts';
import { TELEMETRY_LIMITS } from '../../limits.ts';
import { EMBEDDED_TOPOLOGY, LOGS_SCHEMA } from '../../schema/index.ts';
import {
  createTelemetryStore,
  type EngineInsert,
  faultOf,
  insertSettings,
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
    engine = openChdbEngine({ folder, clock, log, lock });
    return await createTelemetryStore({ ...options, engine, clock, log: log.area('telemetry') });
  } catch (error) {
    if (engine === undefined) lock.release();
    else await engine.close();
    throw error;
  }
}

/**
 * Sessions are serial, so each kind of work has its own: one for each class that is written, one for
 * maintenance, one for what the store itself must know, one for stopping queries, and a pool for reading.
 * Whatever one of them does, the others go on.
 */
export function openChdbEngine(deps: {
  readonly folder: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly lock: FolderLock;
}): TelemetryEngine {
  const { folder, lock } = deps;
  const chdb = loadEngine();
  const path = join(folder, 'chdb');
  const connectionArgs = engineArguments();
  const openSession = (): ChdbSession => new chdb.Session(path, { connectionArgs });
  const writers = new Map<string, ChdbSession>();
  const maintenance = createSerialSession(openSession);
  const inspection = createSerialSession(openSession);
  const control = createSerialSession(openSession);
  const pool = createReadPool({
    clock: deps.clock,
    parallelMax: readersFor(deps.log),
    openSession: () => openReading(openSession),
    control: (sql) => control.run(sql).then(() => undefined),
  });

  const insert = async ({ table, columns, bytes, token, indexOnInsert }: EngineInsert): Promise<void> => {
    const session = writers.get(table) ?? openSession();
    writers.set(table, session);
    try {
      await session.insert({
        table: `${LOGS_SCHEMA.database}.${table}`,
        columns,
        values: bytes,
        format: 'JSONCompactEachRow',
        settings: { ...insertSettings({ token, indexOnInsert }), max_memory_usage: 0 },
      });
    } catch (error) {
      // As with queries: nothing of what failed may reach the next one.
      writers.delete(table);
      session.close();
      throw error;
    }
  };

  return {
    kind: 'chDB',
    topology: EMBEDDED_TOPOLOGY,
    insert,
    select: pool.select,
    command: async (sql) => {
      await maintenance.run(sql);
    },
    read: async <Row>(sql: string) => readResult<Row>(await inspection.run(sql)).rows,
    freeDiskBytes: () => readFreeBytes(folder),
    faultOf,
    close: async () => {
      await pool.close();
      for (const session of [maintenance, inspection, control]) await session.close();
      for (const session of writers.values()) session.close();
      await chdb.drainPending();
      lock.release();
    },
  };
}

async function readFreeBytes(folder: string): Promise<number> {
  const disk = await statfs(folder);
  return disk.bavail * disk.bsize;
}

/** Threads that writing, maintenance, inspection and control hold at most, and one for everything else. */
const OTHER_THREADS = 6;

/**
 * Every call into the engine holds one thread of libuv's pool while it runs. With the pool's default of four,
 * long queries and a mutation could take all of them, so fewer queries run at once then.
 */
function readersFor(log: Log): number {
  const threads = Number(process.env.UV_THREADPOOL_SIZE ?? 4);
  const wanted = TELEMETRY_LIMITS.queryParallelMax;
  if (threads >= OTHER_THREADS + wanted) return wanted;
  log.warn({ threads, wanted: OTHER_THREADS + wanted }, 'UV_THREADPOOL_SIZE is small: fewer queries will run at once');
  return Math.min(2, wanted);
}

/** The names of tables stand alone in queries, whatever session answers them. */
function openReading(openSession: () => ChdbSession): ChdbSession {
  const session = openSession();
  session.query(`USE ${LOGS_SCHEMA.database}`);
  return session;
}
