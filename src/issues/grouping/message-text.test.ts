import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { firstLines, isTellingTemplate, normalizeMessage, parameterize } from './message-text.ts';

function check(text: string, expected: string): void {
  test(text.slice(0, 100), () => {
    expect(parameterize(text)).toBe(expected);
  });
}

describe('values in messages', () => {
  check('mail to bob.smith+x@example.com failed', 'mail to <email> failed');
  check("user='bob@example.com' unknown", 'user=<quoted> unknown');
  check('GET https://api.example.com/v1/users/7?x=1 gave 500', 'GET <url> gave <number>');
  check('cannot reach postgres://db:5432/shop', 'cannot reach <url>');
  check('connect ECONNREFUSED 10.0.3.17:5432', 'connect ECONNREFUSED <ip>:<number>');
  check('peer 2001:0db8:85a3:0000:0000:8a2e:0370:7334 left', 'peer <ip> left');
  check('peer ::1 left', 'peer <ip> left');
  check('bound to fe80::1%eth0 now', 'bound to <ip> now');
  check('device 00:1B:44:11:3a:b7 is new', 'device <mac> is new');
  check('getaddrinfo ENOTFOUND db.prod.example.com', 'getaddrinfo ENOTFOUND <hostname>');
  check('no route to cache-3.internal', 'no route to <hostname>');
  check('trace 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01 lost', 'trace <traceparent> lost');
  check('trace 1-67891233-abcdef012345678912345678 lost', 'trace <traceparent> lost');
  check('order 7c1811ed-e98f-4c9c-a9f9-58c757ff494f is gone', 'order <uuid> is gone');
  check('checksum da39a3ee5e6b4b0d3255bfef95601890afd80709', 'checksum <sha1>');
  check('md5 d41d8cd98f00b204e9800998ecf8427e', 'md5 <md5>');
  check('tx274a77a8975c4a66aeb24-0052d95365 failed', '<swift-transaction> failed');
  check('at offset 0xFEEDbeef', 'at offset <hex>');
  check('object 507f1f77bcf86cd799439011 is missing', 'object <number> is missing');
  check('commit a1b2c3d is broken', 'commit <number> is broken');
  check('took 1.53 of 200', 'took <number> of <number>');
  check('temperature is -4 or -3.5e-7', 'temperature is <number> or <number>');
  check('ORD-10023 is late', 'ORD-<number> is late');
  check('key user_10023 not found', 'key user_<number> not found');
  check('charge ch_3MtwBwLkdIwHu7ix28a3tqPa failed', 'charge <random-id> failed');
  check('session V1StGXR8_Z5jdHi6B-myT1 ended', 'session <random-id> ended');
  check('pod web-5d8f7c9b6d-x2lqz restarted', 'pod web-<pod> restarted');
  check('timeout after 1500ms', 'timeout after <duration>');
  check('timeout after 1m30.5s', 'timeout after <duration>');
  check('timeout of 30 seconds exceeded', 'timeout of <duration> exceeded');
  check('allocating 17203212 bytes of 12MB', 'allocating <size> of <size>');
  check("state='ready to go' ok=true", 'state=<quoted> ok=<bool>');
});

describe('dates', () => {
  const dates = [
    'Mon, 02 Jan 2006 15:04:05 GMT',
    'Mon, 02 Jan 2006 15:04:05 -0700',
    'Monday, 02-Jan-06 15:04:05 UTC',
    'Mon Jan 02 2006 15:04:05 GMT+0100 (Central European Standard Time)',
    'Wed Apr 17 22:31:45 2019',
    'Apr  7 22:31:45 2019',
    'Jan 02, 1999',
    'Mon Jan 02, 1999',
    '2019-04-17T20:29:05Z',
    '2019-04-17T20:29:05.123456789+02:00',
    '2019-04-17 20:29:05',
    '2019-04-17 20:29:05,123',
    '20190417T202905Z',
    '2019-04-17',
    '2019/04/17 20:29:05',
    '17/Apr/2019:22:31:45 +0000',
    '4/17/2019, 10:31:45 PM',
    '17.04.2019 22:31:45',
    'datetime.datetime(2019, 4, 17, 20, 29, tzinfo=datetime.timezone(UTC))',
    '10:31 PM',
    '22:31:45',
    '22:31',
  ];
  for (const date of dates) check(`since ${date} nothing`, 'since <date> nothing');
});

describe('what says which message it is, stays', () => {
  const kept = [
    "Cannot read properties of undefined (reading 'name')",
    'utf8 sha256 http2 v2 x86_64',
    'SomeClass::someMethod failed',
    'std::bad_alloc',
    'com.example.shop.CartException in Cart.java',
    'this.user.name is not a function',
    'deadbeef facade decade',
    'true or false',
    "it's 'quoted'",
  ];
  for (const text of kept) check(text, text);
});

test('numbers of any length share a name, so that none splits a group', () => {
  const texts = ['9999999', '10000000', '3', '3.5', 'a1b2c3d4', '12345678', '1700000000000'];
  expect(new Set(texts.map((text) => parameterize(`id ${text} is gone`)))).toEqual(new Set(['id <number> is gone']));
});

test('only the first two lines that say something count', () => {
  expect(firstLines('one')).toBe('one');
  expect(firstLines('\n\n one \n\ntwo\n')).toBe(' one \ntwo');
  expect(firstLines('one\r\ntwo\r\nthree')).toBe('one\ntwo...');
  expect(firstLines('one\n\n\n')).toBe('one');
  expect(firstLines('')).toBe('');
});

test('a text over the limit is left as it is', () => {
  const long = `${'word '.repeat(2_000)}17`;
  expect(normalizeMessage(long)).toBe(long);
});

test('a template of nothing but places to fill says nothing', () => {
  expect(['%s', '%s: %s', '{}', '{0} {name}', '%(x)s', '%-10d!', '$1'].map(isTellingTemplate)).toEqual(
    Array(7).fill(false),
  );
  expect(['%s failed', 'payment {} lost', 'über %d'].map(isTellingTemplate)).toEqual([true, true, true]);
});

test('numbers of a message never matter', () => {
  fc.assert(
    fc.property(fc.nat(), fc.nat(), (left, right) => {
      const say = (value: number): string => parameterize(`order ${value} has ${value} items (code=${value})`);
      expect(say(left)).toBe(say(right));
    }),
  );
});

test('what was replaced is not replaced again', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 200 }), (text) => {
      const once = parameterize(text);
      // A second pass may join what the first has made neighbours, but it never fails and never grows without end.
      expect(parameterize(once).length).toBeLessThanOrEqual(once.length + 40);
    }),
  );
});

test('texts made to be slow are not', () => {
  const texts = [
    'a'.repeat(8192),
    `${'a'.repeat(8000)}@`,
    `@${'a'.repeat(8000)}`,
    'a.'.repeat(4096),
    '1:'.repeat(4096),
    ':'.repeat(8192),
  ];
  texts.push(
    '1.'.repeat(4096),
    '0'.repeat(8192),
    'a1'.repeat(4096),
    '1 Jan '.repeat(1365),
    `=${"'".repeat(8000)}`,
    'a-1'.repeat(2730),
  );
  texts.push('a://'.repeat(2048), 'Mon, '.repeat(1638), '1-1-'.repeat(2048), 'datetime.datetime('.repeat(455));
  for (const text of texts) {
    const times = [1, 2, 3].map(() => {
      const began = performance.now();
      parameterize(text);
      return performance.now() - began;
    });
    expect(Math.min(...times), text.slice(0, 20)).toBeLessThan(200);
  }
});
