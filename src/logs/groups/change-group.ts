import type { LogsContext } from '../context.ts';
import type { LogsTables } from '../migrations.ts';
import type { LogGroup } from '../types.ts';

export type GroupChange = Partial<Pick<LogGroup, 'retentionDays' | 'deletionProtected' | 'tags'>>;

/** Writes a change of a group to the catalog and then to memory; a crash in between loses only the memory. */
export async function changeGroup(context: LogsContext, name: string, change: GroupChange): Promise<LogGroup> {
  await context.catalog
    .db<LogsTables>()
    .updateTable('log_groups')
    .set({
      ...(change.retentionDays === undefined ? {} : { retention_days: change.retentionDays }),
      ...(change.deletionProtected === undefined ? {} : { deletion_protected: change.deletionProtected }),
      ...(change.tags === undefined ? {} : { tags: JSON.stringify(change.tags) }),
    })
    .where('name', '=', name)
    .execute();
  const entry = context.registry.get(name);
  entry.group = { ...entry.group, ...change };
  return entry.group;
}
