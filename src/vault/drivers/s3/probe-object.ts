import { createHash, randomBytes } from 'node:crypto';
import {
  DeleteObjectCommand,
  PutObjectCommand,
  PutObjectLegalHoldCommand,
  PutObjectRetentionCommand,
} from '@aws-sdk/client-s3';
import { verdictOf } from './call-store.ts';
import { headVersion, readVersion, type VersionFacts } from './find-object.ts';
import type { LockMode } from './parse-zone-url.ts';
import { keyOf, PROBE_FOLDER, type S3Zone } from './zone.ts';

/** An object that a probe made, and everything that can be tried on it. Each attempt tells whether the store took it. */
export interface ProbeObject {
  readonly key: string;
  readonly versionId: string;
  readonly head: () => Promise<VersionFacts | undefined>;
  /** True when the version still has the bytes that were put. */
  readonly isWhole: () => Promise<boolean>;
  readonly overwrite: () => Promise<boolean>;
  /** Without `version` it adds a delete marker. */
  readonly remove: (options: { readonly version: boolean; readonly bypass: boolean }) => Promise<boolean>;
  readonly retain: (mode: LockMode, untilMs: number, options: { readonly bypass: boolean }) => Promise<boolean>;
  readonly hold: (on: boolean) => Promise<boolean>;
}

export interface ProbePut {
  readonly lock?: { readonly mode: LockMode; readonly untilMs: number };
  readonly onlyIfNew?: boolean;
  readonly wrongMd5?: boolean;
}

export const newProbeKey = (zone: S3Zone): string => keyOf(zone, `${PROBE_FOLDER}${randomBytes(12).toString('hex')}`);

/** Puts a small object and answers with its version; `undefined` when the store refused it. */
export async function putProbe(zone: S3Zone, key: string, bytes: Buffer, put: ProbePut): Promise<string | undefined> {
  const md5 = createHash('md5').update(put.wrongMd5 === true ? randomBytes(16) : bytes);
  const command = new PutObjectCommand({
    Bucket: zone.url.bucket,
    Key: key,
    Body: bytes,
    ContentMD5: md5.digest('base64'),
    ...(put.onlyIfNew === true ? { IfNoneMatch: '*' } : {}),
    ...(put.lock === undefined
      ? {}
      : { ObjectLockMode: put.lock.mode, ObjectLockRetainUntilDate: new Date(put.lock.untilMs) }),
  });
  let versionId: string | undefined;
  await accepted(() =>
    zone.call(
      'PutObject',
      async (abortSignal) => {
        versionId = (await zone.client.send(command, { abortSignal })).VersionId ?? 'null';
      },
      undefined,
    ),
  );
  return versionId;
}

/** The tries on one version; none of them throws for a refusal. */
export function probeObject(zone: S3Zone, key: string, versionId: string, bytes: Buffer): ProbeObject {
  const { client } = zone;
  const Bucket = zone.url.bucket;
  const one = { Bucket, Key: key, VersionId: versionId };
  return {
    key,
    versionId,
    head: () => headVersion(zone, key, versionId),
    isWhole: async () => (await readVersion(zone, key, versionId))?.equals(bytes) === true,
    overwrite: async () => (await putProbe(zone, key, randomBytes(64), {})) !== undefined,
    remove: ({ version, bypass }) => {
      const command = new DeleteObjectCommand({
        ...(version ? one : { Bucket, Key: key }),
        ...(bypass ? { BypassGovernanceRetention: true } : {}),
      });
      return accepted(() =>
        zone.call('DeleteObject', (abortSignal) => client.send(command, { abortSignal }), undefined),
      );
    },
    retain: (mode, untilMs, { bypass }) => {
      const command = new PutObjectRetentionCommand({
        ...one,
        Retention: { Mode: mode, RetainUntilDate: new Date(untilMs) },
        ChecksumAlgorithm: 'SHA256',
        ...(bypass ? { BypassGovernanceRetention: true } : {}),
      });
      return accepted(() =>
        zone.call('PutObjectRetention', (abortSignal) => client.send(command, { abortSignal }), undefined),
      );
    },
    hold: (on) => {
      const command = new PutObjectLegalHoldCommand({
        ...one,
        LegalHold: { Status: on ? 'ON' : 'OFF' },
        ChecksumAlgorithm: 'SHA256',
      });
      return accepted(() =>
        zone.call('PutObjectLegalHold', (abortSignal) => client.send(command, { abortSignal }), undefined),
      );
    },
  };
}

/** A refusal is an answer here; a store that is away is not, and is thrown. */
export async function accepted(request: () => Promise<unknown>): Promise<boolean> {
  try {
    await request();
    return true;
  } catch (error) {
    const verdict = verdictOf(error);
    if (verdict === 'denied' || verdict === 'refused' || verdict === 'taken' || verdict === 'missing') return false;
    throw error;
  }
}
