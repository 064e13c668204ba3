import type { Transaction } from 'kysely';
import { Failure, newId } from '../../base/index.ts';
import { type AccessContext, audited } from '../access-context.ts';
import { ACCESS_FAILURES } from '../failures.ts';
import { ACCESS_LIMITS } from '../limits.ts';
import type { AccessTables } from '../migrations.ts';
import { isUuid } from '../people/find-person.ts';
import { isRole } from '../role-table.ts';
import type { Grant, GrantVerbs } from '../service.ts';
import { grantOf } from '../stored-rows.ts';

interface GivenGrant {
  readonly subjectType: string;
  readonly subjectId: string;
  readonly pattern: string;
}

/** The same grant twice is one: the second call answers the first one's. */
export const createGrant =
  (context: AccessContext): GrantVerbs['create'] =>
  async (actor, { subjectType, subjectId, pattern }) => {
    await context.authorize(actor, 'access:Manage', { type: 'grant', name: '*' });
    const given = { subjectType, subjectId, pattern };
    const resources = [
      { type: subjectType, name: subjectId },
      { type: 'log-group', name: pattern },
    ];
    return audited(context, actor, { eventName: 'CreateGrant', requestParameters: given, resources }, async () => {
      guardPattern(pattern);
      const createdMs = context.clock.nowMs();
      const row = { ...toRow(given), id: newId(createdMs), created_ms: createdMs, created_by: actor.name };
      const grant = await context.catalog.transaction<AccessTables, Grant>(async (trx) => {
        await guardSubject(trx, given);
        await guardCount(trx);
        await trx
          .insertInto('access_grants')
          .values(row)
          .onConflict((conflict) => conflict.columns(['subject_type', 'subject_id', 'pattern']).doNothing())
          .execute();
        return findGrant(trx, given);
      });
      context.keyStore.forget();
      return grant;
    });
  };

const toRow = ({ subjectType, subjectId, pattern }: GivenGrant) => ({
  subject_type: subjectType,
  subject_id: subjectId,
  pattern,
});

const refuse = (reason: string): Failure => new Failure(ACCESS_FAILURES.grantInvalid, { reason });

/** The characters of log group names, and `*`. */
function guardPattern(pattern: string): void {
  if (pattern.length > ACCESS_LIMITS.patternCharsMax || !/^[A-Za-z0-9_./#*-]+$/.test(pattern)) {
    throw refuse(
      `the pattern must have 1 to ${ACCESS_LIMITS.patternCharsMax} of the characters A-Z a-z 0-9 _ . / # - *`,
    );
  }
}

async function guardSubject(trx: Transaction<AccessTables>, { subjectType, subjectId }: GivenGrant): Promise<void> {
  if (subjectType === 'role') {
    if (isRole(subjectId)) return;
  } else if (subjectType === 'person') {
    const people = trx.selectFrom('access_people').select('id').where('id', '=', subjectId);
    if (isUuid(subjectId) && (await people.executeTakeFirst()) !== undefined) return;
  } else if (subjectType === 'key') {
    const keys = trx.selectFrom('access_keys').select('id').where('id', '=', subjectId).where('revoked_ms', 'is', null);
    if ((await keys.executeTakeFirst()) !== undefined) return;
  } else {
    throw refuse(`a subject is a person, a key or a role, not ${subjectType}`);
  }
  throw refuse(`there is no ${subjectType} ${subjectId}`);
}

async function guardCount(trx: Transaction<AccessTables>): Promise<void> {
  const { count } = await trx
    .selectFrom('access_grants')
    .select((where) => where.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  if (count >= ACCESS_LIMITS.grantsMax) throw new Failure(ACCESS_FAILURES.tooMany, { count, things: 'grants' });
}

async function findGrant(trx: Transaction<AccessTables>, given: GivenGrant): Promise<Grant> {
  const row = await trx
    .selectFrom('access_grants')
    .selectAll()
    .where('subject_type', '=', given.subjectType)
    .where('subject_id', '=', given.subjectId)
    .where('pattern', '=', given.pattern)
    .executeTakeFirstOrThrow();
  return grantOf(row);
}
