import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, open, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { formatBytes, KiB, MiB, silentLog, systemClock } from '../src/base/index.ts';
import { openDiskZone } from '../src/vault/drivers/disk/index.ts';
import { createVault, openVaultKeys, type VaultStore } from '../src/vault/index.ts';

/**
 * `node --import tsx bench/vault.ts`: what an acknowledged item costs beside a bare write and fsync of the same bytes to
 * the same number of folders, in the same run and in turns, with the same number of writers. Then scrub speed, and the
 * memory that committing one item of 500 MB takes above idle. Prints one JSON object; figures and aims are in docs/benchmarks.md.
 */
const ZONES = 3;
const ROUNDS = Number(process.env['BENCH_ROUNDS'] ?? 5);
const WRITERS = Number(process.env['BENCH_WRITERS'] ?? 4);
const SIZES = [
  { name: '64 KiB', bytes: 64 * KiB, items: 32 },
  { name: '1 MB', bytes: 1_000_000, items: 16 },
  { name: '64 MB', bytes: 64_000_000, items: 1 },
];

const root = await mkdtemp(path.join(os.tmpdir(), 'holdfast-bench-vault-'));
const log = silentLog();
const clock = systemClock;
const keys = await openVaultKeys({ folder: path.join(root, 'keys'), clock, log });
const zones = await Promise.all(
  Array.from({ length: ZONES }, async (_, index) => ({
    name: `zone-${index}`,
    failureDomain: `zone-${index}`,
    remote: index === ZONES - 1,
    driver: await openDiskZone({ folder: path.join(root, `zone-${index}`), clock, log }),
  })),
);
const vault = await createVault({ zones, keys, clock, log });
for (let index = 0; index < ZONES; index += 1) await mkdir(path.join(root, `bare-${index}`));

async function* inParts(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let offset = 0; offset < bytes.length; offset += 65_536) yield bytes.subarray(offset, offset + 65_536);
}

let bareFiles = 0;
/** Without its folder's sync a new file may be gone after a crash, so the durable peer has it; both are told. */
const bareWrite =
  (withFolder: boolean) =>
  async (bytes: Uint8Array): Promise<void> => {
    bareFiles += 1;
    const name = `file-${bareFiles}`;
    await Promise.all(
      Array.from({ length: ZONES }, async (_, index) => {
        const handle = await open(path.join(root, `bare-${index}`, name), 'wx');
        await handle.write(bytes);
        await handle.sync();
        await handle.close();
        if (!withFolder) return;
        const folder = await open(path.join(root, `bare-${index}`), 'r');
        await folder.sync();
        await folder.close();
      }),
    );
  };

const put = (store: VaultStore, bytes: Uint8Array): Promise<unknown> =>
  store.put(inParts(bytes), { kind: 'bench', facts: {}, retainUntilMs: clock.nowMs() + 3_600_000 });

/** Seconds until every item was acknowledged; `settle` waits for the slower zones outside the measured time. */
async function timed(items: readonly Uint8Array[], write: (bytes: Uint8Array) => Promise<unknown>): Promise<number> {
  const waiting = [...items];
  const started = performance.now();
  const worker = async (): Promise<void> => {
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) await write(next);
  };
  await Promise.all(Array.from({ length: Math.min(WRITERS, items.length) }, worker));
  return (performance.now() - started) / 1000;
}

/** Processor time of this process, which says more than the time that passed where others use the machine too. */
const cpuMs = (since?: NodeJS.CpuUsage): number => {
  const { user, system } = process.cpuUsage(since);
  return (user + system) / 1000;
};

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
const round = (value: number, digits = 2): number => Number(value.toFixed(digits));

const commits: Record<string, unknown> = {};
for (const { name, bytes, items } of SIZES) {
  const vaultSeconds: number[] = [];
  const allZonesSeconds: number[] = [];
  const bareSeconds: number[] = [];
  const durableSeconds: number[] = [];
  const cpu = { vault: 0, bare: 0 };
  for (let index = 0; index < ROUNDS; index += 1) {
    const contents = Array.from({ length: items }, () => randomBytes(bytes));
    let before = process.cpuUsage();
    bareSeconds.push(await timed(contents, bareWrite(false)));
    cpu.bare += cpuMs(before);
    durableSeconds.push(await timed(contents, bareWrite(true)));
    before = process.cpuUsage();
    const started = performance.now();
    vaultSeconds.push(await timed(contents, (content) => put(vault, content)));
    await vault.idle();
    allZonesSeconds.push((performance.now() - started) / 1000);
    cpu.vault += cpuMs(before);
  }
  const rate = (seconds: readonly number[]): number => items / median(seconds);
  commits[name] = {
    commitsPerSecond: round(rate(vaultSeconds)),
    megabytesPerSecond: round((rate(vaultSeconds) * bytes) / 1e6),
    bareCommitsPerSecond: round(rate(bareSeconds)),
    bareWithFolderSyncPerSecond: round(rate(durableSeconds)),
    ratio: round(median(bareSeconds.map((bare, index) => bare / (vaultSeconds[index] ?? 1)))),
    ratioToBareWithFolderSync: round(
      median(durableSeconds.map((durable, index) => durable / (vaultSeconds[index] ?? 1))),
    ),
    cpuMsPerCommit: round(cpu.vault / (items * ROUNDS)),
    bareCpuMsPerCommit: round(cpu.bare / (items * ROUNDS)),
    ratioInAllZones: round(median(bareSeconds.map((bare, index) => bare / (allZonesSeconds[index] ?? 1)))),
  };
}

let state: string | undefined;
const scrub = vault.createScrub({
  bytesPerSecond: Number.MAX_SAFE_INTEGER,
  state: {
    load: async () => state,
    save: async (text) => {
      state = text;
    },
  },
});
const scrubStarted = performance.now();
const report = await scrub.runPass();
const scrubSeconds = (performance.now() - scrubStarted) / 1000;

globalThis.gc?.();
const idleBytes = process.memoryUsage().rss;
let peakBytes = idleBytes;
const watching = setInterval(() => {
  peakBytes = Math.max(peakBytes, process.memoryUsage().rss);
}, 5);
async function* largeItem(): AsyncGenerator<Uint8Array> {
  for (let sent = 0; sent < 500_000_000; sent += 65_536) yield randomBytes(65_536);
}
const largeStarted = performance.now();
await vault.put(largeItem(), { kind: 'bench', facts: {}, retainUntilMs: clock.nowMs() + 3_600_000 });
await vault.idle();
const largeSeconds = (performance.now() - largeStarted) / 1000;
clearInterval(watching);

console.log(
  JSON.stringify(
    {
      zones: ZONES,
      writeQuorum: vault.writeQuorum,
      writers: WRITERS,
      rounds: ROUNDS,
      commits,
      scrub: {
        megabytesPerSecond: round(report.bytes / 1e6 / scrubSeconds),
        read: formatBytes(report.bytes),
        found: report.found,
      },
      item500MB: {
        seconds: round(largeSeconds),
        megabytesPerSecond: round(500 / largeSeconds),
        aboveIdleMiB: round((peakBytes - idleBytes) / MiB, 0),
        idleMiB: round(idleBytes / MiB, 0),
      },
    },
    undefined,
    2,
  ),
);
await vault.close();
await rm(root, { recursive: true, force: true });
