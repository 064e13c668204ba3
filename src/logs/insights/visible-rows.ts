import type { InsightsContext, Parameters } from './compile-context.ts';

const FIVE_MINUTES_S = 300;
/** The engine's whole-second times end in 2106; a bucket beyond it would wrap around. */
const BUCKET_END_MS = 4_294_967_295_000;

/**
 * The conditions that every query starts with: the groups, the time on both sides, and for each group what its
 * retention still shows. The time is said twice, because the sort key of the table starts with its five-minute bucket.
 */
export function visibleRows(input: InsightsContext, parameters: Parameters): readonly string[] {
  const { startMs, endMs } = input;
  const conditions = [
    `log_group IN ${parameters.texts(input.logGroups.map(({ name }) => name))}`,
    `time >= ${moment(startMs)}`,
    `time < ${moment(endMs)}`,
  ];
  if (startMs >= 0 && endMs <= BUCKET_END_MS && startMs < endMs) {
    conditions.push(
      `toStartOfFiveMinutes(time) >= toDateTime(${bucket(startMs)}, 'UTC')`,
      `toStartOfFiveMinutes(time) <= toDateTime(${bucket(endMs - 1)}, 'UTC')`,
    );
  }
  return [...conditions, ...retained(input, parameters)];
}

/** Groups that share the start of what is visible share a condition; those that show all of the time need none. */
function retained(input: InsightsContext, parameters: Parameters): readonly string[] {
  const byStart = new Map<number, string[]>();
  for (const { name, minTimeMs } of input.logGroups) {
    const start = Math.max(minTimeMs, input.startMs);
    byStart.set(start, [...(byStart.get(start) ?? []), name]);
  }
  if (byStart.size === 0 || (byStart.size === 1 && byStart.has(input.startMs))) return [];
  const parts = [...byStart].map(([start, names]) => {
    const group = `log_group IN ${parameters.texts(names)}`;
    return start === input.startMs ? group : `(${group} AND time >= ${moment(start)})`;
  });
  return [`(${parts.join(' OR ')})`];
}

const moment = (milliseconds: number): string =>
  `fromUnixTimestamp64Milli(toInt64(${Math.trunc(milliseconds)}), 'UTC')`;
const bucket = (milliseconds: number): number => Math.floor(milliseconds / 1000 / FIVE_MINUTES_S) * FIVE_MINUTES_S;
