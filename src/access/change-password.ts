import { Failure } from '../base/index.ts';
import { acceptPassword } from './accepted-input.ts';
import { type AccessContext, audited } from './access-context.ts';
import { ACCESS_FAILURES } from './failures.ts';
import type { AccessTables } from './migrations.ts';
import type { Access } from './service.ts';
import type { Actor } from './types.ts';

/** Of the signed-in person alone. Every other session of the person ends with the old password. */
export const changePassword =
  (context: AccessContext): Access['changePassword'] =>
  (actor, { current, next }) =>
    audited(context, actor, { eventName: 'ChangePassword', resources: [{ type: 'person', name: actor.id }] }, () =>
      change(context, actor, { current, next }),
    );

async function change(
  { catalog, hasher, throttle }: AccessContext,
  actor: Actor,
  { current, next }: { readonly current: string; readonly next: string },
): Promise<void> {
  const db = catalog.db<AccessTables>();
  const person =
    actor.type === 'person'
      ? await db.selectFrom('access_people').selectAll().where('id', '=', actor.id).executeTakeFirst()
      : undefined;
  if (person === undefined) throw new Failure(ACCESS_FAILURES.personNotFound, { id: actor.id });
  await throttle.beforeSignIn(actor.sourceIp, person.email);
  if (!(await hasher.verify(person.password_hash, current))) throw new Failure(ACCESS_FAILURES.passwordWrong);
  await throttle.afterSignIn(actor.sourceIp, person.email);
  const passwordHash = await hasher.hash(acceptPassword(next, person));
  await catalog.transaction<AccessTables, void>(async (trx) => {
    await trx
      .updateTable('access_people')
      .set({ password_hash: passwordHash, must_change_password: false })
      .where('id', '=', person.id)
      .execute();
    let others = trx.deleteFrom('access_sessions').where('person_id', '=', person.id);
    if (actor.sessionId !== undefined) others = others.where('id', '!=', actor.sessionId);
    await others.execute();
  });
}
