/**
 * A program that restores with nothing but the folder of one zone and the folder of the key, as after the loss of
 * everything else. Prints one line of JSON; with `slow` it is slow enough to be killed half-way.
 */
import path from 'node:path';
import { openOfflineCatalog } from '../../src/backup/catalog/index.ts';
import { applyRestore, gatherRestore, planRestore } from '../../src/backup/restore/index.ts';
import { systemClock as clock, silentLog } from '../../src/base/index.ts';
import { createPostgresRunner } from '../../src/catalog/drivers/embedded/index.ts';
import { openDiskZone } from '../../src/vault/drivers/disk/index.ts';
import { createVault, readVaultKeys } from '../../src/vault/index.ts';

const [zoneFolder = '', keyFolder = '', into = '', target = 'latest', mode = ''] = process.argv.slice(2);
const log = silentLog();
const driver = await openDiskZone({ folder: zoneFolder, clock, log });
const zones = [{ name: 'kept', failureDomain: 'kept', remote: true, driver }];
const keys = await readVaultKeys({ folder: keyFolder, log });
const vault = await createVault({ zones, writeQuorum: 1, keys, clock, log });
const catalog = await openOfflineCatalog({ vault, clock, log });
const [source = ''] = await catalog.sources();
const plan = planRestore({
  ...(await gatherRestore(catalog, source)),
  source,
  target: target === 'latest' ? { type: 'latest' } : { type: 'time', timeMs: Number(target), inclusive: true },
});
let packs = 0;
const get: typeof vault.get = async function* (id, options) {
  packs += 1;
  process.stderr.write('pack\n');
  if (mode === 'slow' && packs > 2) await new Promise((resolve) => setTimeout(resolve, 60_000));
  yield* vault.get(id, options);
};
const runner = createPostgresRunner({ folder: path.join(into, '..', 'programs'), clock });
const result = await applyRestore({ catalog, wal: catalog.wal, vault: { get }, runner, clock, log }, { plan, into });
process.stdout.write(`${JSON.stringify({ packs, phases: result.phases, notes: plan.notes })}\n`);
await vault.close();
