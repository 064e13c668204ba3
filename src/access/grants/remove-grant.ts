import { Failure } from '../../base/index.ts';
import { type AccessContext, audited } from '../access-context.ts';
import { ACCESS_FAILURES } from '../failures.ts';
import type { AccessTables } from '../migrations.ts';
import { isUuid } from '../people/find-person.ts';
import type { GrantVerbs } from '../service.ts';

export const removeGrant =
  (context: AccessContext): GrantVerbs['remove'] =>
  async (actor, id) => {
    await context.authorize(actor, 'access:Manage', { type: 'grant', name: id });
    const call = { eventName: 'RemoveGrant', resources: [{ type: 'grant', name: id }] };
    return audited(context, actor, call, async () => {
      const db = context.catalog.db<AccessTables>();
      const removed = isUuid(id)
        ? await db.deleteFrom('access_grants').where('id', '=', id).returning('id').executeTakeFirst()
        : undefined;
      if (removed === undefined) throw new Failure(ACCESS_FAILURES.grantNotFound, { id });
      context.keyStore.forget();
    });
  };
