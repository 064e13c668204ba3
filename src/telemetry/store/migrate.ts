import { Failure, type Log } from '../../base/index.ts';
import { TELEMETRY_FAILURES } from '../failures.ts';
import { errorsDdl, LOGS_SCHEMA, logsDdl, logsMigrations, metricsDdl, TELEMETRY_VERSION } from '../schema/index.ts';
import type { TelemetryEngine } from './engine.ts';

/**
 * Makes the tables, or brings older ones to the present schema. Refuses data of a newer program with
 * `telemetry.schema-too-new` before anything is changed.
 *
 * The version is recorded last: a crash before that leaves statements that the next start repeats.
 */
export async function migrate(deps: {
  readonly engine: TelemetryEngine;
  readonly log: Log;
  readonly statements?: typeof logsMigrations;
  readonly version?: number;
}): Promise<void> {
  const { engine, log, statements = logsMigrations, version = TELEMETRY_VERSION } = deps;
  const { topology } = engine;
  const stored = await storedVersion(engine);
  if (stored === version) return;
  if (stored !== undefined && stored > version) {
    throw new Failure(TELEMETRY_FAILURES.schemaTooNew, { stored, known: version });
  }
  // Where no version is recorded, tables of an older one may still stand: their columns are added too.
  const ddl = [
    ...(stored === undefined ? logsDdl({ topology }) : []),
    ...((stored ?? 0) < METRICS_SINCE ? metricsDdl(topology) : []),
    ...((stored ?? 0) < ERRORS_SINCE ? errorsDdl(topology) : []),
    ...statements({ topology, from: stored ?? 0 }),
  ];
  for (const statement of ddl) await engine.command(statement);
  await engine.command(
    `INSERT INTO ${LOGS_SCHEMA.database}.schema_version (version, applied_at) VALUES (${version}, now64(3, 'UTC'))`,
  );
  log.info({ from: stored ?? 0, to: version }, 'the telemetry schema is ready');
}

/** The version that brought the tables of metrics and traces. */
const METRICS_SINCE = 2;
/** The version that brought the tables of errors. */
const ERRORS_SINCE = 3;

/** The version of the data; undefined when there is none, or when its making was cut short. */
async function storedVersion(engine: TelemetryEngine): Promise<number | undefined> {
  const tables = await engine.read<{ readonly name: string }>(
    `SELECT name FROM system.tables WHERE database = '${LOGS_SCHEMA.database}' AND name = 'schema_version'`,
  );
  if (tables.length === 0) return undefined;
  const rows = await engine.read<{ readonly version: number; readonly rows: string }>(
    `SELECT max(version) AS version, count() AS rows FROM ${LOGS_SCHEMA.database}.schema_version`,
  );
  const row = rows[0];
  return row === undefined || Number(row.rows) === 0 ? undefined : Number(row.version);
}
