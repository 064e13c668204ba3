import type { Readable } from 'node:stream';
import { GetObjectCommand, HeadObjectCommand, type HeadObjectCommandOutput } from '@aws-sdk/client-s3';
import { Failure } from '../../../base/index.ts';
import { VAULT_FAILURES } from '../../failures.ts';
import { threadPoolPrimitives } from '../../format/primitives.ts';
import { VAULT_LIMITS } from '../../limits.ts';
import type { ZoneObject } from '../../types.ts';
import { verdictOf } from './call-store.ts';
import { VAULT_S3_LIMITS } from './limits.ts';
import { type KeyVersions, type StoredVersion, versionsOfKey } from './list-versions.ts';
import type { LockMode } from './parse-zone-url.ts';
import { keyOf, type S3Zone } from './zone.ts';

/** Metadata that this driver writes with every object; a version without it is somebody else's. */
export const SHA256_METADATA = 'holdfast-sha256';

/** One version as HEAD tells it. */
export interface VersionFacts {
  readonly versionId: string;
  readonly lengthBytes: number;
  readonly etag: string;
  /** Undefined when this driver did not write the version. */
  readonly sha256: string | undefined;
  readonly lockMode: LockMode | undefined;
  readonly retainUntilMs: number;
  readonly legalHold: boolean;
}

/** The version that a name stands for: the oldest that carries the mark of this driver. */
export interface PinnedObject extends VersionFacts {
  readonly name: string;
  readonly sha256: string;
}

/**
 * Finds the version that a name stands for. Later versions and delete markers change nothing: the oldest one was
 * there first and is locked. Undefined when there is none.
 */
export async function findObject(zone: S3Zone, name: string, signal?: AbortSignal): Promise<PinnedObject | undefined> {
  const pinned = zone.pins.get(name);
  if (pinned !== undefined) {
    const facts = await headVersion(zone, keyOf(zone, name), pinned, signal);
    if (facts?.sha256 !== undefined) return { ...facts, name, sha256: facts.sha256 };
    zone.pins.delete(name);
  }
  const group = await versionsOfKey(zone, keyOf(zone, name), signal);
  return group === undefined ? undefined : findInGroup(zone, name, group, signal);
}

/** As {@link findObject}, when the versions of the key are already listed. */
export async function findInGroup(
  zone: S3Zone,
  name: string,
  group: KeyVersions,
  signal?: AbortSignal,
): Promise<PinnedObject | undefined> {
  for (const version of group.versions.slice(0, VAULT_S3_LIMITS.foreignVersionsMax)) {
    const facts = await headVersion(zone, group.key, version.versionId, signal);
    if (facts?.sha256 === undefined) continue;
    zone.pins.set(name, facts.versionId);
    return { ...facts, name, sha256: facts.sha256 };
  }
  return undefined;
}

/**
 * Later versions that may hold the same bytes as the pinned one. Those with its ETag come first: where the store
 * computes it from the bytes, nobody's other versions can crowd out a copy.
 */
export const possibleCopies = (group: KeyVersions, pinned: VersionFacts): readonly StoredVersion[] => {
  const later = group.versions.slice(group.versions.findIndex((one) => one.versionId === pinned.versionId) + 1);
  const isLike = (one: StoredVersion): boolean => one.etag === pinned.etag && one.lengthBytes === pinned.lengthBytes;
  return [...later.filter(isLike), ...later.filter((one) => !isLike(one))].slice(0, VAULT_S3_LIMITS.foreignVersionsMax);
};

export async function headVersion(
  zone: S3Zone,
  key: string,
  versionId: string,
  signal?: AbortSignal,
): Promise<VersionFacts | undefined> {
  const command = new HeadObjectCommand({ Bucket: zone.url.bucket, Key: key, VersionId: versionId });
  try {
    const answer = await zone.call('HeadObject', (abortSignal) => zone.client.send(command, { abortSignal }), signal);
    return factsOf(answer, versionId);
  } catch (error) {
    if (verdictOf(error) === 'missing') return undefined;
    throw error;
  }
}

function factsOf(answer: HeadObjectCommandOutput, versionId: string): VersionFacts {
  const sha256 = answer.Metadata?.[SHA256_METADATA];
  return {
    versionId,
    lengthBytes: answer.ContentLength ?? -1,
    etag: answer.ETag ?? '',
    sha256: sha256 !== undefined && /^[0-9a-f]{64}$/.test(sha256) ? sha256 : undefined,
    lockMode: answer.ObjectLockMode,
    retainUntilMs: answer.ObjectLockRetainUntilDate?.getTime() ?? 0,
    legalHold: answer.ObjectLockLegalHoldStatus === 'ON',
  };
}

/** Undefined when the version is gone. At most `objectBytesMax` are taken in. */
export async function readVersion(
  zone: S3Zone,
  key: string,
  versionId: string,
  signal?: AbortSignal,
): Promise<Buffer | undefined> {
  const command = new GetObjectCommand({ Bucket: zone.url.bucket, Key: key, VersionId: versionId });
  const attempt = async (abortSignal: AbortSignal): Promise<Buffer> => {
    const answer = await zone.client.send(command, { abortSignal });
    return readBody(zone, key, answer.Body as Readable, abortSignal);
  };
  try {
    return await zone.call('GetObject', attempt, signal);
  } catch (error) {
    if (verdictOf(error) === 'missing') return undefined;
    throw error;
  }
}

async function readBody(zone: S3Zone, key: string, body: Readable, signal: AbortSignal): Promise<Buffer> {
  const onAbort = (): void => void body.destroy(signal.reason instanceof Error ? signal.reason : undefined);
  signal.addEventListener('abort', onAbort, { once: true });
  const parts: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const part of body as AsyncIterable<Buffer>) {
      bytes += part.length;
      if (bytes > VAULT_LIMITS.objectBytesMax) {
        const reason = `it is larger than ${VAULT_LIMITS.objectBytesMax} bytes`;
        throw new Failure(VAULT_FAILURES.objectDamaged, { name: key, zone: zone.url.location, reason });
      }
      parts.push(part);
    }
    signal.throwIfAborted();
  } finally {
    signal.removeEventListener('abort', onAbort);
    body.destroy();
  }
  return Buffer.concat(parts, bytes);
}

/** Off the event loop: eight MiB take longer than a request may wait. */
export const sha256Of = async (bytes: Uint8Array): Promise<string> =>
  (await threadPoolPrimitives.sha256(bytes)).toString('hex');

export const asZoneObject = (object: PinnedObject): ZoneObject => ({
  name: object.name,
  lengthBytes: object.lengthBytes,
  sha256: object.sha256,
  retainUntilMs: object.retainUntilMs,
  legalHold: object.legalHold,
  versionId: object.versionId,
});
