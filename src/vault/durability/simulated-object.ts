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

/**
 * Follows one object from its acknowledgement by the first `writeQuorum` zones until it is lost or `years` are over.
 * It keeps a clock for every copy, device and domain and knows nothing of the chain and its states.
 */
export function createObjectLives(inputs: DurabilityInputs): (clocks: Clocks, years: number) => ObjectLife {
  const parts = partsOf(inputs);
  const copies = inputs.zones.length;
  const firstCopy = parts.length - copies;
  return (clocks, years) => {
    const rings = new Float64Array(parts.length);
    const up = new Uint8Array(parts.length).fill(1);
    const renewCopy = (copy: number, now: number): void => {
      up[firstCopy + copy] = 1;
      rings[firstCopy + copy] = now + clocks.untilRot();
    };
    const stop = (part: number, backAt: number): void => {
      up[part] = 0;
      rings[part] = backAt;
    };
    const renewDevice = (device: number, now: number): void => {
      up[device] = 1;
      rings[device] = now + clocks.untilMediaLoss();
    };
    const ring = (at: number, now: number): void => {
      const part = parts[at];
      if (part === undefined) return;
      const failed = up[at] === 1;
      if (part.type === 'copy') {
        if (failed) stop(at, now + clocks.untilMended(part.copy, now));
        else renewCopy(part.copy, now);
        return;
      }
      const devices = part.type === 'domain' ? part.devices : [];
      if (failed) {
        stop(at, now + (part.type === 'domain' ? clocks.domainRebuild() : clocks.mediaRepair()));
        for (const device of devices) stop(device, Number.POSITIVE_INFINITY);
        for (const copy of part.copies) stop(firstCopy + copy, Number.POSITIVE_INFINITY);
        return;
      }
      if (part.type === 'device') renewDevice(at, now);
      else {
        up[at] = 1;
        rings[at] = now + clocks.untilDomainLoss();
      }
      for (const device of devices) renewDevice(device, now);
      for (const copy of part.copies) renewCopy(copy, now);
    };
    for (const [at, part] of parts.entries()) {
      if (part.type === 'domain') rings[at] = clocks.untilDomainLoss();
      else if (part.type === 'device') rings[at] = clocks.untilMediaLoss();
      else if (part.copy < inputs.writeQuorum) rings[at] = clocks.untilRot();
      else stop(at, clocks.replication());
    }
    let wholeAt = inputs.writeQuorum === copies ? 0 : undefined;
    for (let events = 1; ; events += 1) {
      let next = 0;
      for (let at = 1; at < rings.length; at += 1) if ((rings[at] ?? 0) < (rings[next] ?? 0)) next = at;
      const now = rings[next] ?? 0;
      if (now >= years) return { wholeAt, lostAt: undefined, events };
      ring(next, now);
      let good = 0;
      for (let at = firstCopy; at < up.length; at += 1) good += up[at] ?? 0;
      if (good < inputs.copiesNeeded) return { wholeAt, lostAt: now, events };
      if (good === copies) wholeAt ??= now;
    }
  };
}
