import { METRICS_ALARMS_LIMITS as LIMITS } from './limits.ts';
import type { LiveAlarm } from './registry.ts';

/** A number from 0 to 1 that stays the same for a name, so that alarms do not all come due in one instant. */
function shareOf(name: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < name.length; index += 1) {
    hash = Math.imul(hash ^ name.charCodeAt(index), 0x01000193) >>> 0;
  }
  return hash / 2 ** 32;
}

/** When an alarm is to be looked at again without anything arriving. */
export function nextDueMs(alarm: LiveAlarm, nowMs: number): number {
  const { plan, record } = alarm;
  if (plan.type === 'composite') {
    const { phase } = record.suppression;
    return phase.type === 'wait' || phase.type === 'extension' ? phase.untilMs : Number.POSITIVE_INFINITY;
  }
  const stepMs = plan.type === 'slots' ? plan.window.stepMs : plan.periodMs;
  const spreadMs = plan.type === 'slots' ? LIMITS.spreadMs : Math.min(LIMITS.spreadQueriedMs, stepMs / 4);
  const waitMs = Math.min(LIMITS.settleMs, stepMs / 4) + shareOf(record.name) * spreadMs;
  // The end of a step that is over but not yet settled comes first.
  return Math.floor((nowMs - waitMs) / stepMs + 1) * stepMs + waitMs;
}
