import { chown, mkdir, open, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Failure, newSecret } from '../../../base/index.ts';
import { CATALOG_FAILURES } from '../../failures.ts';
import { CATALOG_LIMITS } from '../../limits.ts';
import type { Binaries } from './binaries.ts';
import type { OsUser } from './os-user.ts';
import { runProgram } from './run-program.ts';

/** What only Holdfast knows about its server; kept in `secrets.json`, readable by its own user alone. */
export interface ServerSecrets {
  readonly clusterName: string;
  readonly superuserPassword: string;
  readonly appPassword: string;
}

export const SUPERUSER = 'holdfast_root';

/** Reads the secrets, or makes them before the first start. Throws `catalog.secrets-missing`. */
export async function ensureSecrets(folder: string): Promise<ServerSecrets> {
  const file = path.join(folder, 'secrets.json');
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => error);
  if (typeof text === 'string') return parseSecrets(text, folder, file);
  if (text.code !== 'ENOENT' || (await isLaidOut(folder))) {
    throw new Failure(CATALOG_FAILURES.secretsMissing, { folder, file, reason: text.message }, { cause: text });
  }
  const made: ServerSecrets = {
    clusterName: `holdfast_${newSecret(12)}`,
    superuserPassword: newSecret(32),
    appPassword: newSecret(32),
  };
  await writeDurably(file, JSON.stringify(made));
  return made;
}

function parseSecrets(text: string, folder: string, file: string): ServerSecrets {
  try {
    const parsed = JSON.parse(text) as Partial<ServerSecrets>;
    const values = [parsed.clusterName, parsed.superuserPassword, parsed.appPassword];
    if (values.every((value) => typeof value === 'string' && value !== '')) return parsed as ServerSecrets;
  } catch {
    // Torn or edited; answered below like a file that lacks a value.
  }
  throw new Failure(CATALOG_FAILURES.secretsMissing, { folder, file, reason: 'it does not hold all three values' });
}

/** Written whole, synced, then named: a crash leaves the old file or none. */
export async function writeDurably(file: string, text: string): Promise<void> {
  const draft = `${file}.${newSecret(8)}`;
  await writeFile(draft, text, { mode: 0o600, flush: true });
  await rename(draft, file);
  const parent = await open(path.dirname(file), 'r');
  await parent.sync();
  await parent.close();
}

const isLaidOut = async (folder: string): Promise<boolean> =>
  (await readFile(path.join(folder, 'pgdata', 'PG_VERSION')).catch(() => undefined)) !== undefined;

/**
 * Lays the data folder out when there is none. It is made under another name and renamed when complete, so that a
 * crash half-way leaves only `pgdata.unfinished`, which the next start removes.
 */
export async function ensureDataFolder(
  folder: string,
  deps: { readonly binaries: Binaries; readonly user: OsUser; readonly secrets: ServerSecrets },
): Promise<string> {
  const dataFolder = path.join(folder, 'pgdata');
  if (await isLaidOut(folder)) return dataFolder;
  const unfinished = path.join(folder, 'pgdata.unfinished');
  let reason = '';
  for (const locale of localeChoices(deps.binaries.major)) {
    await rm(unfinished, { recursive: true, force: true });
    await mkdir(unfinished, { mode: 0o700 });
    if (deps.user.isOther) await chown(unfinished, deps.user.uid, deps.user.gid);
    const { exitCode, output } = await runInitdb(unfinished, locale, deps);
    if (exitCode === 0) {
      await rename(unfinished, dataFolder);
      return dataFolder;
    }
    reason = lastLine(output);
  }
  await rm(unfinished, { recursive: true, force: true });
  const details = { reason, user: deps.user.name, binaries: deps.binaries.folder };
  throw new Failure(CATALOG_FAILURES.initFailed, details);
}

/**
 * Sorting by code point does not change with the system's libraries, so indexes stay right when the data moves to
 * another machine. PostgreSQL 17 and newer bring C.UTF-8 with them; before, it depends on the system.
 */
const localeChoices = (major: number): readonly (readonly string[])[] =>
  major >= 17
    ? [['--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8']]
    : [['--locale=C.UTF-8'], ['--locale=C']];

async function runInitdb(
  unfinished: string,
  locale: readonly string[],
  { binaries, user, secrets }: { binaries: Binaries; user: OsUser; secrets: ServerSecrets },
): Promise<{ exitCode: number; output: string }> {
  // The password reaches initdb as a file that only its user can read and that is gone when it ends.
  const passwordFile = `${unfinished}.password`;
  await rm(passwordFile, { force: true });
  await writeFile(passwordFile, `${secrets.superuserPassword}\n`, { mode: 0o600, flag: 'wx' });
  if (user.isOther) await chown(passwordFile, user.uid, user.gid);
  const data = await open(unfinished, 'r');
  const password = await open(passwordFile, 'r');
  try {
    return await runProgram({
      command: path.join(binaries.folder, 'initdb'),
      args: [
        ...['-D', reachable(unfinished, 3, user), `--pwfile=${reachable(passwordFile, 4, user)}`],
        ...['-U', SUPERUSER, '-E', 'UTF8', '--data-checksums', '-A', 'scram-sha-256', ...locale],
      ],
      user,
      descriptors: [data.fd, password.fd],
      timeoutMs: CATALOG_LIMITS.serverInitMs,
    });
  } finally {
    await data.close();
    await password.close();
    await rm(passwordFile, { force: true });
  }
}

/**
 * The path by which a program of another user reaches a file that Holdfast opened for it. The link
 * /proc/self/fd/<n> (proc(5)) leads to the open file itself, so it works also below folders that only root may
 * enter, such as /root. The working folder cannot serve instead: PostgreSQL before 16 leaves it to find itself.
 */
export const reachable = (file: string, descriptor: number, user: OsUser): string =>
  user.isOther && process.platform === 'linux' ? `/proc/self/fd/${descriptor}` : file;

/** The last line that says something, of the output of a program. */
export const lastLine = (output: string): string =>
  output
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !/(hint|HINT|DETAIL|CONTEXT|LOG):/.test(line))
    .at(-1) ?? 'it said nothing';
