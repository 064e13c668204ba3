import type { Expression } from './ast.ts';
import { type CompileContext, refuse } from './compile-context.ts';
import type { Span } from './mistakes.ts';
import { dateTimeOf, millisecondsOf, type Value } from './value.ts';

interface Unit {
  /** How many of it one bin may span; CloudWatch silently takes less, which no one notices in a graph. */
  readonly cap?: number;
  readonly milliseconds?: number;
  /** A unit of the calendar, whose length differs. */
  readonly calendar?: 'WEEK' | 'MONTH' | 'QUARTER' | 'YEAR';
  readonly names: readonly string[];
}

const UNITS: readonly Unit[] = [
  { names: ['ms', 'msec', 'millisecond'], milliseconds: 1, cap: 1000 },
  { names: ['s', 'sec', 'second'], milliseconds: 1000, cap: 60 },
  { names: ['m', 'min', 'minute'], milliseconds: 60_000, cap: 60 },
  { names: ['h', 'hr', 'hour'], milliseconds: 3_600_000, cap: 24 },
  { names: ['d', 'day'], milliseconds: 86_400_000 },
  { names: ['w', 'week'], calendar: 'WEEK' },
  { names: ['mo', 'mon', 'month'], calendar: 'MONTH' },
  { names: ['q', 'qtr', 'quarter'], calendar: 'QUARTER' },
  { names: ['y', 'yr', 'year'], calendar: 'YEAR' },
];

export type Period =
  | { readonly type: 'fixed'; readonly milliseconds: number }
  | { readonly type: 'calendar'; readonly amount: number; readonly unit: 'WEEK' | 'MONTH' | 'QUARTER' | 'YEAR' };

/** Reads `5m`; refuses what CloudWatch would silently shorten, such as 300s, of which it takes 60. */
export function readPeriod(context: CompileContext, node: Expression | undefined, span: Span): Period | undefined {
  if (node === undefined || node.type !== 'duration') {
    refuse(context, node?.span ?? span, 'a period of time is needed here', 'write a number and a unit: 5m, 1h, 1d');
    return undefined;
  }
  const unit = UNITS.find(({ names }) =>
    names.some((name) => name === node.unit || (name.length > 1 && `${name}s` === node.unit)),
  );
  if (unit === undefined || !Number.isInteger(node.amount) || node.amount < 1) {
    const isUnit = unit !== undefined;
    refuse(
      context,
      node.span,
      isUnit ? 'a period is a whole number of its unit' : `unknown unit of time \`${node.unit}\``,
      isUnit ? 'take a smaller unit' : 'the units are ms, s, m, h, d, w, mo, q, y',
    );
    return undefined;
  }
  if (unit.cap !== undefined && node.amount > unit.cap) {
    refuse(
      context,
      node.span,
      `a period in ${unit.names.at(-1)}s goes up to ${unit.cap}, and this one is ${node.amount}`,
      `write ${suggestion(node.amount * (unit.milliseconds ?? 0))}; CloudWatch would silently use ${unit.cap}${unit.names[0]}`,
    );
    return undefined;
  }
  if (node.amount > 10_000) {
    refuse(context, node.span, 'this period is too long', 'take a larger unit');
    return undefined;
  }
  return unit.calendar === undefined
    ? { type: 'fixed', milliseconds: node.amount * (unit.milliseconds ?? 1) }
    : { type: 'calendar', amount: node.amount, unit: unit.calendar };
}

/** The same length in the largest unit that it is a whole number of. */
function suggestion(milliseconds: number): string {
  const fitting = UNITS.filter(
    ({ milliseconds: length, cap }) =>
      length !== undefined && milliseconds % length === 0 && milliseconds / length <= (cap ?? Number.POSITIVE_INFINITY),
  ).at(-1);
  if (fitting?.milliseconds === undefined) return 'it in a larger unit';
  return `${milliseconds / fitting.milliseconds}${fitting.names[0]}`;
}

/** The start of the period that holds a time, in milliseconds; periods start at 1970, weeks on Monday, all in UTC. */
export function floorTo(value: Value, period: Period): string {
  if (period.type === 'fixed') {
    return `(intDiv(${millisecondsOf(value)}, ${period.milliseconds}) * ${period.milliseconds})`;
  }
  const start = `toStartOfInterval(${dateTimeOf(value)}, INTERVAL ${period.amount} ${period.unit})`;
  return `toUnixTimestamp64Milli(toDateTime64(${start}, 3, 'UTC'))`;
}

/** The end of that period, or the time itself when a period starts there. */
export function ceilTo(value: Value, period: Period): string {
  const at = millisecondsOf(value);
  if (period.type === 'fixed') {
    const { milliseconds } = period;
    return `(intDiv(${at} + ${milliseconds - 1}, ${milliseconds}) * ${milliseconds})`;
  }
  const floor = floorTo(value, period);
  const next = `fromUnixTimestamp64Milli(${floor}, 'UTC') + INTERVAL ${period.amount} ${period.unit}`;
  return `if(${floor} = ${at}, ${at}, toUnixTimestamp64Milli(${next}))`;
}
