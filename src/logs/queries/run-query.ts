import type { LogsContext } from '../context.ts';
import type { LogQueryVerbs } from '../service.ts';
import { viewOf } from './query-entry.ts';
import type { QueryStore } from './query-store.ts';
import { openQuery } from './start-query.ts';

/** Starts a query and waits for its end; aborting the signal stops it in the engine. */
export const runQuery =
  (context: LogsContext, store: QueryStore): LogQueryVerbs['run'] =>
  async (actor, request, signal) => {
    const entry = await openQuery(context, store, { actor, request });
    const onAbort = (): void => entry.stop.abort();
    if (signal?.aborted === true) onAbort();
    signal?.addEventListener('abort', onAbort, { once: true });
    try {
      await entry.done;
    } finally {
      signal?.removeEventListener('abort', onAbort);
    }
    return viewOf(entry);
  };
