import { NOTIFY_LIMITS } from '../limits.ts';
import type { SendResult } from '../senders/sender.ts';

export type AfterAttempt =
  | { readonly type: 'delivered' }
  | { readonly type: 'failed'; readonly reason: string }
  | { readonly type: 'retry'; readonly nextMs: number; readonly pausedUntilMs: number | undefined };

/**
 * What follows an attempt. Pure; the only place that decides on retries. Pauses double, with half of each left to
 * chance, so that many deliveries that failed together do not come back together.
 */
export function afterAttempt(
  result: SendResult,
  given: {
    /** This one included. */
    readonly attempts: number;
    readonly createdMs: number;
    readonly nowMs: number;
    /** From 0 up to 1. */
    readonly chance: number;
  },
): AfterAttempt {
  if (result.type === 'delivered') return { type: 'delivered' };
  if (result.type === 'refused') return { type: 'failed', reason: result.detail };
  const wait = Math.min(NOTIFY_LIMITS.backoffMs * 2 ** Math.min(given.attempts - 1, 20), NOTIFY_LIMITS.backoffMsMax);
  const backoffMs = Math.round(wait / 2 + (wait / 2) * given.chance);
  const nextMs = given.nowMs + Math.max(backoffMs, result.retryAfterMs ?? 0);
  if (nextMs > given.createdMs + NOTIFY_LIMITS.giveUpMs) {
    return { type: 'failed', reason: `given up after ${given.attempts} attempts: ${result.detail}` };
  }
  const pausedUntilMs = result.retryAfterMs === undefined ? undefined : given.nowMs + result.retryAfterMs;
  return { type: 'retry', nextMs, pausedUntilMs };
}
