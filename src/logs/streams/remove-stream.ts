import { Failure } from '../../base/index.ts';
import { auditedChange } from '../audited.ts';
import type { LogsContext } from '../context.ts';
import { LOGS_FAILURES } from '../failures.ts';
import { deleteRows } from '../groups/remove-group.ts';
import type { LogsTables } from '../migrations.ts';
import type { LogStreamVerbs } from '../service.ts';
import { getStream } from './stream-rows.ts';

/** Removes a stream and its rows for good; the streams of a protected group are protected with it. */
export const removeStream =
  (context: LogsContext): LogStreamVerbs['remove'] =>
  async (actor, logGroup, name) => {
    await context.authorize(actor, 'logs:Manage', { type: 'log-group', name: logGroup });
    const parameters = { logGroupName: logGroup, logStreamName: name };
    await auditedChange(
      context,
      actor,
      { eventName: 'DeleteLogStream', parameters, logGroups: [logGroup] },
      async () => {
        const { group } = context.registry.get(logGroup);
        if (group.deletionProtected) throw new Failure(LOGS_FAILURES.groupProtected, { logGroup });
        await getStream(context, logGroup, name);
        context.registry.forgetStream(logGroup, name);
        // A crash after the mark leaves a stream that nobody can use; the next start finishes its removal.
        await context.catalog
          .db<LogsTables>()
          .updateTable('log_streams')
          .set({ removing: true })
          .where('log_group', '=', logGroup)
          .where('name', '=', name)
          .execute();
        await finishStreamRemoval(context, logGroup, name);
      },
    );
  };

export async function finishStreamRemoval(context: LogsContext, logGroup: string, name: string): Promise<void> {
  await context.notes.flush();
  await deleteRows(context, { logGroup, logStream: name });
  const bytes = await context.catalog.transaction<LogsTables, number>(async (trx) => {
    const removed = await trx
      .deleteFrom('log_streams')
      .where('log_group', '=', logGroup)
      .where('name', '=', name)
      .returning('stored_bytes')
      .executeTakeFirst();
    const freed = removed?.stored_bytes ?? 0;
    await trx
      .updateTable('log_groups')
      .set((update) => ({ stored_bytes: update('stored_bytes', '-', freed) }))
      .where('name', '=', logGroup)
      .execute();
    return freed;
  });
  const entry = context.registry.entry(logGroup);
  if (entry === undefined) return;
  entry.streamCount -= 1;
  entry.group = { ...entry.group, storedBytes: Math.max(0, entry.group.storedBytes - bytes) };
}
