import { Failure, newId } from '../../base/index.ts';
import { acceptEmail, acceptName, acceptPassword, acceptRoles, newPassword } from '../accepted-input.ts';
import { type AccessContext, audited } from '../access-context.ts';
import { ACCESS_FAILURES } from '../failures.ts';
import { ACCESS_LIMITS } from '../limits.ts';
import type { AccessTables } from '../migrations.ts';
import { guardOwnRights } from '../own-rights.ts';
import type { PeopleVerbs, Person } from '../service.ts';
import { PERSON_COLUMNS, personOf } from '../stored-rows.ts';
import type { Role } from '../types.ts';

export const createPerson =
  (context: AccessContext): PeopleVerbs['create'] =>
  async (actor, given) => {
    await context.authorize(actor, 'access:Manage', { type: 'person', name: '*' });
    const { email, name, roles } = given;
    const call = { eventName: 'CreatePerson', requestParameters: { email, name, roles } };
    return audited(context, actor, { ...call, resources: [{ type: 'person', name: email }] }, async () => {
      const accepted = { email: acceptEmail(email), name: acceptName(name), roles: acceptRoles(roles) };
      guardOwnRights(actor, accepted);
      const generated = given.password === undefined ? newPassword() : undefined;
      const password = generated ?? acceptPassword(given.password ?? '', accepted);
      const passwordHash = await context.hasher.hash(password);
      const person = await insertPerson(context, { ...accepted, passwordHash, isGenerated: generated !== undefined });
      return generated === undefined ? { person } : { person, password: generated };
    });
  };

async function insertPerson(
  { catalog, clock }: AccessContext,
  person: {
    readonly email: string;
    readonly name: string;
    readonly roles: readonly Role[];
    readonly passwordHash: string;
    readonly isGenerated: boolean;
  },
): Promise<Person> {
  const { email, name, roles } = person;
  const row = await catalog.transaction<AccessTables, Parameters<typeof personOf>[0] | undefined>(async (trx) => {
    const counted = await trx
      .selectFrom('access_people')
      .select((where) => where.fn.countAll<number>().as('count'))
      .executeTakeFirstOrThrow();
    if (counted.count >= ACCESS_LIMITS.peopleMax) {
      throw new Failure(ACCESS_FAILURES.tooMany, { count: counted.count, things: 'people' });
    }
    return trx
      .insertInto('access_people')
      .values({
        ...{ id: newId(clock.nowMs()), email, name, roles, created_ms: clock.nowMs(), disabled: false },
        ...{ password_hash: person.passwordHash, must_change_password: person.isGenerated, last_sign_in_ms: null },
      })
      .onConflict((conflict) => conflict.column('email').doNothing())
      .returning(PERSON_COLUMNS)
      .executeTakeFirst();
  });
  if (row === undefined) throw new Failure(ACCESS_FAILURES.personExists, { email });
  return personOf(row);
}
