import type { MetricFilter } from '../../../metrics/index.ts';
import { describeLimit, filterName, logGroupName, metricName, nextToken } from '../members.ts';
import { defineOperation, given, metricFiltersOf, parameterInvalid } from '../operation.ts';
import { members } from '../shape.ts';

const input = members({
  logGroupName,
  filterNamePrefix: filterName,
  nextToken,
  limit: describeLimit,
  metricName,
  metricNamespace: metricName,
});

export const describeMetricFilters = defineOperation('DescribeMetricFilters', input, async (parts, call, request) => {
  if ((request.metricName === undefined) !== (request.metricNamespace === undefined)) {
    throw parameterInvalid('metricName and metricNamespace must be specified together.');
  }
  const page = await metricFiltersOf(parts, 'DescribeMetricFilters').list(call.actor, {
    limit: request.limit ?? 50,
    ...given({
      logGroup: request.logGroupName,
      prefix: request.filterNamePrefix,
      metricName: request.metricName,
      metricNamespace: request.metricNamespace,
      nextToken: request.nextToken,
    }),
  });
  return { metricFilters: page.filters.map(describe), ...given({ nextToken: page.nextToken }) };
});

const describe = ({ logGroup, name, pattern, transformation, createdMs }: MetricFilter): object => ({
  filterName: name,
  filterPattern: pattern,
  metricTransformations: [transformation],
  creationTime: createdMs,
  logGroupName: logGroup,
  applyOnTransformedLogs: false,
});
