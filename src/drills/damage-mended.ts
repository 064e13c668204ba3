import { open, readdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { DAY_MS, invariant, newSecret } from '../base/index.ts';
import type { Probe, ProbeOutcome } from '../evidence/index.ts';
import { createVault, type VaultStore } from '../vault/index.ts';
import type { VaultProbeDeps } from './vault-probe-deps.ts';

const ITEMS = 6;
const ITEM_BYTES = 200_000;
const ZONES = ['a', 'b', 'c'];

/**
 * M11: in three zone folders of its own on the same disk, with the same code and keys as the live vault, one bit of a
 * stored object is flipped and must be found and mended by a scrub; then one zone is emptied and must be rebuilt. Live
 * zones are never damaged on purpose.
 */
export const damageMended = (deps: VaultProbeDeps): Probe => ({
  id: 'damage-mended',
  promise: 'M11',
  statement: 'A flipped bit is found and mended, and an emptied zone is rebuilt',
  cadenceMs: deps.cadenceMs,
  run: async (signal) => {
    await rm(deps.drillFolder, { recursive: true, force: true });
    try {
      const flipped = await withVault(deps, (vault) => flipAndScrub(deps, vault, signal));
      await rm(path.join(deps.drillFolder, 'b'), { recursive: true, force: true });
      const rebuilt = await withVault(deps, (vault) => rebuildAndRead(deps, vault, flipped.ids));
      return outcome({ ...flipped, ...rebuilt });
    } finally {
      await rm(deps.drillFolder, { recursive: true, force: true });
    }
  },
});

async function withVault<Result>(deps: VaultProbeDeps, work: (vault: VaultStore) => Promise<Result>): Promise<Result> {
  const { clock, log, keys } = deps;
  const zones = await Promise.all(ZONES.map((name) => deps.openFolderZone(name, path.join(deps.drillFolder, name))));
  const vault = await createVault({ zones, keys, clock, log });
  try {
    return await work(vault);
  } finally {
    await vault.close();
  }
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

interface Flipped {
  readonly ids: readonly string[];
  readonly found: number;
  readonly mended: number;
  readonly repairMs: number;
}

async function flipAndScrub(deps: VaultProbeDeps, vault: VaultStore, signal: AbortSignal): Promise<Flipped> {
  const ids: string[] = [];
  const retainUntilMs = deps.clock.nowMs() + DAY_MS;
  for (let index = 0; index < ITEMS; index += 1) {
    const bytes = Buffer.from(newSecret(ITEM_BYTES));
    ids.push((await vault.put(once(bytes), { kind: 'drill', facts: { index }, retainUntilMs, signal })).id);
  }
  await vault.idle();
  await flipOneBit(path.join(deps.drillFolder, 'a', 'objects'));
  const scrub = vault.createScrub({ state: { load: () => Promise.resolve(undefined), save: () => Promise.resolve() } });
  const first = await scrub.runPass(signal);
  const second = await scrub.runPass(signal);
  invariant(second.found === 0 || second.mended <= second.found, 'a scrub mends no more than it finds');
  return { ids, found: first.found, mended: second.found === 0 ? first.mended : 0, repairMs: first.repairMsMax };
}

/** Flips a bit in the middle of the first large file below the folder. */
async function flipOneBit(folder: string): Promise<void> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  for (const entry of entries) {
    const file = path.join(entry.parentPath, entry.name);
    if (!entry.isFile() || (await stat(file)).size < ITEM_BYTES / 4) continue;
    const handle = await open(file, 'r+');
    try {
      const at = Math.floor((await handle.stat()).size / 2);
      const byte = Buffer.alloc(1);
      await handle.read(byte, 0, 1, at);
      byte[0] = (byte[0] ?? 0) ^ 0x10;
      await handle.write(byte, 0, 1, at);
      return await handle.sync();
    } finally {
      await handle.close();
    }
  }
  invariant(false, 'the drill stored an object that can be damaged');
}

interface Rebuilt {
  readonly rebuildMs: number;
  readonly readBack: number;
  readonly copied: number;
  readonly copiedBytes: number;
}

async function rebuildAndRead(deps: VaultProbeDeps, vault: VaultStore, ids: readonly string[]): Promise<Rebuilt> {
  const started = deps.clock.monotonicMs();
  const { copied, copiedBytes } = await vault.rebuildZone('b');
  const rebuildMs = Math.round(deps.clock.monotonicMs() - started);
  let readBack = 0;
  for (const id of ids) {
    let bytes = 0;
    for await (const chunk of vault.get(id, { zone: 'b' })) bytes += chunk.length;
    if (bytes === ITEM_BYTES) readBack += 1;
  }
  return { rebuildMs, readBack, copied, copiedBytes };
}

function outcome(seen: Flipped & Rebuilt): ProbeOutcome {
  const { found, mended, rebuildMs, readBack } = seen;
  const repairMs = Math.round(seen.repairMs);
  const measurements = {
    damageFound: found,
    damageMended: mended,
    repairMs,
    rebuildMs,
    // What the durability computation scales up to the bytes and objects of a live zone.
    rebuiltObjects: seen.copied,
    rebuiltBytes: seen.copiedBytes,
    itemsReadFromRebuiltZone: readBack,
  };
  const passed = found === 1 && mended === 1 && readBack === ITEMS;
  const summary = passed
    ? `A flipped bit was found and mended in ${repairMs} ms, and an emptied zone of ${ITEMS} items was rebuilt in ${rebuildMs} ms.`
    : `Of 1 flipped bit ${found} was found and ${mended} mended; ${readBack} of ${ITEMS} items came back from the rebuilt zone.`;
  return { passed, summary, measurements };
}
