import { DAY_MS } from '../../base/index.ts';
import type { IncomingEvent } from '../types.ts';
import { ISSUES_EVENTS_LIMITS as LIMITS } from './limits.ts';
import type { EventMask } from './masking.ts';
import { timeOf } from './reading.ts';

/**
 * When it happened, by our clock. The sender stamps the envelope when it leaves: what that stamp is off from our
 * clock, all other times of the sender are off too. Never in the future, and never so old that it would expire at once.
 */
export function eventTime(
  incoming: Pick<IncomingEvent, 'payload' | 'receivedMs' | 'sentAtMs' | 'project'>,
  mask: Pick<EventMask, 'remark'>,
): { readonly timeMs: number; readonly driftMs: number } {
  const { payload, receivedMs, sentAtMs, project } = incoming;
  const difference = sentAtMs === undefined ? 0 : receivedMs - sentAtMs;
  const driftMs = Math.abs(difference) >= LIMITS.clockDriftSecondsMin * 1000 ? difference : 0;
  const sent = timeOf(payload.timestamp);
  if (sent === undefined) {
    mask.remark('timestamp', 'no time was sent: counted as of when it was received');
    return { timeMs: receivedMs, driftMs };
  }
  if (driftMs !== 0) mask.remark('timestamp', `the clock of the sender was off by ${Math.round(driftMs / 1000)} s`);
  const timeMs = Math.round(sent + driftMs);
  const { retentionDays } = project.settings;
  const daysMax = retentionDays === 0 ? LIMITS.pastDaysMax : Math.min(retentionDays, LIMITS.pastDaysMax);
  if (timeMs < receivedMs - daysMax * DAY_MS) {
    mask.remark('timestamp', `older than ${daysMax} days: counted as of when it was received`);
    return { timeMs: receivedMs, driftMs };
  }
  if (timeMs > receivedMs + LIMITS.clockDriftSecondsMin * 1000) mask.remark('timestamp', 'in the future');
  return { timeMs: Math.min(timeMs, receivedMs), driftMs };
}
