import { auditedChange } from '../audited.ts';
import type { LogsContext } from '../context.ts';
import { checkTags } from '../names.ts';
import type { LogGroupVerbs } from '../service.ts';
import { changeGroup } from './change-group.ts';

export const tagGroup =
  (context: LogsContext): LogGroupVerbs['tag'] =>
  async (actor, name, tags) => {
    await context.authorize(actor, 'logs:Manage', { type: 'log-group', name });
    const call = { eventName: 'TagResource', parameters: { logGroupName: name, tags }, logGroups: [name] };
    await auditedChange(context, actor, call, async () => {
      const merged = { ...context.registry.get(name).group.tags, ...tags };
      checkTags(name, merged);
      await changeGroup(context, name, { tags: merged });
    });
  };

/** Keys that the group does not have are passed over, as UntagResource does. */
export const untagGroup =
  (context: LogsContext): LogGroupVerbs['untag'] =>
  async (actor, name, keys) => {
    await context.authorize(actor, 'logs:Manage', { type: 'log-group', name });
    const call = { eventName: 'UntagResource', parameters: { logGroupName: name, tagKeys: keys }, logGroups: [name] };
    await auditedChange(context, actor, call, async () => {
      const { tags } = context.registry.get(name).group;
      const kept = Object.fromEntries(Object.entries(tags).filter(([key]) => !keys.includes(key)));
      await changeGroup(context, name, { tags: kept });
    });
  };
