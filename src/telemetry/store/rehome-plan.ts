import { invariant } from '../../base/index.ts';
import { LOGS_SCHEMA, onCluster, partsTable, sqlText, systemTable } from '../schema/index.ts';
import type { TelemetryEngine } from './engine.ts';

/** The table that exists only while a partition is being rehomed. */
export const STAGING_TABLE = 'logs_rehome';

/** Everything that finishing needs; stored as JSON in the comment of the staging table. */
export interface RehomePlan {
  readonly phase: 'copying' | 'copied' | 'deleted';
  readonly logGroup: string;
  /** Tables of the class, without database. */
  readonly from: string;
  readonly to: string;
  readonly day: string;
  readonly retentionDays: number;
  readonly newRetentionDays: number;
  /** Rows with a higher block number arrived after the plan and stay where they are. One entry a shard. */
  readonly cuts: readonly { readonly shard: string; readonly block: number }[];
  /** Rows in staging, known from phase `copied` on. */
  readonly rows: number;
}

export async function readRehomePlan(engine: TelemetryEngine): Promise<RehomePlan | undefined> {
  const { topology } = engine;
  const rows = await engine.read<{ readonly comment: string }>(
    `SELECT comment FROM ${systemTable(topology, 'tables')} WHERE database = '${LOGS_SCHEMA.database}' ` +
      `AND name = '${partsTable(topology, STAGING_TABLE)}' ORDER BY comment LIMIT 1`,
  );
  const comment = rows[0]?.comment;
  if (comment === undefined) return undefined;
  const plan = JSON.parse(comment) as RehomePlan;
  invariant(['copying', 'copied', 'deleted'].includes(plan.phase), `a rehome in an unknown phase: ${plan.phase}`);
  return plan;
}

/** The engine replaces the table's definition with one rename: the phase is the old one or the new one. */
export async function writeRehomePhase(engine: TelemetryEngine, plan: RehomePlan): Promise<RehomePlan> {
  const { topology } = engine;
  await engine.command(
    `ALTER TABLE ${LOGS_SCHEMA.database}.${partsTable(topology, STAGING_TABLE)}${onCluster(topology)} ` +
      `MODIFY COMMENT ${sqlText(JSON.stringify(plan))}`,
  );
  return plan;
}
