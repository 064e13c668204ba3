import { type Clock, DAY_MS } from '../base/index.ts';
import {
  durabilityReport,
  formatNines,
  type Scrub,
  type ScrubReport,
  type VaultStore,
  type ZoneCapabilities,
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

async function durabilityOut(view: VaultView, report: ScrubReport | undefined): Promise<VaultBody['durability']> {
  const configuration = {
    zones: view.vault.zones.map(({ name, failureDomain }) => ({ name, failureDomain })),
    writeQuorum: view.vault.writeQuorum,
    scrubIntervalMs: view.scrubIntervalMs,
  };
  const rotRepair =
    report === undefined || report.mended === 0
      ? {}
      : { rotRepair: { ms: report.repairMsTotal / report.mended, samples: report.mended, newestMs: report.startedMs } };
  const objectYears = await view.objectYears();
  const durability = durabilityReport(configuration, { ...rotRepair, objectYears, objectsLost: report?.unmended ?? 0 });
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

/** Years that `count` versions have been kept together, from the sum of their ages. */
export const yearsOf = (ageMsTotal: number): number => ageMsTotal / (365.25 * DAY_MS);
