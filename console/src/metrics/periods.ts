import { formatDuration } from '../base/format.ts';
import type { Span } from '../base/time-range.ts';

export const PERIODS = [1, 10, 30, 60, 300, 900, 3600, 21_600, 86_400] as const;
const DAY_MS = 86_400_000;
/** Points that a graph shows well: more than a screen has room for say nothing more. */
const POINTS_MAX = 400;
/** Points by the second are kept three hours; what the server cannot answer is not offered by itself. */
const COARSE_AFTER: readonly (readonly [ageMs: number, periodSeconds: number])[] = [
  [63 * DAY_MS, 3600],
  [15 * DAY_MS, 300],
];

/** The shortest period, of a minute or more, that fits the graph and is still kept at its beginning. */
export function autoPeriod(span: Span, nowMs: number): number {
  const kept = COARSE_AFTER.find(([ageMs]) => nowMs - span.startMs > ageMs)?.[1] ?? 60;
  const lengthSeconds = (span.endMs - span.startMs) / 1000;
  return PERIODS.find((period) => period >= kept && lengthSeconds / period <= POINTS_MAX) ?? 86_400;
}

export const periodText = (seconds: number): string => formatDuration(seconds * 1000);

/** The period of an address, when it is one that the server takes. */
export function readPeriod(text: string | undefined): number | undefined {
  const seconds = Number(text);
  const possible = [1, 5, 10, 20, 30].includes(seconds) || (seconds > 0 && Number.isInteger(seconds / 60));
  return text !== undefined && possible && seconds <= 86_400 ? seconds : undefined;
}

const alignDown = (timeMs: number, periodMs: number): number => Math.floor(timeMs / periodMs) * periodMs;

/** What is asked of the server: whole periods, so that the first one is not half of one. */
export const alignedRange = (span: Span, periodSeconds: number): { fromMs: number; toMs: number } => ({
  fromMs: alignDown(span.startMs, periodSeconds * 1000),
  toMs: span.endMs,
});
