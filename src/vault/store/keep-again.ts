import { isFailure } from '../../base/index.ts';
import { VAULT_FAILURES } from '../failures.ts';
import { parseItemName } from '../format/item-record.ts';
import type { VaultItem } from '../types.ts';
import type { VaultContext } from './context.ts';
import { describeItem } from './describe-item.ts';
import type { NewItem } from './item-objects.ts';
import { type LocatedItem, locateItem } from './locate-item.ts';
import { lockRecord } from './lock-item.ts';

/**
 * Recognizes an item that is kept already, with the same kind and facts, and makes its lock last long enough. Undefined
 * when there is none, or when no quorum has it whole any more: then it is written anew, beside the old one.
 */
export async function keepAgain(
  context: VaultContext,
  item: NewItem,
  retainUntilMs: number,
): Promise<VaultItem | undefined> {
  const located = await locateOrNothing(context, item.id);
  if (located === undefined) return undefined;
  const factsKeys = context.items.factsKeysOf(item.facts);
  for (const name of located.records.keys()) {
    const parsed = parseItemName(name);
    if (parsed?.kind !== item.kind || !factsKeys.has(parsed.factsKey)) continue;
    try {
      const zones = await lockRecord(context, name, (lock) => ({ ...lock, retainUntilMs }), 'keep the item again');
      return { ...(await describeItem(context, await locateItem(context, item.id), name)), zones };
    } catch (error) {
      context.log.warn({ name, error }, 'an item that was kept before is not whole; it is written anew');
      if (isFailure(error, VAULT_FAILURES.keyMissing)) throw error;
    }
  }
  return undefined;
}

/**
 * Asks the nearest zones in turn until one answers. Not knowing for sure is no reason to refuse the
 * item or to ask remote zones each time: a second copy does no harm.
 */
async function locateOrNothing(context: VaultContext, id: string): Promise<LocatedItem | undefined> {
  for (const zone of context.zones.byAnswer()) {
    try {
      const located = await locateItem(context, id, [zone]);
      return located.records.size === 0 ? undefined : located;
    } catch (error) {
      if (!isFailure(error, VAULT_FAILURES.quorumLost)) throw error;
    }
  }
  return undefined;
}
