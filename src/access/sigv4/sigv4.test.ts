import { createHash, createHmac } from 'node:crypto';
import { SignatureV4 } from '@smithy/signature-v4';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Failure } from '../../base/index.ts';
import { canonicalRequest, headerPairs, signatureOf } from './canonical.ts';
import { presignSigV4, readClaim, signSigV4, verifySigV4, type WireRequest } from './index.ts';

const KEY = { accessKeyId: 'AKIDEXAMPLE', secret: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' };
const NOW = Date.parse('2015-08-30T12:36:00Z');
const RULES = { nowMs: NOW, services: ['logs'] };
const keyOf = async (id: string): Promise<typeof KEY | undefined> => (id === KEY.accessKeyId ? KEY : undefined);
const SIGNING = { ...KEY, region: 'us-east-1', service: 'logs' };
const BODY = Buffer.from('{"logGroupName":"a"}');

const plain = (overrides: Partial<WireRequest> = {}): WireRequest => ({
  method: 'POST',
  target: '/',
  headers: [
    ['Host', 'logs.example.com'],
    ['X-Amz-Target', 'Logs_20140328.CreateLogGroup'],
    ['Content-Type', 'application/x-amz-json-1.1'],
  ],
  ...overrides,
});

const signed = (request: WireRequest = plain(), nowMs = NOW, key = SIGNING, body: Uint8Array = BODY) => ({
  ...request,
  headers: [...request.headers, ...Object.entries(signSigV4({ ...request, body }, key, nowMs))],
  body,
});

const codeOf = async (promise: Promise<unknown>): Promise<string> => {
  try {
    await promise;
    return 'accepted';
  } catch (error) {
    if (error instanceof Failure) return error.code;
    throw error;
  }
};
const verdict = (request: WireRequest & { body: Uint8Array }, rules: Partial<typeof RULES> = {}): Promise<string> =>
  codeOf(verifySigV4(request, { ...RULES, ...rules, keyOf }));

const withHeader = <R extends WireRequest>(request: R, name: string, value: string | undefined): R => ({
  ...request,
  headers: [
    ...request.headers.filter(([other]) => other.toLowerCase() !== name),
    ...(value === undefined ? [] : [[name, value] as const]),
  ],
});
const authorizationOf = (request: WireRequest): string =>
  request.headers.find(([name]) => name === 'authorization')?.[1] ?? '';

/** What the AWS SDK's own signer needs of a hash. */
class NodeSha256 {
  readonly #hash;
  constructor(secret?: string | Uint8Array | ArrayBuffer | ArrayBufferView) {
    this.#hash =
      secret === undefined ? createHash('sha256') : createHmac('sha256', secret as string | Uint8Array<ArrayBuffer>);
  }
  update(data: string | Uint8Array): void {
    this.#hash.update(data);
  }
  async digest(): Promise<Uint8Array> {
    return this.#hash.digest();
  }
  reset(): void {}
}
const smithy = new SignatureV4({
  credentials: { accessKeyId: KEY.accessKeyId, secretAccessKey: KEY.secret },
  region: 'eu-west-3',
  service: 'logs',
  // The SDK's hash constructor types are wider than what its signer calls.
  sha256: NodeSha256 as unknown as ConstructorParameters<typeof SignatureV4>[0]['sha256'],
  applyChecksum: true,
});

describe('the canonical form', () => {
  const scope = { date: '20150830', region: 'us-east-1', service: 'service' };
  const check = (request: WireRequest, signature: string): void => {
    const canonical = canonicalRequest(
      {
        ...request,
        headers: [['Host', 'example.amazonaws.com'], ['X-Amz-Date', '20150830T123600Z'], ...request.headers],
      },
      ['host', 'x-amz-date', ...request.headers.map(([name]) => name.toLowerCase())],
      createHash('sha256').update('').digest('hex'),
    );
    expect(signatureOf(KEY.secret, { timestamp: '20150830T123600Z', scope, canonical })).toBe(signature);
  };

  it('gives the signatures that AWS published for its examples', () => {
    check(
      { method: 'GET', target: '/', headers: [] },
      '5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31',
    );
    check(
      { method: 'POST', target: '/', headers: [] },
      '5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b',
    );
    check(
      { method: 'GET', target: '/?Param2=value2&Param1=value1', headers: [] },
      'b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500',
    );
  });

  it('folds spaces, joins repeated headers and sorts names and parameters', () => {
    const text = canonicalRequest(
      {
        method: 'get',
        target: '/a/./b/../c%20d//?b=2&a=%7e&a=1&empty',
        headers: [
          ['X-Many', '  one   two '],
          ['Host', 'h'],
          ['x-many', 'three'],
        ],
      },
      ['x-many', 'host'],
      'HASH',
    );
    expect(text).toBe('GET\n/a/c%2520d/\na=1&a=~&b=2&empty=\nhost:h\nx-many:one two,three\n\nhost;x-many\nHASH');
  });

  it('reads the flat header list of Node', () => {
    expect(headerPairs(['A', '1', 'B', '2'])).toEqual([
      ['A', '1'],
      ['B', '2'],
    ]);
  });
});

describe('verification', () => {
  it('accepts what it signed itself, in any region', async () => {
    expect(await verdict(signed())).toBe('accepted');
    expect(await verdict(signed(plain(), NOW, { ...SIGNING, region: 'mars-north-1' }))).toBe('accepted');
  });

  it('refuses a wrong secret, another body, method, path, query or signed header', async () => {
    expect(await verdict(signed(plain(), NOW, { ...SIGNING, secret: 'other' }))).toBe('sigv4.mismatch');
    const request = signed();
    expect(await verdict({ ...request, body: Buffer.from('{"logGroupName":"b"}') })).toBe('sigv4.mismatch');
    expect(await verdict({ ...request, method: 'PUT' })).toBe('sigv4.mismatch');
    expect(await verdict({ ...request, target: '/x' })).toBe('sigv4.mismatch');
    expect(await verdict({ ...request, target: '/?a=b' })).toBe('sigv4.mismatch');
    expect(await verdict(withHeader(request, 'x-amz-target', 'Logs_20140328.DeleteLogGroup'))).toBe('sigv4.mismatch');
    expect(await verdict(withHeader(request, 'host', 'evil.example'))).toBe('sigv4.mismatch');
    expect(await verdict(withHeader(request, 'x-amz-target', undefined))).toBe('sigv4.mismatch');
  });

  it('refuses an X-Amz header that was added after signing, and a host that was not signed', async () => {
    expect(await verdict(withHeader(signed(), 'x-amz-meta', 'x'))).toBe('sigv4.scope-invalid');
    const request = signed();
    const bare = authorizationOf(request).replace('content-type;host;', 'content-type;');
    expect(await verdict(withHeader(request, 'authorization', bare))).toBe('sigv4.scope-invalid');
  });

  it('ignores headers that nobody signed and that give no order', async () => {
    expect(await verdict(withHeader(signed(), 'x-forwarded-for', '10.0.0.1'))).toBe('accepted');
  });

  it('keeps to five minutes on both sides of the clock', async () => {
    const request = signed();
    expect(await verdict(request, { nowMs: NOW + 300_000 })).toBe('accepted');
    expect(await verdict(request, { nowMs: NOW + 301_000 })).toBe('sigv4.expired');
    expect(await verdict(request, { nowMs: NOW - 300_000 })).toBe('accepted');
    expect(await verdict(request, { nowMs: NOW - 301_000 })).toBe('sigv4.not-yet-current');
  });

  it('names unknown keys, other services, other dates and missing parts', async () => {
    expect(await verdict(signed(plain(), NOW, { ...SIGNING, accessKeyId: 'nobody' }))).toBe('sigv4.key-unknown');
    expect(await verdict(signed(plain(), NOW, { ...SIGNING, service: 's3' }))).toBe('sigv4.scope-invalid');
    expect(await verdict({ ...plain(), body: BODY })).toBe('sigv4.unsigned');
    expect(await verdict(withHeader({ ...plain(), body: BODY }, 'authorization', 'Bearer hf_a_b'))).toBe(
      'sigv4.unsigned',
    );
    const request = signed();
    const authorization = authorizationOf(request);
    const changed = (from: string | RegExp, to: string): Promise<string> =>
      verdict(withHeader(request, 'authorization', authorization.replace(from, to)));
    expect(await changed(/, Signature=.*/, '')).toBe('sigv4.incomplete');
    expect(await changed(/Credential=[^,]*, /, '')).toBe('sigv4.incomplete');
    expect(await changed('/us-east-1/', '/')).toBe('sigv4.incomplete');
    expect(await changed('20150830/', '20150829/')).toBe('sigv4.scope-invalid');
    expect(await changed('aws4_request', 'aws5_request')).toBe('sigv4.scope-invalid');
    expect(await changed('AWS4-HMAC-SHA256', 'AWS4-HMAC-MD5')).toBe('sigv4.incomplete');
    expect(await changed(/Signature=.*/, 'Signature=00')).toBe('sigv4.mismatch');
    expect(await changed(/Signature=/, 'Signature=0, Signature=')).toBe('sigv4.incomplete');
    expect(await verdict(withHeader(request, 'x-amz-date', undefined))).toBe('sigv4.incomplete');
    expect(await verdict(withHeader(request, 'x-amz-date', '20150231T123600Z'))).toBe('sigv4.incomplete');
    expect(await changed('AWS4-HMAC-SHA256', `AWS4-HMAC-SHA256 x=${'y'.repeat(9000)},`)).toBe('sigv4.incomplete');
  });

  it('takes the declared checksum of the body at its word only when the body has it', async () => {
    const declare = (hash: string) =>
      signed({ ...plain(), headers: [...plain().headers, ['x-amz-content-sha256', hash]] });
    const right = createHash('sha256').update(BODY).digest('hex');
    expect(await verdict(declare(right))).toBe('accepted');
    expect(await verdict({ ...declare(right), body: Buffer.from('tampered') })).toBe('sigv4.payload-mismatch');
    expect(await verdict(declare('STREAMING-AWS4-HMAC-SHA256-PAYLOAD'))).toBe('sigv4.incomplete');
    const request = plain();
    const unsigned = signSigV4({ ...request, body: 'unsigned' }, SIGNING, NOW);
    const headers = [...request.headers, ...Object.entries(unsigned)];
    expect(await verdict({ ...request, headers, body: Buffer.from('anything') })).toBe('accepted');
  });
});

describe('presigned requests', () => {
  const presigned = (expiresS: number, nowMs = NOW) => ({
    ...plain(),
    target: presignSigV4({ ...plain({ target: '/?x=1' }), body: BODY }, SIGNING, { nowMs, expiresS }),
    body: BODY,
  });

  it('are good for as long as they say, and not a second longer', async () => {
    expect(await verdict(presigned(3600), { nowMs: NOW + 3_600_000 })).toBe('accepted');
    expect(await verdict(presigned(3600), { nowMs: NOW + 3_601_000 })).toBe('sigv4.expired');
    expect(await verdict(presigned(604_801))).toBe('sigv4.incomplete');
    expect(await verdict(presigned(0))).toBe('sigv4.incomplete');
    expect(await verdict(presigned(3600, NOW + 400_000))).toBe('sigv4.not-yet-current');
  });

  it('are refused when anything in them changes', async () => {
    const request = presigned(3600);
    const changed = (from: string, to: string): Promise<string> =>
      verdict({ ...request, target: request.target.replace(from, to) });
    expect(await changed('x=1', 'x=2')).toBe('sigv4.mismatch');
    expect(await changed('X-Amz-Expires=3600', 'X-Amz-Expires=7200')).toBe('sigv4.mismatch');
    expect(await changed('x=1', 'x=1&X-Amz-Expires=9')).toBe('sigv4.incomplete');
    expect(await verdict({ ...request, body: Buffer.from('other') })).toBe('sigv4.mismatch');
  });
});

describe('against the signer of the AWS SDK', () => {
  const token = fc
    .stringMatching(/^[a-z][a-z0-9-]{0,12}$/)
    .filter((name) => !/^(host|x-amz-|date|content-)/.test(name));
  const value = fc.stringMatching(/^[!-~]([ -~]{0,20}[!-~])?$/);
  const requests = fc.record({
    method: fc.constantFrom('GET', 'POST', 'PUT', 'DELETE'),
    path: fc.array(fc.stringMatching(/^[A-Za-z0-9._~%!'()*+,;:=@$&-]{0,8}$/), { maxLength: 5 }),
    query: fc.dictionary(
      fc.string({ unit: 'grapheme', minLength: 1, maxLength: 8 }),
      fc.string({ unit: 'grapheme', maxLength: 8 }),
      { maxKeys: 4 },
    ),
    headers: fc.dictionary(token, value, { maxKeys: 5 }),
    body: fc.uint8Array({ maxLength: 64 }),
  });
  const targetOf = (sample: { path: readonly string[]; query: Readonly<Record<string, string>> }): string => {
    const query = Object.entries(sample.query)
      .map(([name, text]) => `${encodeURIComponent(name)}=${encodeURIComponent(text)}`)
      .join('&');
    return `/${sample.path.join('/')}${query === '' ? '' : `?${query}`}`;
  };

  it('accepts every request that it signs, and none with a flipped bit in the body', async () => {
    await fc.assert(
      fc.asyncProperty(requests, async (sample) => {
        const target = targetOf(sample);
        const result = await smithy.sign(
          {
            method: sample.method,
            protocol: 'http:',
            hostname: 'localhost',
            path: target.split('?')[0] ?? '/',
            query: sample.query,
            headers: { host: 'localhost:1', ...sample.headers },
            body: sample.body,
          },
          { signingDate: new Date(NOW) },
        );
        const request = { method: sample.method, target, headers: Object.entries(result.headers), body: sample.body };
        expect(await verdict(request)).toBe('accepted');
        const flipped = Uint8Array.from([...sample.body, 1]);
        expect(await verdict({ ...request, body: flipped })).not.toBe('accepted');
        const claim = readClaim(request, RULES);
        expect(claim.scope).toEqual({ date: '20150830', region: 'eu-west-3', service: 'logs' });
      }),
      { numRuns: 300 },
    );
  });

  it('accepts every request that it presigns', async () => {
    await fc.assert(
      fc.asyncProperty(requests, async (sample) => {
        const result = await smithy.presign(
          {
            method: sample.method,
            protocol: 'http:',
            hostname: 'localhost',
            path: targetOf(sample).split('?')[0] ?? '/',
            query: sample.query,
            headers: { host: 'localhost:1', 'x-amz-target': 'Logs_20140328.X', ...sample.headers },
            body: sample.body,
          },
          { signingDate: new Date(NOW), expiresIn: 60 },
        );
        const query = Object.fromEntries(
          Object.entries(result.query ?? {}).map(([name, text]) => [name, String(text)]),
        );
        const target = targetOf({ path: [result.path.slice(1)], query });
        const request = { method: sample.method, target, headers: Object.entries(result.headers), body: sample.body };
        expect(await verdict(request)).toBe('accepted');
      }),
      { numRuns: 150 },
    );
  });
});

describe('reading a claim', () => {
  it('never does anything but answer or refuse, whatever the header holds', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 200 }), fc.string({ maxLength: 30 }), (authorization, date) => {
        const request = plain({
          headers: [
            ['host', 'h'],
            ['x-amz-date', date],
            ['authorization', `AWS4-HMAC-SHA256 ${authorization}`],
          ],
        });
        expect(() => readClaim(request, RULES)).toThrow(Failure);
      }),
    );
  });
});
