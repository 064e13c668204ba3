import { DeleteObjectCommand } from '@aws-sdk/client-s3';
import { Failure } from '../../../base/index.ts';
import { VAULT_FAILURES } from '../../failures.ts';
import { verdictOf } from './call-store.ts';
import { VAULT_S3_FAILURES } from './failures.ts';
import { headVersion, type VersionFacts } from './find-object.ts';
import { listVersions, type StoredVersion } from './list-versions.ts';
import { findWithCopies, isDenied } from './lock-object.ts';
import { keyOf, type S3Zone } from './zone.ts';

/**
 * Removes every version of a name after its time. The pinned version goes last: a crash before it leaves the object as
 * it was, and never a stranger's version as the one that the name stands for.
 */
export async function removeObject(zone: S3Zone, name: string, nowMs: number): Promise<void> {
  const { pinned, copies } = await findWithCopies(zone, name);
  // The caller's idea of the time may only make a removal later, never earlier; the store has its own clock besides.
  const atMs = Math.min(nowMs, zone.clock.nowMs());
  for (const copy of copies) refuseLocked(zone, name, copy, atMs);
  const key = keyOf(zone, name);
  for (const version of await othersOf(zone, key, pinned.versionId)) {
    await removeVersion(zone, name, version.versionId);
  }
  zone.pins.delete(name);
  await removeVersion(zone, name, pinned.versionId);
  if ((await headVersion(zone, key, pinned.versionId)) !== undefined) {
    const reason = `DeleteObject was answered, and version ${pinned.versionId} of ${name} is still there`;
    throw new Failure(VAULT_S3_FAILURES.storeRefused, { zone: zone.url.location, reason });
  }
}

function refuseLocked(zone: S3Zone, name: string, facts: VersionFacts, atMs: number): void {
  if (facts.legalHold) throw locked(zone, name, 'it is under legal hold');
  if (atMs < facts.retainUntilMs) throw locked(zone, name, `until ${new Date(facts.retainUntilMs).toISOString()}`);
}

const locked = (zone: S3Zone, name: string, reason: string): Failure =>
  new Failure(VAULT_FAILURES.locked, { name, zone: zone.url.location, reason });

/** Newest first, so that what remains after a crash begins with the pinned version. */
async function othersOf(zone: S3Zone, key: string, pinnedId: string): Promise<readonly StoredVersion[]> {
  for await (const group of listVersions(zone, { prefix: key })) {
    if (group.key !== key) return [];
    const others = [...group.versions, ...group.markers].filter((version) => version.versionId !== pinnedId);
    return others.sort((a, b) => b.atMs - a.atMs);
  }
  return [];
}

/** Never with the right to bypass a lock, whatever the credentials may do. */
async function removeVersion(zone: S3Zone, name: string, versionId: string): Promise<void> {
  const command = new DeleteObjectCommand({ Bucket: zone.url.bucket, Key: keyOf(zone, name), VersionId: versionId });
  try {
    await zone.call('DeleteObject', (abortSignal) => zone.client.send(command, { abortSignal }), undefined);
  } catch (error) {
    if (verdictOf(error) === 'missing') return;
    if (!isDenied(error)) throw error;
    const facts = await headVersion(zone, keyOf(zone, name), versionId);
    if (facts === undefined) return;
    if (facts.legalHold) throw locked(zone, name, `version ${versionId} is under legal hold`);
    if (facts.retainUntilMs > zone.clock.nowMs()) {
      throw locked(zone, name, `version ${versionId} until ${new Date(facts.retainUntilMs).toISOString()}`);
    }
    throw new Failure(VAULT_S3_FAILURES.removalDenied, { zone: zone.url.location, name });
  }
}
