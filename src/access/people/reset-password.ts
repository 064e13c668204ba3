import { newPassword } from '../accepted-input.ts';
import { type AccessContext, audited } from '../access-context.ts';
import type { AccessTables } from '../migrations.ts';
import { guardOwnRights } from '../own-rights.ts';
import type { PeopleVerbs } from '../service.ts';
import { findPersonById } from './find-person.ts';

export const resetPassword =
  (context: AccessContext): PeopleVerbs['resetPassword'] =>
  async (actor, id) => {
    await context.authorize(actor, 'access:Manage', { type: 'person', name: id });
    const call = { eventName: 'ResetPassword', resources: [{ type: 'person', name: id }] };
    return audited(context, actor, call, async () => {
      const { catalog, hasher } = context;
      const person = await findPersonById(catalog.db<AccessTables>(), id);
      guardOwnRights(actor, person);
      const password = newPassword();
      const passwordHash = await hasher.hash(password);
      await catalog.transaction<AccessTables, void>(async (trx) => {
        const change = { password_hash: passwordHash, must_change_password: true };
        await trx.updateTable('access_people').set(change).where('id', '=', person.id).execute();
        await trx.deleteFrom('access_sessions').where('person_id', '=', person.id).execute();
      });
      return { password };
    });
  };
