import { type AccessContext, audited } from '../access-context.ts';
import { ACCESS_LIMITS } from '../limits.ts';
import type { AccessTables } from '../migrations.ts';
import type { KeyVerbs } from '../service.ts';
import { KEY_COLUMNS, keyOf } from '../stored-rows.ts';

/** Newest first; revoked keys stay in the list, because audit records name them. */
export const listKeys =
  (context: AccessContext): KeyVerbs['list'] =>
  async (actor) => {
    await context.authorize(actor, 'access:Read', { type: 'key', name: '*' });
    return audited(context, actor, { eventName: 'ListKeys', readOnly: true }, async () => {
      const db = context.catalog.db<AccessTables>();
      const keys = db.selectFrom('access_keys').select(KEY_COLUMNS).orderBy('created_ms', 'desc').orderBy('id');
      return (await keys.limit(ACCESS_LIMITS.keysMax).execute()).map(keyOf);
    });
  };
