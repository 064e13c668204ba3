import type { MetricPoint } from '../../../metrics/index.ts';
import type { Datum } from './datum.ts';
import { CLOUDWATCH_LIMITS } from './limits.ts';
import { dimensionsByName } from './members.ts';
import { parameterInvalid, parameterMissing, parametersConflict } from './operation.ts';

interface Place {
  readonly namespace: string;
  /** Where the datum stands in the request, for the words of a refusal. */
  readonly at: string;
  readonly nowMs: number;
}

/** The point that one datum means. Throws what PutMetricData answers for each rule that it breaks. */
export function pointOf(datum: Datum, { namespace, at, nowMs }: Place): MetricPoint {
  return {
    namespace,
    name: datum.MetricName,
    dimensions: readDimensions(datum, at),
    unit: datum.Unit ?? 'None',
    timeMs: readTime(datum.Timestamp, { at, nowMs }),
    resolutionSeconds: readResolution(datum.StorageResolution, at),
    ...readValues(datum, at),
  };
}

function readDimensions(datum: Datum, at: string): Readonly<Record<string, string>> {
  const place = `${at}.Dimensions`;
  for (const [index, { Name, Value }] of (datum.Dimensions ?? []).entries()) {
    const member = `${place}.member.${index + 1}`;
    if (!isPrintable(Name) || Name.startsWith(':')) throw unprintable(`${member}.Name`);
    if (!isPrintable(Value)) throw unprintable(`${member}.Value`);
  }
  return dimensionsByName(datum.Dimensions, place);
}

/** ASCII without control characters, and not white space alone. */
const isPrintable = (text: string): boolean => /^[\x20-\x7e]*$/.test(text) && text.trim() !== '';

const unprintable = (parameter: string) =>
  parameterInvalid(
    `The parameter ${parameter} must contain only ASCII characters, at least one of them not white space, no control characters, and a name must not begin with a colon.`,
  );

function readTime(timeMs: number | undefined, { at, nowMs }: Omit<Place, 'namespace'>): number {
  if (timeMs === undefined) return nowMs;
  if (timeMs < nowMs - CLOUDWATCH_LIMITS.pointAgeMs) {
    throw parameterInvalid(`The parameter ${at}.Timestamp must specify a time no more than two weeks in the past.`);
  }
  if (timeMs > nowMs + CLOUDWATCH_LIMITS.pointAheadMs) {
    throw parameterInvalid(`The parameter ${at}.Timestamp must specify a time no more than two hours in the future.`);
  }
  return timeMs;
}

function readResolution(resolution: number | undefined, at: string): 1 | 60 {
  if (resolution === undefined || resolution === 60) return 60;
  if (resolution === 1) return 1;
  throw parameterInvalid(
    `The value ${resolution} for parameter ${at}.StorageResolution is invalid. It must be 1 or 60.`,
  );
}

type PointValues = Pick<MetricPoint, 'sum' | 'count' | 'min' | 'max' | 'values' | 'counts'>;

function readValues(datum: Datum, at: string): PointValues {
  const forms = (['Value', 'StatisticValues', 'Values'] as const).filter((form) => datum[form] !== undefined);
  const [form, other] = forms;
  if (form === undefined) {
    throw parameterMissing(`${at}.Value`);
  }
  if (other !== undefined) throw exclusive(`${at}.${form}`, `${at}.${other}`);
  if (datum.Counts !== undefined && form !== 'Values') throw exclusive(`${at}.${form}`, `${at}.Counts`);
  if (datum.StatisticValues !== undefined) return ofStatistics(datum.StatisticValues, at);
  if (datum.Values !== undefined) return ofDistribution(datum.Values, datum.Counts, at);
  const value = checkNumber(datum.Value ?? 0, `${at}.Value`);
  return { sum: value, count: 1, min: value, max: value, values: [value], counts: [1] };
}

const exclusive = (one: string, other: string) =>
  parametersConflict(`The parameters ${one} and ${other} are mutually exclusive and you have specified both.`);

function checkNumber(value: number, parameter: string): number {
  if (Number.isNaN(value)) throw parameterInvalid(`The value NaN for parameter ${parameter} is invalid.`);
  if (Math.abs(value) > CLOUDWATCH_LIMITS.magnitude) {
    throw parameterInvalid(
      `The value ${value} for parameter ${parameter} is invalid. It must be in the range of -2^360 to 2^360.`,
    );
  }
  // Minus zero is zero: it would be another value in a distribution.
  return value === 0 ? 0 : value;
}

function ofStatistics(set: NonNullable<Datum['StatisticValues']>, at: string): PointValues {
  const place = `${at}.StatisticValues`;
  const count = checkNumber(set.SampleCount, `${place}.SampleCount`);
  const sum = checkNumber(set.Sum, `${place}.Sum`);
  const min = checkNumber(set.Minimum, `${place}.Minimum`);
  const max = checkNumber(set.Maximum, `${place}.Maximum`);
  if (count <= 0) throw parameterInvalid(`The value ${count} for parameter ${place}.SampleCount is invalid.`);
  if (min > max) {
    throw parameterInvalid(`The parameter ${place}.Minimum must be less than or equal to ${place}.Maximum.`);
  }
  // A set of equal values is also a distribution, from which percentiles can be computed.
  return { sum, count, min, max, ...(min === max ? { values: [min], counts: [count] } : {}) };
}

function ofDistribution(values: readonly number[], counts: readonly number[] | undefined, at: string): PointValues {
  const { valuesPerDatum } = CLOUDWATCH_LIMITS;
  for (const [name, list] of [
    ['Values', values],
    ['Counts', counts ?? values],
  ] as const) {
    if (list.length === 0) throw parameterMissing(`${at}.${name}`);
    if (list.length > valuesPerDatum) {
      throw parameterInvalid(`The collection ${at}.${name} must not have a size greater than ${valuesPerDatum}.`);
    }
  }
  if (counts !== undefined && counts.length !== values.length) {
    throw parametersConflict(`The parameters ${at}.Values and ${at}.Counts must have the same number of elements.`);
  }
  const amounts = new Map<number, number>();
  for (const [index, raw] of values.entries()) {
    const value = checkNumber(raw, `${at}.Values.member.${index + 1}`);
    const parameter = `${at}.Counts.member.${index + 1}`;
    const count = checkNumber(counts?.[index] ?? 1, parameter);
    if (count <= 0) throw parameterInvalid(`The value ${count} for parameter ${parameter} is invalid.`);
    amounts.set(value, (amounts.get(value) ?? 0) + count);
  }
  const sum = [...amounts].reduce((total, [value, count]) => total + value * count, 0);
  const distinct = [...amounts.keys()];
  return {
    sum: checkNumber(sum, `${at}.Values`),
    count: [...amounts.values()].reduce((total, count) => total + count, 0),
    min: distinct.reduce((least, value) => Math.min(least, value)),
    max: distinct.reduce((most, value) => Math.max(most, value)),
    values: distinct,
    counts: [...amounts.values()],
  };
}
