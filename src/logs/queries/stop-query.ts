import { auditedChange } from '../audited.ts';
import type { LogsContext } from '../context.ts';
import type { LogQueryVerbs } from '../service.ts';
import { isActive } from './query-entry.ts';
import type { QueryStore } from './query-store.ts';

/** Stops a query in the engine and resolves when it has stopped; only its owner and admins can name it. */
export const stopQuery =
  (context: LogsContext, store: QueryStore): LogQueryVerbs['stop'] =>
  async (actor, queryId) => {
    const entry = store.get(actor, queryId);
    const logGroups = entry.groups.map((group) => group.name);
    const call = { eventName: 'StopQuery', parameters: { queryId }, logGroups };
    return await auditedChange(context, actor, call, async () => {
      if (!isActive(entry)) return false;
      entry.stop.abort();
      await entry.done;
      return entry.status === 'Cancelled';
    });
  };
