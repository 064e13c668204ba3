import type { Actor } from '../../access/index.ts';
import { auditEntry } from '../audited.ts';
import type { LogsContext } from '../context.ts';
import type { LogQueryVerbs } from '../service.ts';
import { type QueryEntry, viewOf } from './query-entry.ts';
import type { QueryStore } from './query-store.ts';

/** The result so far. Who has lost the right to read one of the groups since, is refused. */
export const getQuery =
  (context: LogsContext, store: QueryStore): LogQueryVerbs['get'] =>
  async (actor, queryId) => {
    const entry = store.get(actor, queryId);
    await authorizeGroups(context, actor, entry);
    const logGroups = entry.groups.map((group) => group.name);
    const call = auditEntry(actor, { eventName: 'GetQueryResults', readOnly: true, category: 'Data', logGroups });
    context.audit.count(call, { events: 1, bytes: 0 });
    return viewOf(entry);
  };

export async function authorizeGroups(context: LogsContext, actor: Actor, entry: QueryEntry): Promise<void> {
  const lost = entry.groups.find((group) => !context.canRead(actor, group.name));
  if (lost !== undefined) await context.authorize(actor, 'logs:Read', { type: 'log-group', name: lost.name });
}
