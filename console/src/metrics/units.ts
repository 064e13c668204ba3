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
