import type { MetricPoint } from '../types.ts';
import { METRICS_STORE_LIMITS } from './limits.ts';

const VALUE_MAX = 2 ** 360;

/**
 * Why a point cannot be stored; undefined when it can. Ways in that may refuse single points ask this first, because
 * the store refuses a call whole. The ranges are those of CloudWatch's MetricDatum.
 */
export function whyPointInvalid(point: MetricPoint, nowMs: number): string | undefined {
  return whyNamesInvalid(point) ?? whyTimeInvalid(point.timeMs, nowMs) ?? whyNumbersInvalid(point);
}

function whyNamesInvalid({ namespace, name, unit, dimensions }: MetricPoint): string | undefined {
  const { nameLengthMax, dimensionsMax, dimensionValueLengthMax } = METRICS_STORE_LIMITS;
  if (namespace === '' || namespace.length > nameLengthMax)
    return `its namespace is not 1 to ${nameLengthMax} characters`;
  if (name === '' || name.length > nameLengthMax) return `its name is not 1 to ${nameLengthMax} characters`;
  if (unit === '' || unit.length > 64) return 'its unit is not 1 to 64 characters';
  let count = 0;
  for (const key in dimensions) {
    count += 1;
    if (key === '' || key.length > nameLengthMax)
      return `the name of a dimension is not 1 to ${nameLengthMax} characters`;
    const value = dimensions[key] ?? '';
    if (value === '' || value.length > dimensionValueLengthMax) {
      return `the value of a dimension is not 1 to ${dimensionValueLengthMax} characters`;
    }
  }
  return count > dimensionsMax ? `it has more than ${dimensionsMax} dimensions` : undefined;
}

function whyTimeInvalid(timeMs: number, nowMs: number): string | undefined {
  if (!Number.isFinite(timeMs)) return 'it has no time';
  if (timeMs < nowMs - METRICS_STORE_LIMITS.pastMsMax) return 'its time is more than two weeks in the past';
  return timeMs > nowMs + METRICS_STORE_LIMITS.futureMsMax
    ? 'its time is more than two hours in the future'
    : undefined;
}

function whyNumbersInvalid(point: MetricPoint): string | undefined {
  const { sum, count, min, max, values, counts } = point;
  if (!isValue(min) || !isValue(max) || !Number.isFinite(sum)) return 'a number of it is not finite or beyond 2^360';
  if (!(count > 0 && Number.isFinite(count))) return 'its number of samples is not above zero';
  if (min > max) return 'its minimum is above its maximum';
  if ((values === undefined) !== (counts === undefined))
    return 'it has values without counts, or counts without values';
  if (values === undefined || counts === undefined) return undefined;
  if (values.length === 0 || values.length !== counts.length) return 'it has not one count for each value';
  if (values.length > METRICS_STORE_LIMITS.valuesPerPointMax) {
    return `it has more than ${METRICS_STORE_LIMITS.valuesPerPointMax} different values`;
  }
  if (!values.every(isValue)) return 'a value of it is not finite or beyond 2^360';
  return counts.every((one) => one > 0 && Number.isFinite(one)) ? undefined : 'a count of it is not above zero';
}

const isValue = (value: number): boolean => Number.isFinite(value) && value <= VALUE_MAX && value >= -VALUE_MAX;
