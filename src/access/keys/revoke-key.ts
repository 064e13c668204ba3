import { Failure } from '../../base/index.ts';
import { knownActions, knownRoles } from '../accepted-input.ts';
import { type AccessContext, audited } from '../access-context.ts';
import { ACCESS_FAILURES } from '../failures.ts';
import type { AccessTables } from '../migrations.ts';
import { guardOwnRights } from '../own-rights.ts';
import type { KeyVerbs } from '../service.ts';

/** The key stays in the list; its sealed secret is of no use any more and is overwritten. */
export const revokeKey =
  (context: AccessContext): KeyVerbs['revoke'] =>
  async (actor, id) => {
    await context.authorize(actor, 'access:Manage', { type: 'key', name: id });
    const call = { eventName: 'RevokeKey', resources: [{ type: 'key', name: id }] };
    return audited(context, actor, call, async () => {
      const db = context.catalog.db<AccessTables>();
      const key = await db.selectFrom('access_keys').selectAll().where('id', '=', id).executeTakeFirst();
      if (key === undefined) throw new Failure(ACCESS_FAILURES.keyNotFound, { id });
      const scopes = key.scopes === null ? undefined : knownActions(key.scopes);
      guardOwnRights(actor, { roles: knownRoles(key.roles), scopes });
      await db
        .updateTable('access_keys')
        .set({ revoked_ms: context.clock.nowMs(), secret_sealed: Buffer.alloc(0) })
        .where('id', '=', id)
        .where('revoked_ms', 'is', null)
        .execute();
      context.keyStore.forget(id);
    });
  };
