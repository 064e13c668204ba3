import { defineFailures } from '../../base/index.ts';

/** Failures of metric filters. */
export const METRICS_FILTERS_FAILURES = defineFailures('metric-filters', {
  invalid: {
    status: 400,
    exit: 'usage',
    message: '{parameter} is not accepted: {reason}',
    hint: 'docs/cloudwatch-metrics.md tells what a metric filter may hold',
  },
  tooMany: {
    status: 400,
    exit: 'limit',
    message: 'the log group {logGroup} has {max} metric filters, which is the limit',
    hint: 'delete those that nobody needs, or join patterns with ||',
  },
  notFound: {
    status: 404,
    exit: 'notFound',
    message: 'the log group {logGroup} has no metric filter {name}',
    hint: 'list its filters; names are case-sensitive',
  },
  tokenInvalid: {
    status: 400,
    exit: 'usage',
    message: 'the page token is torn or belongs to another list',
    hint: 'begin again without a token',
  },
});
