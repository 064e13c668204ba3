import type { Actor } from '../../access/index.ts';
import { newId } from '../../base/index.ts';
import { auditRead } from '../audited.ts';
import type { LogsContext } from '../context.ts';
import type { LogQueryVerbs, QueryRequest } from '../service.ts';
import { chooseGroups } from './choose-groups.ts';
import { checkQueryRequest, compileQuery } from './compile-query.ts';
import { executeQuery } from './execute-query.ts';
import type { QueryEntry } from './query-entry.ts';
import type { QueryStore } from './query-store.ts';

export const startQuery =
  (context: LogsContext, store: QueryStore): LogQueryVerbs['start'] =>
  async (actor, request) => {
    const { queryId } = await openQuery(context, store, { actor, request });
    return { queryId };
  };

/** Refuses before anything runs; what is accepted is on record before it runs. */
export async function openQuery(
  context: LogsContext,
  store: QueryStore,
  { actor, request }: { readonly actor: Actor; readonly request: QueryRequest },
): Promise<QueryEntry> {
  const groups = await chooseGroups(context, actor, request.logGroups);
  checkQueryRequest(request);
  const compiled = compileQuery(context, request, groups);
  await auditRead(context, actor, {
    eventName: 'StartQuery',
    parameters: {
      queryString: request.query,
      logGroupNames: request.logGroups,
      startTime: request.startMs,
      endTime: request.endMs,
      limit: request.limit,
    },
    logGroups: groups.map((group) => group.name),
  });
  const createdMs = Math.floor(context.clock.nowMs());
  const entry: QueryEntry = {
    queryId: newId(createdMs),
    actor: { type: actor.type, id: actor.id },
    request,
    groups,
    compiled,
    createdMs,
    stop: new AbortController(),
    sequence: 0,
    status: 'Scheduled',
    rows: [],
    bytes: 0,
    statistics: { recordsMatched: 0, recordsScanned: 0, bytesScanned: 0, elapsedMs: 0 },
    failure: undefined,
    endedMs: undefined,
    done: Promise.resolve(),
  };
  store.add(entry);
  entry.done = executeQuery(context, store, entry);
  return entry;
}
