import type { DurabilityInputs, DurabilityZone } from './types.ts';
import type { YearlyRates } from './yearly-rates.ts';

/**
 * A state of all copies of one object, as text: failure domains separated by a space, the devices of a domain by `|`,
 * one letter for each copy: `G` good, `W` not yet written, `R` rotten and unnoticed, `F` on a failed device, `D` in a
 * lost domain. Domains, devices and letters are sorted: all rates depend on letters and sharing only, so states that
 * differ by names behave alike, and joining them loses nothing (strong lumpability).
 */
export type CopyState = string;

type Domain = readonly string[];

const parse = (state: CopyState): readonly Domain[] => state.split(' ').map((domain) => domain.split('|'));

const sortLetters = (device: string): string => [...device].sort().join('');

const write = (domains: readonly Domain[]): CopyState =>
  domains
    .map((devices) => devices.map(sortLetters).sort().join('|'))
    .sort()
    .join(' ');

/** Zones by failure domain and device; without a device a zone shares the one of its domain. */
export function groupZones(zones: readonly DurabilityZone[]): readonly (readonly (readonly DurabilityZone[])[])[] {
  const domains = new Map<string, Map<string, DurabilityZone[]>>();
  for (const zone of zones) {
    const devices = domains.get(zone.failureDomain) ?? new Map<string, DurabilityZone[]>();
    domains.set(zone.failureDomain, devices);
    const device = devices.get(zone.device ?? '') ?? [];
    devices.set(zone.device ?? '', [...device, zone]);
  }
  return [...domains.values()].map((devices) => [...devices.values()]);
}

const uniform = (zones: readonly DurabilityZone[], letter: string): CopyState =>
  write(groupZones(zones).map((devices) => devices.map((copies) => letter.repeat(copies.length))));

export const allGood = (inputs: DurabilityInputs): CopyState => uniform(inputs.zones, 'G');

export const countGood = (state: CopyState): number => state.split('G').length - 1;

/** Every distinct state in which `writeQuorum` copies are good and the others are not yet written. */
export function quorumStates(inputs: DurabilityInputs): readonly CopyState[] {
  let states = new Set([uniform(inputs.zones, 'W')]);
  for (let written = 0; written < inputs.writeQuorum; written += 1) {
    states = new Set([...states].flatMap((state) => [...turns(state, 'W', 'G')]));
  }
  return [...states];
}

/** The states in which one letter `from` has become `to`, as often as there are copies to choose from. */
function* turns(state: CopyState, from: string, to: string): Generator<CopyState> {
  for (let at = state.indexOf(from); at >= 0; at = state.indexOf(from, at + 1)) {
    yield write(parse(`${state.slice(0, at)}${to}${state.slice(at + 1)}`));
  }
}

/** What can happen next and at which rate per year; equal states add up. Rates of zero are left out. */
export function transitionsOf(state: CopyState, rates: YearlyRates): ReadonlyMap<CopyState, number> {
  const next = new Map<CopyState, number>();
  const add = (to: CopyState, rate: number): void => {
    if (rate > 0) next.set(to, (next.get(to) ?? 0) + rate);
  };
  const domains = parse(state);
  for (const [at, devices] of domains.entries()) {
    const withDomain = (domain: Domain): CopyState => write(domains.with(at, domain));
    const filled = (letter: string): Domain => devices.map((device) => letter.repeat(device.length));
    if (devices[0]?.startsWith('D') === true) {
      add(withDomain(filled('G')), rates.domainRebuild);
      continue;
    }
    add(withDomain(filled('D')), rates.domainLoss);
    for (const [place, device] of devices.entries()) {
      const withDevice = (letter: string): CopyState => withDomain(devices.with(place, letter.repeat(device.length)));
      if (device.startsWith('F')) add(withDevice('G'), rates.mediaRepair);
      else add(withDevice('F'), rates.mediaLoss);
    }
  }
  for (const to of turns(state, 'G', 'R')) add(to, rates.rot);
  for (const to of turns(state, 'R', 'G')) add(to, rates.rotRepair);
  for (const to of turns(state, 'W', 'G')) add(to, rates.replication);
  return next;
}
