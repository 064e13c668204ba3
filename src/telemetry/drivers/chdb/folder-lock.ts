import { closeSync, openSync, readFileSync, renameSync, unlinkSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { Failure } from '../../../base/index.ts';
import { TELEMETRY_FAILURES } from '../../failures.ts';

/**
 * One process for one data folder: a second engine on it would corrupt it. The lock file holds the process id
 * and the time that the process started, so that a lock of a dead process is told from that of a living one
 * even when the id was given to another process meanwhile.
 */
export interface FolderLock {
  readonly release: () => void;
}

/** Throws `telemetry.folder-in-use` while another living process holds the lock. */
export function lockFolder(folder: string): FolderLock {
  const lockFile = join(folder, 'holdfast.lock');
  const mine = JSON.stringify({ pid: process.pid, started: processStart(process.pid) });
  for (let attempt = 0; attempt < 3; attempt += 1) {
    if (createFile(lockFile, mine)) return { release: () => releaseFile(lockFile, mine) };
    const found = readLock(lockFile);
    if (found === undefined) continue;
    if (found.holder !== undefined && isAlive(found.holder)) {
      throw new Failure(TELEMETRY_FAILURES.folderInUse, { folder, pid: found.holder.pid, lockFile });
    }
    takeAway(lockFile, found.text);
  }
  throw new Failure(TELEMETRY_FAILURES.folderInUse, { folder, pid: 'unknown', lockFile });
}

interface Holder {
  readonly pid: number;
  readonly started: string;
}

function createFile(path: string, text: string): boolean {
  try {
    const file = openSync(path, 'wx', 0o600);
    writeSync(file, text);
    closeSync(file);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}

function readLock(path: string): { readonly text: string; readonly holder: Holder | undefined } | undefined {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
  try {
    const value = JSON.parse(text) as Partial<Holder>;
    const holder =
      typeof value.pid === 'number' && typeof value.started === 'string'
        ? { pid: value.pid, started: value.started }
        : undefined;
    return { text, holder };
  } catch {
    // Torn by a crash between its making and its writing: nobody who lives holds it.
    return { text, holder: undefined };
  }
}

/**
 * Removes a stale lock. Two processes may find the same one; the rename lets one of them win, and the check of
 * what was moved puts back a lock that a third one made in between.
 */
function takeAway(path: string, expected: string): void {
  const aside = `${path}.${process.pid}`;
  try {
    renameSync(path, aside);
  } catch {
    return;
  }
  if (readFileSync(aside, 'utf8') === expected) unlinkSync(aside);
  else renameSync(aside, path);
}

function releaseFile(path: string, mine: string): void {
  try {
    if (readFileSync(path, 'utf8') === mine) unlinkSync(path);
  } catch {
    // Gone already: the folder was removed.
  }
}

function isAlive(holder: Holder): boolean {
  try {
    process.kill(holder.pid, 0);
  } catch (error) {
    // EPERM: it lives and belongs to somebody else.
    if (!(error instanceof Error && 'code' in error && error.code === 'EPERM')) return false;
  }
  const started = processStart(holder.pid);
  return started === '' || holder.started === '' || started === holder.started;
}

/** Clock ticks since boot at which the process started (field 22 of proc(5)), with the id of the boot; empty where there is no /proc. */
function processStart(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const ticks = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
    return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()}:${ticks}`;
  } catch {
    return '';
  }
}
