import { logGroupName, nextToken, queryLanguage } from '../members.ts';
import { defineOperation, given } from '../operation.ts';
import { choice, integer, members } from '../shape.ts';

const input = members({
  logGroupName,
  status: choice('Scheduled', 'Running', 'Complete', 'Failed', 'Cancelled', 'Timeout', 'Unknown'),
  maxResults: integer({ min: 1, max: 1000 }),
  nextToken,
  queryLanguage,
});

export const describeQueries = defineOperation('DescribeQueries', input, async ({ logs }, { actor }, request) => {
  const { status } = request;
  if (status === 'Unknown' || (request.queryLanguage ?? 'CWLI') !== 'CWLI') return { queries: [] };
  const page = await logs.queries.list(actor, {
    limit: request.maxResults ?? 1000,
    ...given({ logGroup: request.logGroupName, status, nextToken: request.nextToken }),
  });
  const queries = page.items.map((view) => ({
    queryLanguage: 'CWLI',
    queryId: view.queryId,
    queryString: view.query,
    status: view.status,
    createTime: view.createdMs,
    ...given({ logGroupName: request.logGroupName ?? view.logGroups[0] }),
    queryDuration: Math.round(view.statistics.elapsedMs),
    bytesScanned: view.statistics.bytesScanned,
  }));
  return { queries, ...given({ nextToken: page.nextToken }) };
});
