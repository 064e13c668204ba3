import { defineFailures } from '../../base/index.ts';

/** What can be wrong with a signed request. The AWS edge gives each of them the name and words that AWS uses. */
export const SIGV4_FAILURES = defineFailures('sigv4', {
  unsigned: {
    status: 403,
    exit: 'refused',
    message: 'the request carries no AWS signature',
    hint: 'sign it with AWS Signature Version 4; every AWS SDK does so once it has an access key',
  },
  incomplete: {
    status: 403,
    exit: 'refused',
    message: 'the AWS signature is incomplete: {reason}',
    hint: 'send Credential, SignedHeaders, Signature and X-Amz-Date in the form of AWS Signature Version 4',
  },
  scopeInvalid: {
    status: 403,
    exit: 'refused',
    message: 'the AWS signature is for something else: {reason}',
    hint: 'sign for one of the services that this address serves, with the date of X-Amz-Date',
  },
  expired: {
    status: 403,
    exit: 'refused',
    message: 'the AWS signature of {signedAt} expired at {expiredAt}; it is {now} here',
    hint: 'set the clock of the sender; signatures are good for five minutes, presigned ones for as long as they say',
  },
  notYetCurrent: {
    status: 403,
    exit: 'refused',
    message: 'the AWS signature of {signedAt} lies in the future; it is {now} here',
    hint: 'set the clock of the sender; up to five minutes ahead are accepted',
  },
  keyUnknown: {
    status: 403,
    exit: 'refused',
    message: 'no key has the access key id {accessKeyId}',
    hint: 'use the id and the secret of a key hf_<id>_<secret> that exists and is not revoked',
  },
  mismatch: {
    status: 403,
    exit: 'refused',
    message: 'the AWS signature does not match the request',
    hint: 'check the secret access key, and that nothing between sender and server changes the request',
  },
  payloadMismatch: {
    status: 403,
    exit: 'refused',
    message: 'the body does not have the checksum that X-Amz-Content-Sha256 declares',
    hint: 'send the body that was signed; nothing between sender and server may change it',
  },
});
