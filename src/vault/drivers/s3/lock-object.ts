import { PutObjectLegalHoldCommand, PutObjectRetentionCommand } from '@aws-sdk/client-s3';
import { Failure } from '../../../base/index.ts';
import { VAULT_FAILURES } from '../../failures.ts';
import type { ZoneObject } from '../../types.ts';
import { verdictOf } from './call-store.ts';
import { classifyError } from './classify-error.ts';
import { VAULT_S3_FAILURES } from './failures.ts';
import {
  asZoneObject,
  findInGroup,
  headVersion,
  type PinnedObject,
  possibleCopies,
  type VersionFacts,
} from './find-object.ts';
import { type KeyVersions, versionsOfKey } from './list-versions.ts';
import type { LockMode } from './parse-zone-url.ts';
import { keyOf, type S3Zone } from './zone.ts';

/** S3 keeps whole seconds on some servers; a lock is rounded to the later one, never to the earlier. */
export const wholeSecondMs = (ms: number): number => Math.ceil(ms / 1000) * 1000;

const STRENGTH: Readonly<Record<LockMode, number>> = { GOVERNANCE: 1, COMPLIANCE: 2 };

/** True when the version is locked in the mode of the zone or a stronger one, at least until then. */
export const isLockedAsAsked = (zone: S3Zone, facts: VersionFacts, retainUntilMs: number): boolean =>
  facts.lockMode !== undefined &&
  STRENGTH[facts.lockMode] >= STRENGTH[zone.url.mode] &&
  facts.retainUntilMs >= retainUntilMs;

/**
 * Makes sure that a version is locked in the mode of the zone until the given time or later, and reads it back. An
 * answer of 200 says nothing: some servers drop lock headers without a word.
 */
export async function ensureLock(
  zone: S3Zone,
  name: string,
  facts: VersionFacts,
  retainUntilMs: number,
  signal?: AbortSignal,
): Promise<VersionFacts> {
  if (isLockedAsAsked(zone, facts, retainUntilMs)) return facts;
  const { versionId } = facts;
  const asked = new Date(Math.max(wholeSecondMs(retainUntilMs), facts.retainUntilMs));
  const command = new PutObjectRetentionCommand({
    Bucket: zone.url.bucket,
    Key: keyOf(zone, name),
    VersionId: versionId,
    Retention: { Mode: facts.lockMode === 'COMPLIANCE' ? 'COMPLIANCE' : zone.url.mode, RetainUntilDate: asked },
    ChecksumAlgorithm: 'SHA256',
  });
  let answer = '';
  try {
    await zone.call('PutObjectRetention', (abortSignal) => zone.client.send(command, { abortSignal }), signal);
  } catch (error) {
    if (!isDenied(error)) throw error;
    answer = `; ${classifyError(error).reason}`;
  }
  const after = await headVersion(zone, keyOf(zone, name), versionId, signal);
  if (after !== undefined && isLockedAsAsked(zone, after, retainUntilMs)) return after;
  const found =
    after?.lockMode === undefined
      ? 'it has no lock'
      : `it is in ${after.lockMode} until ${new Date(after.retainUntilMs).toISOString()}`;
  const reason = `asked for ${zone.url.mode} until ${asked.toISOString()}, and ${found}${answer}`;
  throw new Failure(VAULT_S3_FAILURES.lockNotKept, { zone: zone.url.location, name, reason });
}

/** Later only. Copies that mending left under the name are locked with it, because reads may come to need them. */
export async function extendLock(zone: S3Zone, name: string, retainUntilMs: number): Promise<ZoneObject> {
  const { pinned, copies } = await findWithCopies(zone, name);
  if (wholeSecondMs(retainUntilMs) < pinned.retainUntilMs) {
    const details = { name, currentMs: pinned.retainUntilMs, askedMs: retainUntilMs };
    throw new Failure(VAULT_FAILURES.lockShortenRefused, details);
  }
  let result: VersionFacts = pinned;
  for (const copy of copies) {
    const after = await ensureLock(zone, name, copy, retainUntilMs);
    if (after.versionId === pinned.versionId) result = after;
  }
  return asZoneObject({ ...pinned, ...result, sha256: pinned.sha256 });
}

export async function setLegalHold(zone: S3Zone, name: string, on: boolean): Promise<ZoneObject> {
  const { pinned, copies } = await findWithCopies(zone, name);
  for (const copy of copies) {
    if (copy.legalHold === on) continue;
    const command = new PutObjectLegalHoldCommand({
      Bucket: zone.url.bucket,
      Key: keyOf(zone, name),
      VersionId: copy.versionId,
      LegalHold: { Status: on ? 'ON' : 'OFF' },
      ChecksumAlgorithm: 'SHA256',
    });
    await zone.call('PutObjectLegalHold', (abortSignal) => zone.client.send(command, { abortSignal }), undefined);
    const after = await headVersion(zone, keyOf(zone, name), copy.versionId);
    if (after?.legalHold !== on) {
      const reason = `asked for a legal hold ${on ? 'on' : 'off'}, and it is not`;
      throw new Failure(VAULT_S3_FAILURES.lockNotKept, { zone: zone.url.location, name, reason });
    }
  }
  return asZoneObject({ ...pinned, legalHold: on });
}

interface WithCopies {
  readonly group: KeyVersions;
  readonly pinned: PinnedObject;
  /** The pinned version first. */
  readonly copies: readonly VersionFacts[];
}

/** The pinned version and those that hold the same bytes, as they stand now; throws `vault.object-missing`. */
export async function findWithCopies(zone: S3Zone, name: string, signal?: AbortSignal): Promise<WithCopies> {
  const group = await versionsOfKey(zone, keyOf(zone, name), signal);
  const pinned = group === undefined ? undefined : await findInGroup(zone, name, group, signal);
  if (group === undefined || pinned === undefined) {
    throw new Failure(VAULT_FAILURES.objectMissing, { zone: zone.url.location, name });
  }
  const copies: VersionFacts[] = [pinned];
  for (const version of possibleCopies(group, pinned)) {
    const facts = await headVersion(zone, group.key, version.versionId, signal);
    if (facts?.sha256 === pinned.sha256) copies.push(facts);
  }
  return { group, pinned, copies };
}

/** True when the store said no to a request that it understood. */
export const isDenied = (error: unknown): boolean => {
  const verdict = verdictOf(error);
  return verdict === 'denied' || verdict === 'refused';
};
