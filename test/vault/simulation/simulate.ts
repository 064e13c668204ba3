import { createHash } from 'node:crypto';
import { createManualClock, DAY_MS, HOUR_MS, isFailure, type ManualClock, silentLog } from '../../../src/base/index.ts';
import { createDiskZone } from '../../../src/vault/drivers/disk/index.ts';
import {
  createVault,
  createVaultKeys,
  type ScrubState,
  VAULT_FAILURES,
  type VaultStore,
  type ZoneSpec,
} from '../../../src/vault/index.ts';
import { createScheduler, type Scheduler } from './scheduler.ts';
import { createSeededRandom, type SeededRandom } from './seeded-random.ts';
import { createSimulatedDisk, type SimulatedDisk } from './simulated-disk.ts';
import { plainCodec, simulatedPrimitives } from './simulated-primitives.ts';

/**
 * One run of the real vault and the real folder driver over three simulated disks, with faults.
 *
 * Fault model: at any step the process is killed or the power fails; any zones are away, full or fail to sync, also all
 * at once; rot and loss of everything hit one zone, and another one only after a scrub in which all zones answered and
 * nothing was left unmended; the clock is set by more than an hour while the vault runs, or by more than a month or
 * backwards over a restart. Writers and readers run at the same time.
 *
 * What must hold: an item that was acknowledged can be read byte for byte, whenever all zones answer, until its time has
 * passed by the right clock, and for as long as it is held; and after a scrub each zone holds it by itself.
 */
export interface RunSummary {
  readonly seed: number;
  readonly turns: number;
  readonly acknowledged: number;
  readonly refused: number;
  readonly crashes: number;
  readonly checks: number;
}

const ZONE_NAMES = ['a', 'b', 'c'] as const;
const CHUNK_BYTES = 48;
const ACTIONS = 16;

interface Promised {
  readonly bytes: Buffer;
  retainUntilMs: number;
  /** Held for sure; a release that was tried ends the promise. */
  held: boolean;
}

class Crash extends Error {}

export async function simulate(seed: number): Promise<RunSummary> {
  return new Simulation(seed).run();
}

class Simulation {
  readonly #seed: number;
  readonly #random: SeededRandom;
  readonly #scheduler: Scheduler;
  readonly #disks: readonly SimulatedDisk[];
  readonly #promised = new Map<string, Promised>();
  readonly #scrubState = memoryState();
  /** What was tried to be put lately, acknowledged or not: clients try again after a crash. */
  #tried: Buffer[] = [];
  /** Found while several things ran at once; thrown when they have ended. */
  #broken: Broken | undefined;
  #clock: ManualClock = createManualClock();
  /** The right time; the vault's clock may be set to another. */
  #trueMs = this.#clock.nowMs();
  #vault: VaultStore | undefined;
  #kill: () => void = () => undefined;
  /** The one zone that rot and loss may hit until everything was mended. */
  #unlucky: number;
  #acknowledged = 0;
  #refused = 0;
  #crashes = 0;
  #checks = 0;

  constructor(seed: number) {
    this.#seed = seed;
    this.#random = createSeededRandom(seed);
    this.#scheduler = createScheduler(this.#random);
    this.#disks = ZONE_NAMES.map((name) => createSimulatedDisk(name, this.#scheduler, this.#random));
    this.#unlucky = this.#random.below(ZONE_NAMES.length);
  }

  async run(): Promise<RunSummary> {
    await this.#boot();
    await this.#scheduler.drain();
    for (let action = 0; action < ACTIONS; action += 1) {
      try {
        await this.#act();
      } catch (error) {
        if (!(error instanceof Crash)) throw error;
        await this.#restart();
      }
    }
    await this.#settleAndCheck();
    const counts = { acknowledged: this.#acknowledged, refused: this.#refused, crashes: this.#crashes };
    return { seed: this.#seed, turns: this.#scheduler.turns(), checks: this.#checks, ...counts };
  }

  async #boot(): Promise<void> {
    const mounts = this.#disks.map((disk) => disk.mount());
    this.#kill = () => {
      for (const mount of mounts) mount.kill();
    };
    const log = silentLog();
    const primitives = simulatedPrimitives(this.#random);
    const clock = this.#clock;
    const open = async (): Promise<VaultStore> => {
      const zones: ZoneSpec[] = [];
      for (const [index, name] of ZONE_NAMES.entries()) {
        const files = mounts[index]?.files;
        if (files === undefined) throw new Error('a zone without a disk');
        const driver = createDiskZone({ files, clock, log, primitives, shardsTogether: false });
        zones.push({ name, failureDomain: name, remote: name === 'c', driver });
      }
      const keys = createVaultKeys([{ id: '1', secret: Buffer.alloc(32, 7) }], 'memory');
      return createVault({ zones, keys, clock, log, primitives, codec: plainCodec, chunkBytes: CHUNK_BYTES });
    };
    const opening = open();
    await this.#scheduler.until(opening);
    this.#vault = await opening;
    this.#vault.start();
  }

  #running(): VaultStore {
    if (this.#vault === undefined) throw new Error('the vault does not run');
    return this.#vault;
  }

  /** Lets the tasks run side by side; at a chosen turn the process ends, whatever it was doing. */
  async #together(tasks: readonly Promise<unknown>[]): Promise<void> {
    let left = this.#random.chance(0.25) ? this.#random.below(250) : Number.POSITIVE_INFINITY;
    const onTurn = (): void => {
      left -= 1;
      if (left < 0) throw new Crash();
    };
    const all = Promise.allSettled(tasks);
    await this.#scheduler.until(all, onTurn);
    if (this.#broken !== undefined) throw this.#broken;
    if (this.#random.chance(0.5)) await this.#scheduler.drain(onTurn);
  }

  async #act(): Promise<void> {
    const choice = this.#random.below(100);
    if (choice < 45) return this.#write();
    if (choice < 53) return this.#lock();
    if (choice < 63) return this.#disturbZones();
    if (choice < 70) return this.#loseSomething();
    if (choice < 78) return this.#passTime();
    if (choice < 84) return this.#setClock();
    if (choice < 90) return this.#expire();
    if (choice < 95) return this.#together([this.#running().catchUp()]);
    return this.#settleAndCheck();
  }

  async #write(): Promise<void> {
    const count = 1 + this.#random.below(3);
    const shared = this.#random.bytes(this.#random.below(4 * CHUNK_BYTES));
    const tasks = Array.from({ length: count }, () => {
      const again = this.#tried.length > 0 && this.#random.chance(0.3);
      const fresh = this.#random.chance(0.3) ? shared : this.#random.bytes(this.#random.below(4 * CHUNK_BYTES));
      return this.#put(again ? this.#random.pick(this.#tried) : fresh);
    });
    const known = [...this.#promised.keys()];
    if (known.length > 0 && this.#random.chance(0.3)) tasks.push(this.#read(this.#random.pick(known)));
    await this.#together(tasks);
  }

  async #put(bytes: Buffer): Promise<void> {
    const retainUntilMs = this.#trueMs + DAY_MS * (1 + this.#random.below(20));
    const facts = { n: this.#random.below(2) };
    this.#tried = [...this.#tried, bytes].slice(-3);
    try {
      const item = await this.#running().put(inParts(bytes), { kind: 'sim', facts, retainUntilMs });
      if (item.zones.length < 2)
        this.#broken ??= new Broken(this.#seed, `${item.id} was acknowledged by ${item.zones}`);
      this.#acknowledged += 1;
      const before = this.#promised.get(item.id);
      const until = Math.max(retainUntilMs, before?.retainUntilMs ?? 0);
      this.#promised.set(item.id, { bytes, retainUntilMs: until, held: before?.held ?? false });
    } catch {
      this.#refused += 1;
    }
  }

  /** While zones are away a read may fail, but it never gives other bytes, nor says that the item does not exist. */
  async #read(id: string): Promise<void> {
    try {
      this.#compare(id, await readAll(this.#running().get(id)));
    } catch (error) {
      const live = (this.#promised.get(id)?.retainUntilMs ?? 0) > this.#trueMs;
      if (live && isFailure(error, VAULT_FAILURES.itemMissing)) {
        this.#broken ??= new Broken(this.#seed, `${id} was called missing`);
      }
    }
  }

  #compare(id: string, bytes: Buffer): void {
    if (`sha256:${createHash('sha256').update(bytes).digest('hex')}` === id) return;
    this.#broken ??= new Broken(this.#seed, `${id} came back changed`);
    throw this.#broken;
  }

  async #lock(): Promise<void> {
    const ids = [...this.#promised.keys()];
    if (ids.length === 0) return;
    const id = this.#random.pick(ids);
    const promised = this.#promised.get(id);
    if (promised === undefined) return;
    const choice = this.#random.below(3);
    const task = async (): Promise<void> => {
      if (choice === 0) {
        const until = promised.retainUntilMs + this.#random.below(10) * DAY_MS;
        await this.#running().extend(id, until);
        promised.retainUntilMs = until;
      } else if (choice === 1) {
        await this.#running().setLegalHold(id, true);
        promised.held = true;
      } else {
        promised.held = false;
        await this.#running().setLegalHold(id, false);
      }
    };
    await this.#together([task().catch(() => undefined)]);
  }

  async #disturbZones(): Promise<void> {
    for (const disk of this.#disks) {
      if (this.#random.chance(0.4)) disk.setAway(this.#random.chance(0.5));
      if (this.#random.chance(0.3)) disk.setFull(this.#random.chance(0.5));
      if (this.#random.chance(0.3)) disk.failSyncs(this.#random.below(4));
    }
  }

  async #loseSomething(): Promise<void> {
    const disk = this.#disks[this.#unlucky];
    if (this.#random.chance(0.15)) {
      // The disk is exchanged for an empty one, which asks for a restart.
      disk?.wipe();
      throw new Crash();
    }
    for (let count = this.#random.below(4); count >= 0; count -= 1) disk?.rot();
  }

  async #passTime(): Promise<void> {
    await this.#scheduler.drain();
    const ms = this.#random.pick([HOUR_MS, DAY_MS, 10 * DAY_MS]);
    this.#trueMs += ms;
    await this.#clock.advance(ms);
    await this.#scheduler.drain();
  }

  async #setClock(): Promise<void> {
    const errorMs = this.#random.pick([0, 2 * HOUR_MS, -2 * HOUR_MS, 400 * DAY_MS, -400 * DAY_MS]);
    this.#clock.setNowMs(this.#trueMs + errorMs);
  }

  async #expire(): Promise<void> {
    const living = new Set([...this.#promised.keys()].filter(() => this.#random.chance(0.3)));
    const task = async (): Promise<void> => {
      const plan = await this.#running().planExpiry(this.#clock.nowMs(), living);
      await this.#running().applyExpiry(plan);
    };
    this.#forgetPast();
    await this.#together([task().catch(() => undefined)]);
  }

  #forgetPast(): void {
    for (const [id, promised] of this.#promised) {
      if (!promised.held && promised.retainUntilMs <= this.#trueMs) this.#promised.delete(id);
    }
  }

  async #restart(): Promise<void> {
    this.#crashes += 1;
    this.#kill();
    this.#scheduler.forget();
    if (this.#random.chance(0.6)) for (const disk of this.#disks) disk.losePower();
    const clock = createManualClock(this.#trueMs);
    if (this.#random.chance(0.2)) {
      clock.setNowMs(this.#trueMs + this.#random.pick([400 * DAY_MS, -2 * HOUR_MS, -400 * DAY_MS]));
    }
    this.#clock = clock;
    await this.#boot();
  }

  /** All zones are back and the clock is right: now everything promised must be there. */
  async #settleAndCheck(): Promise<void> {
    for (const disk of this.#disks) {
      disk.setAway(false);
      disk.setFull(false);
      disk.failSyncs(0);
    }
    this.#clock.setNowMs(this.#trueMs);
    await this.#scheduler.drain();
    this.#forgetPast();
    await this.#attack();
    for (const [id] of this.#promised) await this.#mustRead(id);
    await this.#scheduler.drain();
    const settle = async (): Promise<boolean> => {
      await this.#running().catchUp();
      await this.#running().idle();
      const scrub = this.#running().createScrub({ state: this.#scrubState, bytesPerSecond: Number.MAX_SAFE_INTEGER });
      const report = await scrub.runPass();
      const again = this.#running().createScrub({
        state: memoryState(),
        bytesPerSecond: Number.MAX_SAFE_INTEGER,
      });
      return (await again.runPass()).found === 0 && report.away.length === 0;
    };
    const settling = settle();
    await this.#scheduler.until(settling);
    const clean = await settling;
    for (const [id] of this.#promised) {
      for (const zone of ZONE_NAMES) await this.#mustRead(id, zone);
    }
    if (clean) this.#unlucky = this.#random.below(ZONE_NAMES.length);
  }

  /** Somebody with all rights of the program tries to remove everything everywhere: the locks alone must hold. */
  async #attack(): Promise<void> {
    if (this.#random.chance(0.5)) return;
    const attack = this.#running().zones.map(async ({ driver }) => {
      const names: string[] = [];
      for await (const { name } of driver.list('')) if (!name.startsWith('clock/')) names.push(name);
      for (const name of names) await driver.remove(name, this.#trueMs + 1000 * DAY_MS).catch(() => undefined);
    });
    await this.#scheduler.until(Promise.allSettled(attack));
  }

  async #mustRead(id: string, zone?: string): Promise<void> {
    this.#checks += 1;
    const reading = readAll(this.#running().get(id, zone === undefined ? {} : { zone }));
    await this.#scheduler.until(reading);
    const bytes = await reading.catch((error: unknown) => {
      throw new Broken(this.#seed, `${id} cannot be read${zone === undefined ? '' : ` from ${zone}`}`, error);
    });
    this.#compare(id, bytes);
  }
}

/** An invariant did not hold; the message says how to see it again. */
export class Broken extends Error {
  constructor(seed: number, what: string, cause?: unknown) {
    const why = cause instanceof Error ? `: ${cause.message}` : '';
    super(`seed ${seed}: ${what}${why}; replay with: node --import tsx test/vault/simulation/run.ts --seed ${seed}`);
    this.name = 'Broken';
  }
}

async function* inParts(bytes: Buffer): AsyncGenerator<Uint8Array> {
  for (let offset = 0; offset < bytes.length; offset += 20) yield bytes.subarray(offset, offset + 20);
}

async function readAll(parts: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const found: Uint8Array[] = [];
  for await (const part of parts) found.push(part);
  return Buffer.concat(found);
}

function memoryState(): ScrubState {
  let text: string | undefined;
  return {
    load: async () => text,
    save: async (next) => {
      text = next;
    },
  };
}
