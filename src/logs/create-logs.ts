import type { LogsContext, LogsDeps } from './context.ts';
import { filterEvents } from './events/filter-events.ts';
import { getEvents } from './events/get-events.ts';
import { getRecord } from './events/get-record.ts';
import { createGroup } from './groups/create-group.ts';
import { forWrite } from './groups/for-write.ts';
import { getGroup } from './groups/get-group.ts';
import { loadGroupRegistry } from './groups/group-registry.ts';
import { listGroups } from './groups/list-groups.ts';
import { planRemoval } from './groups/plan-removal.ts';
import { finishRemoval, removeGroup } from './groups/remove-group.ts';
import { setDeletionProtection } from './groups/set-deletion-protection.ts';
import { setRetention } from './groups/set-retention.ts';
import { tagGroup, untagGroup } from './groups/tag-group.ts';
import { createWriteNotes } from './groups/write-notes.ts';
import { LOGS_LIMITS } from './limits.ts';
import type { LogsTables } from './migrations.ts';
import { facets } from './queries/facets.ts';
import { fields } from './queries/fields.ts';
import { getQuery } from './queries/get-query.ts';
import { histogram } from './queries/histogram.ts';
import { listQueries } from './queries/list-queries.ts';
import { createQueryStore } from './queries/query-store.ts';
import { runQuery } from './queries/run-query.ts';
import { startQuery } from './queries/start-query.ts';
import { stopQuery } from './queries/stop-query.ts';
import { applyRetention } from './retention/apply-retention.ts';
import { createClockGuard } from './retention/clock-guard.ts';
import { planRetention } from './retention/plan-retention.ts';
import type { OpenLogs } from './service.ts';
import { createStream } from './streams/create-stream.ts';
import { listStreams } from './streams/list-streams.ts';
import { finishStreamRemoval, removeStream } from './streams/remove-stream.ts';

/** Opens the verbs on stored logs; LOGS_MIGRATIONS must have run. Finishes removals that a crash cut short. */
export async function createLogs(deps: LogsDeps): Promise<OpenLogs> {
  const { log } = deps;
  const registry = await loadGroupRegistry(deps.catalog);
  const guard = await createClockGuard(deps);
  const notes = createWriteNotes({ catalog: deps.catalog, registry, clock: deps.clock, log });
  const context: LogsContext = { ...deps, log, registry, notes };
  const queries = createQueryStore(deps.clock);
  const recovery = finishRemovals(context);
  return {
    groups: {
      create: createGroup(context),
      remove: removeGroup(context),
      list: listGroups(context),
      get: getGroup(context),
      setRetention: setRetention(context),
      planRemoval: planRemoval(context),
      setDeletionProtection: setDeletionProtection(context),
      tag: tagGroup(context),
      untag: untagGroup(context),
      forWrite: forWrite(context),
      noteWritten: notes.add,
    },
    streams: { create: createStream(context), remove: removeStream(context), list: listStreams(context) },
    events: { get: getEvents(context), filter: filterEvents(context), record: getRecord(context) },
    queries: {
      start: startQuery(context, queries),
      get: getQuery(context, queries),
      stop: stopQuery(context, queries),
      list: listQueries(context, queries),
      run: runQuery(context, queries),
      histogram: histogram(context),
      facets: facets(context),
      fields: fields(context),
    },
    retention: { plan: (nowMs) => planRetention(context, nowMs), apply: applyRetention(context, guard) },
    close: async () => {
      await queries.close();
      await recovery;
      await notes.close();
    },
  };
}

/** In the background: rewriting large partitions takes minutes, and what is being removed is not readable anyway. */
async function finishRemovals(context: LogsContext): Promise<void> {
  try {
    const db = context.catalog.db<LogsTables>();
    const groups = await db.selectFrom('log_groups').select('name').where('removing', '=', true).execute();
    for (const { name } of groups) await finishRemoval(context, name);
    const streams = await db
      .selectFrom('log_streams')
      .select(['log_group', 'name'])
      .where('removing', '=', true)
      .limit(LOGS_LIMITS.streamsPerGroupMax)
      .execute();
    for (const { log_group, name } of streams) await finishStreamRemoval(context, log_group, name);
  } catch (error) {
    context.log.error({ err: error }, 'a removal that was cut short could not be finished; the next start tries again');
  }
}
