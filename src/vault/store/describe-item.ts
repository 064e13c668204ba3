import type { VaultItem } from '../types.ts';
import type { VaultContext } from './context.ts';
import { mergeLocks } from './copies.ts';
import type { OpenedRecord } from './item-objects.ts';
import { itemMissing, type LocatedItem } from './locate-item.ts';
import { openRecordOf } from './open-record.ts';

/** What is known of an item; `only` restricts it to one of its records. Locks are the strictest of all zones. */
export async function describeItem(context: VaultContext, located: LocatedItem, only?: string): Promise<VaultItem> {
  const names = only === undefined ? [...located.records.keys()] : [only];
  const copies = names.flatMap((name) => [...(located.records.get(name)?.values() ?? [])]);
  const lock = mergeLocks(copies);
  const opened: OpenedRecord[] = [];
  for (const name of names) opened.push(await openRecordOf(context, name));
  const first = opened.toSorted((a, b) => a.record.createdMs - b.record.createdMs)[0];
  if (first === undefined || lock === undefined) throw itemMissing(located.id);
  const zones = new Set(
    names.flatMap((name) => [...(located.records.get(name)?.keys() ?? [])].map((zone) => zone.name)),
  );
  return {
    id: located.id,
    lengthBytes: first.record.lengthBytes,
    storedBytes: storedBytesOf(first),
    createdMs: first.record.createdMs,
    ...lock,
    zones: [...zones],
  };
}

export const storedBytesOf = (opened: OpenedRecord): number =>
  opened.record.body.type === 'chunks'
    ? opened.record.body.chunks.reduce((sum, chunk) => sum + chunk.storedBytes, opened.bytes.length)
    : opened.bytes.length;
