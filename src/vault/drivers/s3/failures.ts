import { defineFailures } from '../../../base/index.ts';

/** Failures that only a zone in an S3 bucket has; the others are those of the vault. */
export const VAULT_S3_FAILURES = defineFailures('vault-s3', {
  urlInvalid: {
    status: 500,
    exit: 'usage',
    message: 'the zone address {url} cannot be used: {reason}',
    hint: 'write s3://bucket/prefix?region=eu-central-1 and see docs/vault-s3.md; credentials never stand in it',
  },
  bucketUnfit: {
    status: 500,
    exit: 'environment',
    message: 'the bucket of {zone} cannot hold what nobody may change: {reason}',
    hint: 'make a bucket with versioning and Object Lock as docs/vault-s3.md shows; Object Lock is chosen at its creation',
  },
  lockNotKept: {
    status: 500,
    exit: 'environment',
    message: 'the store behind {zone} took {name} but does not lock it as asked: {reason}',
    hint: 'the object is not counted as stored; run the probe of the zone to see what the store does not enforce',
  },
  removalDenied: {
    status: 403,
    exit: 'refused',
    message: 'the store behind {zone} does not let these credentials remove {name}, whose lock has ended',
    hint: 'let a lifecycle rule remove what has expired, or give the right s3:DeleteObjectVersion (docs/vault-s3.md)',
  },
  redirected: {
    status: 500,
    exit: 'usage',
    message: 'the store behind {zone} points to another place with status {status}, which is not followed',
    hint: 'set the region or the endpoint of the zone to where the bucket is',
  },
  storeRefused: {
    status: 502,
    exit: 'environment',
    message: 'the store behind {zone} refused a request: {reason}',
    hint: 'look up what the store says; docs/vault-s3.md lists the rights that Holdfast needs',
  },
});
