import { createHash, randomInt } from 'node:crypto';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { Failure, invariant } from '../../../base/index.ts';
import { VAULT_FAILURES } from '../../failures.ts';
import { VAULT_LIMITS } from '../../limits.ts';
import type { ZoneObject } from '../../types.ts';
import { verdictOf } from './call-store.ts';
import { VAULT_S3_FAILURES } from './failures.ts';
import { asZoneObject, findObject, headVersion, type PinnedObject, SHA256_METADATA, sha256Of } from './find-object.ts';
import { ensureLock, wholeSecondMs } from './lock-object.ts';
import { damaged, readRight } from './read-object.ts';
import { keyOf, type S3Zone } from './zone.ts';

export interface ObjectToPut {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly sha256: string;
  readonly retainUntilMs: number;
}

/**
 * Writes an object and reads back what the store made of it: the version that the name stands for, its length, its
 * lock, its bytes. A crash at any point leaves either nothing or a locked version, which the next put of the same
 * bytes finds and acknowledges.
 */
export async function putObject(zone: S3Zone, object: ObjectToPut, signal?: AbortSignal): Promise<ZoneObject> {
  await checkBytes(object);
  const { pinned, written } = await writeUnlessThere(zone, object, signal);
  if (pinned.sha256 !== object.sha256) {
    if (written !== undefined) {
      zone.log.warn(
        { zone: zone.url.location, name: object.name, versionId: written, pinned: pinned.versionId },
        'another writer was first under this name; the later version stays behind, locked and unused',
      );
    }
    throw new Failure(VAULT_FAILURES.nameTaken, { zone: zone.url.location, name: object.name });
  }
  if (pinned.lengthBytes !== object.bytes.length) throw damaged(zone, object.name);
  const locked = await ensureLock(zone, object.name, pinned, object.retainUntilMs, signal);
  // An object that was there before is always read: its acknowledgement is this one.
  const sampled = written !== pinned.versionId || randomInt(1_000_000) < zone.url.readBack * 1_000_000;
  if (sampled && (await readRight(zone, pinned, signal)) === undefined) throw damaged(zone, object.name);
  return asZoneObject({ ...pinned, ...locked, sha256: pinned.sha256 });
}

export async function checkBytes(object: ObjectToPut): Promise<void> {
  const { name, bytes } = object;
  if (bytes.length > VAULT_LIMITS.objectBytesMax) {
    const details = { name, bytes: bytes.length, bytesMax: VAULT_LIMITS.objectBytesMax };
    throw new Failure(VAULT_FAILURES.objectTooLarge, details);
  }
  if ((await sha256Of(bytes)) !== object.sha256) throw new Failure(VAULT_FAILURES.checksumMismatch, { name });
}

interface Written {
  readonly pinned: PinnedObject;
  /** The version that this call made; undefined when it made none that it knows of. */
  readonly written: string | undefined;
}

/**
 * A put whose answer was lost may have arrived, so that each attempt looks first. The search afterwards decides races:
 * of two versions the older one has the name.
 */
function writeUnlessThere(zone: S3Zone, object: ObjectToPut, signal?: AbortSignal): Promise<Written> {
  const step = async (): Promise<Written> => {
    const before = await findObject(zone, object.name, signal);
    if (before !== undefined) return { pinned: before, written: undefined };
    const written = await writeVersion(zone, object, signal, zone.seen.conditionalPut);
    const pinned = await findObject(zone, object.name, signal);
    if (pinned !== undefined) return { pinned, written };
    const reason = 'it took the object and does not list it';
    throw new Failure(VAULT_FAILURES.writeFailed, { name: object.name, zone: zone.url.location, reason });
  };
  return zone.repeat('PutObject', step, signal);
}

/** One PutObject with its lock; answers with the id of the version, or undefined when the name was taken meanwhile. */
export async function writeVersion(
  zone: S3Zone,
  object: ObjectToPut,
  signal: AbortSignal | undefined,
  onlyIfNew: boolean,
): Promise<string | undefined> {
  const { bytes, sha256 } = object;
  const command = new PutObjectCommand({
    Bucket: zone.url.bucket,
    Key: keyOf(zone, object.name),
    Body: bytes,
    ContentLength: bytes.length,
    ContentType: 'application/octet-stream',
    // AWS refuses a locked put without one of these; other servers check only the older one.
    ContentMD5: createHash('md5').update(bytes).digest('base64'),
    ChecksumSHA256: Buffer.from(sha256, 'hex').toString('base64'),
    Metadata: { [SHA256_METADATA]: sha256 },
    ObjectLockMode: zone.url.mode,
    ObjectLockRetainUntilDate: new Date(wholeSecondMs(object.retainUntilMs)),
    ...(onlyIfNew ? { IfNoneMatch: '*' } : {}),
  });
  try {
    const answer = await zone.once('PutObject', (abortSignal) => zone.client.send(command, { abortSignal }), signal);
    const { VersionId: versionId } = answer;
    if (versionId !== undefined && versionId !== 'null' && versionId !== '') return versionId;
    const reason = 'it gave an object no version; versioning is off or suspended';
    throw new Failure(VAULT_S3_FAILURES.bucketUnfit, { zone: zone.url.location, reason });
  } catch (error) {
    if (verdictOf(error) === 'taken') return undefined;
    throw error;
  }
}

/** Puts the right bytes beside a version that rotted and cannot be replaced; reads then find them. */
export async function mendObject(zone: S3Zone, object: ObjectToPut): Promise<ZoneObject> {
  await checkBytes(object);
  const { name } = object;
  const pinned = await findObject(zone, name);
  if (pinned === undefined) throw new Failure(VAULT_FAILURES.objectMissing, { zone: zone.url.location, name });
  if (pinned.sha256 !== object.sha256) {
    throw new Failure(VAULT_FAILURES.nameTaken, { zone: zone.url.location, name });
  }
  if ((await readRight(zone, pinned)) !== undefined) {
    throw new Failure(VAULT_FAILURES.mendRefused, { zone: zone.url.location, name });
  }
  const retainUntilMs = Math.max(object.retainUntilMs, pinned.retainUntilMs);
  const written = await zone.repeat(
    'PutObject',
    () => writeVersion(zone, { ...object, retainUntilMs }, undefined, false),
    undefined,
  );
  invariant(written !== undefined, 'an unconditional put was answered with a failed condition');
  const copy = await headVersion(zone, keyOf(zone, name), written);
  if (copy === undefined) throw damaged(zone, name);
  await ensureLock(zone, name, copy, retainUntilMs);
  if ((await readRight(zone, pinned)) === undefined) throw damaged(zone, name);
  zone.log.warn({ zone: zone.url.location, name, versionId: written }, 'mended a damaged object by a new version');
  return asZoneObject({ ...pinned, retainUntilMs });
}
