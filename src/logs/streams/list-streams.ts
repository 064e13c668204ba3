import { sql } from 'kysely';
import type { LogsContext } from '../context.ts';
import { LOGS_LIMITS } from '../limits.ts';
import type { LogsTables } from '../migrations.ts';
import { checkLimit } from '../names.ts';
import { readToken, writeToken } from '../page-token.ts';
import type { LogStreamVerbs } from '../service.ts';
import { toStream } from './stream-rows.ts';

/** By name or by the time of the last event; streams without events come first in rising order. */
export const listStreams =
  (context: LogsContext): LogStreamVerbs['list'] =>
  async (actor, filter) => {
    const { logGroup, prefix = '', orderBy, descending, limit } = filter;
    await context.authorize(actor, 'logs:Describe', { type: 'log-group', name: logGroup });
    checkLimit('limit', limit, LOGS_LIMITS.listPageMax);
    context.registry.get(logGroup);
    const request = ['streams', logGroup, prefix, orderBy, descending];
    const [afterTime, afterName] = filter.nextToken === undefined ? [] : readToken(request, filter.nextToken, 2);
    await context.notes.flush();
    const lastEvent = sql<number>`coalesce(last_event_ms, -1)`;
    const direction = descending ? 'desc' : 'asc';
    const beyond = sql.raw(descending ? '<' : '>');
    let query = context.catalog
      .db<LogsTables>()
      .selectFrom('log_streams')
      .selectAll()
      .where('log_group', '=', logGroup)
      .where('removing', '=', false);
    if (prefix !== '') query = query.where(sql<boolean>`starts_with(name, ${prefix})`);
    if (afterName !== undefined) {
      query = query.where(
        orderBy === 'name'
          ? sql<boolean>`name ${beyond} ${afterName}`
          : sql<boolean>`(${lastEvent}, name) ${beyond} (${Number(afterTime)}::bigint, ${afterName})`,
      );
    }
    if (orderBy === 'last-event') query = query.orderBy(lastEvent, direction);
    const rows = await query
      .orderBy('name', direction)
      .limit(limit + 1)
      .execute();
    const items = rows.slice(0, limit).map(toStream);
    const last = items.at(-1);
    return rows.length > limit && last !== undefined
      ? { items, nextToken: writeToken(request, [String(last.lastEventMs ?? -1), last.name]) }
      : { items };
  };
