import { GetBucketVersioningCommand, GetObjectLockConfigurationCommand } from '@aws-sdk/client-s3';
import { Failure } from '../../../base/index.ts';
import { verdictOf } from './call-store.ts';
import { VAULT_S3_FAILURES } from './failures.ts';
import type { S3Zone } from './zone.ts';

export interface BucketFacts {
  /** What the bucket gives to objects that ask for no lock; undefined when nothing. */
  readonly defaultRetention: string | undefined;
}

/** Throws `vault-s3.bucket-unfit` for a bucket without versioning or Object Lock. */
export async function checkBucket(zone: S3Zone, signal?: AbortSignal): Promise<BucketFacts> {
  const Bucket = zone.url.bucket;
  const unfit = (reason: string): Failure =>
    new Failure(VAULT_S3_FAILURES.bucketUnfit, { zone: zone.url.location, reason });
  const versioning = new GetBucketVersioningCommand({ Bucket });
  const { Status: status } = await zone.call(
    'GetBucketVersioning',
    (abortSignal) => zone.client.send(versioning, { abortSignal }),
    signal,
  );
  if (status !== 'Enabled') throw unfit(`versioning is ${status === 'Suspended' ? 'suspended' : 'off'}`);
  const lock = new GetObjectLockConfigurationCommand({ Bucket });
  try {
    const answer = await zone.call(
      'GetObjectLockConfiguration',
      (abortSignal) => zone.client.send(lock, { abortSignal }),
      signal,
    );
    const { ObjectLockEnabled: enabled, Rule: rule } = answer.ObjectLockConfiguration ?? {};
    if (enabled !== 'Enabled') throw unfit('Object Lock is off');
    const retention = rule?.DefaultRetention;
    if (retention?.Mode === undefined) return { defaultRetention: undefined };
    const length = retention.Years === undefined ? `${retention.Days ?? 0} days` : `${retention.Years} years`;
    return { defaultRetention: `${retention.Mode} for ${length}` };
  } catch (error) {
    // 404 ObjectLockConfigurationNotFoundError, or a server that does not know the request at all.
    const verdict = verdictOf(error);
    if (verdict === 'missing' || verdict === 'refused') throw unfit('Object Lock is off');
    throw error;
  }
}
