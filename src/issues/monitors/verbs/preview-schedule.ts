import { acceptedSchedule, acceptedTimezone } from '../accepted-config.ts';
import type { MonitorsContext } from '../context.ts';
import { MONITORS_LIMITS as LIMITS } from '../limits.ts';
import { nextExpectedMs } from '../schedule.ts';
import type { MonitorVerbs } from '../types.ts';

export const previewSchedule =
  (context: MonitorsContext): MonitorVerbs['preview'] =>
  async (actor, input) => {
    await context.authorize(actor, 'issues:Read', { type: 'project', name: '*' });
    const nowMs = context.clock.nowMs();
    const timezone = acceptedTimezone(input.timezone ?? 'UTC');
    const schedule = acceptedSchedule(input.schedule, timezone, nowMs);
    const times: number[] = [];
    let atMs = nowMs;
    while (times.length < Math.min(input.count, LIMITS.previewMax)) {
      atMs = nextExpectedMs({ schedule, timezone }, atMs);
      if (atMs === Number.MAX_SAFE_INTEGER) break;
      times.push(atMs);
    }
    return times;
  };
