import type { Actor } from '../../../access/index.ts';
import { acceptedTags } from '../accepted-values.ts';
import type { AlarmRecord } from '../alarm-record.ts';
import { lockAlarms, updateAlarm } from '../alarm-rows.ts';
import type { AlarmsTables } from '../migrations.ts';
import type { AlarmTags } from '../service.ts';
import { auditedChange, authorizeRead, knownAlarm, takeRecord, type VerbContext } from './verb-context.ts';

export const tagAlarm = (context: VerbContext, actor: Actor, alarm: string, tags: AlarmTags): Promise<void> =>
  changeTags(context, actor, { alarm, eventName: 'TagResource', parameters: { alarm, tags } }, (before) =>
    acceptedTags({ ...before, ...tags }),
  );

export const untagAlarm = (
  context: VerbContext,
  actor: Actor,
  alarm: string,
  tagKeys: readonly string[],
): Promise<void> =>
  changeTags(context, actor, { alarm, eventName: 'UntagResource', parameters: { alarm, tagKeys } }, (before) =>
    Object.fromEntries(Object.entries(before).filter(([key]) => !tagKeys.includes(key))),
  );

export async function listTags(context: VerbContext, actor: Actor, alarm: string): Promise<AlarmTags> {
  const name = context.arns.nameOf(alarm);
  await authorizeRead(context, actor, name);
  return knownAlarm(context, name).record.tags;
}

function changeTags(
  context: VerbContext,
  actor: Actor,
  call: { readonly alarm: string; readonly eventName: string; readonly parameters: Readonly<Record<string, unknown>> },
  change: (before: AlarmTags) => AlarmTags,
): Promise<void> {
  const name = context.arns.nameOf(call.alarm);
  return auditedChange(context, actor, { ...call, names: [name] }, async () => {
    const record = await context.catalog.transaction<AlarmsTables, AlarmRecord | undefined>(async (trx) => {
      const [before] = await lockAlarms(trx, [name]);
      if (before === undefined) return undefined;
      const after = { ...before, tags: change(before.tags), revision: before.revision + 1 };
      await updateAlarm(trx, after);
      return after;
    });
    if (record === undefined) knownAlarm(context, name);
    else takeRecord(context, record);
  });
}
