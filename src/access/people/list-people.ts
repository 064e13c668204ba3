import { type AccessContext, audited } from '../access-context.ts';
import { ACCESS_LIMITS } from '../limits.ts';
import type { AccessTables } from '../migrations.ts';
import type { PeopleVerbs } from '../service.ts';
import { PERSON_COLUMNS, personOf } from '../stored-rows.ts';

export const listPeople =
  (context: AccessContext): PeopleVerbs['list'] =>
  async (actor) => {
    await context.authorize(actor, 'access:Read', { type: 'person', name: '*' });
    return audited(context, actor, { eventName: 'ListPeople', readOnly: true }, async () => {
      const db = context.catalog.db<AccessTables>();
      const people = db.selectFrom('access_people').select(PERSON_COLUMNS).orderBy('email');
      return (await people.limit(ACCESS_LIMITS.peopleMax).execute()).map(personOf);
    });
  };
