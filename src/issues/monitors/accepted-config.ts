import { Failure, storableText } from '../../base/index.ts';
import type { JsonObject, JsonValue } from '../types.ts';
import { MONITORS_FAILURES } from './failures.ts';
import { MONITORS_LIMITS as LIMITS } from './limits.ts';
import { nextCrontabMs, parseCrontab } from './schedule.ts';
import { INTERVAL_UNITS, type MonitorConfig, type MonitorInput, type MonitorSchedule } from './types.ts';
import { isTimezone } from './zoned-time.ts';

const refuse = (field: string, value: unknown, expected: string): Failure =>
  new Failure(MONITORS_FAILURES.configInvalid, { field, value: shown(value), expected });

const shown = (value: unknown): string => {
  const text = JSON.stringify(value) ?? String(value);
  return text.length <= 100 ? text : `${text.slice(0, 99)}…`;
};

/** What a person says of a monitor; what is absent stays as in `known`, or has its default. */
export type ConfigInput = Partial<Omit<MonitorInput, 'projectId' | 'slug' | 'name'>>;

/** Throws `monitors.config-invalid`. `nowMs` is for finding out whether a schedule ever comes. */
export function acceptedConfig(input: ConfigInput, known: MonitorConfig | undefined, nowMs: number): MonitorConfig {
  const timezone = acceptedTimezone(input.timezone ?? known?.timezone ?? 'UTC');
  const given = input.schedule ?? known?.schedule;
  if (given === undefined) throw refuse('schedule', undefined, 'a crontab or an interval');
  return {
    schedule: acceptedSchedule(given, timezone, nowMs),
    timezone,
    checkInMarginMinutes: acceptedWhole(
      'check-in margin',
      input.checkInMarginMinutes ?? known?.checkInMarginMinutes ?? LIMITS.marginMinutesDefault,
      LIMITS.marginMinutesMax,
    ),
    maxRuntimeMinutes: acceptedWhole(
      'longest runtime',
      input.maxRuntimeMinutes ?? known?.maxRuntimeMinutes ?? LIMITS.runtimeMinutesDefault,
      LIMITS.runtimeMinutesMax,
    ),
    failureThreshold: acceptedWhole(
      'failure threshold',
      input.failureThreshold ?? known?.failureThreshold ?? 1,
      LIMITS.thresholdMax,
    ),
    recoveryThreshold: acceptedWhole(
      'recovery threshold',
      input.recoveryThreshold ?? known?.recoveryThreshold ?? 1,
      LIMITS.thresholdMax,
    ),
  };
}

/** The same from `monitor_config` as SDKs send it. Names that Holdfast has no use for, `owner` for one, are passed over. */
export function configFromSdk(sent: JsonValue, known: MonitorConfig | undefined, nowMs: number): MonitorConfig {
  if (!isObject(sent)) throw refuse('monitor_config', sent, 'an object');
  const schedule = scheduleFromSdk(sent['schedule']);
  // SDKs send null, and some of them 0, for what nobody set.
  const count = (name: string): { readonly value: number } | undefined => {
    const value = sent[name];
    if (value === undefined || value === null || value === 0) return undefined;
    if (typeof value !== 'number') throw refuse(name, value, 'a whole number');
    return { value };
  };
  const timezone = sent['timezone'];
  if (timezone !== undefined && timezone !== null && typeof timezone !== 'string')
    throw refuse('timezone', timezone, 'the name of a time zone');
  const margin = count('checkin_margin');
  const runtime = count('max_runtime');
  const failures = count('failure_issue_threshold');
  const recovery = count('recovery_threshold');
  return acceptedConfig(
    {
      ...(schedule === undefined ? {} : { schedule }),
      ...(margin === undefined ? {} : { checkInMarginMinutes: margin.value }),
      ...(runtime === undefined ? {} : { maxRuntimeMinutes: runtime.value }),
      ...(failures === undefined ? {} : { failureThreshold: failures.value }),
      ...(recovery === undefined ? {} : { recoveryThreshold: recovery.value }),
      ...(typeof timezone === 'string' && timezone !== '' ? { timezone } : {}),
    },
    known,
    nowMs,
  );
}

const isObject = (value: JsonValue | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function scheduleFromSdk(sent: JsonValue | undefined): MonitorSchedule | undefined {
  if (sent === undefined || sent === null) return undefined;
  if (!isObject(sent)) throw refuse('schedule', sent, 'an object with type and value');
  const { type, value, unit } = sent;
  if (type === 'crontab' && typeof value === 'string') return { type, value };
  const known = INTERVAL_UNITS.find((word) => word === unit);
  if (type === 'interval' && typeof value === 'number' && known !== undefined) return { type, value, unit: known };
  throw refuse('schedule', sent, 'a crontab with its text, or an interval with a number and a unit');
}

export function acceptedTimezone(timezone: string): string {
  if (isTimezone(timezone)) return timezone;
  throw refuse('timezone', timezone, 'a zone of the IANA database, such as Europe/Vienna or UTC');
}

export function acceptedSchedule(schedule: MonitorSchedule, timezone: string, nowMs: number): MonitorSchedule {
  if (schedule.type === 'interval') {
    const { value, unit } = schedule;
    if (!INTERVAL_UNITS.includes(unit)) throw refuse('unit', unit, `one of ${INTERVAL_UNITS.join(', ')}`);
    return { type: 'interval', value: acceptedWhole('interval', value, LIMITS.intervalValueMax), unit };
  }
  if (schedule.type !== 'crontab') throw refuse('schedule type', schedule, 'crontab or interval');
  const value = typeof schedule.value === 'string' ? schedule.value.trim().replace(/\s+/g, ' ') : '';
  const expected = 'five fields as cron reads them, such as 15 2 * * *, or a nickname such as @daily';
  // A question mark would mean the minute in which this process first looked at it.
  if (value.length > LIMITS.scheduleCharsMax || value.includes('?')) throw refuse('schedule', value, expected);
  try {
    parseCrontab(value, timezone);
  } catch (error) {
    const details = { field: 'schedule', value: shown(value), expected };
    throw new Failure(MONITORS_FAILURES.configInvalid, details, { cause: error });
  }
  if (nextCrontabMs(value, timezone, nowMs) === undefined)
    throw refuse('schedule', value, 'a schedule that comes again');
  return { type: 'crontab', value };
}

function acceptedWhole(field: string, value: number, max: number): number {
  if (Number.isSafeInteger(value) && value >= 1 && value <= max) return value;
  throw refuse(field, value, `a whole number from 1 to ${max}`);
}

/**
 * The slug as it is stored. Upper case and blanks are mended as Sentry mends them; what nothing is left of, or what is
 * digits alone (in addresses those are ids), is refused with `monitors.slug-invalid`.
 */
export function acceptedSlug(given: string): string {
  const slug = given
    .toLowerCase()
    .replace(/[^a-z0-9_-]+/g, '-')
    .replace(/^-+|-+$/g, '');
  const refused = (reason: string): Failure =>
    new Failure(MONITORS_FAILURES.slugInvalid, { slug: shown(given), reason });
  if (slug.length === 0) throw refused('nothing of it is left');
  if (slug.length > LIMITS.slugCharsMax) throw refused(`it has ${slug.length} characters`);
  if (/^\d+$/.test(slug)) throw refused('it is digits alone');
  return slug;
}

export function acceptedMonitorName(given: string): string {
  const name = storableText(given).trim();
  if (name.length > 0 && name.length <= LIMITS.nameCharsMax) return name;
  throw refuse('name', given, `1 to ${LIMITS.nameCharsMax} characters`);
}
