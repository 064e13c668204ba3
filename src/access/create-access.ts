import type { Audit } from '../audit/index.ts';
import type { Clock, Log } from '../base/index.ts';
import type { Catalog } from '../catalog/index.ts';
import type { AccessContext } from './access-context.ts';
import { accessKeyForSigning, authenticateBearer, noteFailedKey } from './authenticate-key.ts';
import { createAuthorize } from './authorize.ts';
import { bootstrap } from './bootstrap.ts';
import { changePassword } from './change-password.ts';
import { createGrant } from './grants/create-grant.ts';
import { listGrants } from './grants/list-grants.ts';
import { removeGrant } from './grants/remove-grant.ts';
import { createKeyStore } from './key-store.ts';
import { createKey } from './keys/create-key.ts';
import { listKeys } from './keys/list-keys.ts';
import { revokeKey } from './keys/revoke-key.ts';
import { openMasterKey } from './master-key.ts';
import { createPasswordHasher, loadArgon2 } from './password-hash.ts';
import { changePerson } from './people/change-person.ts';
import { createPerson } from './people/create-person.ts';
import { listPeople } from './people/list-people.ts';
import { resetPassword } from './people/reset-password.ts';
import { canReadGroup } from './role-table.ts';
import type { Access } from './service.ts';
import { authenticateSession } from './sessions.ts';
import { signIn } from './sign-in.ts';
import { signOut } from './sign-out.ts';
import { createThrottle } from './throttle.ts';

export interface AccessDeps {
  readonly catalog: Catalog;
  readonly audit: Audit;
  readonly clock: Clock;
  readonly log: Log;
  /** Holds the master key. Backups of the database must not hold this folder. */
  readonly keyFolder: string;
}

/**
 * Opens access on the catalog; ACCESS_MIGRATIONS must have run. Throws `access.master-key-missing`,
 * `access.master-key-wrong` and `access.master-key-unreadable`.
 */
export async function createAccess({ catalog, audit, clock, log, keyFolder }: AccessDeps): Promise<Access> {
  const argon2 = await loadArgon2();
  if (argon2 === undefined) log.warn('@node-rs/argon2 is not installed for this platform; passwords use scrypt');
  const masterKey = await openMasterKey(keyFolder, catalog, log);
  const keyStore = createKeyStore({ catalog, masterKey, clock, log });
  const authorize = createAuthorize(audit);
  const context: AccessContext = {
    ...{ catalog, audit, clock, log, authorize, masterKey, keyStore },
    hasher: createPasswordHasher(argon2),
    throttle: createThrottle(),
  };
  return {
    bootstrap: bootstrap(context),
    authorize,
    canRead: canReadGroup,
    authenticateBearer: authenticateBearer(context),
    accessKeyForSigning: accessKeyForSigning(context),
    noteFailedKey: noteFailedKey(context),
    authenticateSession: authenticateSession(context),
    signIn: signIn(context),
    signOut: signOut(context),
    changePassword: changePassword(context),
    // Ids of API keys are letters and digits, so no owner of another area can name a key's seal.
    secrets: {
      seal: (secret, owner) => masterKey.seal(secret, `area:${owner}`),
      unseal: (sealed, owner) => masterKey.unseal(sealed, `area:${owner}`),
    },
    people: {
      list: listPeople(context),
      create: createPerson(context),
      change: changePerson(context),
      resetPassword: resetPassword(context),
    },
    keys: { list: listKeys(context), create: createKey(context), revoke: revokeKey(context) },
    grants: { list: listGrants(context), create: createGrant(context), remove: removeGrant(context) },
    close: () => keyStore.close(),
  };
}
