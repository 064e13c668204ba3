import { access, readdir, readFile, realpath } from 'node:fs/promises';
import path from 'node:path';
import { Failure } from '../../../base/index.ts';
import { CATALOG_FAILURES } from '../../failures.ts';
import { CATALOG_LIMITS } from '../../limits.ts';
import type { OsUser } from './os-user.ts';
import { findPackaged, installPackaged, packagedName, packagedPlaces } from './packaged-binaries.ts';
import { runProgram } from './run-program.ts';

/** Programs of one PostgreSQL version that the server's user can run. */
export interface Binaries {
  /** Folder that holds `initdb` and `postgres`. */
  readonly folder: string;
  readonly major: number;
  /** As the program prints it, such as 15.18. */
  readonly version: string;
}

export type BinarySource = 'any' | 'system' | 'packaged';

export interface BinarySearch {
  /** The catalog's folder; its PG_VERSION decides when it exists. */
  readonly folder: string;
  readonly user: OsUser;
  readonly source: BinarySource;
  /** Folders in the form of PATH, searched after the usual places of distributions. */
  readonly searchPath: string;
}

const SYSTEM_ROOTS = ['/usr/lib/postgresql', '/usr/local/lib/postgresql'] as const;
const SYSTEM_FOLDERS = ['/usr/local/pgsql/bin', '/opt/homebrew/bin', '/usr/pgsql/bin'] as const;

/**
 * Chooses the programs: those of the version that wrote the data folder, else the newest of the system, else the
 * npm package. Throws `catalog.engine-missing` and `catalog.engine-version-missing`.
 */
export async function chooseBinaries(search: BinarySearch): Promise<Binaries> {
  const wanted = await dataVersion(search.folder);
  const system = search.source === 'packaged' ? [] : await systemBinaries(search);
  const fits = (binaries: Binaries): boolean =>
    wanted === undefined ? binaries.major >= CATALOG_LIMITS.serverVersionMin : binaries.major === wanted;
  const chosen = system.filter(fits).sort((a, b) => b.major - a.major)[0];
  if (chosen !== undefined) return chosen;
  const packaged = search.source === 'system' ? undefined : await packagedBinaries(search);
  if (packaged !== undefined && fits(packaged)) return packaged;
  const found = [...system, ...(packaged === undefined ? [] : [packaged])].map(({ version }) => version).join(', ');
  if (wanted !== undefined) {
    const details = { folder: search.folder, version: wanted, found: found === '' ? 'none' : found };
    throw new Failure(CATALOG_FAILURES.engineVersionMissing, details);
  }
  throw new Failure(CATALOG_FAILURES.engineMissing, {
    versionMin: CATALOG_LIMITS.serverVersionMin,
    places: search.source === 'packaged' ? packagedName() : `${SYSTEM_ROOTS.join(', ')}, PATH and ${packagedName()}`,
    npmPackage: packagedName(),
  });
}

/** All programs that are at hand, the system's first and newest versions first. */
export async function listBinaries(search: BinarySearch): Promise<readonly Binaries[]> {
  const system = search.source === 'packaged' ? [] : await systemBinaries(search);
  const packaged = search.source === 'system' ? undefined : await packagedBinaries(search);
  const newestFirst = [...system].sort((a, b) => b.major - a.major);
  return packaged === undefined ? newestFirst : [...newestFirst, packaged];
}

/** Major version that wrote the data folder; undefined before the first start. */
async function dataVersion(folder: string): Promise<number | undefined> {
  const text = await readFile(path.join(folder, 'pgdata', 'PG_VERSION'), 'utf8').catch(() => undefined);
  return text === undefined ? undefined : Number(text.trim());
}

async function systemBinaries({ searchPath, user }: BinarySearch): Promise<readonly Binaries[]> {
  const versioned = await Promise.all(
    SYSTEM_ROOTS.map(async (root) =>
      (await readdir(root).catch(() => [])).map((version) => path.join(root, version, 'bin')),
    ),
  );
  const folders = new Set<string>();
  const listed = searchPath.split(path.delimiter).filter((folder) => path.isAbsolute(folder));
  for (const folder of [...versioned.flat(), ...SYSTEM_FOLDERS, ...listed]) {
    // Through links such as /usr/local/bin/postgres to where initdb and the libraries stand beside it.
    const program = await realpath(path.join(folder, 'postgres')).catch(() => undefined);
    if (program !== undefined) folders.add(path.dirname(program));
  }
  const probed = await Promise.all([...folders].map((folder) => probe(folder, user)));
  return probed.filter((binaries) => binaries !== undefined);
}

async function packagedBinaries({ folder, user }: BinarySearch): Promise<Binaries | undefined> {
  const packaged = await findPackaged();
  if (packaged === undefined) return undefined;
  const places = packagedPlaces(folder, user.isOther);
  return probe(await installPackaged(packaged, places), user);
}

/** Asks `postgres` for its version as the user that will run it, which also proves that this user can. */
async function probe(folder: string, user: OsUser): Promise<Binaries | undefined> {
  const hasInitdb = await access(path.join(folder, 'initdb')).then(
    () => true,
    () => false,
  );
  if (!hasInitdb) return undefined;
  const { exitCode, output } = await runProgram({
    command: path.join(folder, 'postgres'),
    args: ['--version'],
    user,
    timeoutMs: CATALOG_LIMITS.binaryProbeMs,
  });
  const version = exitCode === 0 ? parseServerVersion(output) : undefined;
  return version === undefined ? undefined : { folder, ...version };
}

/** Reads `postgres (PostgreSQL) 15.18 (Debian …)` and `postgres (PostgreSQL) 19beta1`. */
export function parseServerVersion(text: string): { readonly major: number; readonly version: string } | undefined {
  const match = /^postgres \(PostgreSQL\) ((\d+)[^\s]*)/.exec(text);
  return match?.[1] === undefined ? undefined : { version: match[1], major: Number(match[2]) };
}
