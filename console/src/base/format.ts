export type Zone = 'local' | 'utc';

const counts = new Intl.NumberFormat('en-GB');
const compact = new Intl.NumberFormat('en-GB', { maximumSignificantDigits: 3 });

export const formatCount = (value: number): string => counts.format(value);

/** `1 record`, `2 records`. */
export const formatPlural = (count: number, one: string, many = `${one}s`): string =>
  `${formatCount(count)} ${count === 1 ? one : many}`;

/** Up to three significant digits and a word for the size: `48.2k`. */
export function formatShortCount(value: number): string {
  const size = Math.abs(value);
  if (size < 10_000) return Number.isInteger(value) ? counts.format(value) : compact.format(value);
  if (size < 1_000_000) return `${compact.format(value / 1000)}k`;
  if (size < 1_000_000_000) return `${compact.format(value / 1_000_000)}M`;
  return `${compact.format(value / 1_000_000_000)}G`;
}

export function formatBytes(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${unit === 0 ? counts.format(value) : compact.format(value)} ${units[unit]}`;
}

/** A length of time in at most two units: `38 ms`, `4.2 s`, `3 min 20 s`, `2 d 4 h`. */
export function formatDuration(ms: number): string {
  if (ms < 1) return `${compact.format(ms)} ms`;
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${compact.format(ms / 1000)} s`;
  const steps = [
    [86_400_000, 'd', 3_600_000, 'h'],
    [3_600_000, 'h', 60_000, 'min'],
    [60_000, 'min', 1000, 's'],
  ] as const;
  for (const [size, name, smaller, smallerName] of steps) {
    if (ms < size) continue;
    const rest = Math.floor((ms % size) / smaller);
    return rest === 0 ? `${Math.floor(ms / size)} ${name}` : `${Math.floor(ms / size)} ${name} ${rest} ${smallerName}`;
  }
  return `${ms} ms`;
}

/** `12 s ago`, `in 3 min`; the largest unit only. */
export function formatRelative(timeMs: number, nowMs: number): string {
  const distance = Math.abs(nowMs - timeMs);
  if (distance < 1500) return 'now';
  const steps = [
    [86_400_000, 'd'],
    [3_600_000, 'h'],
    [60_000, 'min'],
    [1000, 's'],
  ] as const;
  const [size, name] = steps.find(([unit]) => distance >= unit) ?? [1000, 's'];
  const text = `${Math.round(distance / size)} ${name}`;
  return timeMs > nowMs ? `in ${text}` : `${text} ago`;
}

interface Parts {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly ms: number;
}

function partsOf(timeMs: number, zone: Zone): Parts {
  const date = new Date(timeMs);
  const read = (utc: () => number, local: () => number): number => (zone === 'utc' ? utc() : local());
  return {
    year: read(
      () => date.getUTCFullYear(),
      () => date.getFullYear(),
    ),
    month:
      read(
        () => date.getUTCMonth(),
        () => date.getMonth(),
      ) + 1,
    day: read(
      () => date.getUTCDate(),
      () => date.getDate(),
    ),
    hour: read(
      () => date.getUTCHours(),
      () => date.getHours(),
    ),
    minute: read(
      () => date.getUTCMinutes(),
      () => date.getMinutes(),
    ),
    second: read(
      () => date.getUTCSeconds(),
      () => date.getSeconds(),
    ),
    ms: date.getUTCMilliseconds(),
  };
}

const pad = (value: number, width = 2): string => String(value).padStart(width, '0');

export type Precision = 'day' | 'minute' | 'second' | 'ms';

/** `2026-11-22 17:06:00.123`: sorts, and means the same in every country. */
export function formatTime(timeMs: number, zone: Zone, precision: Precision = 'second'): string {
  const p = partsOf(timeMs, zone);
  const day = `${pad(p.year, 4)}-${pad(p.month)}-${pad(p.day)}`;
  if (precision === 'day') return day;
  const minute = `${day} ${pad(p.hour)}:${pad(p.minute)}`;
  if (precision === 'minute') return minute;
  const second = `${minute}:${pad(p.second)}`;
  return precision === 'second' ? second : `${second}.${pad(p.ms, 3)}`;
}

/** `UTC`, `UTC+02:00`: the name of the clock that local times are read from. */
export function zoneName(zone: Zone, atMs: number): string {
  if (zone === 'utc') return 'UTC';
  const minutes = -new Date(atMs).getTimezoneOffset();
  const sign = minutes < 0 ? '−' : '+';
  return `UTC${sign}${pad(Math.floor(Math.abs(minutes) / 60))}:${pad(Math.abs(minutes) % 60)}`;
}

/** Reads `2026-11-22 17:06[:00[.123]]` in the zone; undefined when it is no time. */
export function parseTime(text: string, zone: Zone): number | undefined {
  const match = /^(\d{4})-(\d\d)-(\d\d)(?:[ T](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?)?$/.exec(text.trim());
  if (match === null) return undefined;
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map((part) => Number(part ?? 0));
  const ms = Math.floor(Number(`0.${match[7] ?? 0}`) * 1000);
  const args = [year ?? 0, (month ?? 1) - 1, day ?? 1, hour ?? 0, minute ?? 0, second ?? 0, ms] as const;
  const time = zone === 'utc' ? Date.UTC(...args) : new Date(...args).getTime();
  return Number.isNaN(time) ? undefined : time;
}

/** Rows carry times as UTC text. */
export const parseUtc = (text: string): number | undefined => parseTime(text.replace('Z', ''), 'utc');

/** `foundAfterMs` as `found after`, with the figure in its unit. */
export function formatMeasurement(name: string, value: number | string | boolean): { label: string; text: string } {
  const units: readonly [RegExp, (figure: number) => string][] = [
    [/Ms$/, formatDuration],
    [/Seconds$/, (figure) => formatDuration(figure * 1000)],
    [/Bytes$|^bytes/, formatBytes],
    [/Ratio$|Percent$/, (figure) => `${compact.format(name.endsWith('Ratio') ? figure * 100 : figure)} %`],
  ];
  const words = name
    .replace(/(Ms|Seconds|Bytes|Ratio|Percent)$/, '')
    .replace(/([a-z\d])([A-Z])/g, '$1 $2')
    .toLowerCase();
  const label = words === '' ? name : words;
  if (typeof value !== 'number') return { label, text: typeof value === 'boolean' ? (value ? 'yes' : 'no') : value };
  const unit = units.find(([pattern]) => pattern.test(name));
  return { label, text: unit === undefined ? formatCount(value) : unit[1](value) };
}
