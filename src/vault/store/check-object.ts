import { decodeEnvelope } from '../format/envelope.ts';
import { CHUNKS, ITEMS, MARKS } from '../format/item-record.ts';
import type { VaultContext } from './context.ts';
import { copyInto, fetchObject, type Lock, strictestLock } from './copies.ts';
import type { Zone } from './zone-set.ts';

/**
 * Whether stored bytes are an object of this vault under this name, told without any other object: the tag of what the
 * vault key opens, the form of what only recipients can open. Throws `vault.object-damaged` or `vault.format-unknown`.
 */
export async function checkObject(
  context: Pick<VaultContext, 'items' | 'sealer'>,
  name: string,
  bytes: Uint8Array,
): Promise<void> {
  if (name.startsWith(ITEMS)) {
    await context.items.checkInline(await context.items.openRecord(name, bytes));
  } else if (name.startsWith(CHUNKS)) {
    if (decodeEnvelope(name, bytes).wrap === 'vault-key') await context.sealer.open(name, bytes, 'chunk');
  } else if (name.startsWith(MARKS)) {
    await context.sealer.open(name, bytes, 'mark');
  } else {
    decodeEnvelope(name, bytes);
  }
}

/** Brings an object from a zone that has it right into one that lacks it; undefined when no zone holds it any more. */
export async function repairObject(
  context: VaultContext,
  input: { readonly target: Zone; readonly name: string; readonly lock?: Lock | undefined },
): Promise<'put' | 'mended' | undefined> {
  const { target, name } = input;
  const others = context.zones.all.filter((zone) => zone !== target && zone.awaySinceMs() === undefined);
  const { bytes } = await fetchObject(context, {
    name,
    zones: others,
    repair: false,
    check: (candidate) => checkObject(context, name, candidate),
  });
  const lock = input.lock ?? (await strictestLock(others, name));
  if (lock === undefined) return undefined;
  const sha256 = (await context.primitives.sha256(bytes)).toString('hex');
  return copyInto({ zone: target, name, bytes, sha256, lock });
}
