import { invariant } from '../../base/index.ts';
import {
  createDistributedTable,
  createPartsTable,
  LOGS_SCHEMA,
  onCluster,
  partsTable,
  sqlText,
  storageClassOf,
} from '../schema/index.ts';
import type { TelemetryEngine } from './engine.ts';
import { partitionExpression } from './partitions.ts';
import { type RehomePlan, STAGING_TABLE } from './rehome-plan.ts';

const { database } = LOGS_SCHEMA;
const staging = `${database}.${STAGING_TABLE}`;

/** An empty staging table of the target's form. It never merges, so that its parts stay what was copied. */
export async function createStaging(engine: TelemetryEngine, plan: RehomePlan): Promise<void> {
  const { topology } = engine;
  const storageClass = storageClassOf(plan.to);
  invariant(storageClass !== undefined, `not a logs table: ${plan.to}`);
  await engine.command(
    createPartsTable({
      topology,
      schema: LOGS_SCHEMA,
      storageClass,
      table: STAGING_TABLE,
      comment: JSON.stringify(plan),
      settings: { max_bytes_to_merge_at_max_space_in_pool: 1, max_bytes_to_merge_at_min_space_in_pool: 1 },
    }),
  );
  for (const statement of createDistributedTable(topology, LOGS_SCHEMA, STAGING_TABLE)) await engine.command(statement);
}

/** Copies the rows with their new retention. Returns how many there are. */
export async function copyToStaging(engine: TelemetryEngine, plan: RehomePlan): Promise<number> {
  const names = LOGS_SCHEMA.columns.map((column) => column.name);
  const values = names.map((name) => (name === 'retention_days' ? `${plan.newRetentionDays} AS retention_days` : name));
  const settings =
    'materialize_skip_indexes_on_insert = 0, min_insert_block_size_rows = 500000' +
    (engine.topology.type === 'cluster' ? ', parallel_distributed_insert_select = 2' : '');
  // The inner query keeps the name retention_days of the condition apart from the new value of that name.
  await engine.command(
    `INSERT INTO ${staging} (${names.join(', ')}) SELECT ${values.join(', ')} ` +
      `FROM (SELECT ${names.join(', ')} FROM ${database}.${plan.from} WHERE ${copiedRows(plan)}) SETTINGS ${settings}`,
  );
  const counted = await engine.read<{ readonly rows: string }>(`SELECT count() AS rows FROM ${staging}`);
  return Number(counted[0]?.rows ?? 0);
}

/** Deletes exactly what was copied. May run again. */
export async function deleteSource(engine: TelemetryEngine, plan: RehomePlan): Promise<void> {
  const { topology } = engine;
  await engine.command(
    `ALTER TABLE ${database}.${partsTable(topology, plan.from)}${onCluster(topology)} ` +
      `DELETE IN PARTITION ${partitionExpression(plan)} WHERE ${copiedRows(plan)} SETTINGS mutations_sync = 2`,
  );
}

/** Links the staged parts into the target. When recovering, first finds out whether that has happened. */
export async function attachStaged(engine: TelemetryEngine, plan: RehomePlan, recovering: boolean): Promise<void> {
  const { topology } = engine;
  if (plan.rows === 0) return;
  const target = `${database}.${partsTable(topology, plan.to)}${onCluster(topology)}`;
  const partition = partitionExpression({ day: plan.day, retentionDays: plan.newRetentionDays });
  const arrived = recovering ? await countArrived(engine, plan) : 0;
  if (arrived === plan.rows) return;
  if (arrived > 0) {
    // A crash between two parts. What has arrived goes, so that all can be attached once.
    await engine.command(
      `ALTER TABLE ${target} DELETE IN PARTITION ${partition} WHERE ${arrivedRows(plan, partsTable(topology, STAGING_TABLE))} ` +
        'SETTINGS mutations_sync = 2, allow_nondeterministic_mutations = 1',
    );
  }
  await engine.command(
    `ALTER TABLE ${target} ATTACH PARTITION ${partition} FROM ${database}.${partsTable(topology, STAGING_TABLE)}`,
  );
}

export async function dropStaging(engine: TelemetryEngine): Promise<void> {
  const { topology } = engine;
  // The outer table first: the plan must be readable until the parts are gone.
  if (topology.type === 'cluster') await engine.command(`DROP TABLE IF EXISTS ${staging}${onCluster(topology)} SYNC`);
  await engine.command(
    `DROP TABLE IF EXISTS ${database}.${partsTable(topology, STAGING_TABLE)}${onCluster(topology)} SYNC`,
  );
}

async function countArrived(engine: TelemetryEngine, plan: RehomePlan): Promise<number> {
  const rows = await engine.read<{ readonly rows: string }>(
    `SELECT count() AS rows FROM ${database}.${plan.to} WHERE ${arrivedRows(plan, STAGING_TABLE)}`,
  );
  return Number(rows[0]?.rows ?? 0);
}

const arrivedRows = (plan: RehomePlan, from: string): string =>
  `log_group = ${sqlText(plan.logGroup)} AND toDate(time) = ${sqlText(plan.day)} ` +
  `AND retention_days = ${plan.newRetentionDays} AND (event_id, time) IN (SELECT event_id, time FROM ${database}.${from})`;

const copiedRows = (plan: RehomePlan): string =>
  `log_group = ${sqlText(plan.logGroup)} AND toDate(time) = ${sqlText(plan.day)} ` +
  `AND retention_days = ${plan.retentionDays} AND _block_number <= ${cutOf(plan)}`;

/** The cut as one number, or as the number of the shard that evaluates the condition. */
function cutOf(plan: RehomePlan): string {
  const [only, ...others] = plan.cuts;
  if (only !== undefined && others.length === 0 && only.shard === '') return String(only.block);
  const shards = plan.cuts.map((cut) => sqlText(cut.shard)).join(', ');
  const blocks = plan.cuts.map((cut) => `toInt64(${cut.block})`).join(', ');
  return `transform(getMacro('shard'), [${shards}], [${blocks}], toInt64(-1))`;
}
