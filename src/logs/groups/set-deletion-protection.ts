import { auditedChange } from '../audited.ts';
import type { LogsContext } from '../context.ts';
import type { LogGroupVerbs } from '../service.ts';
import { changeGroup } from './change-group.ts';

export const setDeletionProtection =
  (context: LogsContext): LogGroupVerbs['setDeletionProtection'] =>
  async (actor, name, isProtected) => {
    await context.authorize(actor, 'logs:Manage', { type: 'log-group', name });
    const parameters = { logGroupIdentifier: name, deletionProtectionEnabled: isProtected };
    const call = { eventName: 'PutLogGroupDeletionProtection', parameters, logGroups: [name] };
    await auditedChange(context, actor, call, async () => {
      context.registry.get(name);
      await changeGroup(context, name, { deletionProtected: isProtected });
    });
  };
