import { DAY_MS, invariant } from '../../base/index.ts';
import { LOGS_SCHEMA, type TelemetryPartition } from '../../telemetry/index.ts';
import type { LogsContext } from '../context.ts';
import { LOGS_TABLE } from '../logs-table.ts';
import type { RetentionPlan } from '../service.ts';

/** What a drop would remove of one group. */
export interface DroppedShare {
  readonly logGroup: string;
  readonly characters: number;
}

/**
 * A partition holds one UTC day of rows of one retention. It is dropped when its whole day has passed that retention
 * and the policy of every group with rows in it is still the same; other groups are moved first, and the next plan
 * drops what is left. Reads only; the same state gives the same plan.
 */
export async function planRetention(context: LogsContext, nowMs: number): Promise<RetentionPlan> {
  const rehomes = await planRehomes(context);
  const drops: RetentionPlan['drops'][number][] = [];
  for (const partition of await context.telemetry.partitions()) {
    if (!isPastRetention(partition, nowMs)) continue;
    const shares = await sharesOf(context, partition);
    const moving = shares.filter(({ logGroup }) => policyOf(context, logGroup, partition) !== partition.retentionDays);
    if (moving.length === 0) drops.push({ ...partition, reason: reasonOf(partition, nowMs) });
  }
  return { drops, rehomes };
}

export function isPastRetention(
  { day, retentionDays }: Pick<TelemetryPartition, 'day' | 'retentionDays'>,
  nowMs: number,
): boolean {
  return retentionDays > 0 && endOf({ day, retentionDays }) < nowMs;
}

/** When the last moment of the day has passed the retention. */
const endOf = ({ day, retentionDays }: Pick<TelemetryPartition, 'day' | 'retentionDays'>): number =>
  Date.parse(`${day}T00:00:00Z`) + (1 + retentionDays) * DAY_MS;

const reasonOf = (partition: TelemetryPartition, nowMs: number): string => {
  const end = new Date(endOf(partition)).toISOString().slice(0, 10);
  const days = Math.floor((nowMs - endOf(partition)) / DAY_MS);
  return `all of ${partition.day} is past its retention of ${partition.retentionDays} days since ${end}, ${days} days ago`;
};

/** Rows that a removed group has left behind have no policy but the one they were stored with. */
const policyOf = ({ registry }: LogsContext, logGroup: string, { retentionDays }: TelemetryPartition): number =>
  registry.entry(logGroup)?.group.retentionDays ?? retentionDays;

async function planRehomes({ telemetry, registry }: LogsContext): Promise<RetentionPlan['rehomes']> {
  const { rows } = await telemetry.query<{ readonly log_group: string; readonly retentions: readonly number[] }>({
    sql: `SELECT log_group, groupUniqArray(retention_days) AS retentions FROM ${LOGS_TABLE} GROUP BY log_group ORDER BY log_group`,
  });
  return rows.flatMap(({ log_group, retentions }) => {
    const entry = registry.entry(log_group);
    if (entry === undefined || entry.isRemoving) return [];
    const { retentionDays, storageClass } = entry.group;
    return retentions.some((stored) => stored !== retentionDays)
      ? [{ logGroup: log_group, retentionDays, storageClass }]
      : [];
  });
}

/** The groups with rows in a partition, and how much text of each. */
export async function sharesOf(
  { telemetry }: LogsContext,
  { table, day, retentionDays }: Pick<TelemetryPartition, 'table' | 'day' | 'retentionDays'>,
): Promise<readonly DroppedShare[]> {
  invariant(/^\w+$/.test(table), `not the name of a table: ${table}`);
  const { rows } = await telemetry.query<{ readonly log_group: string; readonly characters: string }>({
    sql: `SELECT log_group, sum(lengthUTF8(body)) AS characters FROM ${LOGS_SCHEMA.database}.${table}
      WHERE toDate(time) = toDate({day:String}) AND retention_days = {retentionDays:UInt16} GROUP BY log_group`,
    params: { day, retentionDays },
  });
  return rows.map((row) => ({ logGroup: row.log_group, characters: Number(row.characters) }));
}
