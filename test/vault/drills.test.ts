import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { silentLog, systemClock } from '../../src/base/index.ts';
import { vaultProbes } from '../../src/drills/index.ts';
import { openDiskZone } from '../../src/vault/drivers/disk/index.ts';
import { createVault, openVaultKeys, type ZoneDriver, type ZoneSpec } from '../../src/vault/index.ts';

/** The probes of M11 over a vault of three folders; `weaken` makes the driver of zone b worse than it should be. */
const folders: string[] = [];
afterAll(async () => {
  for (const folder of folders) await rm(folder, { recursive: true, force: true });
});

async function runProbe(id: string, weaken: (driver: ZoneDriver) => ZoneDriver = (driver) => driver) {
  const root = await mkdtemp(path.join(os.tmpdir(), 'holdfast-drills-'));
  folders.push(root);
  const [clock, log] = [systemClock, silentLog()];
  const openFolderZone = async (name: string, folder: string): Promise<ZoneSpec> => {
    const driver = await openDiskZone({ folder, clock, log });
    return { name, failureDomain: name, remote: false, driver: name === 'b' ? weaken(driver) : driver };
  };
  const zones = await Promise.all(['a', 'b', 'c'].map((name) => openFolderZone(name, path.join(root, name))));
  const keys = await openVaultKeys({ folder: path.join(root, 'keys'), clock, log });
  const vault = await createVault({ zones, keys, clock, log });
  const drillFolder = path.join(root, 'drill');
  const durability = () => Promise.reject(new Error('this probe does not ask'));
  const probes = vaultProbes({ vault, keys, openFolderZone, drillFolder, durability, clock, log, cadenceMs: 60_000 });
  const probe = probes.find((one) => one.id === id);
  if (probe === undefined) throw new Error(`no probe ${id}`);
  try {
    return await probe.run(AbortSignal.timeout(60_000));
  } finally {
    await vault.close();
  }
}

test('the canary of a sound vault is refused every change in every zone', async () => {
  const outcome = await runProbe('version-immutable');
  expect(outcome).toMatchObject({ passed: true, measurements: { attemptsRefused: 12, attemptsOpen: 0, zonesRead: 3 } });
});

test('a zone that would remove what is locked is found', async () => {
  const outcome = await runProbe('version-immutable', (driver) => ({ ...driver, remove: async () => undefined }));
  expect(outcome).toMatchObject({ passed: false, summary: 'Not refused: b: remove.' });
});

test('damage is found and mended, an emptied zone rebuilt, and both are measured', async () => {
  const { passed, measurements } = await runProbe('damage-mended');
  expect(passed).toBe(true);
  expect(measurements).toMatchObject({ damageFound: 1, damageMended: 1, rebuiltObjects: 6 });
  expect(measurements['rebuiltBytes']).toBeGreaterThan(6 * 100_000);
});

test('a zone that takes nothing in is not called rebuilt: the probe throws, which counts as not passed', async () => {
  const refuse = (driver: ZoneDriver): ZoneDriver => ({ ...driver, put: () => Promise.reject(new Error('no')) });
  await expect(runProbe('damage-mended', refuse)).rejects.toMatchObject({ code: 'vault.item-missing' });
});
