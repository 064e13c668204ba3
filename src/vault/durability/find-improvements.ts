import { DAY_MS, formatDuration, HOUR_MS, isFailure, MINUTE_MS, SECOND_MS } from '../../base/index.ts';
import { groupZones } from './copy-state.ts';
import { solveDurability } from './durability-model.ts';
import { VAULT_DURABILITY_FAILURES } from './failures.ts';
import { VAULT_DURABILITY_LIMITS } from './limits.ts';
import type { DurabilityInputs, DurabilityZone } from './types.ts';

/** One input changed (two for `separate-and-add`) and all others left as they are. */
export interface Improvement {
  readonly type: 'separate-domains' | 'more-domains' | 'separate-and-add' | 'write-quorum' | DurationLever['type'];
  /** What to change, as a phrase. */
  readonly change: string;
  readonly nines: number;
  /** Whether this change alone suffices; otherwise it is the most that the change can give. */
  readonly reaches: boolean;
}

interface DurationLever {
  readonly type: 'scrub-interval' | 'media-repair' | 'domain-rebuild' | 'replication-lag';
  readonly input: 'scrubIntervalMs' | 'mediaRepairMs' | 'domainRebuildMs' | 'replicationLagMs';
  readonly phrase: string;
  readonly shortestMs: number;
}

const { improvementMsMin, improvementLagMsMin, domainsAddedMax } = VAULT_DURABILITY_LIMITS;

const LEVERS: readonly DurationLever[] = [
  { type: 'scrub-interval', input: 'scrubIntervalMs', shortestMs: improvementMsMin, phrase: 'scrub every' },
  {
    type: 'media-repair',
    input: 'mediaRepairMs',
    shortestMs: improvementMsMin,
    phrase: 'replace and refill a lost device within',
  },
  {
    type: 'domain-rebuild',
    input: 'domainRebuildMs',
    shortestMs: improvementMsMin,
    phrase: 'replace a lost failure domain within',
  },
  {
    type: 'replication-lag',
    input: 'replicationLagMs',
    shortestMs: improvementLagMsMin,
    phrase: 'write the copies beyond the quorum within',
  },
];

/** Durations that people would plan with, from long to short. */
const PLANNED_MS: readonly number[] = [
  ...[28, 14, 7, 3, 1].map((days) => days * DAY_MS),
  ...[12, 6, 3, 1].map((hours) => hours * HOUR_MS),
  ...[30, 10, 5, 1].map((minutes) => minutes * MINUTE_MS),
  ...[30, 10, 1].map((seconds) => seconds * SECOND_MS),
];

/** A layout with too many states is no proposal, so it counts as not computed. */
function ninesOf(inputs: DurabilityInputs): number | undefined {
  try {
    return solveDurability(inputs).nines;
  } catch (error) {
    if (isFailure(error, VAULT_DURABILITY_FAILURES.layoutTooLarge)) return undefined;
    throw error;
  }
}

interface Step {
  readonly change: string;
  readonly inputs: DurabilityInputs;
}

/** The first of the steps (ever larger changes) that reaches the target, or else the last. */
function leastStep(type: Improvement['type'], steps: readonly Step[], ninesTarget: number): readonly Improvement[] {
  const at = (index: number): Improvement | undefined => {
    const step = steps[index];
    const nines = step === undefined ? undefined : ninesOf(step.inputs);
    return step === undefined || nines === undefined
      ? undefined
      : { type, change: step.change, nines, reaches: nines >= ninesTarget };
  };
  let best = at(steps.length - 1);
  if (best?.reaches === false) return [best];
  let low = 0;
  // Each step gives at least the nines of the one before, so bisection finds the first that suffices.
  for (let high = steps.length - 1; low < high; ) {
    const middle = Math.floor((low + high) / 2);
    const tried = at(middle);
    if (tried?.reaches === false) {
      best ??= tried;
      low = middle + 1;
    } else {
      best = tried ?? best;
      high = middle;
    }
  }
  return best === undefined ? [] : [best];
}

const apart = (zone: DurabilityZone): DurabilityZone => ({ name: zone.name, failureDomain: `place of ${zone.name}` });

function separateDomains(inputs: DurabilityInputs): readonly Step[] {
  if (groupZones(inputs.zones).length === inputs.zones.length) return [];
  const change = `keep each of the ${inputs.zones.length} copies in a failure domain of its own`;
  return [{ change, inputs: { ...inputs, zones: inputs.zones.map(apart) } }];
}

/** Both at once, for where neither alone suffices. */
const separateAndAdd = (inputs: DurabilityInputs): readonly Step[] =>
  separateDomains(inputs).flatMap((separate) =>
    moreDomains(separate.inputs).map((step) => ({ ...step, change: `${separate.change}, and ${step.change}` })),
  );

const moreDomains = (inputs: DurabilityInputs): readonly Step[] =>
  Array.from({ length: domainsAddedMax }, (_, index) => {
    const added = Array.from({ length: index + 1 }, (_unused, number) =>
      apart({ name: `added zone ${number + 1}`, failureDomain: '' }),
    );
    const change = `add ${index === 0 ? 'one zone' : `${index + 1} zones`} in ${index === 0 ? 'another failure domain' : 'other failure domains'}`;
    return { change, inputs: { ...inputs, zones: [...inputs.zones, ...added] } };
  });

const higherQuorum = (inputs: DurabilityInputs): readonly Step[] =>
  Array.from({ length: inputs.zones.length - inputs.writeQuorum }, (_, index) => {
    const writeQuorum = inputs.writeQuorum + index + 1;
    const change = `acknowledge only when ${writeQuorum} of ${inputs.zones.length} copies are durable`;
    return { change, inputs: { ...inputs, writeQuorum } };
  });

const shorter = (inputs: DurabilityInputs, lever: DurationLever): readonly Step[] =>
  PLANNED_MS.filter((ms) => ms < inputs[lever.input] && ms >= lever.shortestMs).map((ms) => ({
    change: `${lever.phrase} ${formatDuration(ms)}`,
    inputs: { ...inputs, [lever.input]: ms },
  }));

/**
 * What would reach the target, one input varied at a time; those that suffice come first. Where copies share a domain and
 * nothing alone suffices, separating and adding are tried together.
 */
export function findImprovements(inputs: DurabilityInputs, ninesTarget: number): readonly Improvement[] {
  const now = solveDurability(inputs).nines;
  const found = [
    ...leastStep('separate-domains', separateDomains(inputs), ninesTarget),
    ...leastStep('more-domains', moreDomains(inputs), ninesTarget),
    ...leastStep('write-quorum', higherQuorum(inputs), ninesTarget),
    ...LEVERS.flatMap((lever) => leastStep(lever.type, shorter(inputs, lever), ninesTarget)),
  ];
  if (!found.some((improvement) => improvement.reaches)) {
    found.push(...leastStep('separate-and-add', separateAndAdd(inputs), ninesTarget));
  }
  // A change that gives less than a hundredth of a nine would only distract.
  const useful = found.filter((improvement) => improvement.nines - now >= 0.01);
  return useful.toSorted((a, b) => Number(b.reaches) - Number(a.reaches) || b.nines - a.nines);
}
