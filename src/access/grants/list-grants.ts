import { type AccessContext, audited } from '../access-context.ts';
import { ACCESS_LIMITS } from '../limits.ts';
import type { AccessTables } from '../migrations.ts';
import type { GrantVerbs } from '../service.ts';
import { grantOf } from '../stored-rows.ts';

export const listGrants =
  (context: AccessContext): GrantVerbs['list'] =>
  async (actor) => {
    await context.authorize(actor, 'access:Read', { type: 'grant', name: '*' });
    return audited(context, actor, { eventName: 'ListGrants', readOnly: true }, async () => {
      const db = context.catalog.db<AccessTables>();
      const grants = db.selectFrom('access_grants').selectAll().orderBy('pattern').orderBy('id');
      return (await grants.limit(ACCESS_LIMITS.grantsMax).execute()).map(grantOf);
    });
  };
