import { randomBytes } from 'node:crypto';
import { chmod, link, mkdir, open, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type Clock, Failure, type Log } from '../../base/index.ts';
import { VAULT_FAILURES } from '../failures.ts';
import { VAULT_LIMITS } from '../limits.ts';
import { createVaultKeys, type VaultKeySecret, type VaultKeys } from './vault-keys.ts';

const FILE_NAME = /^vault-([0-9]{13}-[0-9a-f]{8})\.key$/;
const FILE_FORM = /^holdfast-vault-key-1:([0-9]{13}-[0-9a-f]{8}):([A-Za-z0-9_-]{43})\n?$/;

interface KeyFolder {
  readonly folder: string;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * Reads every vault key of the folder and makes the first one when there is none. Losing these files loses the vault:
 * what is stored in the zones opens with them only, so the warning asks for a copy elsewhere.
 */
export async function openVaultKeys(settings: KeyFolder): Promise<VaultKeys> {
  if ((await keyFileNames(settings.folder)).length === 0) await makeKeyFile(settings);
  return readVaultKeys(settings);
}

/** Reads the keys and never makes one: for verifying a zone elsewhere. Throws `vault.key-unreadable`. */
export async function readVaultKeys(settings: { readonly folder: string; readonly log: Log }): Promise<VaultKeys> {
  const names = await keyFileNames(settings.folder);
  if (names.length === 0) throw unreadable(settings.folder, 'there is no vault-<id>.key in this folder');
  if (names.length > VAULT_LIMITS.keysMax) throw unreadable(settings.folder, `there are ${names.length} keys`);
  const secrets: VaultKeySecret[] = [];
  for (const name of names) secrets.push(await readKeyFile(path.join(settings.folder, name), settings.log));
  return createVaultKeys(secrets, settings.folder);
}

/** Makes a new key, which seals from then on; the old ones stay, because what they sealed opens with them only. */
export async function rotateVaultKey(settings: KeyFolder): Promise<VaultKeys> {
  await makeKeyFile(settings);
  return readVaultKeys(settings);
}

const unreadable = (file: string, reason: string, cause?: unknown): Failure =>
  new Failure(VAULT_FAILURES.keyUnreadable, { file, reason }, cause === undefined ? {} : { cause });

async function keyFileNames(folder: string): Promise<readonly string[]> {
  try {
    return (await readdir(folder)).filter((name) => FILE_NAME.test(name)).sort();
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw unreadable(folder, error instanceof Error ? error.message : String(error), error);
  }
}

async function readKeyFile(file: string, log: Log): Promise<VaultKeySecret> {
  const text = await readFile(file, 'utf8').catch((error: Error) => {
    throw unreadable(file, error.message, error);
  });
  const match = FILE_FORM.exec(text);
  const id = match?.[1];
  if (match?.[2] === undefined || id === undefined) throw unreadable(file, 'it is not a vault key of version 1');
  if (path.basename(file) !== `vault-${id}.key`) throw unreadable(file, `it holds the key ${id}`);
  if (((await stat(file)).mode & 0o077) !== 0) {
    log.warn({ file }, 'the vault key was readable by others; narrowing its mode to 0600');
    await chmod(file, 0o600);
  }
  return { id, secret: Buffer.from(match[2], 'base64url') };
}

/** Written whole and synced before it gets its name, so that no crash leaves half a key that something was sealed with. */
async function makeKeyFile({ folder, clock, log }: KeyFolder): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const newest = FILE_NAME.exec((await keyFileNames(folder)).at(-1) ?? '')?.[1]?.slice(0, 13) ?? '0';
  // A clock that was set back must not make the new key sort before the one it replaces.
  const madeMs = Math.max(clock.nowMs(), Number(newest) + 1);
  const id = `${String(madeMs).padStart(13, '0')}-${randomBytes(4).toString('hex')}`;
  const file = path.join(folder, `vault-${id}.key`);
  const draft = `${file}.draft`;
  const text = `holdfast-vault-key-1:${id}:${randomBytes(32).toString('base64url')}\n`;
  await writeFile(draft, text, { mode: 0o600, flag: 'wx', flush: true });
  await link(draft, file);
  await rm(draft);
  const handle = await open(folder, 'r');
  await handle.sync();
  await handle.close();
  log.warn(
    { file },
    'made a vault key: store a copy of this file elsewhere; without it nothing in the vault can be read',
  );
}
