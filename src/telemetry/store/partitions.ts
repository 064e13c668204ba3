import { invariant } from '../../base/index.ts';
import { LOGS_SCHEMA, logsTableOf, onCluster, partsTable, STORAGE_CLASSES, systemTable } from '../schema/index.ts';
import type { TelemetryPartition } from '../types.ts';
import type { TelemetryEngine } from './engine.ts';

interface PartitionRow {
  readonly table: string;
  readonly partition: string;
  readonly rows: string;
  readonly bytes: string;
}

/** Live partitions of the logs tables with their sizes; staging of a rehome is not among them. */
export async function readPartitions(engine: TelemetryEngine): Promise<readonly TelemetryPartition[]> {
  const { topology } = engine;
  const names = new Map(STORAGE_CLASSES.map(logsTableOf).map((table) => [partsTable(topology, table), table]));
  const rows = await engine.read<PartitionRow>(
    'SELECT table, partition, sum(rows) AS rows, sum(bytes_on_disk) AS bytes ' +
      `FROM ${systemTable(topology, 'parts')} WHERE active AND database = '${LOGS_SCHEMA.database}' ` +
      `AND table IN (${[...names.keys()].map((name) => `'${name}'`).join(', ')}) ` +
      'GROUP BY table, partition HAVING rows > 0 ORDER BY table, partition',
  );
  return rows.map((row) => {
    const { day, retentionDays } = readPartitionKey(row.partition);
    return {
      table: names.get(row.table) ?? row.table,
      day,
      retentionDays,
      rows: Number(row.rows),
      bytesOnDisk: Number(row.bytes),
    };
  });
}

/** Reads `('2026-01-31',30)`, as system.parts shows the key of a partition. */
export function readPartitionKey(partition: string): { readonly day: string; readonly retentionDays: number } {
  const match = /^\('(\d{4}-\d\d-\d\d)',(\d+)\)$/.exec(partition);
  invariant(match?.[1] !== undefined && match[2] !== undefined, `a partition key that we never made: ${partition}`);
  return { day: match[1], retentionDays: Number(match[2]) };
}

/** The PARTITION expression of ALTER. Both parts are checked, because they become SQL. */
export function partitionExpression(partition: Pick<TelemetryPartition, 'day' | 'retentionDays'>): string {
  invariant(/^\d{4}-\d\d-\d\d$/.test(partition.day), `not a day: ${partition.day}`);
  invariant(Number.isInteger(partition.retentionDays) && partition.retentionDays >= 0, 'not a number of days');
  return `('${partition.day}', ${partition.retentionDays})`;
}

/** Drops whole parts only: nothing is rewritten, and the space comes back at once. */
export async function dropPartition(
  engine: TelemetryEngine,
  partition: Pick<TelemetryPartition, 'table' | 'day' | 'retentionDays'>,
): Promise<void> {
  const { topology } = engine;
  invariant(STORAGE_CLASSES.map(logsTableOf).includes(partition.table), `not a logs table: ${partition.table}`);
  await engine.command(
    `ALTER TABLE ${LOGS_SCHEMA.database}.${partsTable(topology, partition.table)}${onCluster(topology)} ` +
      `DROP PARTITION ${partitionExpression(partition)}`,
  );
}
