import { checkKind, ITEMS, parseItemName } from '../format/item-record.ts';
import type { VaultItem } from '../types.ts';
import type { VaultContext } from './context.ts';
import { mergeLocks } from './copies.ts';
import { storedBytesOf } from './describe-item.ts';
import { tooFewAnswers } from './locate-item.ts';
import { openRecordOf } from './open-record.ts';
import { walkZones } from './walk-zones.ts';

type ListedItem = VaultItem & { readonly facts: Readonly<Record<string, unknown>> };

/**
 * See `Vault.list`. Ordered by name, which means nothing to people. An item that was put with several facts comes once
 * for each; two writers who put the same at once are told apart by chance only and come once.
 */
export async function* listItems(context: VaultContext, kind: string): AsyncGenerator<ListedItem> {
  checkKind(kind);
  let last = '';
  for await (const walked of walkZones({ zones: context.zones.all, prefix: ITEMS })) {
    if (walked.answering.size < context.zones.readQuorum) {
      throw tooFewAnswers(context, { done: walked.answering.size, action: 'listed what they hold' });
    }
    const parsed = parseItemName(walked.name);
    if (parsed?.kind !== kind) continue;
    const same = `${parsed.itemKey}.${parsed.factsKey}`;
    if (same === last) continue;
    const opened = await openRecordOf(context, walked.name);
    const lock = mergeLocks([...walked.copies.values()]);
    if (lock === undefined) continue;
    last = same;
    const { id, lengthBytes, createdMs, facts } = opened.record;
    const zones = [...walked.copies.keys()].map((zone) => zone.name);
    yield { id, lengthBytes, createdMs, storedBytes: storedBytesOf(opened), ...lock, zones, facts };
  }
}
