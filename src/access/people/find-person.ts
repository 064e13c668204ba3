import type { Kysely } from 'kysely';
import { Failure } from '../../base/index.ts';
import { ACCESS_FAILURES } from '../failures.ts';
import type { AccessTables } from '../migrations.ts';
import type { Person } from '../service.ts';
import { PERSON_COLUMNS, personOf } from '../stored-rows.ts';

// PostgreSQL refuses any other text where it compares with a uuid.
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

export const isUuid = (id: string): boolean => UUID.test(id);

/** Throws `access.person-not-found`. */
export async function findPersonById(db: Kysely<AccessTables>, id: string): Promise<Person> {
  const row = isUuid(id)
    ? await db.selectFrom('access_people').select(PERSON_COLUMNS).where('id', '=', id).executeTakeFirst()
    : undefined;
  if (row === undefined) throw new Failure(ACCESS_FAILURES.personNotFound, { id });
  return personOf(row);
}
