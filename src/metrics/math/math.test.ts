import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Failure } from '../../base/index.ts';
import type { MetricQuery } from '../types.ts';
import { checkExpressions } from './check-expressions.ts';
import { evaluateQueries, readExpressions } from './evaluate-queries.ts';
import { parseExpression, usesOf } from './parse-expression.ts';
import type { MathValue, Series } from './types.ts';

/** 2026-03-01T00:00:00Z, a Sunday. */
const START_MS = Date.UTC(2026, 2, 1);

/** A series of one value a minute; undefined leaves the minute out. */
const series = (label: string, ...values: readonly (number | undefined)[]): Series => {
  const known = values.flatMap((value, index) => (value === undefined ? [] : [{ value, index }]));
  return {
    label,
    periodSeconds: 60,
    timesMs: known.map(({ index }) => START_MS + index * 60_000),
    values: known.map(({ value }) => value),
  };
};

const METRICS = { m1: series('a', 1, 2, undefined, 4), m2: series('b', 10, undefined, 30, 0), errors1: series('c') };

const valueFor = (expression: string, others: Readonly<Record<string, string>> = {}): MathValue | undefined => {
  const named = Object.entries({ ...others, e: expression });
  return evaluateQueries({
    metrics: Object.entries(METRICS).map(([id, one]) => ({ id, series: one })),
    expressions: readExpressions(named.map(([id, text]) => ({ id, expression: text, periodSeconds: undefined }))),
    fromMs: START_MS,
    toMs: START_MS + 4 * 60_000,
    search: () => [series('s1', 5), series('s2', 6)],
  }).get('e');
};

/** A number for S; values by minute for TS, with `_` where there is none; a list of these for TS[]. */
const shown = (value: MathValue | undefined): unknown => {
  const text = ({ timesMs, values }: Series): string =>
    [0, 1, 2, 3].map((minute) => values[timesMs.indexOf(START_MS + minute * 60_000)] ?? '_').join(' ');
  if (value?.type === 'scalar') return value.value;
  if (value?.type === 'series') return text(value.series);
  return value?.type === 'list' ? value.list.map(text) : value;
};

const codeOf = (work: () => unknown): string => {
  try {
    work();
    return 'it succeeded';
  } catch (error) {
    return error instanceof Failure ? error.code : String(error);
  }
};

describe('metric math', () => {
  const check = (expression: string, expected: unknown): void =>
    expect(shown(valueFor(expression)), expression).toEqual(expected);

  it('binds operators as in arithmetic', () => {
    check('1 + 2 * 3 - 4 / 2', 5);
    check('(1 + 2) * 3', 9);
    check('2 ^ 3 ^ 2', 512);
    check('-2 ^ 2', -4);
    check('2 * -3', -6);
    check('1e3 + .5 + 1.5', 1002);
    check('1 + 1 == 2 AND 3 < 2 OR 1', 1);
    check('1 < 2 && 2 <= 2 || 0', 1);
  });

  it('takes a point that is missing on one side for 0, and drops quotients by zero', () => {
    check('m1 + m2', '11 2 30 4');
    check('m1 - m2', '-9 2 -30 4');
    check('m1 * m2', '10 0 0 0');
    check('m1 / m2', '0.1 _ 0 _');
    check('m1 > m2', '0 1 0 1');
    check('m1 AND m2', '1 0 0 0');
    check('m1 * 2', '2 4 _ 8');
    check('1 / (m2 - m2)', '_ _ _ _');
    check('10 ^ m1 + errors1', '10 100 _ 10000');
  });

  it('aggregates one series to a number and several to a series', () => {
    check('SUM(m1)', 7);
    check('AVG(m1) + MIN(m1) + MAX(m1)', 7 / 3 + 1 + 4);
    check('SUM(METRICS())', '11 2 30 4');
    check('AVG([m1, m2])', '5.5 2 30 2');
    check('MAX(METRICS("m"))', '10 2 30 4');
    check('STDDEV([m1, m2])', '4.5 0 0 2');
    check('METRICS("errors")', ['_ _ _ _']);
    check('m1 / SUM(m1) * 7', '1 2 _ 4');
    check('METRICS("m") * 2', ['2 4 _ 8', '20 _ 60 0']);
    check('DATAPOINT_COUNT(m1)', 3);
    check('DATAPOINT_COUNT([m1, m2])', '2 1 1 2');
    check('PERIOD(m1)', 60);
  });

  it('walks along a series', () => {
    check('DIFF(m1)', '_ 1 _ 2');
    check('DIFF_TIME(m1)', '_ 60 _ 120');
    check('RATE(m1)', `_ ${1 / 60} _ ${2 / 120}`);
    check('RUNNING_SUM(m1)', '1 3 _ 7');
    check('CEIL(m1 / 3)', '1 1 _ 2');
    check('FLOOR(m1 / 3) + ABS(0 - m1)', '1 2 _ 5');
    check('LOG10(m2)', '1 _ 1.4771212547196624 _');
    check('LOG(m1 - m1)', '_ _ _ _');
  });

  it('fills what is missing', () => {
    check('FILL(m1, 0)', '1 2 0 4');
    check('FILL(m1, REPEAT)', '1 2 2 4');
    check('FILL(m2, LINEAR)', '10 20 30 0');
    check('FILL(errors1, LINEAR)', '_ _ _ _');
    check('FILL([m1, m2], 7)', ['1 2 7 4', '10 7 30 0']);
    check('TIME_SERIES(3)', '3 3 3 3');
  });

  it('chooses point by point', () => {
    check('IF(m1 > 1, m1)', '_ 2 _ 4');
    check('IF(m1 > 1, m1, 0)', '0 2 _ 4');
    check('IF(m1 > 1, m2, 5)', '5 _ _ 0');
    check('IF(1, m1, m2)', '1 2 _ 4');
  });

  it('tells the parts of times, in UTC and with Monday as 1', () => {
    check('MINUTE(m1)', '0 1 _ 3');
    check('DAY(m1)', '7 7 _ 7');
    check('YEAR(m1) * 10000 + MONTH(m1) * 100 + DATE(m1) + HOUR(m1)', '20260301 20260301 _ 20260301');
    check('EPOCH(m1)', `${START_MS / 1000} ${START_MS / 1000 + 60} _ ${START_MS / 1000 + 180}`);
  });

  it('orders and cuts lists', () => {
    check('SORT(METRICS(), MAX, DESC)', ['10 _ 30 0', '1 2 _ 4', '_ _ _ _']);
    check('SORT(METRICS(), MIN, ASC, 1)', ['10 _ 30 0']);
    check('SLICE(SORT(METRICS(), SUM, DESC), 1, 2)', ['1 2 _ 4']);
    check('FIRST(METRICS())', '1 2 _ 4');
    check('LAST(REMOVE_EMPTY(METRICS()))', '10 _ 30 0');
    check(`SUM(SEARCH('{A,B} x', 'Sum', 60))`, '11 _ _ _');
  });

  it('uses other expressions, and refuses circles', () => {
    expect(shown(valueFor('e1 * 2', { e1: 'm1 + 1' }))).toBe('4 6 _ 10');
    expect(codeOf(() => valueFor('e1 + 1', { e1: 'e + 1' }))).toBe('math.cycle');
    expect(codeOf(() => valueFor('e'))).toBe('math.cycle');
  });

  it('refuses wrong types, unknown names and what it does not do, by name', () => {
    const refuse = (expression: string, code: string): void =>
      expect(
        codeOf(() => valueFor(expression)),
        expression,
      ).toBe(code);
    refuse('m1 +', 'math.malformed');
    refuse('m1 m2', 'math.malformed');
    refuse('(m1', 'math.malformed');
    refuse('m1 $ 2', 'math.malformed');
    refuse('1e999', 'math.malformed');
    refuse('nothing + 1', 'math.unknown-id');
    refuse('WHAT(m1)', 'math.unknown-function');
    refuse('ANOMALY_DETECTION_BAND(m1, 2)', 'math.function-refused');
    refuse('INSIGHT_RULE_METRIC("r", UniqueContributors)', 'math.function-refused');
    refuse('METRICS() + METRICS()', 'math.type-wrong');
    refuse('RATE(5)', 'math.type-wrong');
    refuse('FILL(m1)', 'math.type-wrong');
    refuse('FILL(m1, SOMEHOW)', 'math.type-wrong');
    refuse('m1 + "text"', 'math.type-wrong');
    refuse('SORT(METRICS(), P99, DESC)', 'math.type-wrong');
    refuse('[1, m1]', 'math.type-wrong');
    refuse(`SEARCH('x', m1, 60)`, 'math.type-wrong');
    refuse('1 + '.repeat(600), 'math.too-complex');
    refuse(`${'('.repeat(65)}1${')'.repeat(65)}`, 'math.too-complex');
    refuse(`${'-'.repeat(70)}1`, 'math.too-complex');
  });

  it('finds mistakes without data, and numbers where series are asked for', () => {
    const queries = (expression: string, returnData = true): readonly MetricQuery[] => [
      {
        id: 'm1',
        type: 'metric',
        metric: { namespace: 'n', name: 'x', dimensions: {} },
        statistic: 'Sum',
        periodSeconds: 60,
        returnData: false,
      },
      { id: 'e1', type: 'expression', expression, returnData },
    ];
    expect(codeOf(() => checkExpressions(queries('SUM(m1)')))).toBe('math.scalar-result');
    expect(codeOf(() => checkExpressions(queries('SUM(m1)', false)))).toBe('it succeeded');
    expect(codeOf(() => checkExpressions(queries('m1 > AVG(m1)')))).toBe('it succeeded');
    expect(codeOf(() => checkExpressions(queries('METRICS() + m9')))).toBe('math.unknown-id');
    expect([...checkExpressions(queries('FILL(RATE(m1), 0)')).functions].sort()).toEqual(['FILL', 'RATE']);
    expect([...usesOf(parseExpression('IF(m1 > e2, m1)')).ids]).toEqual(['m1', 'e2']);
  });

  it('throws nothing but its own failures, whatever the text', () => {
    const seed = Number(process.env.SEED ?? Date.now() % 1_000_000);
    const word = fc.constantFrom(
      ...['m1', 'm2', 'e', '(', ')', '[', ']', ',', '+', '-', '*', '/', '^', '<', '==', 'AND', 'OR', '1', '.5', '1e9'],
      ...['SUM(', 'IF(', 'FILL(', 'METRICS()', 'SORT(', 'SLICE(', 'DESC', 'MAX', "'x'", '"', 'SEARCH(', 'RATE(', ' '],
    );
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(word, { maxLength: 40 }).map((words) => words.join('')),
    );
    fc.assert(
      fc.property(text, (expression) => {
        try {
          valueFor(expression);
        } catch (error) {
          expect(error).toBeInstanceOf(Failure);
          expect((error as Failure).code).toMatch(/^(math|statistics)\./);
        }
      }),
      { seed, numRuns: 3000 },
    );
  });
});
