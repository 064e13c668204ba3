import type { EscalationStep } from '../types.ts';

export type EscalationPlan =
  | { readonly type: 'wait'; readonly dueMs: number }
  | {
      readonly type: 'escalate';
      readonly channels: readonly string[];
      /** Undefined after the last step. */
      readonly next: { readonly step: number; readonly dueMs: number } | undefined;
    };

/**
 * What a step that is due does. Pure. A silenced alert waits for the end of its silence, and one that is looked at too early for its time. Steps that were missed while
 * Holdfast was away are taken together: whoever should have been told by now is told now.
 */
export function planEscalation(given: {
  readonly steps: readonly EscalationStep[];
  readonly step: number;
  /** When the alert came to the route. */
  readonly sinceMs: number;
  readonly silencedUntilMs: number | undefined;
  readonly nowMs: number;
}): EscalationPlan {
  const { steps, nowMs, sinceMs } = given;
  if (given.silencedUntilMs !== undefined) return { type: 'wait', dueMs: given.silencedUntilMs };
  let { step } = given;
  const channels = new Set<string>();
  for (let due = steps[step]; due !== undefined && sinceMs + due.afterMs <= nowMs; due = steps[step]) {
    for (const channel of due.channels) channels.add(channel);
    step += 1;
  }
  const later = steps[step];
  if (step === given.step && later !== undefined) return { type: 'wait', dueMs: sinceMs + later.afterMs };
  const next = later === undefined ? undefined : { step, dueMs: sinceMs + later.afterMs };
  return { type: 'escalate', channels: [...channels], next };
}
