import { createHmac } from 'node:crypto';
import { newSecret } from '../../base/index.ts';
import type { SessionHealthDeps } from './context.ts';
import type { IssuesHealthTables } from './migrations.ts';

const OWNER = 'issues:session-salt';
const SALT_CHARS = 43;
const HASH_CHARS = 32;

export type HashUser = (projectId: string, did: string) => string;

/**
 * Hashes of users that nobody can compute without the salt of this installation, which is made once and kept sealed.
 * The same user has another hash in each project.
 */
export async function openUserHash({
  catalog,
  secrets,
}: Pick<SessionHealthDeps, 'catalog' | 'secrets'>): Promise<HashUser> {
  const db = catalog.db<IssuesHealthTables>();
  await db
    .insertInto('session_salt')
    .values({ id: 1, sealed: secrets.seal(newSecret(SALT_CHARS), OWNER) })
    .onConflict((conflict) => conflict.column('id').doNothing())
    .execute();
  const { sealed } = await db.selectFrom('session_salt').select('sealed').where('id', '=', 1).executeTakeFirstOrThrow();
  const salt = secrets.unseal(sealed, OWNER);
  return (projectId, did) =>
    createHmac('sha256', salt).update(`${projectId}\0${did}`).digest('hex').slice(0, HASH_CHARS);
}
