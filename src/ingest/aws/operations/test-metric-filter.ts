import { filterPattern } from '../members.ts';
import { defineOperation, metricFiltersOf } from '../operation.ts';
import { list, members, required, text } from '../shape.ts';

const input = members({
  filterPattern: required(filterPattern),
  logEventMessages: required(list(text({ min: 1 }), { min: 1, max: 50 })),
});

export const testMetricFilter = defineOperation('TestMetricFilter', input, async (parts, { actor }, request) => {
  const { filterPattern: pattern, logEventMessages: messages } = request;
  const matches = await metricFiltersOf(parts, 'TestMetricFilter').test(actor, { pattern, messages });
  return { matches };
});
