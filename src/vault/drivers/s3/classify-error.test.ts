import { expect, test } from 'vitest';
import { AttemptTimeout, classifyError, StoreRefusal, type StoreVerdict } from './classify-error.ts';

const answered = (status: number, name: string): Error =>
  Object.assign(new Error('as the store says'), { name, $metadata: { httpStatusCode: status } });

test('each error is what its next step needs', () => {
  const check = (error: unknown, type: StoreVerdict['type']): void => {
    expect(classifyError(error).type, String(error)).toBe(type);
  };
  check(answered(503, 'SlowDown'), 'transient');
  check(answered(500, 'InternalError'), 'transient');
  check(answered(502, 'Unknown'), 'transient');
  check(answered(429, 'TooManyRequestsException'), 'transient');
  check(answered(400, 'RequestTimeout'), 'transient');
  check(answered(409, 'ConditionalRequestConflict'), 'transient');
  check(answered(403, 'RequestTimeTooSkewed'), 'transient');
  check(Object.assign(new Error('connect'), { code: 'ECONNREFUSED' }), 'transient');
  check(Object.assign(new Error('aborted'), { code: 'ECONNRESET' }), 'transient');
  check(Object.assign(new Error('getaddrinfo'), { code: 'ENOTFOUND' }), 'transient');
  check(new AttemptTimeout('late'), 'transient');
  check('not even an error', 'transient');
  check(answered(403, 'InvalidAccessKeyId'), 'away');
  check(answered(403, 'SignatureDoesNotMatch'), 'away');
  check(answered(400, 'ExpiredToken'), 'away');
  check(answered(404, 'NoSuchBucket'), 'away');
  check(Object.assign(new Error('none'), { name: 'CredentialsProviderError' }), 'away');
  check(answered(404, 'NoSuchKey'), 'missing');
  check(answered(404, 'NotFound'), 'missing');
  check(answered(405, 'MethodNotAllowed'), 'missing');
  check(answered(412, 'PreconditionFailed'), 'taken');
  check(answered(403, 'AccessDenied'), 'denied');
  check(answered(301, 'PermanentRedirect'), 'redirect');
  check(answered(400, 'InvalidRequest'), 'refused');
  check(answered(409, 'InvalidBucketState'), 'refused');
  check(answered(501, 'NotImplemented'), 'refused');
  check(new StoreRefusal('GetObject', { type: 'denied', reason: '403' }), 'denied');
});

test('the reason holds the status and the code, and nothing that was signed', () => {
  const error = Object.assign(answered(403, 'SignatureDoesNotMatch'), {
    AWSAccessKeyId: 'AKIASECRET',
    StringToSign: 'AWS4-HMAC',
    $response: { headers: { authorization: 'Credential=AKIASECRET' } },
  });
  expect(classifyError(error)).toEqual({ type: 'away', reason: '403 SignatureDoesNotMatch' });
});

test('Retry-After is taken up', () => {
  const error = Object.assign(answered(503, 'SlowDown'), {
    $response: { statusCode: 503, headers: { 'retry-after': '3' } },
  });
  expect(classifyError(error)).toMatchObject({ type: 'transient', retryAfterMs: 3000 });
});
