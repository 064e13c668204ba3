import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { silentLog, systemClock } from '../../src/base/index.ts';
import { openDiskZone } from '../../src/vault/drivers/disk/index.ts';
import { createVault, openVaultKeys, type Vault, type VaultStore } from '../../src/vault/index.ts';

/** What a crash leaves: the process ended before the vault began, or after it had acknowledged. */
export class CrashForTest extends Error {}

export interface VaultForTest extends Vault {
  readonly store: VaultStore;
  readonly zoneNames: readonly string[];
  /** The next put ends as if the process had died at this moment. */
  readonly crashAtNextPut: (moment: 'before' | 'after') => void;
  readonly remove: () => Promise<void>;
}

/** The real vault with three folders as zones, and a place to break it off. */
export async function openVaultForTest(): Promise<VaultForTest> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'holdfast-workbooks-vault-'));
  const log = silentLog();
  const clock = systemClock;
  const zoneNames = ['one', 'two', 'three'];
  const zones = await Promise.all(
    zoneNames.map(async (name, index) => ({
      name,
      failureDomain: name,
      remote: index === 2,
      driver: await openDiskZone({ folder: path.join(folder, name), clock, log }),
    })),
  );
  const keys = await openVaultKeys({ folder: path.join(folder, 'keys'), clock, log });
  const store = await createVault({ zones, keys, clock, log });
  let crash: 'before' | 'after' | undefined;
  return {
    store,
    zoneNames,
    crashAtNextPut: (moment) => {
      crash = moment;
    },
    put: async (bytes, options) => {
      const moment = crash;
      crash = undefined;
      if (moment === 'before') throw new CrashForTest('before the vault');
      const item = await store.put(bytes, options);
      if (moment === 'after') throw new CrashForTest('after the vault');
      return item;
    },
    get: store.get,
    head: store.head,
    list: store.list,
    extend: store.extend,
    setLegalHold: store.setLegalHold,
    remove: async () => {
      await store.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
