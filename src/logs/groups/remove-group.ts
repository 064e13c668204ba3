import { Failure } from '../../base/index.ts';
import { auditedChange } from '../audited.ts';
import type { LogsContext } from '../context.ts';
import { LOGS_FAILURES } from '../failures.ts';
import { LOGS_LIMITS } from '../limits.ts';
import { LOGS_TABLE } from '../logs-table.ts';
import type { LogsTables } from '../migrations.ts';
import type { LogGroupVerbs } from '../service.ts';

/** Removes a group with its streams and rows for good. */
export const removeGroup =
  (context: LogsContext): LogGroupVerbs['remove'] =>
  async (actor, name) => {
    await context.authorize(actor, 'logs:Manage', { type: 'log-group', name });
    const call = { eventName: 'DeleteLogGroup', parameters: { logGroupName: name }, logGroups: [name] };
    await auditedChange(context, actor, call, async () => {
      const entry = context.registry.get(name);
      if (entry.group.deletionProtected) throw new Failure(LOGS_FAILURES.groupProtected, { logGroup: name });
      // From here on nothing is written to it. A crash leaves the mark, and the next start finishes the removal.
      entry.isRemoving = true;
      try {
        await markRemoving(context, name);
      } catch (error) {
        entry.isRemoving = false;
        throw error;
      }
      await finishRemoval(context, name);
    });
  };

const markRemoving = ({ catalog }: LogsContext, name: string): Promise<unknown> =>
  catalog.db<LogsTables>().updateTable('log_groups').set({ removing: true }).where('name', '=', name).execute();

/** Rows first, then the names: the other way round a crash would leave rows that no group answers for. */
export async function finishRemoval(context: LogsContext, name: string): Promise<void> {
  await deleteRows(context, { logGroup: name });
  await context.catalog.db<LogsTables>().deleteFrom('log_groups').where('name', '=', name).execute();
  context.notes.forget(name);
  context.registry.drop(name);
}

/** Deletes until nothing is left: requests that got their target before the mark may still add rows for a moment. */
export async function deleteRows(
  { telemetry, log }: LogsContext,
  target: { readonly logGroup: string; readonly logStream?: string },
): Promise<void> {
  const condition = `log_group = {logGroup:String}${target.logStream === undefined ? '' : ' AND log_stream = {logStream:String}'}`;
  for (let round = 1; round <= LOGS_LIMITS.removalRoundsMax; round += 1) {
    await telemetry.deleteLogs(target);
    const { rows } = await telemetry.query<{ readonly rows: string }>({
      sql: `SELECT count() AS rows FROM ${LOGS_TABLE} WHERE ${condition}`,
      params: target,
    });
    if (Number(rows[0]?.rows ?? 0) === 0) return;
  }
  log.warn(target, 'rows still arrive for what is being removed; they are deleted when it is removed again');
}
