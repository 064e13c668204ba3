import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isFailure } from '../../../base/index.ts';
import { VAULT_S3_FAILURES } from './failures.ts';
import { parseZoneUrl } from './parse-zone-url.ts';

test('reads bucket, prefix and options, and has defaults for the rest', () => {
  expect(parseZoneUrl('s3://my-bucket')).toEqual({
    bucket: 'my-bucket',
    prefix: '',
    region: 'us-east-1',
    endpoint: undefined,
    mode: 'COMPLIANCE',
    profile: undefined,
    readBack: 1,
    location: 's3://my-bucket/ in us-east-1',
  });
  const all =
    's3://my-bucket/a/B/?region=eu-central-1&endpoint=https%3A%2F%2Fs3.example.org&mode=GOVERNANCE&profile=p&read-back=0.05';
  expect(parseZoneUrl(all)).toMatchObject({
    prefix: 'a/B/',
    region: 'eu-central-1',
    endpoint: 'https://s3.example.org',
    mode: 'GOVERNANCE',
    profile: 'p',
    readBack: 0.05,
    location: 's3://my-bucket/a/B at https://s3.example.org',
  });
});

test('refuses what it does not understand, and says what', () => {
  const check = (url: string, reason: RegExp): void => {
    expect(() => parseZoneUrl(url), url).toThrow(reason);
  };
  check('my-bucket', /not a URL/);
  check('https://my-bucket/', /s3:\/\//);
  check('s3://', /bucket|URL/);
  check('s3://B_d', /bucket/);
  check('s3://ab', /bucket/);
  check('s3://bucket:9000/', /only a prefix/);
  check('s3://bucket/a#b', /only a prefix/);
  check('s3://bucket/a//b', /prefix/);
  check('s3://bucket/a%20b', /prefix/);
  check('s3://bucket/~', /prefix/);
  check('s3://bucket?mode=compliance', /mode/);
  check('s3://bucket?mode=', /mode/);
  check('s3://bucket?region=eu central', /region/);
  check('s3://bucket?region=a&region=b', /more than once/);
  check('s3://bucket?lock=on', /option lock is unknown/);
  check('s3://bucket?endpoint=ftp://x', /endpoint/);
  check('s3://bucket?endpoint=https://x/?y', /query/);
  check('s3://bucket?read-back=2', /read-back/);
  check('s3://bucket?read-back=-1', /read-back/);
  check('s3://bucket?read-back=1e-3', /read-back/);
  check('s3://bucket?profile=../x', /profile/);
});

test('credentials in the address are refused and do not come back in the message', () => {
  for (const url of [
    's3://KEYID:topsecret@bucket/',
    's3://bucket/?secret=topsecret',
    's3://bucket/?endpoint=https://KEYID:topsecret@host',
  ]) {
    try {
      parseZoneUrl(url);
      expect.unreachable();
    } catch (error) {
      expect(isFailure(error, VAULT_S3_FAILURES.urlInvalid)).toBe(true);
      expect(String(error) + JSON.stringify(error)).not.toMatch(/topsecret/);
    }
  }
});

test('any text is either an address or a named refusal', () => {
  const part = fc.string({ unit: 'binary', maxLength: 20 });
  const url = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.tuple(part, part, part).map(([bucket, prefix, query]) => `s3://${bucket}/${prefix}?${query}`),
    fc.tuple(part, part).map(([region, endpoint]) => `s3://bucket/p?region=${region}&endpoint=https://${endpoint}`),
  );
  fc.assert(
    fc.property(url, (text) => {
      try {
        const parsed = parseZoneUrl(text);
        expect(parsed.bucket).toMatch(/^[a-z0-9.-]{3,63}$/);
        expect(parsed.prefix).toMatch(/^([A-Za-z0-9._-]+\/)*$/);
      } catch (error) {
        if (!isFailure(error, VAULT_S3_FAILURES.urlInvalid)) throw error;
      }
    }),
    { numRuns: 2000 },
  );
});
