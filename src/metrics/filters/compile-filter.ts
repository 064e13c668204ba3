import { Failure, isFailure } from '../../base/index.ts';
import { type FilterPattern, parseFilterPattern, parseValueReference, type ValueReference } from '../../logs/index.ts';
import { METRICS_FILTERS_FAILURES } from './failures.ts';
import { METRICS_FILTERS_LIMITS } from './limits.ts';
import type { MetricFilter, MetricTransformation } from './types.ts';

/** A filter ready to be asked about records. */
export interface CompiledFilter {
  readonly filter: MetricFilter;
  readonly pattern: FilterPattern;
  readonly value: { readonly type: 'number'; readonly number: number } | ValueReference;
  readonly dimensions: readonly { readonly name: string; readonly reference: ValueReference }[];
  readonly unit: string;
}

const invalid = (parameter: string, reason: string): Failure =>
  new Failure(METRICS_FILTERS_FAILURES.invalid, { parameter, reason });

/** Checks and compiles. Throws `metric-filters.invalid`, and `logs.filter-pattern-invalid` for the pattern itself. */
export function compileFilter(filter: MetricFilter): CompiledFilter {
  const pattern = parseFilterPattern(filter.pattern);
  const { transformation } = filter;
  checkNames(transformation);
  const dimensions = Object.entries(transformation.dimensions ?? {});
  if (dimensions.length > METRICS_FILTERS_LIMITS.dimensions) {
    throw invalid('dimensions', `there are more than ${METRICS_FILTERS_LIMITS.dimensions}`);
  }
  if (dimensions.length > 0 && transformation.defaultValue !== undefined) {
    throw invalid('defaultValue', 'dimensions and a default value are mutually exclusive');
  }
  checkNumber('defaultValue', transformation.defaultValue ?? 0);
  return {
    filter,
    pattern,
    value: compileValue(pattern, transformation.metricValue),
    dimensions: dimensions.map(([name, source]) => {
      if (name === '' || name.length > METRICS_FILTERS_LIMITS.nameLength || name.startsWith(':')) {
        throw invalid('dimensions', `the name ${name} is empty, too long or begins with a colon`);
      }
      return { name, reference: compileReference(pattern, source, `dimensions.${name}`) };
    }),
    unit: transformation.unit ?? 'None',
  };
}

function checkNames({ metricName, metricNamespace }: MetricTransformation): void {
  for (const [parameter, text] of [
    ['metricName', metricName],
    ['metricNamespace', metricNamespace],
  ] as const) {
    if (text === '' || text.length > METRICS_FILTERS_LIMITS.nameLength || /[:*$]/.test(text)) {
      throw invalid(parameter, 'it must have 1 to 255 characters other than : * and $');
    }
  }
}

function checkNumber(parameter: string, number: number): void {
  if (!Number.isFinite(number) || Math.abs(number) > METRICS_FILTERS_LIMITS.magnitude) {
    throw invalid(parameter, 'it must be a number between -2^360 and 2^360');
  }
}

const NUMBER = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/;

function compileValue(pattern: FilterPattern, source: string): CompiledFilter['value'] {
  if (source.length > METRICS_FILTERS_LIMITS.valueLength) {
    throw invalid('metricValue', `it has more than ${METRICS_FILTERS_LIMITS.valueLength} characters`);
  }
  if (!NUMBER.test(source)) return compileReference(pattern, source, 'metricValue');
  checkNumber('metricValue', Number(source));
  return { type: 'number', number: Number(source) };
}

function compileReference(pattern: FilterPattern, source: string, parameter: string): ValueReference {
  try {
    return parseValueReference(pattern, source);
  } catch (error) {
    throw isFailure(error) ? invalid(parameter, String(error.details.reason ?? error.message)) : error;
  }
}

/** The number that a text in a record is; undefined when it is none that a metric takes. */
export function numberIn(value: string | number | undefined): number | undefined {
  const number = typeof value === 'string' && NUMBER.test(value) ? Number(value) : value;
  if (typeof number !== 'number' || !Number.isFinite(number)) return undefined;
  return Math.abs(number) <= METRICS_FILTERS_LIMITS.magnitude ? number : undefined;
}

/** True when the pattern has a regular expression anywhere. */
export const hasRegex = (pattern: FilterPattern): boolean => JSON.stringify(pattern).includes('"type":"regex"');
