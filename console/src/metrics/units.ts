import { formatBytes, formatDuration, formatShortCount } from '../base/format.ts';

const DURATION_MS: Readonly<Record<string, number>> = { Seconds: 1000, Milliseconds: 1, Microseconds: 0.001 };
const BYTES: Readonly<Record<string, number>> = {
  Bytes: 1,
  Kilobytes: 1000,
  Megabytes: 1e6,
  Gigabytes: 1e9,
  Terabytes: 1e12,
};
const BITS: Readonly<Record<string, number>> = { Bits: 1, Kilobits: 1e3, Megabits: 1e6, Gigabits: 1e9, Terabits: 1e12 };
const small = new Intl.NumberFormat('en-GB', { maximumSignificantDigits: 3 });
const exact = new Intl.NumberFormat('en-GB', { maximumFractionDigits: 10 });

function signed(value: number, format: (size: number) => string): string {
  return value < 0 ? `−${format(-value)}` : format(value);
}

/** A value in the words of its CloudWatch unit: `812 ms`, `1.2 GiB`, `4.1 %`, `320/s`. */
export function formatValue(value: number, unit: string): string {
  const [base = '', per] = unit.split('/');
  const rate = per === undefined ? '' : '/s';
  const durationMs = DURATION_MS[base];
  if (durationMs !== undefined) return value === 0 ? '0' : signed(value * durationMs, formatDuration) + rate;
  const bytes = BYTES[base];
  if (bytes !== undefined) return value === 0 ? '0' : signed(value * bytes, formatBytes) + rate;
  const bits = BITS[base];
  if (bits !== undefined) return `${signed(value * bits, formatShortCount)} bit${rate}`;
  if (base === 'Percent') return `${small.format(value)} %`;
  return `${signed(value, formatShortCount)}${rate}`;
}

/** The same value in full, for who looks closely. */
export const formatExact = (value: number, unit: string): string =>
  unit === 'None' || unit === '' ? exact.format(value) : `${exact.format(value)} ${unit}`;

const ROUND_SECONDS = [
  ...[
    0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.25, 0.5, 1, 2, 5, 10, 15, 20, 30, 60, 120, 300, 600, 900, 1800,
  ],
  ...[3600, 7200, 10_800, 21_600, 43_200, 86_400, 172_800, 604_800],
];

/** Distances between the lines of an axis that are round in the words of the unit; undefined where ten is round. */
export function stepsOf(unit: string): readonly number[] | undefined {
  const base = unit.split('/')[0] ?? '';
  const durationMs = DURATION_MS[base];
  if (durationMs !== undefined) return ROUND_SECONDS.map((seconds) => (seconds * 1000) / durationMs);
  const bytes = BYTES[base];
  if (bytes === undefined) return undefined;
  return [0, 1, 2, 3, 4, 5].flatMap((power) =>
    [1, 2, 5, 10, 20, 50, 100, 200, 500].map((digit) => (digit * 1024 ** power) / bytes),
  );
}

/** The unit of what a statistic makes of a metric: counts of values are counts, whatever the values are. */
export function unitOfStatistic(statistic: string, unit: string): string {
  if (statistic === 'SampleCount' || /^tc/i.test(statistic)) return 'Count';
  return /^pr\(/i.test(statistic) ? 'Percent' : unit;
}

/** A hundredfold of a quotient is a percentage; of other expressions the unit is not known. */
export const unitOfExpression = (expression: string): string =>
  /^\s*\(?\s*100\s*\*.*\//.test(expression) ? 'Percent' : 'None';

/** What is asked first of a metric of this unit. */
export const usualStatistic = (unit: string): string => (unit === 'Count' ? 'Sum' : 'Average');
