import type { MetricIdentity } from '../../../../metrics/index.ts';
import { CLOUDWATCH_LIMITS } from '../limits.ts';
import { dimensionPairs, dimensions, metricName, namespace, nextToken } from '../members.ts';
import { choice, flag, list, required, structure, text } from '../model/shapes.ts';
import { countCall, defineOperation, given } from '../operation.ts';
import { readToken, tokenInvalid, writeToken } from '../page-token.ts';

const input = structure({
  Namespace: namespace,
  MetricName: metricName,
  Dimensions: list(structure({ Name: required(text({ min: 1, max: 255 })), Value: text({ min: 1, max: 1024 }) }), {
    max: 10,
  }),
  NextToken: nextToken,
  RecentlyActive: choice('PT3H'),
  IncludeLinkedAccounts: flag(),
  OwningAccount: text({ min: 1, max: 255 }),
});
const output = structure({
  Metrics: list(structure({ Namespace: namespace, MetricName: metricName, Dimensions: dimensions })),
  NextToken: text(),
  OwningAccounts: list(text()),
});

export const listMetrics = defineOperation({
  name: 'ListMetrics',
  words: 'parameter',
  input,
  output,
  run: async (parts, call, request) => {
    const name = request.Namespace ?? '*';
    await parts.authorize(call.actor, 'metrics:Read', { type: 'metric-namespace', name });
    const { NextToken, ...asked } = request;
    const start = NextToken === undefined ? { after: undefined, last: '' } : placeOf(NextToken, asked);
    // Another account has nothing here.
    const isElsewhere = asked.OwningAccount !== undefined && asked.OwningAccount !== call.names.accountId;
    const page = isElsewhere
      ? { metrics: [] }
      : await parts.metrics.listMetrics({
          limit: CLOUDWATCH_LIMITS.metricsPerPage,
          ...given({
            namespace: asked.Namespace,
            name: asked.MetricName,
            dimensions: asked.Dimensions?.map((filter) => ({
              name: filter.Name,
              ...given({ value: filter.Value }),
            })),
            recentlyActive: asked.RecentlyActive === undefined ? undefined : true,
            after: start.after,
          }),
        });
    const { metrics, last } = withoutUnits(page.metrics, start.last);
    countCall(parts, call, { eventName: 'ListMetrics', readOnly: true, namespaces: [name], events: metrics.length });
    return {
      Metrics: metrics.map((metric) => ({
        Namespace: metric.namespace,
        MetricName: metric.name,
        Dimensions: dimensionPairs(metric.dimensions),
      })),
      NextToken: page.next === undefined ? undefined : writeToken(asked, { after: page.next, last }),
      OwningAccounts: asked.IncludeLinkedAccounts === true ? metrics.map(() => call.names.accountId) : undefined,
    };
  },
});

function placeOf(token: string, asked: object): { readonly after: string; readonly last: string } {
  const { after, last } = readToken(token, asked);
  if (typeof after !== 'string' || typeof last !== 'string') throw tokenInvalid();
  return { after, last };
}

/**
 * A metric here has no unit, but the store keeps one series for each: those of a metric follow each other, so that
 * only the last of the page before has to be remembered.
 */
function withoutUnits(
  series: readonly MetricIdentity[],
  before: string,
): { readonly metrics: readonly MetricIdentity[]; readonly last: string } {
  const seen = new Set([before]);
  let last = before;
  const metrics = series.filter((metric) => {
    last = fingerprintOf(metric);
    if (seen.has(last)) return false;
    seen.add(last);
    return true;
  });
  return { metrics, last };
}

const fingerprintOf = ({ namespace: space, name, dimensions: byName }: MetricIdentity): string =>
  JSON.stringify([space, name, Object.entries(byName).sort(([a], [b]) => (a < b ? -1 : 1))]);
