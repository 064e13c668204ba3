import type { Transaction } from 'kysely';
import { Failure } from '../../base/index.ts';
import { acceptName, acceptRoles } from '../accepted-input.ts';
import { type AccessContext, audited } from '../access-context.ts';
import { ACCESS_FAILURES } from '../failures.ts';
import type { AccessTables } from '../migrations.ts';
import { guardOwnRights } from '../own-rights.ts';
import type { PeopleVerbs, Person } from '../service.ts';
import { PERSON_COLUMNS, personOf } from '../stored-rows.ts';
import { findPersonById } from './find-person.ts';

/** Disabling a person ends its sessions; changed roles count from its next call on. */
export const changePerson =
  (context: AccessContext): PeopleVerbs['change'] =>
  async (actor, id, change) => {
    await context.authorize(actor, 'access:Manage', { type: 'person', name: id });
    const call = { eventName: 'ChangePerson', requestParameters: { ...change } };
    return audited(context, actor, { ...call, resources: [{ type: 'person', name: id }] }, async () => {
      const roles = change.roles === undefined ? undefined : acceptRoles(change.roles);
      const name = change.name === undefined ? undefined : acceptName(change.name);
      return context.catalog.transaction<AccessTables, Person>(async (trx) => {
        const before = await findPersonById(trx, id);
        guardOwnRights(actor, before);
        if (roles !== undefined) guardOwnRights(actor, { roles });
        const disabled = change.disabled ?? before.disabled;
        const after = { ...before, name: name ?? before.name, roles: roles ?? before.roles, disabled };
        if (isActiveAdmin(before) && !isActiveAdmin(after)) await guardLastAdmin(trx, before);
        if (after.disabled) await trx.deleteFrom('access_sessions').where('person_id', '=', before.id).execute();
        const row = await trx
          .updateTable('access_people')
          .set({ name: after.name, roles: after.roles, disabled: after.disabled })
          .where('id', '=', before.id)
          .returning(PERSON_COLUMNS)
          .executeTakeFirstOrThrow();
        return personOf(row);
      });
    });
  };

const isActiveAdmin = ({ roles, disabled }: Person): boolean => roles.includes('admin') && !disabled;

/** Serializable, so two administrators who demote each other at once do not both succeed. */
async function guardLastAdmin(trx: Transaction<AccessTables>, person: Person): Promise<void> {
  const others = await trx
    .selectFrom('access_people')
    .select(PERSON_COLUMNS)
    .where('id', '!=', person.id)
    .where('disabled', '=', false)
    .execute();
  if (!others.map(personOf).some(isActiveAdmin)) {
    throw new Failure(ACCESS_FAILURES.lastAdmin, { email: person.email });
  }
}
