import { expect, test } from 'vitest';
import { createManualClock, silentLog } from '../../src/base/index.ts';
import { createDiskZone } from '../../src/vault/drivers/disk/index.ts';
import { createScheduler } from './simulation/scheduler.ts';
import { createSeededRandom } from './simulation/seeded-random.ts';
import { simulate } from './simulation/simulate.ts';
import { createSimulatedDisk } from './simulation/simulated-disk.ts';
import { simulatedPrimitives } from './simulation/simulated-primitives.ts';

/**
 * A subset of the seeds; `node --import tsx test/vault/simulation/run.ts --seeds 10000` runs them all, and
 * `SIMULATION_FROM` moves the subset. A seed that fails is named in the failure with the command that replays it.
 */
const FROM = Number(process.env['SIMULATION_FROM'] ?? 1);
const SEEDS = Number(process.env['SIMULATION_SEEDS'] ?? 120);

test('no acknowledged item is lost, changed or removed early, whatever fails within the fault model', async () => {
  const totals = { acknowledged: 0, refused: 0, crashes: 0, checks: 0 };
  for (let seed = FROM; seed < FROM + SEEDS; seed += 1) {
    const summary = await simulate(seed);
    totals.acknowledged += summary.acknowledged;
    totals.refused += summary.refused;
    totals.crashes += summary.crashes;
    totals.checks += summary.checks;
  }
  // A run in which nothing is put, nothing fails and nothing is checked would pass without proving anything.
  expect(totals.acknowledged).toBeGreaterThan(SEEDS);
  expect(totals.refused).toBeGreaterThan(SEEDS / 10);
  expect(totals.crashes).toBeGreaterThan(SEEDS / 10);
  expect(totals.checks).toBeGreaterThan(SEEDS * 5);
}, 300_000);

test('the same seed gives the same run', async () => {
  expect(await simulate(42)).toEqual(await simulate(42));
});

test('what a killed process left unsynced is synced before the next one vouches for it', async () => {
  for (let seed = 1; seed <= 100; seed += 1) {
    const random = createSeededRandom(seed);
    const scheduler = createScheduler(random);
    const disk = createSimulatedDisk('a', scheduler, random);
    const clock = createManualClock();
    const primitives = simulatedPrimitives(random);
    const open = (): { zone: ReturnType<typeof createDiskZone>; kill: () => void } => {
      const { files, kill } = disk.mount();
      return { zone: createDiskZone({ files, clock, log: silentLog(), primitives, shardsTogether: false }), kill };
    };
    const bytes = random.bytes(40);
    const sha256 = (await primitives.sha256(bytes)).toString('hex');
    const object = { name: 'a/b', bytes, sha256, retainUntilMs: clock.nowMs() + 1000 };
    const first = open();
    const put = first.zone.put(object);
    let left = random.below(30);
    // Killed at some step, often between the link and the sync of its folder; the disk keeps its power.
    await scheduler
      .until(put, () => {
        left -= 1;
        if (left < 0) throw new Error('killed');
      })
      .catch(() => undefined);
    first.kill();
    scheduler.forget();
    const second = open();
    const head = second.zone.head('a/b');
    await scheduler.until(head);
    const seen = await head;
    second.kill();
    scheduler.forget();
    disk.losePower();
    const third = open();
    const again = third.zone.head('a/b');
    await scheduler.until(again);
    expect(seen === undefined || (await again)?.sha256 === sha256).toBe(true);
  }
});
