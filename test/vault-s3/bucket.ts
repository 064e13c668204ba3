import { createHash, randomBytes } from 'node:crypto';
import { CreateBucketCommand, PutBucketVersioningCommand, S3Client } from '@aws-sdk/client-s3';
import { silentLog, systemClock } from '../../src/base/index.ts';
import { openS3Zone, type S3Credentials } from '../../src/vault/drivers/s3/index.ts';
import type { ZoneDriver } from '../../src/vault/types.ts';
import type { Ceph } from './ceph.ts';

export interface TestObject {
  readonly name: string;
  readonly bytes: Buffer;
  readonly sha256: string;
  readonly retainUntilMs: number;
}

/** Random bytes under a name, locked for a minute if nothing else is said. */
export function newObject(
  name: string,
  options: { readonly bytes?: number; readonly lockMs?: number } = {},
): TestObject {
  const bytes = randomBytes(options.bytes ?? 1000);
  return { name, bytes, sha256: sha256(bytes), retainUntilMs: Date.now() + (options.lockMs ?? 60_000) };
}

export const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** Everything the credentials may do, beside the driver: as an attacker who stole them would. */
export const rawClient = (ceph: Ceph, credentials: S3Credentials = ceph.credentials): S3Client =>
  new S3Client({ endpoint: ceph.endpoint, region: 'us-east-1', forcePathStyle: true, credentials, maxAttempts: 1 });

export type BucketKind = 'locked' | 'versioned' | 'plain';

export async function makeBucket(client: S3Client, bucket: string, kind: BucketKind = 'locked'): Promise<string> {
  await client.send(new CreateBucketCommand({ Bucket: bucket, ObjectLockEnabledForBucket: kind === 'locked' }));
  if (kind === 'versioned') {
    const configuration = { Status: 'Enabled' } as const;
    await client.send(new PutBucketVersioningCommand({ Bucket: bucket, VersioningConfiguration: configuration }));
  }
  return bucket;
}

export interface ZoneOptions {
  readonly bucket: string;
  readonly prefix?: string;
  readonly mode?: 'COMPLIANCE' | 'GOVERNANCE';
  readonly endpoint?: string;
  readonly credentials?: S3Credentials;
  readonly attemptMs?: number;
}

export function openZone(ceph: Ceph, options: ZoneOptions): Promise<ZoneDriver> {
  const query = new URLSearchParams({
    region: 'us-east-1',
    endpoint: options.endpoint ?? ceph.endpoint,
    mode: options.mode ?? 'COMPLIANCE',
  });
  return openS3Zone({
    url: `s3://${options.bucket}/${options.prefix ?? ''}?${query.toString()}`,
    credentials: options.credentials ?? ceph.credentials,
    clock: systemClock,
    log: silentLog(),
    ...(options.attemptMs === undefined ? {} : { attemptMs: options.attemptMs }),
  });
}

export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

/** Repeats a step until it does not throw; the store's own clock decides when a lock has ended. */
export async function eventually<T>(step: () => Promise<T>, limitMs = 20_000): Promise<T> {
  const deadlineMs = performance.now() + limitMs;
  for (;;) {
    try {
      return await step();
    } catch (error) {
      if (performance.now() > deadlineMs) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}
