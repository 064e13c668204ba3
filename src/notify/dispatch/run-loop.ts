import { sql } from 'kysely';
import type { NotifyContext } from '../context.ts';
import { NOTIFY_LIMITS } from '../limits.ts';
import type { NotifyTables } from '../migrations.ts';
import type { Outbox } from '../outbox/deliver.ts';
import { escalate } from './escalate.ts';
import { flushGroups } from './flush-groups.ts';
import { prune } from './prune.ts';
import { sendDigests } from './send-digests.ts';

/**
 * Goes round until it is stopped: escalation, groups, digests, outbox, then sleeps until the next of them is due or
 * somebody wakes it. A turn that fails is logged and taken again; nothing is lost by it, because all that is due stands
 * in the store.
 */
export async function runLoop(context: NotifyContext, outbox: Outbox, signal: AbortSignal): Promise<void> {
  let prunedMs = Number.NEGATIVE_INFINITY;
  while (!signal.aborted) {
    let sleepMs: number = NOTIFY_LIMITS.loopErrorMs;
    try {
      const hasMore = await turn(context);
      await outbox.pump();
      if (context.clock.monotonicMs() - prunedMs >= NOTIFY_LIMITS.pruneMs) {
        await prune(context);
        prunedMs = context.clock.monotonicMs();
      }
      context.memory.loopMs = context.clock.nowMs();
      sleepMs = hasMore ? 0 : await untilDueMs(context);
    } catch (error) {
      if (!signal.aborted) context.log.error({ err: error }, 'a turn of notifications failed; it is taken again');
    }
    if (sleepMs > 0) await context.wake.sleep(sleepMs, signal);
  }
}

/** Answers whether more is due already. */
async function turn(context: NotifyContext): Promise<boolean> {
  const hasMoreSteps = await escalate(context);
  const hasMoreGroups = await flushGroups(context);
  await sendDigests(context);
  return hasMoreSteps || hasMoreGroups;
}

async function untilDueMs(context: NotifyContext): Promise<number> {
  const nowMs = context.clock.nowMs();
  const answer = await sql<{ due: number | null }>`SELECT LEAST(
    (SELECT min(due_ms) FROM notify_groups),
    (SELECT min(due_ms) FROM notify_escalations),
    (SELECT min(GREATEST(d.next_ms, d.lease_ms, c.paused_until_ms)) FROM notify_deliveries d
      JOIN notify_channels c ON c.name = d.channel WHERE d.state = 'waiting'
      AND GREATEST(d.next_ms, d.lease_ms, c.paused_until_ms) > ${nowMs}),
    (SELECT min(window_ms) + 60000 FROM notify_channels WHERE held_count > 0)
  ) AS due`.execute(context.catalog.db<NotifyTables>());
  const dueMs = answer.rows[0]?.due ?? Number.POSITIVE_INFINITY;
  return Math.min(Math.max(dueMs - nowMs, 1), NOTIFY_LIMITS.loopMsMax);
}
