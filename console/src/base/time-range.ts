import { formatTime, parseTime, type Zone } from './format.ts';

/** As it stands in the address: `-1h` … `now`, or two ISO times. */
export interface RangeText {
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}
export interface Span {
  readonly startMs: number;
  readonly endMs: number;
}

const UNIT_MS = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 } as const;
export const PRESETS = ['15m', '1h', '3h', '12h', '24h', '2d', '7d', '14d', '30d', '90d'] as const;
export const DEFAULT_FROM = '-1h';

const UNIT_NAMES = { s: 'second', m: 'minute', h: 'hour', d: 'day', w: 'week' } as const;

/** Milliseconds of `15m`; undefined when it is not a length of time. */
export function parseLength(text: string): number | undefined {
  const match = /^(\d{1,5})\s*([smhdw])$/.exec(text.trim());
  if (match === null) return undefined;
  return Number(match[1]) * UNIT_MS[match[2] as keyof typeof UNIT_MS];
}

function resolveEdge(text: string, nowMs: number): number | undefined {
  if (text === 'now') return nowMs;
  if (text.startsWith('-')) {
    const length = parseLength(text.slice(1));
    return length === undefined ? undefined : nowMs - length;
  }
  if (/^\d{12,14}$/.test(text)) return Number(text);
  return parseTime(text.replace(/Z$/, ''), 'utc');
}

/** The span that the address means at this moment; what it cannot read becomes the last hour. */
export function resolveRange(range: RangeText, nowMs: number): Span {
  const endMs = resolveEdge(range.to ?? 'now', nowMs) ?? nowMs;
  const startMs = resolveEdge(range.from ?? DEFAULT_FROM, nowMs);
  if (startMs === undefined || startMs >= endMs) return { startMs: endMs - 3_600_000, endMs };
  return { startMs, endMs };
}

export const isRelative = (range: RangeText): boolean => (range.from ?? DEFAULT_FROM).startsWith('-');

/** Two times, as they go into an address: exact to the millisecond and readable. */
export const absoluteRange = (span: Span): RangeText => ({
  from: new Date(span.startMs).toISOString(),
  to: new Date(span.endMs).toISOString(),
});

export function describeLength(text: string): string {
  const match = /^-?(\d+)([smhdw])$/.exec(text);
  if (match === null) return text;
  const unit = UNIT_NAMES[match[2] as keyof typeof UNIT_NAMES];
  return match[1] === '1' ? `last ${unit}` : `last ${match[1]} ${unit}s`;
}

/** What the button shows: `last hour`, or the two times without what they share. */
export function describeRange(range: RangeText, zone: Zone, nowMs: number): string {
  if (isRelative(range)) return describeLength(range.from ?? DEFAULT_FROM);
  const span = resolveRange(range, nowMs);
  const precision = span.endMs - span.startMs < 600_000 ? 'second' : 'minute';
  const start = formatTime(span.startMs, zone, precision);
  const end = formatTime(span.endMs, zone, precision);
  return start.slice(0, 10) === end.slice(0, 10) ? `${start} – ${end.slice(11)}` : `${start} – ${end}`;
}
