import { randomBytes } from 'node:crypto';
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { namedFailure, verdictOf } from './call-store.ts';
import { VAULT_S3_LIMITS } from './limits.ts';
import { wholeSecondMs } from './lock-object.ts';
import { newProbeKey, probeObject } from './probe-object.ts';
import type { S3Zone } from './zone.ts';

/**
 * Some servers drop the lock of a multipart upload without a word. This driver never uses one, so that it is only told
 * to people who put other things into the same store.
 */
export async function probeMultipartLock(zone: S3Zone, nowMs: number): Promise<readonly string[]> {
  const place = { Bucket: zone.url.bucket, Key: newProbeKey(zone) };
  const bytes = randomBytes(64);
  const untilMs = wholeSecondMs(nowMs + VAULT_S3_LIMITS.probeLockMs);
  const lock = { ObjectLockMode: zone.url.mode, ObjectLockRetainUntilDate: new Date(untilMs) };
  const { client } = zone;
  let UploadId: string | undefined;
  try {
    const begun = await zone.call(
      'CreateMultipartUpload',
      (abortSignal) => client.send(new CreateMultipartUploadCommand({ ...place, ...lock }), { abortSignal }),
      undefined,
    );
    UploadId = begun.UploadId;
    const part = new UploadPartCommand({ ...place, UploadId, PartNumber: 1, Body: bytes });
    const { ETag } = await zone.call('UploadPart', (abortSignal) => client.send(part, { abortSignal }), undefined);
    const complete = new CompleteMultipartUploadCommand({
      ...place,
      UploadId,
      MultipartUpload: { Parts: [{ PartNumber: 1, ETag }] },
    });
    const done = await zone.call(
      'CompleteMultipartUpload',
      (abortSignal) => client.send(complete, { abortSignal }),
      undefined,
    );
    const object = probeObject(zone, place.Key, done.VersionId ?? 'null', bytes);
    const facts = await object.head();
    if (facts?.lockMode !== undefined && facts.retainUntilMs >= untilMs) return [];
    await object.remove({ version: true, bypass: false });
    return ['the lock of a multipart upload is dropped by the store; Holdfast does not use such uploads'];
  } catch (error) {
    const verdict = verdictOf(error);
    if (verdict !== 'denied' && verdict !== 'refused') throw namedFailure(zone.url.location, error);
    if (UploadId !== undefined) {
      const abort = new AbortMultipartUploadCommand({ ...place, UploadId });
      await client.send(abort).catch(() => undefined);
    }
    return ['multipart uploads are refused, so that their locks were not tried; Holdfast does not use them'];
  }
}
