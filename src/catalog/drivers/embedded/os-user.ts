import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { Failure } from '../../../base/index.ts';
import { CATALOG_FAILURES } from '../../failures.ts';

/** Whom PostgreSQL runs as. */
export interface OsUser {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  /** True when Holdfast is root and must become this user to run PostgreSQL, which refuses root. */
  readonly isOther: boolean;
}

const CANDIDATES = ['holdfast', 'postgres', 'nobody'] as const;

/** One line of /etc/passwd: `name:password:uid:gid:comment:home:shell`. */
function userOf(passwd: string, name: string): OsUser | undefined {
  const fields = passwd
    .split('\n')
    .find((line) => line.startsWith(`${name}:`))
    ?.split(':');
  const uid = Number(fields?.[2]);
  const gid = Number(fields?.[3]);
  return Number.isInteger(uid) && Number.isInteger(gid) && uid > 0 ? { name, uid, gid, isOther: true } : undefined;
}

/** The first of holdfast, postgres and nobody that stands in the text of /etc/passwd. */
export function chooseOsUser(passwd: string): OsUser {
  for (const name of CANDIDATES) {
    const user = userOf(passwd, name);
    if (user !== undefined) return user;
  }
  throw new Failure(CATALOG_FAILURES.osUserMissing, { users: CANDIDATES.join(', ') });
}

/**
 * A plain user runs PostgreSQL as itself. For root, an existing data folder decides by its owner, so that adding
 * a user `holdfast` later does not take the server's files away from it.
 */
export async function resolveOsUser(folder: string): Promise<OsUser> {
  const uid = process.geteuid?.() ?? 0;
  const gid = process.getegid?.() ?? 0;
  if (uid !== 0 || process.platform === 'win32') return { name: `uid ${uid}`, uid, gid, isOther: false };
  const owner = await stat(path.join(folder, 'pgdata')).catch(() => undefined);
  if (owner !== undefined && owner.uid !== 0) {
    return { name: `uid ${owner.uid}`, uid: owner.uid, gid: owner.gid, isOther: true };
  }
  return chooseOsUser(await readFile('/etc/passwd', 'utf8').catch(() => ''));
}
