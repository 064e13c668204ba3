import type { VaultContext } from './context.ts';
import { itemMissing, locateItem } from './locate-item.ts';
import { objectNames, openRecordOf } from './open-record.ts';

/** Names of all objects of an item, chunks before records; throws `vault.item-missing`. */
export async function objectNamesOf(context: VaultContext, id: string): Promise<readonly string[]> {
  const { records } = await locateItem(context, id);
  if (records.size === 0) throw itemMissing(id);
  const names: string[] = [];
  for (const record of records.keys()) names.push(...objectNames(await openRecordOf(context, record)));
  return names;
}
