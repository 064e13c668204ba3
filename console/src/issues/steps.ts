const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const ROUND = [
  MINUTE,
  5 * MINUTE,
  10 * MINUTE,
  15 * MINUTE,
  30 * MINUTE,
  HOUR,
  2 * HOUR,
  3 * HOUR,
  6 * HOUR,
  12 * HOUR,
  DAY,
  2 * DAY,
];
const STEPS = 60;
const FEWEST = 24;
const MOST = 90;
/** Ends of relative ranges are not whole milliseconds apart. */
const SLACK_MS = 2;

/** Into how many equal bars a span is cut: round ones where they fit, so that a bar is an hour and not 56 minutes. */
export function stepsOfSpan(lengthMs: number): number {
  const fitting = ROUND.map((size) => Math.round(lengthMs / size)).find(
    (steps, index) => steps >= FEWEST && steps <= MOST && Math.abs(steps * (ROUND[index] ?? 0) - lengthMs) <= SLACK_MS,
  );
  return fitting ?? STEPS;
}
