import { isFailure } from '../../base/index.ts';
import { VAULT_FAILURES } from '../failures.ts';
import { ITEMS } from '../format/item-record.ts';
import { VAULT_LIMITS } from '../limits.ts';
import type { VaultContext } from './context.ts';

/**
 * Opens one item of each zone that answers. A key folder that was lost or exchanged is told now, and not when the first
 * restore fails; nothing new is sealed with a key that does not belong to what the zones hold.
 */
export async function checkStart(context: VaultContext): Promise<void> {
  await Promise.all(
    context.zones.all.map(async (zone) => {
      try {
        await zone.call(VAULT_LIMITS.zoneReadMs, async (driver, signal) => {
          for await (const { name } of driver.list(ITEMS, undefined, signal)) {
            await context.items.openRecord(name, await driver.get(name, signal));
            return;
          }
        });
      } catch (error) {
        if (isFailure(error, VAULT_FAILURES.keyMissing)) throw error;
        context.log.warn({ zone: zone.name, error }, 'the zone could not be tried at the start');
      }
    }),
  );
}
