import { auditedChange } from '../audited.ts';
import type { LogsContext } from '../context.ts';
import { checkRetention } from '../names.ts';
import type { LogGroupVerbs } from '../service.ts';
import { changeGroup } from './change-group.ts';

export const setRetention =
  (context: LogsContext): LogGroupVerbs['setRetention'] =>
  async (actor, name, retentionDays) => {
    await context.authorize(actor, 'logs:Manage', { type: 'log-group', name });
    checkRetention(retentionDays);
    const eventName = retentionDays === 0 ? 'DeleteRetentionPolicy' : 'PutRetentionPolicy';
    const parameters = { logGroupName: name, retentionInDays: retentionDays };
    return await auditedChange(context, actor, { eventName, parameters, logGroups: [name] }, async () => {
      const { group } = context.registry.get(name);
      return group.retentionDays === retentionDays ? group : await changeGroup(context, name, { retentionDays });
    });
  };
