import { systemActor } from '../../access/index.ts';
import { auditEntry } from '../audited.ts';
import type { LogsContext } from '../context.ts';
import type { LogRetention, RetentionPlan } from '../service.ts';
import type { ClockGuard } from './clock-guard.ts';
import { planRetention, sharesOf } from './plan-retention.ts';

type Drop = RetentionPlan['drops'][number];

const SWEEPER = systemActor('retention');

/**
 * Moves rows first and drops partitions then. Only what is still in a plan made now is done, so an old plan, a plan
 * for another time or one that was applied already does no harm. Each step is on record before it is done: a crash
 * leaves a record too many and never a drop without one, and the next sweep does the rest.
 */
export const applyRetention =
  (context: LogsContext, guard: ClockGuard): LogRetention['apply'] =>
  async (plan) => {
    if (plan.drops.length + plan.rehomes.length === 0) return { partitionsDropped: 0, rowsDropped: 0 };
    await guard.check();
    const present = await planRetention(context, context.clock.nowMs());
    for (const rehome of present.rehomes) {
      if (!plan.rehomes.some(({ logGroup }) => logGroup === rehome.logGroup)) continue;
      const call = { eventName: 'RehomeLogGroup', readOnly: false, parameters: { ...rehome } };
      await context.audit.record(auditEntry(SWEEPER, { ...call, logGroups: [rehome.logGroup] }));
      await context.telemetry.rehomeLogGroup(rehome);
    }
    let rowsDropped = 0;
    const drops = present.drops.filter((drop) => plan.drops.some((planned) => isSamePartition(planned, drop)));
    for (const drop of drops) {
      await dropOne(context, drop);
      rowsDropped += drop.rows;
    }
    return { partitionsDropped: drops.length, rowsDropped };
  };

const isSamePartition = (a: Drop, b: Drop): boolean =>
  a.table === b.table && a.day === b.day && a.retentionDays === b.retentionDays;

async function dropOne(context: LogsContext, drop: Drop): Promise<void> {
  const shares = await sharesOf(context, drop);
  const logGroups = shares.map(({ logGroup }) => logGroup);
  const call = { eventName: 'DropExpiredLogs', readOnly: false, parameters: { ...drop } };
  await context.audit.record(auditEntry(SWEEPER, { ...call, logGroups }));
  await context.telemetry.dropPartition(drop);
  for (const { logGroup, characters } of shares) context.notes.shrink(logGroup, characters);
}
