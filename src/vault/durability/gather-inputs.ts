import { formatDuration } from '../../base/index.ts';
import { type AssumptionName, DURABILITY_ASSUMPTIONS } from './assumptions.ts';
import { groupZones } from './copy-state.ts';
import { joinMedia } from './join-media.ts';
import type { DurabilityInputs, DurabilityZone, ScrubPhases } from './types.ts';

/** What the operator chose. */
export interface DurabilityConfiguration {
  readonly zones: readonly DurabilityZone[];
  readonly writeQuorum: number;
  readonly scrubIntervalMs: number;
  /** Default 1: the vault keeps whole copies. */
  readonly copiesNeeded?: number;
  /** Default `together`, which gives the lower figure. */
  readonly scrubPhases?: ScrubPhases;
  /** Values of the operator in place of the assumptions. */
  readonly replacing?: Readonly<Partial<Record<AssumptionName, number>>>;
}

export interface MeasuredDuration {
  readonly ms: number;
  readonly samples: number;
  /** When the newest of them was taken. */
  readonly newestMs: number;
  /** What was measured, in words. */
  readonly how?: string;
}

/** What the running vault saw. Everything that is left out is assumed, and the report says so. */
export interface DurabilityObservations {
  /** Filling an empty zone with all copies, without the time until people replace a device. */
  readonly mediaRebuild?: MeasuredDuration;
  readonly rotRepair?: MeasuredDuration;
  readonly replicationLag?: MeasuredDuration;
  /** Longest time between two passes of scrub over the same object; the time since the last one when that is longer. */
  readonly scrubInterval?: MeasuredDuration;
  /** Damaged copies that scrub found and nobody had damaged on purpose. */
  readonly rot?: { readonly found: number; readonly copyYears: number };
  readonly objectYears: number;
  readonly objectsLost: number;
}

export type InputSource = 'measured' | 'configured' | 'assumed';

export interface ReportedInput {
  readonly name: string;
  readonly meaning: string;
  readonly value: number;
  readonly unit: 'count' | 'probability per year' | 'ms';
  /** The value as people read it. */
  readonly text: string;
  readonly source: InputSource;
  /** How it was measured, or where the assumption comes from. */
  readonly because: string;
}

interface Gathered {
  readonly inputs: DurabilityInputs;
  readonly reported: readonly ReportedInput[];
}

const percent = (probability: number): string =>
  probability >= 1e-4 ? `${Number((probability * 100).toPrecision(3))} %` : probability.toExponential(1);

const textOf = (value: number, unit: ReportedInput['unit']): string =>
  unit === 'ms' ? formatDuration(value) : unit === 'count' ? String(value) : percent(value);

const samplesText = ({ samples, newestMs, how }: MeasuredDuration): string =>
  `${samples} ${samples === 1 ? 'measurement' : 'measurements'}, the newest at ${new Date(newestMs).toISOString()}${how === undefined ? '' : `: ${how}`}`;

/** No clock here tells less, and a time of zero would be a rate without end. */
const MEASURED_MS_MIN = 1;

function assumed(
  configuration: DurabilityConfiguration,
  name: AssumptionName,
  measurement?: MeasuredDuration,
): ReportedInput {
  const { unit, meaning, source, value: usual } = DURABILITY_ASSUMPTIONS[name];
  const chosen = configuration.replacing?.[name];
  const value = measurement === undefined ? (chosen ?? usual) : Math.max(MEASURED_MS_MIN, measurement.ms);
  const text = textOf(value, unit);
  if (measurement !== undefined) {
    return { name, meaning, value, unit, text, source: 'measured', because: samplesText(measurement) };
  }
  if (chosen !== undefined) {
    return { name, meaning, value, unit, text, source: 'configured', because: 'set by the operator' };
  }
  return { name, meaning, value, unit, text, source: 'assumed', because: source };
}

function configured(name: string, meaning: string, value: number, unit: ReportedInput['unit']): ReportedInput {
  return {
    name,
    meaning,
    value,
    unit,
    text: textOf(value, unit),
    source: 'configured',
    because: 'the running configuration',
  };
}

/** As near to certain as the model takes. */
const ROT_SEEN_MAX = 1 - 1e-9;

/** The rate that was seen is used only where it is worse than the assumption: few finds prove little. */
function rotInput(configuration: DurabilityConfiguration, observed: DurabilityObservations): ReportedInput {
  const without = assumed(configuration, 'rotAfr');
  const { rot } = observed;
  if (rot === undefined || rot.copyYears <= 0) return without;
  // A find in the first minutes is a rate of thousands a year, of which the probability of a year rounds to one.
  const seen = Math.min(-Math.expm1(-rot.found / rot.copyYears), ROT_SEEN_MAX);
  const facts = `${rot.found} found in ${Math.round(rot.copyYears)} copy-years`;
  if (seen <= without.value) return { ...without, because: `${without.because}; ${facts}` };
  return { ...without, value: seen, text: percent(seen), source: 'measured', because: facts };
}

function scrubInput(configuration: DurabilityConfiguration, observed: DurabilityObservations): ReportedInput {
  const meaning = 'every copy is read and verified once within it';
  const input = configured('scrubIntervalMs', meaning, configuration.scrubIntervalMs, 'ms');
  const seen = observed.scrubInterval;
  if (seen === undefined) return { ...input, because: 'the running configuration; no two passes were completed yet' };
  if (seen.ms <= input.value) {
    // Passes that somebody asked for in between promise nothing about those to come.
    return { ...input, because: `the running configuration; the last passes began ${formatDuration(seen.ms)} apart` };
  }
  return { ...input, value: seen.ms, text: formatDuration(seen.ms), source: 'measured', because: samplesText(seen) };
}

function domainsInput(count: number, remarks: readonly string[]): ReportedInput {
  const input = configured('failureDomains', 'failure domains that are lost by themselves', count, 'count');
  return remarks.length === 0 ? input : { ...input, source: 'measured', because: remarks.join('; ') };
}

/** Joins configuration, measurements and assumptions, and keeps for each input where it comes from. */
export function gatherInputs(configuration: DurabilityConfiguration, observed: DurabilityObservations): Gathered {
  const { writeQuorum, copiesNeeded = 1, scrubPhases = 'together' } = configuration;
  const { zones, remarks } = joinMedia(configuration.zones);
  const layout = groupZones(zones);
  const media = assumed(configuration, 'mediaAfr');
  const domain = assumed(configuration, 'domainLossAfr');
  const rot = rotInput(configuration, observed);
  const scrub = scrubInput(configuration, observed);
  const replace = assumed(configuration, 'mediaReplaceMs');
  const rebuild = assumed(configuration, 'mediaRebuildMs', observed.mediaRebuild);
  const rotRepair = assumed(configuration, 'rotRepairMs', observed.rotRepair);
  const domainRebuild = assumed(configuration, 'domainRebuildMs');
  const lag = assumed(configuration, 'replicationLagMs', observed.replicationLag);
  const inputs: DurabilityInputs = {
    zones,
    copiesNeeded,
    writeQuorum,
    mediaAfr: media.value,
    rotAfr: rot.value,
    domainLossAfr: domain.value,
    scrubIntervalMs: scrub.value,
    scrubPhases,
    mediaRepairMs: replace.value + rebuild.value,
    rotRepairMs: rotRepair.value,
    domainRebuildMs: domainRebuild.value,
    replicationLagMs: lag.value,
  };
  const reported = [
    configured('zones', 'copies of every object', zones.length, 'count'),
    configured('devices', 'devices that fail by themselves', layout.flat().length, 'count'),
    domainsInput(layout.length, remarks),
    configured('copiesNeeded', 'copies from which an object can be read', copiesNeeded, 'count'),
    configured('writeQuorum', 'copies that are durable when a put is acknowledged', writeQuorum, 'count'),
    ...[media, replace, rebuild, rot, scrub, rotRepair, domain, domainRebuild, lag],
  ];
  return { inputs, reported };
}
