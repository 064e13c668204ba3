import { sql } from 'kysely';
import { type VaultView, yearsOf } from '../api/index.ts';
import type { Clock } from '../base/index.ts';
import { VAULT_LIMITS, type ZoneCapabilities } from '../vault/index.ts';
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
