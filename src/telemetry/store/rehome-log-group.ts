import type { Clock, Log } from '../../base/index.ts';
import { TELEMETRY_LIMITS } from '../limits.ts';
import { LOGS_SCHEMA, logsTableOf, partsTable, STORAGE_CLASSES, sqlText, systemTable } from '../schema/index.ts';
import type { StorageClass } from '../types.ts';
import type { TelemetryEngine } from './engine.ts';
import { type RehomePlan, readRehomePlan, writeRehomePhase } from './rehome-plan.ts';
import { attachStaged, copyToStaging, createStaging, deleteSource, dropStaging } from './rehome-steps.ts';

/**
 * Gives the rows of a group another retention or class. Both decide where a row lives (retention_days is part
 * of the partition key, the class is the table), so the rows are copied, deleted and attached, one partition
 * after the other. All steps of one partition work on one plan, which is stored as the comment of the staging
 * table: the staging table exists exactly while a partition is under way, and its comment names the phase.
 *
 * What a crash leaves, and what `finishRehome` makes of it:
 * - before `create`: nothing happened.
 * - phase `copying`: the source is whole, the staging table holds some of the copy. It is dropped.
 * - phase `copied`: the copy is whole and durable, the source holds all, some or none of the rows. The delete
 *   runs again; it names its rows by block number, so it cannot reach rows that arrived after the copy.
 * - phase `deleted`: the rows are in the staging table only, or in the target too, since attaching links the
 *   parts and leaves them in staging. What has arrived in the target is found by event id and not added twice.
 * - after `drop`: the partition is done.
 * Between `delete` and `attach` a reader does not see the rows; he never sees them twice.
 */
export async function rehomeLogGroup(
  deps: RehomeDeps,
  target: { readonly logGroup: string; readonly retentionDays: number; readonly storageClass: StorageClass },
): Promise<{ readonly rowsMoved: number }> {
  let rowsMoved = await finishRehome(deps);
  for (const plan of await planRehome(deps.engine, target)) {
    await deps.onStep('create');
    await createStaging(deps.engine, plan);
    rowsMoved += await runFrom(deps, plan, false);
  }
  return { rowsMoved };
}

export type RehomeStep = 'create' | 'copy' | 'copied' | 'delete' | 'deleted' | 'attach' | 'drop';

export interface RehomeDeps {
  readonly engine: TelemetryEngine;
  readonly clock: Clock;
  readonly log: Log;
  readonly onStep: (step: RehomeStep) => Promise<void> | void;
}

/** Completes or takes back what a crash left. Returns how many rows it moved. */
export async function finishRehome(deps: RehomeDeps): Promise<number> {
  const plan = await readRehomePlan(deps.engine);
  if (plan === undefined) return 0;
  deps.log.warn({ logGroup: plan.logGroup, day: plan.day, phase: plan.phase }, 'finishing an interrupted move of rows');
  if (plan.phase === 'copying') {
    await dropStaging(deps.engine);
    return 0;
  }
  return await runFrom(deps, plan, true);
}

async function runFrom(deps: RehomeDeps, start: RehomePlan, recovering: boolean): Promise<number> {
  const { engine, onStep } = deps;
  let plan = start;
  if (plan.phase === 'copying') {
    await onStep('copy');
    // On a cluster a block gets its number before it is committed: those below the cut must have landed.
    if (engine.topology.type === 'cluster') await deps.clock.sleep(TELEMETRY_LIMITS.insertTimeoutMs);
    const rows = await copyToStaging(engine, plan);
    await onStep('copied');
    plan = await writeRehomePhase(engine, { ...plan, rows, phase: 'copied' });
  }
  if (plan.phase === 'copied') {
    await onStep('delete');
    await deleteSource(engine, plan);
    await onStep('deleted');
    plan = await writeRehomePhase(engine, { ...plan, phase: 'deleted' });
  }
  await onStep('attach');
  await attachStaged(engine, plan, recovering);
  await onStep('drop');
  await dropStaging(engine);
  return plan.rows;
}

interface SourceRow {
  readonly day: string;
  readonly retention_days: number;
}
interface CutRow {
  readonly shard: string;
  readonly block: string;
}

/** One plan for every partition that holds rows of the group in the wrong place. */
async function planRehome(
  engine: TelemetryEngine,
  target: { readonly logGroup: string; readonly retentionDays: number; readonly storageClass: StorageClass },
): Promise<readonly RehomePlan[]> {
  const plans: RehomePlan[] = [];
  for (const storageClass of STORAGE_CLASSES) {
    const from = logsTableOf(storageClass);
    const wrong = storageClass === target.storageClass ? ` AND retention_days != ${target.retentionDays}` : '';
    const sources = await engine.read<SourceRow>(
      `SELECT toString(toDate(time)) AS day, retention_days FROM ${LOGS_SCHEMA.database}.${from} ` +
        `WHERE log_group = ${sqlText(target.logGroup)}${wrong} GROUP BY day, retention_days ORDER BY day, retention_days`,
    );
    for (const source of sources) {
      const retentionDays = Number(source.retention_days);
      const cuts = await readCuts(engine, from, { day: source.day, retentionDays });
      plans.push({
        phase: 'copying',
        logGroup: target.logGroup,
        from,
        to: logsTableOf(target.storageClass),
        day: source.day,
        retentionDays,
        newRetentionDays: target.retentionDays,
        cuts,
        rows: 0,
      });
    }
  }
  return plans;
}

/** The highest block number of the partition now, on every shard: rows that arrive later have higher ones. */
async function readCuts(
  engine: TelemetryEngine,
  table: string,
  partition: { readonly day: string; readonly retentionDays: number },
): Promise<RehomePlan['cuts']> {
  const { topology } = engine;
  const shard = topology.type === 'cluster' ? "getMacro('shard')" : "''";
  const rows = await engine.read<CutRow>(
    `SELECT ${shard} AS shard, max(max_block_number) AS block FROM ${systemTable(topology, 'parts')} ` +
      `WHERE active AND database = '${LOGS_SCHEMA.database}' AND table = '${partsTable(topology, table)}' ` +
      `AND partition = ${sqlText(`('${partition.day}',${partition.retentionDays})`)} GROUP BY shard`,
  );
  return rows.map((row) => ({ shard: row.shard, block: Number(row.block) }));
}
