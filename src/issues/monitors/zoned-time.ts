import { LRUCache } from 'lru-cache';
import { DAY_MS } from '../../base/index.ts';
import { MONITORS_LIMITS as LIMITS } from './limits.ts';
import type { IntervalUnit } from './types.ts';

const formats = new LRUCache<string, Intl.DateTimeFormat>({ max: LIMITS.schedulesCached });

/** True for zones of the IANA database that this Node knows. */
export function isTimezone(zone: string): boolean {
  // Offsets such as +01:00 are accepted by Intl too, but no schedule can say where its summer time would come from.
  if (!/^[A-Za-z][A-Za-z0-9_+\-/]*$/.test(zone)) return false;
  try {
    formatOf(zone);
    return true;
  } catch {
    return false;
  }
}

function formatOf(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone);
  if (known !== undefined) return known;
  const format = new Intl.DateTimeFormat('en-US', {
    ...{ timeZone: zone, calendar: 'iso8601', hourCycle: 'h23', era: 'short' },
    ...{ year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric' },
  });
  formats.set(zone, format);
  return format;
}

/** What the clock of the zone shows at an instant, written as if it were UTC. */
function wallMs(atMs: number, zone: string): number {
  const parts = Object.fromEntries(
    formatOf(zone)
      .formatToParts(atMs)
      .map(({ type, value }) => [type, Number(value)]),
  );
  const { year = 1970, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
  return Date.UTC(year, month - 1, day, hour, minute, second) + (atMs - Math.floor(atMs / 1000) * 1000);
}

/**
 * The instant at which the clock of the zone shows this. Of two, the first; of none, because clocks are set forward
 * over it, the one that is as far behind the gap as it would have been behind its beginning.
 */
function instantOf(wall: number, zone: string): number {
  const before = wall - (wallMs(wall - DAY_MS, zone) - (wall - DAY_MS));
  const after = wall - (wallMs(wall + DAY_MS, zone) - (wall + DAY_MS));
  const fitting = [before, after].filter((instant) => wallMs(instant, zone) === wall);
  return fitting.length > 0 ? Math.min(...fitting) : before;
}

/** Adds days, weeks, months or years by the calendar of a zone; a day that a month lacks becomes its last. */
export function addCalendar(
  fromMs: number,
  zone: string,
  step: { readonly unit: IntervalUnit; readonly value: number },
): number {
  const wall = wallMs(fromMs, zone);
  const { unit, value } = step;
  if (unit === 'day') return instantOf(wall + value * DAY_MS, zone);
  if (unit === 'week') return instantOf(wall + 7 * value * DAY_MS, zone);
  const months = unit === 'year' ? 12 * value : value;
  const date = new Date(wall);
  const day = date.getUTCDate();
  date.setUTCDate(1);
  date.setUTCMonth(date.getUTCMonth() + months);
  const last = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
  date.setUTCDate(Math.min(day, last));
  return instantOf(date.getTime(), zone);
}
