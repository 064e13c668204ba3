import { createCipheriv, createDecipheriv, createHash, createHmac, hkdfSync, randomBytes } from 'node:crypto';
import { chmod, link, mkdir, open, readFile, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Failure, type Log, newSecret } from '../base/index.ts';
import type { Catalog } from '../catalog/index.ts';
import { ACCESS_FAILURES } from './failures.ts';
import type { AccessTables } from './migrations.ts';

/** Seals the secrets of API keys and binds CSRF tokens to sessions. Never leaves the process. */
export interface MasterKey {
  readonly seal: (secret: string, keyId: string) => Buffer;
  /** Throws `access.master-key-wrong` when the seal is not of this key, or was moved from another API key. */
  readonly unseal: (sealed: Buffer, keyId: string) => string;
  readonly csrfToken: (sessionId: string) => string;
}

const FILE_FORM = /^holdfast-master-key-1:([A-Za-z0-9_-]{43})\n?$/;
const SEAL_VERSION = 1;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/**
 * Opens `access-master.key` in the folder, or makes it when this database has none yet; the database holds a
 * fingerprint, so that a lost or exchanged file is told at the start and not at the first signature. The file is
 * made before the fingerprint is stored: a crash in between leaves a file that the next start takes.
 */
export async function openMasterKey(keyFolder: string, catalog: Catalog, log: Log): Promise<MasterKey> {
  const file = path.join(keyFolder, 'access-master.key');
  const db = catalog.db<AccessTables>();
  const stored = await db.selectFrom('access_master_key').select('fingerprint').executeTakeFirst();
  let secret = await readMasterKey(file, log);
  if (secret === undefined) {
    if (stored !== undefined) throw new Failure(ACCESS_FAILURES.masterKeyMissing, { file });
    secret = await makeMasterKey(file, log);
  }
  const fingerprint = createHash('sha256').update('holdfast master key').update(secret).digest('hex').slice(0, 32);
  if (stored === undefined) await db.insertInto('access_master_key').values({ fingerprint }).execute();
  else if (stored.fingerprint !== fingerprint) throw new Failure(ACCESS_FAILURES.masterKeyWrong, { file });
  return createMasterKey(secret, file);
}

async function readMasterKey(file: string, log: Log): Promise<Buffer | undefined> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => error);
  if (typeof text !== 'string') {
    if (text.code === 'ENOENT') return undefined;
    throw new Failure(ACCESS_FAILURES.masterKeyUnreadable, { file, reason: text.message }, { cause: text });
  }
  const encoded = FILE_FORM.exec(text)?.[1];
  if (encoded === undefined) {
    throw new Failure(ACCESS_FAILURES.masterKeyUnreadable, { file, reason: 'it is not a master key of version 1' });
  }
  if (((await stat(file)).mode & 0o077) !== 0) {
    log.warn({ file }, 'the master key was readable by others; narrowing its mode to 0600');
    await chmod(file, 0o600);
  }
  return Buffer.from(encoded, 'base64url');
}

/** link(2) never replaces: of two processes that start at once, both take the file of the first. */
async function makeMasterKey(file: string, log: Log): Promise<Buffer> {
  const folder = path.dirname(file);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const draft = `${file}.${newSecret(8)}`;
  const text = `holdfast-master-key-1:${randomBytes(32).toString('base64url')}\n`;
  await writeFile(draft, text, { mode: 0o600, flag: 'wx', flush: true });
  await link(draft, file).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
  await rm(draft);
  const handle = await open(folder, 'r');
  await handle.sync();
  await handle.close();
  const made = await readMasterKey(file, log);
  if (made === undefined) throw new Failure(ACCESS_FAILURES.masterKeyMissing, { file });
  return made;
}

/** Sealed form: version byte, nonce, AES-256-GCM ciphertext, tag; the id of the API key is authenticated with it. */
export function createMasterKey(secret: Buffer, file: string): MasterKey {
  const derived = (purpose: string): Buffer => Buffer.from(hkdfSync('sha256', secret, '', purpose, 32));
  const sealingKey = derived('holdfast access key secrets 1');
  const csrfKey = derived('holdfast csrf 1');
  return {
    seal: (text, keyId) => {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv('aes-256-gcm', sealingKey, nonce).setAAD(Buffer.from(keyId));
      const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
      return Buffer.concat([Buffer.of(SEAL_VERSION), nonce, body, cipher.getAuthTag()]);
    },
    unseal: (sealed, keyId) => {
      try {
        const bodyEnd = sealed.length - TAG_BYTES;
        const nonce = sealed.subarray(1, 1 + NONCE_BYTES);
        const options = { authTagLength: TAG_BYTES };
        const decipher = createDecipheriv('aes-256-gcm', sealingKey, nonce, options).setAAD(Buffer.from(keyId));
        decipher.setAuthTag(sealed.subarray(bodyEnd));
        const body = sealed.subarray(1 + NONCE_BYTES, bodyEnd);
        return Buffer.concat([decipher.update(body), decipher.final()]).toString('utf8');
      } catch (error) {
        throw new Failure(ACCESS_FAILURES.masterKeyWrong, { file }, { cause: error });
      }
    },
    csrfToken: (sessionId) => createHmac('sha256', csrfKey).update(sessionId).digest('base64url'),
  };
}
