import type { LogsContext } from '../context.ts';
import { LOGS_LIMITS } from '../limits.ts';
import { checkLimit } from '../names.ts';
import { readToken, writeToken } from '../page-token.ts';
import type { LogQueryVerbs } from '../service.ts';
import { maySee, viewOf } from './query-entry.ts';
import type { QueryStore } from './query-store.ts';

/** Queries of the last hour, newest first: one's own, or all for an admin. Rows are left out. */
export const listQueries =
  (context: LogsContext, store: QueryStore): LogQueryVerbs['list'] =>
  async (actor, filter) => {
    await context.authorize(actor, 'logs:Describe', { type: 'log-group', name: filter.logGroup ?? '*' });
    checkLimit('limit', filter.limit, LOGS_LIMITS.listPageMax);
    const request = ['queries', filter.logGroup ?? null, filter.status ?? null];
    const [after] = filter.nextToken === undefined ? [] : readToken(request, filter.nextToken, 1);
    const found = store.all().filter(
      (entry) =>
        maySee(actor, entry) &&
        (filter.logGroup === undefined || entry.groups.some((group) => group.name === filter.logGroup)) &&
        (filter.status === undefined || entry.status === filter.status) &&
        // A page goes on even when the query that it ended with is forgotten.
        (after === undefined || entry.sequence < Number(after)),
    );
    const shown = found.slice(0, filter.limit);
    const items = shown.map((entry) => ({ ...viewOf(entry), rows: [] }));
    const last = shown.at(-1);
    return found.length > items.length && last !== undefined
      ? { items, nextToken: writeToken(request, [String(last.sequence)]) }
      : { items };
  };
