import type { VaultContext } from './context.ts';
import { fetchObject } from './copies.ts';
import type { OpenedRecord } from './item-objects.ts';

/** Reads and opens an item object from the first zone that has it whole; bad copies are mended on the way. */
export async function openRecordOf(context: VaultContext, name: string): Promise<OpenedRecord> {
  const fetched = await fetchObject(context, {
    name,
    zones: context.zones.byAnswer(),
    repair: true,
    check: async (bytes) => {
      const opened = await context.items.openRecord(name, bytes);
      await context.items.checkInline(opened);
      return opened;
    },
  });
  return fetched.value;
}

/** Chunks first, the record last. */
export const objectNames = (opened: OpenedRecord): readonly string[] => [
  ...(opened.record.body.type === 'chunks' ? opened.record.body.chunks.map((chunk) => chunk.name) : []),
  opened.name.name,
];
