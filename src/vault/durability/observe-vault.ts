import { formatBytes, formatDuration } from '../../base/index.ts';
import type { DurabilityObservations, MeasuredDuration } from './gather-inputs.ts';
import { YEAR_MS } from './yearly-rates.ts';

/** What the drill that damages and empties zones of its own measured, over its newest runs. */
export interface DrillMeasured {
  readonly samples: number;
  readonly newestMs: number;
  /** Longest of them, from finding a damaged copy to having it mended. */
  readonly repairMs: number;
  /** Of the slowest rebuild: how long it took for how much. */
  readonly rebuildMs: number;
  readonly rebuiltObjects: number;
  readonly rebuiltBytes: number;
}

export interface VaultSeen {
  readonly lags: readonly { readonly meanMs: number; readonly samples: number; readonly newestMs: number }[];
  readonly scrub:
    | {
        readonly startedMs: number;
        readonly finishedMs: number | undefined;
        readonly previousStartedMs: number | undefined;
        readonly copies: number;
        readonly bytes: number;
        readonly mended: number;
        readonly unmended: number;
        readonly repairMsTotal: number;
        readonly problems: readonly { readonly type: string }[];
      }
    | undefined;
  readonly drill: DrillMeasured | undefined;
  readonly zones: number;
  readonly objectYears: number;
  readonly nowMs: number;
}

/** What the running vault measured, as the report takes it; of two measurements of one thing the worse one counts. */
export function observeVault(seen: VaultSeen): DurabilityObservations {
  const rotRepair = worse(repairOfScrub(seen), repairOfDrill(seen));
  const mediaRebuild = rebuildOf(seen);
  const lag = seen.lags.toSorted((a, b) => b.meanMs - a.meanMs)[0];
  const scrubInterval = intervalOf(seen);
  const rot = rotOf(seen);
  return {
    ...(rotRepair === undefined ? {} : { rotRepair }),
    ...(mediaRebuild === undefined ? {} : { mediaRebuild }),
    ...(lag === undefined
      ? {}
      : {
          replicationLag: {
            ms: lag.meanMs,
            samples: lag.samples,
            newestMs: lag.newestMs,
            how: 'the zone that lags most, since the start',
          },
        }),
    ...(scrubInterval === undefined ? {} : { scrubInterval }),
    ...(rot === undefined ? {} : { rot }),
    objectYears: seen.objectYears,
    objectsLost: seen.scrub?.unmended ?? 0,
  };
}

const worse = (a: MeasuredDuration | undefined, b: MeasuredDuration | undefined): MeasuredDuration | undefined =>
  a === undefined || (b !== undefined && b.ms > a.ms) ? b : a;

function repairOfScrub({ scrub }: VaultSeen): MeasuredDuration | undefined {
  if (scrub === undefined || scrub.mended === 0) return undefined;
  const { mended, repairMsTotal, startedMs } = scrub;
  return { ms: repairMsTotal / mended, samples: mended, newestMs: startedMs, how: 'mended by the last scrub' };
}

const repairOfDrill = ({ drill }: VaultSeen): MeasuredDuration | undefined =>
  drill === undefined
    ? undefined
    : { ms: drill.repairMs, samples: drill.samples, newestMs: drill.newestMs, how: 'the slowest of the drills' };

/** The drill rebuilds little; what it takes for all that one zone holds grows with bytes or with objects, as is worse. */
function rebuildOf({ drill, scrub, zones }: VaultSeen): MeasuredDuration | undefined {
  if (drill === undefined || drill.rebuiltBytes === 0 || drill.rebuiltObjects === 0) return undefined;
  // Without a whole pass nobody knows how much a zone holds.
  if (scrub?.finishedMs === undefined) return undefined;
  const bytes = scrub.bytes / zones;
  const copies = scrub.copies / zones;
  const factor = Math.max(1, bytes / drill.rebuiltBytes, copies / drill.rebuiltObjects);
  const how = `the slowest drill rebuilt ${drill.rebuiltObjects} objects of ${formatBytes(drill.rebuiltBytes)} in ${formatDuration(drill.rebuildMs)}, and a zone holds ${Math.round(copies)} of ${formatBytes(Math.round(bytes))}`;
  return { ms: drill.rebuildMs * factor, samples: drill.samples, newestMs: drill.newestMs, how };
}

function intervalOf({ scrub, nowMs }: VaultSeen): MeasuredDuration | undefined {
  if (scrub?.previousStartedMs === undefined) return undefined;
  const ms = Math.max(scrub.startedMs - scrub.previousStartedMs, nowMs - scrub.startedMs);
  return { ms, samples: 1, newestMs: scrub.startedMs };
}

/** Damage that the last pass found, over the time that it had to happen in. */
function rotOf({ scrub }: VaultSeen): DurabilityObservations['rot'] {
  if (scrub?.previousStartedMs === undefined) return undefined;
  const found = scrub.problems.filter((problem) => problem.type === 'damaged').length;
  return { found, copyYears: (scrub.copies * (scrub.startedMs - scrub.previousStartedMs)) / YEAR_MS };
}
