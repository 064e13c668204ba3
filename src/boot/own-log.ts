import { closeSync, fstatSync, openSync, renameSync, writeSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { createLog, type Log } from '../base/index.ts';
import type { Redactor } from '../redact/index.ts';
import { BOOT_LIMITS } from './limits.ts';

export interface OwnLog {
  readonly log: Log;
  readonly file: string;
  readonly close: () => void;
}

/**
 * The process's own log: JSON lines in `logs/holdfast.log` below the data folder, each masked by the same redactor as
 * everything that comes in. Past its size limit the file is renamed to `holdfast.log.1`, which replaces the one before.
 * Lines are written synchronously: the last ones before a crash are the ones that matter.
 */
export async function openOwnLog(dataFolder: string, redactor: Redactor, level: string): Promise<OwnLog> {
  const folder = path.join(dataFolder, 'logs');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const file = path.join(folder, 'holdfast.log');
  let descriptor = openSync(file, 'a', 0o600);
  let bytes = fstatSync(descriptor).size;
  const write = (line: string): void => {
    try {
      bytes += writeSync(descriptor, line);
      if (bytes < BOOT_LIMITS.ownLogBytesMax) return;
      closeSync(descriptor);
      renameSync(file, `${file}.1`);
      descriptor = openSync(file, 'a', 0o600);
      bytes = 0;
    } catch {
      // A full disk must not end the program through its log; the disk itself is watched and told elsewhere.
    }
  };
  const scrub = (line: string): string => redactor.text(line);
  return { log: createLog({ level, destination: { write }, scrub }), file, close: () => closeSync(descriptor) };
}
