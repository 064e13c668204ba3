import { defineFailures } from '../../base/index.ts';

/** Failures of reading and evaluating expressions of metric math. */
export const METRICS_MATH_FAILURES = defineFailures('math', {
  malformed: {
    status: 400,
    exit: 'usage',
    message: 'the expression cannot be read at character {position}: {reason}',
    hint: 'write it as the metric math of CloudWatch: ids in lower case, functions in upper case, for example 100 * m1 / SUM(METRICS())',
  },
  tooComplex: {
    status: 400,
    exit: 'limit',
    message: 'the expression is beyond the limit {limit} of {max}',
    hint: 'cut it into several expressions that use each other by their ids',
  },
  unknownFunction: {
    status: 400,
    exit: 'usage',
    message: '"{name}" is not a function',
    hint: 'docs/metrics.md lists the functions; their names are in upper case',
  },
  functionRefused: {
    status: 400,
    exit: 'usage',
    message: 'the function {name} is not supported',
    hint: 'use a threshold or an expression over stored metrics instead; docs/metrics.md lists the functions',
  },
  unknownId: {
    status: 400,
    exit: 'usage',
    message: 'the expression uses the id "{id}", and no query of this call has it',
    hint: 'add a query with this id, or correct the expression',
  },
  cycle: {
    status: 400,
    exit: 'usage',
    message: 'the expression "{id}" uses itself, directly or through others',
    hint: 'break the circle: an expression may only use queries that do not use it',
  },
  typeWrong: {
    status: 400,
    exit: 'usage',
    message: '{where} cannot take {got}; it takes {wanted}',
    hint: 'S is a number, TS a time series, TS[] several of them; TIME_SERIES makes a time series of a number',
  },
  scalarResult: {
    status: 400,
    exit: 'usage',
    message: 'the expression "{id}" gives one number and no time series',
    hint: 'wrap it into TIME_SERIES, or do not ask for its data',
  },
  searchMalformed: {
    status: 400,
    exit: 'usage',
    message: 'the search cannot be read: {reason}',
    hint: `write it like SEARCH('{Namespace,Dimension} MetricName="Latency"', 'Average', 300)`,
  },
});
