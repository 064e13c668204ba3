import { groupZones } from './copy-state.ts';
import { exponential, type RandomNumbers } from './random-numbers.ts';
import type { DurabilityInputs, TimingOfSimulation } from './types.ts';
import { ratesOf, YEAR_MS } from './yearly-rates.ts';

/** How long each thing takes or waits, in years from now. */
export interface Clocks {
  readonly untilRot: () => number;
  readonly untilMediaLoss: () => number;
  readonly untilDomainLoss: () => number;
  readonly untilMended: (copy: number, now: number) => number;
  readonly mediaRepair: () => number;
  readonly domainRebuild: () => number;
  readonly replication: () => number;
}

/**
 * The clocks of one object. Failures are exponential in both timings; what the program and its operators do is
 * exponential as in the chain, or fixed: a scrub passes each copy at its own instants, which are the same for all copies
 * when they are scrubbed together.
 */
export function createClocks(inputs: DurabilityInputs, random: RandomNumbers, timing: TimingOfSimulation): Clocks {
  const rates = ratesOf(inputs);
  const failures = {
    untilRot: () => exponential(random, rates.rot),
    untilMediaLoss: () => exponential(random, rates.mediaLoss),
    untilDomainLoss: () => exponential(random, rates.domainLoss),
  };
  if (timing === 'exponential') {
    return {
      ...failures,
      untilMended: () => exponential(random, rates.rotRepair),
      mediaRepair: () => exponential(random, rates.mediaRepair),
      domainRebuild: () => exponential(random, rates.domainRebuild),
      replication: () => exponential(random, rates.replication),
    };
  }
  const interval = inputs.scrubIntervalMs / YEAR_MS;
  const common = random() * interval;
  const phases = inputs.zones.map(() => (inputs.scrubPhases === 'together' ? common : random() * interval));
  return {
    ...failures,
    untilMended: (copy, now) => {
      const sinceScrub = (now + (phases[copy] ?? 0)) % interval;
      return interval - sinceScrub + inputs.rotRepairMs / YEAR_MS;
    },
    mediaRepair: () => 1 / rates.mediaRepair,
    domainRebuild: () => 1 / rates.domainRebuild,
    replication: () => 1 / rates.replication,
  };
}

type Part =
  | { readonly type: 'copy'; readonly copy: number }
  | { readonly type: 'device'; readonly copies: readonly number[] }
  | { readonly type: 'domain'; readonly copies: readonly number[]; readonly devices: readonly number[] };

/** Domains first, then devices, then copies; the position of a part is the number of its clock. */
function partsOf(inputs: DurabilityInputs): readonly Part[] {
  const copyOf = new Map(inputs.zones.map((zone, copy) => [zone.name, copy]));
  const layout = groupZones(inputs.zones).map((devices) =>
    devices.map((zones) => zones.map((zone) => copyOf.get(zone.name) ?? 0)),
  );
  let device = layout.length;
  const domains: Part[] = layout.map((devices) => ({
    type: 'domain',
    copies: devices.flat(),
    devices: devices.map(() => device++),
  }));
  const devices: Part[] = layout.flat().map((copies) => ({ type: 'device', copies }));
  return [...domains, ...devices, ...inputs.zones.map((_, copy): Part => ({ type: 'copy', copy }))];
}

export interface ObjectLife {
  /** Year in which all copies were good for the first time; undefined when that never came. */
  readonly wholeAt: number | undefined;
  readonly lostAt: number | undefined;
  readonly events: number;
}

/** A clock for every copy, device and domain; it knows nothing of the chain and its states. */
class SimulatedObject {
  readonly #parts: readonly Part[];
  readonly #clocks: Clocks;
  readonly #firstCopy: number;
  /** The year in which each part fails, or comes back when it is not up. */
  readonly #rings: Float64Array;
  readonly #up: Uint8Array;

  constructor(parts: readonly Part[], clocks: Clocks, writeQuorum: number) {
    this.#parts = parts;
    this.#clocks = clocks;
    this.#firstCopy = parts.findIndex((part) => part.type === 'copy');
    this.#rings = new Float64Array(parts.length);
    this.#up = new Uint8Array(parts.length);
    for (const [at, part] of parts.entries()) {
      if (part.type === 'copy' && part.copy >= writeQuorum) this.#stop(at, clocks.replication());
      else this.#start(at, 0);
    }
  }

  get nextAt(): number {
    return this.#rings[this.#next()] ?? 0;
  }

  countGood(): number {
    let good = 0;
    for (let at = this.#firstCopy; at < this.#up.length; at += 1) good += this.#up[at] ?? 0;
    return good;
  }

  /** Lets the next thing happen. What lies on a part stops with it and starts anew when it is back. */
  step(): void {
    const at = this.#next();
    const now = this.#rings[at] ?? 0;
    const part = this.#parts[at];
    if (part === undefined) return;
    const below = this.#below(part);
    if (this.#up[at] === 1) {
      this.#stop(at, now + this.#untilBack(part, now));
      for (const lower of below) this.#stop(lower, Number.POSITIVE_INFINITY);
    } else {
      this.#start(at, now);
      for (const lower of below) this.#start(lower, now);
    }
  }

  #next(): number {
    let next = 0;
    for (let at = 1; at < this.#rings.length; at += 1) {
      if ((this.#rings[at] ?? 0) < (this.#rings[next] ?? 0)) next = at;
    }
    return next;
  }

  #below(part: Part): readonly number[] {
    if (part.type === 'copy') return [];
    const copies = part.copies.map((copy) => this.#firstCopy + copy);
    return part.type === 'domain' ? [...part.devices, ...copies] : copies;
  }

  #untilBack(part: Part, now: number): number {
    if (part.type === 'copy') return this.#clocks.untilMended(part.copy, now);
    return part.type === 'domain' ? this.#clocks.domainRebuild() : this.#clocks.mediaRepair();
  }

  #stop(at: number, backAt: number): void {
    this.#up[at] = 0;
    this.#rings[at] = backAt;
  }

  #start(at: number, now: number): void {
    const type = this.#parts[at]?.type;
    const { untilRot, untilMediaLoss, untilDomainLoss } = this.#clocks;
    this.#up[at] = 1;
    this.#rings[at] = now + (type === 'copy' ? untilRot() : type === 'device' ? untilMediaLoss() : untilDomainLoss());
  }
}

export interface ObjectLife {
  /** Year in which all copies were good for the first time; undefined when that never came. */
  readonly wholeAt: number | undefined;
  readonly lostAt: number | undefined;
  readonly events: number;
}

/** Follows objects from their acknowledgement by the first `writeQuorum` zones until they are lost or `years` are over. */
export function createObjectLives(inputs: DurabilityInputs): (clocks: Clocks, years: number) => ObjectLife {
  const parts = partsOf(inputs);
  const copies = inputs.zones.length;
  return (clocks, years) => {
    const object = new SimulatedObject(parts, clocks, inputs.writeQuorum);
    let wholeAt = inputs.writeQuorum === copies ? 0 : undefined;
    for (let events = 1; ; events += 1) {
      const now = object.nextAt;
      if (now >= years) return { wholeAt, lostAt: undefined, events };
      object.step();
      const good = object.countGood();
      if (good < inputs.copiesNeeded) return { wholeAt, lostAt: now, events };
      if (good === copies) wholeAt ??= now;
    }
  };
}
