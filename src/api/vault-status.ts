import { type Clock, DAY_MS } from '../base/index.ts';
import {
  type DrillMeasured,
  type DurabilityZone,
  durabilityReport,
  formatNines,
  observeVault,
  type Scrub,
  type ScrubReport,
  type VaultStore,
  type ZoneCapabilities,
  type ZoneSpec,
} from '../vault/index.ts';
import type { ScrubBody, VaultBody } from './vault-contract.ts';

export interface VaultView {
  readonly vault: VaultStore;
  readonly scrub: Scrub;
  readonly scrubIntervalMs: number;
  /** Of each zone by its name, as found out by trying at start and by the probes. */
  readonly capabilities: () => ReadonlyMap<string, ZoneCapabilities>;
  /** Versions kept and for how long, for the bound by counting. */
  readonly objectYears: () => Promise<number>;
  /** What the drill that damages and rebuilds zones of its own measured; undefined before its first run. */
  readonly drill: () => Promise<DrillMeasured | undefined>;
  readonly clock: Clock;
}

export const scrubOut = (report: ScrubReport): ScrubBody => ({
  startedMs: report.startedMs,
  ...(report.finishedMs === undefined ? {} : { finishedMs: report.finishedMs }),
  objects: report.objects,
  copies: report.copies,
  bytes: report.bytes,
  found: report.found,
  mended: report.mended,
  unmended: report.unmended,
  repairMsMax: report.repairMsMax,
  problems: report.problems.map(({ zone, name, type, detail, mended }) => ({ zone, name, type, detail, mended })),
  away: [...report.away],
});

/** Zones, the last scrub and the computed durability of the configuration as it runs. */
export async function vaultStatus(view: VaultView): Promise<VaultBody> {
  const { vault, scrub } = view;
  const report = scrub.report();
  const capabilities = view.capabilities();
  const zones = await Promise.all(
    vault.replication().map(async (zone) => {
      const spec = vault.zones.find((candidate) => candidate.name === zone.zone);
      const freeBytes = await spec?.driver.freeBytes().catch(() => undefined);
      return {
        zone: zone.zone,
        location: zone.location,
        failureDomain: zone.failureDomain,
        remote: zone.remote,
        state: zone.state,
        missingItems: zone.missingItems,
        ...(zone.behindSinceMs === undefined ? {} : { behindSinceMs: zone.behindSinceMs }),
        ...(zone.problem === undefined ? {} : { problem: zone.problem }),
        ...(freeBytes === undefined ? {} : { freeBytes }),
        caveats: [...(capabilities.get(zone.zone)?.caveats ?? [])],
      };
    }),
  );
  return {
    writeQuorum: vault.writeQuorum,
    zones,
    ...(report === undefined ? {} : { scrub: scrubOut(report) }),
    durability: await durabilityOut(view, report),
  };
}

async function durabilityOut(view: VaultView, scrub: ScrubReport | undefined): Promise<VaultBody['durability']> {
  const { vault, clock } = view;
  const configuration = {
    zones: await Promise.all(vault.zones.map(durabilityZone)),
    writeQuorum: vault.writeQuorum,
    scrubIntervalMs: view.scrubIntervalMs,
  };
  const observed = observeVault({
    lags: vault.replication().flatMap(({ lag }) => (lag === undefined ? [] : [lag])),
    scrub,
    drill: await view.drill(),
    zones: vault.zones.length,
    objectYears: await view.objectYears(),
    nowMs: clock.nowMs(),
  });
  const durability = durabilityReport(configuration, observed);
  return {
    nines: Number(formatNines(durability.model.nines)),
    annualLoss: durability.model.annualLoss,
    reachesEleven: durability.reachesClaim,
    sentence: durability.sentence,
    inputs: durability.reported.map(({ meaning, text, source, because }) => ({
      name: meaning,
      text,
      source,
      reason: because,
    })),
    improvements: durability.improvements.map(({ change, nines }) => `${change} (${formatNines(nines)} nines)`),
    empirical: durability.empirical.sentence,
  };
}

/** A zone that does not answer is taken as configured: what lies under it cannot be seen. */
async function durabilityZone({ name, failureDomain, device, driver }: ZoneSpec): Promise<DurabilityZone> {
  const medium = await driver.medium?.().catch(() => undefined);
  return {
    name,
    failureDomain,
    ...(device === undefined ? {} : { device }),
    ...(medium === undefined ? {} : { medium }),
  };
}

/** Years that `count` versions have been kept together, from the sum of their ages. */
export const yearsOf = (ageMsTotal: number): number => ageMsTotal / (365.25 * DAY_MS);
