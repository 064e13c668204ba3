import { Failure } from '../../../base/index.ts';
import { VAULT_FAILURES } from '../../failures.ts';
import { findObject, type PinnedObject, readVersion, sha256Of } from './find-object.ts';
import { findWithCopies } from './lock-object.ts';
import { keyOf, type S3Zone } from './zone.ts';

/** The bytes that were put, from the pinned version or, when it rotted, from a copy that mending left. */
export async function readObject(zone: S3Zone, name: string, signal?: AbortSignal): Promise<Uint8Array> {
  const pinned = await findObject(zone, name, signal);
  if (pinned === undefined) throw new Failure(VAULT_FAILURES.objectMissing, { zone: zone.url.location, name });
  const bytes = await readRight(zone, pinned, signal);
  if (bytes === undefined) throw damaged(zone, name);
  return bytes;
}

/** Undefined when neither the pinned version nor a copy of it has the right bytes. */
export async function readRight(
  zone: S3Zone,
  pinned: PinnedObject,
  signal?: AbortSignal,
): Promise<Uint8Array | undefined> {
  const { name } = pinned;
  // Twice, because a byte may have changed on the way; what is wrong twice is wrong where it lies.
  for (let attempt = 0; attempt < 2; attempt += 1) {
    const bytes = await readVersion(zone, keyOf(zone, name), pinned.versionId, signal);
    if (bytes === undefined) break;
    if ((await sha256Of(bytes)) === pinned.sha256) return bytes;
  }
  const { copies } = await findWithCopies(zone, name, signal);
  for (const copy of copies) {
    if (copy.versionId === pinned.versionId) continue;
    const bytes = await readVersion(zone, keyOf(zone, name), copy.versionId, signal);
    // What a later version says about itself counts for nothing: its bytes must have the hash of the first one.
    if (bytes !== undefined && (await sha256Of(bytes)) === pinned.sha256) return bytes;
  }
  return undefined;
}

export const damaged = (zone: S3Zone, name: string): Failure =>
  new Failure(VAULT_FAILURES.objectDamaged, {
    name,
    zone: zone.url.location,
    reason: 'the store returns bytes with another SHA-256 than was put',
  });
