import { type AccessContext, audited } from './access-context.ts';
import type { AccessTables } from './migrations.ts';
import type { Access } from './service.ts';

/** Ends the session that the call came with; a key has none, for it this does nothing. */
export const signOut =
  (context: AccessContext): Access['signOut'] =>
  async (actor) => {
    const { sessionId } = actor;
    if (sessionId === undefined) return;
    const db = context.catalog.db<AccessTables>();
    await audited(context, actor, { eventName: 'SignOut' }, async () => {
      await db.deleteFrom('access_sessions').where('id', '=', sessionId).execute();
    });
  };
