import type { Transaction } from 'kysely';
import { Failure } from '../../base/index.ts';
import { acceptName, acceptRoles, acceptScopes } from '../accepted-input.ts';
import { type AccessContext, audited } from '../access-context.ts';
import { ACCESS_FAILURES } from '../failures.ts';
import { formatKey, type KeyParts, newKey } from '../key-form.ts';
import { secretDigest } from '../key-store.ts';
import { ACCESS_LIMITS } from '../limits.ts';
import type { MasterKey } from '../master-key.ts';
import type { AccessTables } from '../migrations.ts';
import { guardOwnRights } from '../own-rights.ts';
import type { Key, KeyVerbs } from '../service.ts';
import { KEY_COLUMNS, keyOf } from '../stored-rows.ts';
import type { Action, Role } from '../types.ts';

export const createKey =
  (context: AccessContext): KeyVerbs['create'] =>
  async (actor, given) => {
    const { catalog, clock, masterKey, keyStore } = context;
    await context.authorize(actor, 'access:Manage', { type: 'key', name: '*' });
    const parts = newKey();
    const call = { eventName: 'CreateKey', requestParameters: { ...given, keyId: parts.id } };
    return audited(context, actor, { ...call, resources: [{ type: 'key', name: parts.id }] }, async () => {
      const accepted = {
        name: acceptName(given.name),
        roles: acceptRoles(given.roles),
        scopes: acceptScopes(given.scopes),
        expiresMs: acceptExpiry(given.expiresMs, clock.nowMs()),
      };
      guardOwnRights(actor, accepted);
      const stored = { ...accepted, parts, createdMs: clock.nowMs(), createdBy: actor.name };
      const key = await catalog.transaction<AccessTables, Key>((trx) => insertKey(trx, masterKey, stored));
      keyStore.forget(parts.id);
      return { key, token: formatKey(parts), accessKeyId: parts.id, secretAccessKey: parts.secret };
    });
  };

function acceptExpiry(expiresMs: number | undefined, nowMs: number): number | undefined {
  if (expiresMs === undefined || (Number.isSafeInteger(expiresMs) && expiresMs > nowMs)) return expiresMs;
  throw new Failure(ACCESS_FAILURES.expiryInvalid, { expiresMs });
}

export interface KeyToStore {
  readonly parts: KeyParts;
  readonly name: string;
  readonly roles: readonly Role[];
  readonly scopes: readonly Action[] | undefined;
  readonly createdMs: number;
  readonly createdBy: string;
  readonly expiresMs: number | undefined;
}

/** Stores the digest for bearer tokens and the sealed secret for signatures. Throws `access.too-many`. */
export async function insertKey(
  trx: Transaction<AccessTables>,
  masterKey: MasterKey,
  { parts, name, roles, scopes, createdMs, createdBy, expiresMs }: KeyToStore,
): Promise<Key> {
  const { count } = await trx
    .selectFrom('access_keys')
    .select((where) => where.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  if (count >= ACCESS_LIMITS.keysMax) throw new Failure(ACCESS_FAILURES.tooMany, { count, things: 'keys' });
  const row = await trx
    .insertInto('access_keys')
    .values({
      ...{ id: parts.id, name, roles, scopes: scopes ?? null, created_ms: createdMs, created_by: createdBy },
      ...{ expires_ms: expiresMs ?? null, last_used_ms: null, revoked_ms: null },
      secret_hash: secretDigest(parts.secret),
      secret_sealed: masterKey.seal(parts.secret, parts.id),
    })
    .returning(KEY_COLUMNS)
    .executeTakeFirstOrThrow();
  return keyOf(row);
}
