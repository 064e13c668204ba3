import { createHash } from 'node:crypto';
import { chmod, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { createManualClock, type ManualClock, silentLog } from '../../src/base/index.ts';
import { openDiskZone } from '../../src/vault/drivers/disk/index.ts';
import {
  createVault,
  openVaultKeys,
  type ScrubState,
  type VaultSettings,
  type VaultStore,
} from '../../src/vault/index.ts';

/** A vault over three folders under a manual clock, and the hands that damage it. */
const made: string[] = [];
/** Removes what the benches of a file left; give it to `afterAll`. */
export async function removeBenches(): Promise<void> {
  for (const folder of made.splice(0)) await rm(folder, { recursive: true, force: true });
}

export interface Bench {
  readonly root: string;
  readonly clock: ManualClock;
  readonly open: (more?: Partial<VaultSettings>) => Promise<VaultStore>;
  readonly zoneFolder: (name: string) => string;
}

export const ZONES = ['a', 'b', 'c'] as const;

export async function newBench(): Promise<Bench> {
  const root = await mkdtemp(path.join(os.tmpdir(), 'holdfast-vault-'));
  made.push(root);
  const clock = createManualClock(Date.now());
  const log = silentLog();
  const zoneFolder = (name: string): string => path.join(root, name);
  const open = async (more: Partial<VaultSettings> = {}): Promise<VaultStore> => {
    const zones = await Promise.all(
      ZONES.map(async (name) => ({
        name,
        failureDomain: name,
        remote: name === 'c',
        driver: await openDiskZone({ folder: zoneFolder(name), clock, log }),
      })),
    );
    const keys = await openVaultKeys({ folder: path.join(root, 'keys'), clock, log });
    return createVault({ zones, keys, clock, log, ...more });
  };
  return { root, clock, open, zoneFolder };
}

export async function* streamOf(bytes: Uint8Array, step = 65_536): AsyncGenerator<Uint8Array> {
  for (let offset = 0; offset < bytes.length; offset += step) yield bytes.subarray(offset, offset + step);
}

export async function readAll(parts: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const found: Uint8Array[] = [];
  for await (const part of parts) found.push(part);
  return Buffer.concat(found);
}

export const idOf = (bytes: Uint8Array): string => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;

export async function objectFiles(folder: string, part = ''): Promise<string[]> {
  const names = await readdir(path.join(folder, 'objects'), { recursive: true, withFileTypes: true });
  return names
    .filter((entry) => entry.isFile() && entry.name.includes(part) && !entry.name.endsWith('=lock'))
    .map((entry) => path.join(entry.parentPath, entry.name));
}

export async function flipBitIn(file: string): Promise<void> {
  await chmod(file, 0o600);
  const bytes = await readFile(file);
  const at = bytes.length - 20;
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  await writeFile(file, bytes);
}

export const codeOf = async (attempt: Promise<unknown>): Promise<string | undefined> =>
  attempt.then(
    () => undefined,
    (error: { code?: string }) => error.code,
  );

export function memoryState(): ScrubState {
  let text: string | undefined;
  return {
    load: async () => text,
    save: async (next) => {
      text = next;
    },
  };
}

/** Objects are read-only; damage has to be made by hand. */
export async function writable(file: string): Promise<string> {
  await chmod(file, 0o600);
  return file;
}
