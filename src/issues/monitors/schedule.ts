import { Cron } from 'croner';
import { LRUCache } from 'lru-cache';
import { MONITORS_LIMITS as LIMITS } from './limits.ts';
import type { IntervalUnit, MonitorConfig, MonitorSchedule } from './types.ts';
import { addCalendar } from './zoned-time.ts';

type Timing = Pick<MonitorConfig, 'schedule' | 'timezone'>;

const crons = new LRUCache<string, Cron>({ max: LIMITS.schedulesCached });

/**
 * Parses five fields or a nickname such as `@daily`, as cron(8) reads them: day of month and day of week are
 * alternatives when both are given. Throws an Error that says what is wrong.
 */
export function parseCrontab(value: string, timezone: string): Cron {
  const key = `${timezone}\u0000${value}`;
  const known = crons.get(key);
  if (known !== undefined) return known;
  const cron = new Cron(value, { timezone, paused: true, mode: '5-part' });
  crons.set(key, cron);
  return cron;
}

/**
 * The first time of a crontab after `afterMs`. Where clocks are set forward, a fixed time that does not exist runs at
 * the end of the gap; where they are set back, it runs once, and steps such as `*`+`/15` run in both hours.
 */
export function nextCrontabMs(value: string, timezone: string, afterMs: number): number | undefined {
  return parseCrontab(value, timezone).nextRun(new Date(afterMs))?.getTime();
}

/**
 * When a job should begin next, if it began at `startedMs`. Crontabs go by the clock of their zone; an interval goes
 * from the last beginning: minutes and hours are exact, days and longer keep the time of day of the zone.
 */
export function nextExpectedMs(timing: Timing, startedMs: number): number {
  const { schedule, timezone } = timing;
  if (schedule.type === 'interval') return addInterval(schedule, timezone, startedMs);
  const next = nextCrontabMs(schedule.value, timezone, startedMs);
  // A schedule that never comes again was refused when it was given; years later it may have run out.
  return next ?? Number.MAX_SAFE_INTEGER;
}

/** How much before its time a run may begin and still be that run. */
export function earlyMsOf(timing: Timing, expectedMs: number): number {
  if (timing.schedule.type === 'interval') return 0;
  return Math.min(LIMITS.earlyMs, (nextExpectedMs(timing, expectedMs) - expectedMs) / 4);
}

const EXACT_MS: Readonly<Partial<Record<IntervalUnit, number>>> = { minute: 60_000, hour: 3_600_000 };

function addInterval(schedule: Extract<MonitorSchedule, { type: 'interval' }>, zone: string, fromMs: number): number {
  const exactMs = EXACT_MS[schedule.unit];
  if (exactMs !== undefined) return fromMs + exactMs * schedule.value;
  return addCalendar(fromMs, zone, { unit: schedule.unit, value: schedule.value });
}
