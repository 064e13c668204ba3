import type { ServerFacts } from './round.ts';
import { numberOf, type SqlSession, textOf } from './sql-session.ts';

const FACTS = `SELECT current_setting('server_version_num')::float8 AS version, pg_is_in_recovery() AS standby,
  (extract(epoch FROM pg_postmaster_start_time()) * 1000)::float8 AS started_ms,
  current_setting('max_connections')::float8 AS max_connections,
  current_setting('autovacuum_max_workers')::float8 AS autovacuum_workers,
  pg_has_role('pg_read_all_stats', 'USAGE') AS sees_others,
  (SELECT setting FROM pg_settings WHERE name = 'data_directory') AS data_folder,
  current_setting('port')::float8 AS port`;

/** Asked at each round: a server may be promoted, restarted or given rights between two of them. */
export async function readServer(session: SqlSession): Promise<ServerFacts> {
  const [row] = await session.query(FACTS);
  const dataFolder = textOf(row, 'data_folder');
  return {
    version: numberOf(row, 'version') ?? 0,
    isStandby: row?.['standby'] === true,
    startedMs: Math.round(numberOf(row, 'started_ms') ?? 0),
    maxConnections: numberOf(row, 'max_connections') ?? 0,
    autovacuumWorkersMax: numberOf(row, 'autovacuum_workers') ?? 0,
    seesOthers: row?.['sees_others'] === true,
    dataFolder: dataFolder === '' ? undefined : dataFolder,
    port: numberOf(row, 'port') ?? 0,
  };
}
