import type { Transaction } from 'kysely';
import { newId } from '../../base/index.ts';
import type { NotifyContext } from '../context.ts';
import { NOTIFY_LIMITS } from '../limits.ts';
import type { NotifyTables } from '../migrations.ts';
import { PROBE_CHANNEL } from '../routing/probe-route.ts';
import type { AlertInput, DeliveryAttempt, NotificationKind } from '../types.ts';
import type { AttemptDone } from './attempt.ts';

export interface AttemptRecord {
  readonly deliveryId: string;
  readonly channel: string;
  readonly kind: NotificationKind;
  readonly alertKeys: readonly string[];
  readonly outcome: DeliveryAttempt['outcome'];
  /** Why the delivery is given up, when that says more than the answer. */
  readonly reason?: string;
  readonly pausedUntilMs?: number | undefined;
  readonly done: AttemptDone;
}

/** Records an attempt and what it says about the channel. */
export async function recordAttempt(
  context: NotifyContext,
  trx: Transaction<NotifyTables>,
  record: AttemptRecord,
): Promise<DeliveryAttempt> {
  const { done, channel, outcome } = record;
  const attempt: DeliveryAttempt = {
    id: newId(context.clock.nowMs()),
    deliveryId: record.deliveryId,
    channel,
    kind: record.kind,
    alertKeys: record.alertKeys,
    atMs: done.atMs,
    durationMs: done.durationMs,
    outcome,
    detail: record.reason ?? done.result.detail,
  };
  await trx
    .insertInto('notify_attempts')
    .values({
      id: attempt.id,
      delivery_id: attempt.deliveryId,
      channel,
      kind: attempt.kind,
      alert_keys: attempt.alertKeys,
      at_ms: attempt.atMs,
      duration_ms: attempt.durationMs,
      outcome,
      detail: attempt.detail,
    })
    .execute();
  const update = trx.updateTable('notify_channels').where('name', '=', channel);
  if (outcome === 'delivered') {
    await update
      .set({ delivered_ms: done.atMs, failing_since_ms: null, failures: 0, problem: null, paused_until_ms: null })
      .execute();
  } else {
    await update
      .set((eb) => ({
        failing_since_ms: eb.fn.coalesce('failing_since_ms', eb.val(done.atMs)),
        failures: eb('failures', '+', 1),
        problem: attempt.detail,
        paused_until_ms: record.pausedUntilMs ?? null,
      }))
      .execute();
  }
  return attempt;
}

/**
 * The alert about a channel, by the numbers of the channel before the attempt; undefined when it says nothing new. A
 * notification that is lost is told at once, and attempts that fail in a row after some of them.
 */
export function channelAlert(
  record: AttemptRecord,
  before: { readonly failures: number; readonly failing_since_ms: number | null },
): AlertInput | undefined {
  const { channel, outcome, done } = record;
  // The probe tells itself, as a promise that is broken.
  if (channel === PROBE_CHANNEL) return undefined;
  const key = `notify:channel:${channel}`;
  const shared = { key, source: 'notify', labels: { channel }, path: '/alerts/channels', severity: 'high' } as const;
  const atMs = done.atMs + done.durationMs;
  if (outcome === 'delivered') {
    if (before.failures === 0) return undefined;
    const body = 'A notification was delivered again.';
    return { ...shared, state: 'resolved', title: `The channel ${channel} works again`, body, atMs };
  }
  const failures = before.failures + 1;
  if (outcome === 'will-retry' && failures < NOTIFY_LIMITS.failingAttempts) return undefined;
  const body = `Notifications by ${channel} fail: ${record.reason ?? done.result.detail}. Check its settings and the service behind it, then send a test.`;
  return { ...shared, state: 'firing', title: `The channel ${channel} does not deliver`, body, atMs };
}
