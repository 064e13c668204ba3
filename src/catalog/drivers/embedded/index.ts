import { chmod, mkdir, readFile, realpath } from 'node:fs/promises';
import path from 'node:path';
import { type Clock, isFailure, type Log } from '../../../base/index.ts';
import { CATALOG_FAILURES } from '../../failures.ts';
import { CATALOG_LIMITS } from '../../limits.ts';
import { type Binaries, type BinarySource, chooseBinaries } from './binaries.ts';
import { ensureDataFolder, ensureSecrets, type ServerSecrets, SUPERUSER, writeDurably } from './data-folder.ts';
import { lockFolder } from './folder-lock.ts';
import { freePort } from './free-port.ts';
import { endLeftoverServer } from './leftover-server.ts';
import { type OsUser, resolveOsUser } from './os-user.ts';
import { APP_DATABASE, APP_ROLE, prepareDatabase, urlFor } from './prepare-database.ts';
import { trimServerLog, watchServerLog } from './server-log.ts';
import { launchServer, type ServerExit, type ServerProcess } from './server-process.ts';

export { freePort } from './free-port.ts';
export {
  type AsideServer,
  createPostgresRunner,
  type PostgresRunner,
  type PostgresRunnerOptions,
  type RunningAside,
} from './start-aside.ts';

export interface EmbeddedPostgresOptions {
  /** Folder of the server alone, made when missing; its parents may be closed to the server's own user. */
  readonly folder: string;
  readonly clock: Clock;
  readonly log: Log;
  /** Folders in the form of PATH in which to look for PostgreSQL besides the usual places. */
  readonly searchPath?: string;
  /** Where the programs may come from; default `any`: the system's, else the npm package. */
  readonly source?: BinarySource;
  /** Called once when the server ends without {@link EmbeddedPostgres.stop}. */
  readonly onExit?: (exit: ServerExit) => void;
}

export interface EmbeddedPostgres {
  /** For the program: role `holdfast`, which is no superuser and owns the database `holdfast`. */
  readonly url: string;
  /** For physical backups and repair; no other part of the program may use it. */
  readonly superuserUrl: string;
  readonly version: string;
  readonly port: number;
  readonly pid: number;
  /** The data folder of PostgreSQL. */
  readonly dataFolder: string;
  /** Fast shutdown, bounded, then immediate. */
  readonly stop: () => Promise<void>;
  readonly alive: () => boolean;
}

interface Preparation {
  readonly folder: string;
  readonly user: OsUser;
  readonly binaries: Binaries;
  readonly secrets: ServerSecrets;
  readonly dataFolder: string;
}

/**
 * Starts the PostgreSQL server of this folder, laying it out at the first start. Throws the failures of the
 * catalog that name the folder, the machine's programs and users, and the start.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  await mkdir(options.folder, { recursive: true, mode: 0o700 });
  await chmod(options.folder, 0o700);
  const folder = await realpath(options.folder);
  const unlock = await lockFolder(folder);
  try {
    return await start(folder, options, unlock);
  } catch (error) {
    await unlock();
    throw error;
  }
}

async function start(
  folder: string,
  options: EmbeddedPostgresOptions,
  unlock: () => Promise<void>,
): Promise<EmbeddedPostgres> {
  const { clock, log } = options;
  const prepared = await prepare(folder, options);
  const { dataFolder, secrets, user, binaries } = prepared;
  await endLeftoverServer({ dataFolder, clusterName: secrets.clusterName, uid: user.uid, clock, log });
  const logFile = path.join(folder, 'server.log');
  await trimServerLog(logFile);
  const { server, port } = await launchOnFreePort(prepared, logFile, options);
  try {
    await prepareDatabase(port, secrets);
  } catch (error) {
    await server.stop();
    throw error;
  }
  log.info({ version: binaries.version, port, pid: server.pid, programs: binaries.folder }, 'PostgreSQL runs');
  const ended = new AbortController();
  void watchServerLog(logFile, clock, ended.signal);
  void server.exited.then(async (exit) => {
    if (ended.signal.aborted) return;
    ended.abort();
    // Released first, so that whoever is told may start the server again.
    await unlock();
    log.error({ ...exit }, 'PostgreSQL ended without being asked to');
    options.onExit?.(exit);
  });
  return {
    url: urlFor(APP_ROLE, secrets.appPassword, port, APP_DATABASE),
    superuserUrl: urlFor(SUPERUSER, secrets.superuserPassword, port, 'postgres'),
    version: binaries.version,
    port,
    pid: server.pid,
    dataFolder,
    alive: server.isAlive,
    stop: async () => {
      ended.abort();
      await server.stop();
      await unlock();
    },
  };
}

async function prepare(folder: string, options: EmbeddedPostgresOptions): Promise<Preparation> {
  const user = await resolveOsUser(folder);
  const { source = 'any', searchPath = '' } = options;
  const binaries = await chooseBinaries({ folder, user, source, searchPath });
  const secrets = await ensureSecrets(folder);
  const dataFolder = await ensureDataFolder(folder, { binaries, user, secrets });
  return { folder, user, binaries, secrets, dataFolder };
}

/** The port of the last run is kept when it is free, so that tools of an operator find the server again. */
async function launchOnFreePort(
  { folder, binaries, user, dataFolder, secrets }: Preparation,
  logFile: string,
  { clock, log }: EmbeddedPostgresOptions,
): Promise<{ readonly server: ServerProcess; readonly port: number }> {
  const portFile = path.join(folder, 'port');
  const kept = Number(await readFile(portFile, 'utf8').catch(() => ''));
  const { clusterName } = secrets;
  for (let attempt = 1; ; attempt += 1) {
    const port = await freePort(attempt === 1 && Number.isInteger(kept) && kept > 1023 ? kept : undefined);
    try {
      const server = await launchServer({ binaries, user, dataFolder, logFile, port, clusterName, clock, log });
      if (port !== kept) await writeDurably(portFile, String(port));
      return { server, port };
    } catch (error) {
      const lostRace = isFailure(error, CATALOG_FAILURES.startFailed) && /TCP\/IP socket/.test(error.message);
      if (!lostRace || attempt >= CATALOG_LIMITS.portAttempts) throw error;
    }
  }
}
