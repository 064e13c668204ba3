import type { Transaction } from 'kysely';
import { newId } from '../base/index.ts';
import { acceptEmail, acceptPassword, newPassword } from './accepted-input.ts';
import { type AccessContext, audited } from './access-context.ts';
import { acceptKey } from './key-form.ts';
import { insertKey } from './keys/create-key.ts';
import { ACCESS_LIMITS } from './limits.ts';
import type { AccessTables } from './migrations.ts';
import type { Access, BootstrapResult } from './service.ts';
import { systemActor } from './system-actor.ts';

const DEFAULT_EMAIL = 'admin@holdfast.local';
const FIRST_NAME = 'Administrator';

/**
 * Makes the first administrator, and its key when one is given, only while there is nobody; both or neither are
 * stored. A password is generated when none is given, and must then be changed after the first sign-in.
 */
export const bootstrap =
  (context: AccessContext): Access['bootstrap'] =>
  async ({ adminEmail, adminPassword, adminKey }) => {
    const db = context.catalog.db<AccessTables>();
    const anybody = await db.selectFrom('access_people').select('id').limit(1).executeTakeFirst();
    if (anybody !== undefined) return { created: false };
    const email = acceptEmail(adminEmail ?? DEFAULT_EMAIL);
    const generatedPassword = adminPassword === undefined ? newPassword() : undefined;
    const owner = { email, name: FIRST_NAME };
    const password =
      generatedPassword ?? acceptPassword(adminPassword ?? '', owner, ACCESS_LIMITS.passwordCharsMinBootstrap);
    if (password.length < ACCESS_LIMITS.passwordCharsMin) {
      context.log.warn('the password of the first administrator is shorter than those that people may choose');
    }
    const parts = adminKey === undefined ? undefined : acceptKey(adminKey);
    const admin = { email, passwordHash: await context.hasher.hash(password), parts };
    const result: BootstrapResult = {
      created: true,
      email,
      ...(generatedPassword === undefined ? {} : { generatedPassword }),
      ...(parts === undefined ? {} : { accessKeyId: parts.id }),
    };
    const call = {
      eventName: 'Bootstrap',
      requestParameters: { email, ...(parts === undefined ? {} : { keyId: parts.id }) },
      resources: [{ type: 'person', name: email }],
    };
    return audited(context, systemActor('bootstrap'), call, async () => {
      const mustChange = generatedPassword !== undefined;
      const isFirst = await context.catalog.transaction<AccessTables, boolean>((trx) =>
        insertFirst(trx, context, { ...admin, mustChange }),
      );
      if (parts !== undefined) context.keyStore.forget(parts.id);
      return isFirst ? result : { created: false };
    });
  };

interface FirstAdmin {
  readonly email: string;
  readonly passwordHash: string;
  readonly mustChange: boolean;
  readonly parts: { readonly id: string; readonly secret: string } | undefined;
}

/** Looks again inside of the transaction: another process may have been first. */
async function insertFirst(
  trx: Transaction<AccessTables>,
  { clock, masterKey }: AccessContext,
  { email, passwordHash, mustChange, parts }: FirstAdmin,
): Promise<boolean> {
  const anybody = await trx.selectFrom('access_people').select('id').limit(1).executeTakeFirst();
  if (anybody !== undefined) return false;
  const nowMs = clock.nowMs();
  await trx
    .insertInto('access_people')
    .values({
      ...{ id: newId(nowMs), email, name: FIRST_NAME, roles: ['admin'], disabled: false, created_ms: nowMs },
      ...{ password_hash: passwordHash, must_change_password: mustChange, last_sign_in_ms: null },
    })
    .execute();
  if (parts !== undefined) {
    const key = { parts, name: 'first key', roles: ['admin'] as const, scopes: undefined, expiresMs: undefined };
    await insertKey(trx, masterKey, { ...key, createdMs: nowMs, createdBy: 'bootstrap' });
  }
  return true;
}
