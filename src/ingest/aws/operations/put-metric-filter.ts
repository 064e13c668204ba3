import { UNITS } from '../cloudwatch/units.ts';
import { filterName, filterPattern, logGroupName, metricName } from '../members.ts';
import { defineOperation, given, metricFiltersOf, parameterInvalid } from '../operation.ts';
import { choice, double, flag, list, map, members, required, text } from '../shape.ts';

const transformation = members({
  metricName: required(metricName),
  metricNamespace: required(metricName),
  metricValue: required(text({ max: 100 })),
  defaultValue: double(),
  dimensions: map(text({ max: 255 }), text({ max: 255 })),
  unit: choice(...UNITS),
});
const input = members({
  logGroupName: required(logGroupName),
  filterName: required(filterName),
  filterPattern: required(filterPattern),
  metricTransformations: required(list(transformation, { min: 1, max: 1 })),
  applyOnTransformedLogs: flag(),
  fieldSelectionCriteria: text({ max: 2000 }),
  emitSystemFieldDimensions: list(text()),
});

export const putMetricFilter = defineOperation('PutMetricFilter', input, async (parts, { actor }, request) => {
  const filters = metricFiltersOf(parts, 'PutMetricFilter');
  if ((request.fieldSelectionCriteria ?? '') !== '' || (request.emitSystemFieldDimensions ?? []).length > 0) {
    // Taking them in silence would count records that the caller means to leave out.
    throw parameterInvalid('fieldSelectionCriteria and emitSystemFieldDimensions are not offered.');
  }
  const [first] = request.metricTransformations;
  if (first === undefined) return undefined;
  const { metricName: name, metricNamespace, metricValue, defaultValue, dimensions, unit } = first;
  await filters.put(actor, {
    logGroup: request.logGroupName,
    name: request.filterName,
    pattern: request.filterPattern,
    transformation: { metricName: name, metricNamespace, metricValue, ...given({ defaultValue, dimensions, unit }) },
  });
  return undefined;
});
