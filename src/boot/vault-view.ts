import { sql } from 'kysely';
import { type VaultView, yearsOf } from '../api/index.ts';
import type { Clock } from '../base/index.ts';
import type { Catalog } from '../catalog/index.ts';
import type { EvidenceTables } from '../evidence/index.ts';
import { type DrillMeasured, VAULT_LIMITS, type ZoneCapabilities } from '../vault/index.ts';
import type { WorkbooksTables } from '../workbooks/index.ts';
import type { Parts } from './open-parts.ts';

/** What the vault page shows; zones are probed once, when the page is first asked for. */
export function vaultViewOf(parts: Pick<Parts, 'vault' | 'scrub' | 'catalog'>, clock: Clock): VaultView {
  const { vault, scrub, catalog } = parts;
  const capabilities = new Map<string, ZoneCapabilities>();
  const probing = new Set<string>();
  const probe = (): void => {
    for (const { name, driver } of vault.zones) {
      if (probing.has(name)) continue;
      probing.add(name);
      driver.probe(clock.nowMs()).then(
        (found) => capabilities.set(name, found),
        () => probing.delete(name),
      );
    }
  };
  return {
    vault,
    scrub,
    clock,
    scrubIntervalMs: VAULT_LIMITS.scrubIntervalMs,
    capabilities: () => {
      probe();
      return capabilities;
    },
    drill: () => drillMeasured(catalog),
    objectYears: async () => {
      const rows = await catalog
        .db<WorkbooksTables>()
        .selectFrom('workbook_versions')
        .select(sql<number>`coalesce(sum(${clock.nowMs()}::bigint - committed_ms), 0)::float8`.as('ms'))
        .execute();
      return yearsOf(rows[0]?.ms ?? 0);
    },
  };
}

/** How many runs of the drill count: the slowest of an hour or two, and not one slow run of last year. */
const DRILLS_COUNTED = 20;

/** The slowest of the newest passed runs of the drill `damage-mended`, from its evidence. */
async function drillMeasured(catalog: Catalog): Promise<DrillMeasured | undefined> {
  const rows = await catalog
    .db<EvidenceTables>()
    .selectFrom('evidence_proofs')
    .select(['measurements', 'started_at'])
    .where('probe', '=', 'damage-mended')
    .where('passed', '=', true)
    .orderBy('seq', 'desc')
    .limit(DRILLS_COUNTED)
    .execute();
  const runs = rows.map((row) => ({ of: measuredNumbers(row.measurements), atMs: row.started_at.getTime() }));
  const slowest = runs.toSorted((a, b) => (b.of('rebuildMs') ?? 0) - (a.of('rebuildMs') ?? 0))[0];
  if (slowest === undefined) return undefined;
  return {
    samples: runs.length,
    newestMs: runs[0]?.atMs ?? slowest.atMs,
    repairMs: Math.max(...runs.map((run) => run.of('repairMs') ?? 0)),
    rebuildMs: slowest.of('rebuildMs') ?? 0,
    rebuiltObjects: slowest.of('rebuiltObjects') ?? 0,
    rebuiltBytes: slowest.of('rebuiltBytes') ?? 0,
  };
}

/** Measurements are what the probe wrote as JSON; a run of an older form lacks some of them. */
function measuredNumbers(measurements: unknown): (name: string) => number | undefined {
  const entries = typeof measurements === 'object' && measurements !== null ? Object.entries(measurements) : [];
  return (name) => {
    const found: unknown = entries.find(([key]) => key === name)?.[1];
    return typeof found === 'number' ? found : undefined;
  };
}
