import type { QueryCell, QueryView } from '../../../logs/index.ts';
import { AWS_LIMITS } from '../limits.ts';
import { queryId } from '../members.ts';
import { defineOperation, parameterInvalid } from '../operation.ts';
import { integer, members, required, text } from '../shape.ts';

const input = members({
  queryId: required(queryId),
  nextToken: text({ max: 1024 }),
  maxItems: integer({ min: 0, max: AWS_LIMITS.queryRows }),
});

export const getQueryResults = defineOperation('GetQueryResults', input, async ({ logs }, { actor }, request) => {
  const view = await logs.queries.get(actor, request.queryId);
  const start = request.nextToken === undefined ? 0 : readToken(request.nextToken, request.queryId);
  const most = request.maxItems === undefined || request.maxItems === 0 ? AWS_LIMITS.queryRows : request.maxItems;
  const end = Math.min(start + most, view.rows.length);
  return {
    queryLanguage: 'CWLI',
    results: view.rows.slice(start, end).map((row) => resultRow(view, row)),
    statistics: {
      recordsMatched: view.statistics.recordsMatched,
      recordsScanned: view.statistics.recordsScanned,
      bytesScanned: view.statistics.bytesScanned,
      estimatedRecordsSkipped: 0,
      estimatedBytesSkipped: 0,
      logGroupsScanned: view.logGroups.length,
    },
    status: view.status,
    ...(end < view.rows.length ? { nextToken: writeToken(end, request.queryId) } : {}),
  };
});

/** A field without a value in this record is left out of its row. */
const resultRow = (view: QueryView, row: readonly QueryCell[]): readonly object[] =>
  view.fields.flatMap((field, index) => {
    const cell = row[index];
    return cell === undefined || cell === null ? [] : [{ field: field.name, value: textOf(cell, field.type) }];
  });

/** Times as Logs Insights writes them: `2026-01-31 23:59:59.000`, in UTC. */
const textOf = (cell: string | number | boolean, type: QueryView['fields'][number]['type']): string =>
  type === 'time' && typeof cell === 'number'
    ? new Date(cell).toISOString().replace('T', ' ').slice(0, -1)
    : String(cell);

const writeToken = (row: number, id: string): string => Buffer.from(`${row} ${id}`).toString('base64url');

function readToken(token: string, id: string): number {
  const [row = '', tokenId] = Buffer.from(token, 'base64url').toString().split(' ');
  if (tokenId !== id || !/^\d{1,6}$/.test(row)) throw parameterInvalid('The specified nextToken is invalid.');
  return Number(row);
}
