import { filterName, logGroupName } from '../members.ts';
import { defineOperation, metricFiltersOf } from '../operation.ts';
import { members, required } from '../shape.ts';

const input = members({ logGroupName: required(logGroupName), filterName: required(filterName) });

export const deleteMetricFilter = defineOperation('DeleteMetricFilter', input, async (parts, { actor }, request) => {
  const { logGroupName: logGroup, filterName: name } = request;
  await metricFiltersOf(parts, 'DeleteMetricFilter').remove(actor, { logGroup, name });
  return undefined;
});
