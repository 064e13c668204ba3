import type { Actor } from '../../access/index.ts';
import { Failure } from '../../base/index.ts';
import type { StorageClass } from '../../telemetry/index.ts';
import { auditedChange } from '../audited.ts';
import type { LogsContext } from '../context.ts';
import { LOGS_FAILURES } from '../failures.ts';
import { LOGS_LIMITS } from '../limits.ts';
import type { LogsTables } from '../migrations.ts';
import { checkGroupName, checkRetention, checkTags } from '../names.ts';
import type { LogGroupVerbs } from '../service.ts';
import type { LogGroup } from '../types.ts';

export const createGroup =
  (context: LogsContext): LogGroupVerbs['create'] =>
  async (actor, wanted) => {
    // Whoever may write may make the group to write to, as over OTLP; changing or removing one asks for more.
    await context.authorize(actor, 'logs:Write', { type: 'log-group', name: wanted.name });
    const group = toGroup(wanted, context.clock.nowMs());
    return await auditedChange(context, actor, { ...callOf(group), logGroups: [group.name] }, async () => {
      guardNew(context, group.name);
      if (!(await insertGroup(context, group))) throw new Failure(LOGS_FAILURES.groupExists, { logGroup: group.name });
      return group;
    });
  };

/**
 * For the write path: a group that somebody else made meanwhile is as good as a new one. The sender was authorized to
 * write by the sink; making a group is part of that.
 */
export async function createMissingGroup(context: LogsContext, actor: Actor, name: string): Promise<LogGroup> {
  const group = toGroup({ name }, context.clock.nowMs());
  const known = context.registry.entry(name);
  if (known !== undefined) return context.registry.get(name).group;
  return await auditedChange(context, actor, { ...callOf(group), logGroups: [name] }, async () => {
    guardNew(context, name);
    await insertGroup(context, group);
    return context.registry.get(name).group;
  });
}

const callOf = (group: LogGroup) => ({
  eventName: 'CreateLogGroup',
  parameters: {
    logGroupName: group.name,
    retentionInDays: group.retentionDays,
    logGroupClass: group.storageClass,
    tags: group.tags,
  },
});

function toGroup(wanted: Parameters<LogGroupVerbs['create']>[1], createdMs: number): LogGroup {
  checkGroupName(wanted.name);
  const retentionDays = wanted.retentionDays ?? LOGS_LIMITS.retentionDefaultDays;
  checkRetention(retentionDays);
  const tags = wanted.tags ?? {};
  checkTags(wanted.name, tags);
  return {
    name: wanted.name,
    storageClass: checkStorageClass(wanted.storageClass ?? 'standard'),
    retentionDays,
    createdMs: Math.floor(createdMs),
    storedBytes: 0,
    deletionProtected: wanted.deletionProtected ?? false,
    tags: { ...tags },
  };
}

function checkStorageClass(storageClass: StorageClass): StorageClass {
  if (storageClass === 'standard' || storageClass === 'infrequent') return storageClass;
  throw new Failure(LOGS_FAILURES.storageClassInvalid, { storageClass: String(storageClass) });
}

function guardNew({ registry }: LogsContext, name: string): void {
  const known = registry.entry(name);
  if (known?.isRemoving === true) throw new Failure(LOGS_FAILURES.beingRemoved, { type: 'the log group', name });
  if (known !== undefined) throw new Failure(LOGS_FAILURES.groupExists, { logGroup: name });
  const count = registry.count();
  const max = LOGS_LIMITS.groupsMax;
  if (count >= max) throw new Failure(LOGS_FAILURES.tooManyGroups, { count, max });
}

/** False when it exists already. */
async function insertGroup({ catalog, registry }: LogsContext, group: LogGroup): Promise<boolean> {
  const result = await catalog
    .db<LogsTables>()
    .insertInto('log_groups')
    .values({
      name: group.name,
      storage_class: group.storageClass,
      retention_days: group.retentionDays,
      created_ms: group.createdMs,
      stored_bytes: 0,
      deletion_protected: group.deletionProtected,
      tags: JSON.stringify(group.tags),
      removing: false,
    })
    .onConflict((conflict) => conflict.column('name').doNothing())
    .executeTakeFirst();
  const isNew = (result.numInsertedOrUpdatedRows ?? 0n) > 0n;
  if (isNew) registry.put({ group, isRemoving: false, streamCount: 0 });
  return isNew;
}
