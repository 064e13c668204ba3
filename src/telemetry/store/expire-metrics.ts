import { DAY_MS, HOUR_MS, invariant } from '../../base/index.ts';
import {
  ERROR_EVENTS,
  ERROR_INBOX,
  ERROR_SESSIONS,
  EXPIRING_TABLES,
  LOGS_SCHEMA,
  onCluster,
  partsTable,
  SPANS,
  systemTable,
} from '../schema/index.ts';
import type { ExpiredPartition } from '../types.ts';
import type { TelemetryEngine } from './engine.ts';
import { readPartitionKey } from './partitions.ts';

/**
 * Drops the partitions of points, roll-ups, names, spans, error events and sessions whose last moment has passed its retention. Whole parts go:
 * nothing is rewritten, and what a crash leaves undone the next call does.
 */
export async function expireMetrics(engine: TelemetryEngine, nowMs: number): Promise<readonly ExpiredPartition[]> {
  const tables = [...EXPIRING_TABLES.map(({ table }) => table), SPANS.name, ERROR_EVENTS.name, ERROR_SESSIONS.name];
  return await dropWhere(engine, tables, (partition) => partition.endMs <= nowMs);
}

/** Drops the hours of the inbox that ended before `beforeMs`: what was in them is in error_events. */
export async function expireErrorInbox(
  engine: TelemetryEngine,
  beforeMs: number,
): Promise<readonly ExpiredPartition[]> {
  return await dropWhere(engine, [ERROR_INBOX.name], ({ startMs }) => startMs + HOUR_MS <= beforeMs);
}

async function dropWhere(
  engine: TelemetryEngine,
  tables: readonly string[],
  isOver: (partition: DatedPartition) => boolean,
): Promise<readonly ExpiredPartition[]> {
  const dropped: ExpiredPartition[] = [];
  for (const partition of await readDatedPartitions(engine, tables)) {
    if (!isOver(partition)) continue;
    invariant(/^[\d-]+$/.test(partition.id), `a partition that we never made: ${partition.id}`);
    await engine.command(
      `ALTER TABLE ${LOGS_SCHEMA.database}.${partsTable(engine.topology, partition.table)}` +
        `${onCluster(engine.topology)} DROP PARTITION ID '${partition.id}'`,
    );
    dropped.push({ table: partition.table, startMs: partition.startMs, rows: partition.rows });
  }
  return dropped;
}

interface DatedPartition {
  readonly table: string;
  readonly id: string;
  readonly startMs: number;
  /** When the last moment of it has passed its retention; infinite when it is kept for ever. */
  readonly endMs: number;
  readonly rows: number;
}

async function readDatedPartitions(
  engine: TelemetryEngine,
  tables: readonly string[],
): Promise<readonly DatedPartition[]> {
  const names = new Map(tables.map((table) => [partsTable(engine.topology, table), table]));
  const rows = await engine.read<{ table: string; id: string; partition: string; rows: string }>(
    'SELECT table, partition_id AS id, any(partition) AS partition, sum(rows) AS rows ' +
      `FROM ${systemTable(engine.topology, 'parts')} WHERE active AND database = '${LOGS_SCHEMA.database}' ` +
      `AND table IN (${[...names.keys()].map((name) => `'${name}'`).join(', ')}) ` +
      'GROUP BY table, partition_id ORDER BY table, partition_id',
  );
  return rows.map(({ table, id, partition, rows: count }) => {
    const name = names.get(table) ?? table;
    return { table: name, id, rows: Number(count), ...lifeOf(name, partition) };
  });
}

function lifeOf(table: string, partition: string): Pick<DatedPartition, 'startMs' | 'endMs'> {
  const spec = table === ERROR_INBOX.name ? INBOX_HOURS : EXPIRING_TABLES.find((one) => one.table === table);
  if (spec === undefined) {
    const { day, retentionDays } = readPartitionKey(partition);
    const startMs = Date.parse(day);
    return { startMs, endMs: retentionDays === 0 ? Number.POSITIVE_INFINITY : startMs + (1 + retentionDays) * DAY_MS };
  }
  // `2026-01-31`, or `2026-01-31 05:00:00`, both UTC.
  const startMs = Date.parse(`${partition.replace(' ', 'T')}${partition.includes(' ') ? 'Z' : ''}`);
  invariant(Number.isFinite(startMs), `a partition key that we never made: ${partition}`);
  return { startMs, endMs: startMs + spec.partitionMs + spec.keptMs };
}

/** Its hours end when what is in them was processed, not at a time that could be said before. */
const INBOX_HOURS = { partitionMs: HOUR_MS, keptMs: Number.POSITIVE_INFINITY };
