import { formatTime, type Zone } from '../base/format.ts';
import type { Stretch } from './restorable.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const STEPS = [
  ...[1, 2, 5, 10, 15, 30].map((count) => count * SECOND),
  ...[1, 2, 5, 10, 15, 30].map((count) => count * MINUTE),
  ...[1, 2, 3, 6, 12].map((count) => count * HOUR),
  ...[1, 2, 5, 7, 14, 30, 90].map((count) => count * DAY),
];

export interface Tick {
  readonly timeMs: number;
  readonly text: string;
}

const labelOf = (timeMs: number, step: number, zone: Zone): string => {
  if (step >= DAY) return formatTime(timeMs, zone, 'day').slice(5);
  const text = formatTime(timeMs, zone, step < MINUTE ? 'second' : 'minute');
  return text.endsWith('00:00') && step >= MINUTE ? text.slice(5, 10) : text.slice(11);
};

/** Round times at least `space` pixels apart, on the clock that the page shows. */
export function ticksOf(view: Stretch, width: number, zone: Zone, space = 76): readonly Tick[] {
  const spanMs = view.toMs - view.fromMs;
  const step = STEPS.find((one) => (one / spanMs) * width >= space) ?? STEPS.at(-1) ?? DAY;
  const offsetMs = zone === 'utc' ? 0 : -new Date(view.toMs).getTimezoneOffset() * MINUTE;
  const first = Math.ceil((view.fromMs + offsetMs) / step) * step - offsetMs;
  const count = Math.max(0, Math.floor((view.toMs - first) / step) + 1);
  return Array.from({ length: count }, (_, index) => first + index * step).map((timeMs) => ({
    timeMs,
    text: labelOf(timeMs, step, zone),
  }));
}

/** A piece of `domain` of the given length around a time, never beyond its ends. */
export function viewAround(domain: Stretch, centerMs: number, spanMs: number): Stretch {
  const whole = domain.toMs - domain.fromMs;
  if (spanMs >= whole) return domain;
  const fromMs = Math.min(Math.max(centerMs - spanMs / 2, domain.fromMs), domain.toMs - spanMs);
  return { fromMs, toMs: fromMs + spanMs };
}
