import { describe, expect, test } from 'vitest';
import type { GroupingResult, NormalizedEvent } from '../types.ts';
import { buildError, buildMessage, PLAIN_SETTINGS } from './build-event.ts';
import { createGrouping } from './create-grouping.ts';

const { group } = createGrouping();

const withRules = (event: NormalizedEvent, fingerprintRules: string): GroupingResult =>
  group(event, { ...PLAIN_SETTINGS, fingerprintRules });

const plain = (event: NormalizedEvent): GroupingResult => group(event, PLAIN_SETTINGS);

const failure = buildError(
  'python',
  [
    {
      type: 'KeyError',
      value: "'id'",
      frames: [{ module: 'lib.dict', function: 'get', filename: 'lib/dict.py', inApp: false }],
    },
    {
      type: 'PaymentError',
      value: 'card 4711 declined',
      frames: [
        { module: 'shop.main', function: 'main', filename: 'shop/main.py', inApp: true },
        {
          module: 'shop.pay',
          function: 'charge',
          filename: 'shop/pay.py',
          absPath: '/srv/shop/pay.py',
          package: '/opt/libpay.so',
          inApp: true,
        },
      ],
    },
  ],
  {
    transaction: '/checkout',
    logger: 'shop.payments',
    level: 'error',
    release: 'shop@1.2.3',
    tags: { region: 'eu-1' },
    sdk: { name: 'sentry.python', version: '2' },
    message: { formatted: 'Payment failed' },
  },
);

describe('matchers', () => {
  function check(matchers: string, expected: boolean): void {
    test(`${matchers} ${expected ? 'fits' : 'does not fit'}`, () => {
      expect(withRules(failure, `${matchers} -> x`).matchedRule).toBe(expected ? `${matchers} -> x` : undefined);
    });
  }
  check('error.type:PaymentError', true);
  check('error.type:KeyError', true);
  check('error.type:paymenterror', false);
  check('error.type:Payment*', true);
  check('error.type:PaymentError error.value:"*declined"', true);
  check('error.type:KeyError error.value:"*declined"', false);
  check('error.value:"CARD * DECLINED"', true);
  check('message:"payment failed"', true);
  check('message:"card*"', true);
  check('!message:"payment*"', false);
  check('logger:shop.*', true);
  check('level:ERROR', true);
  check('release:shop@1.*', true);
  check('sdk:sentry.python', true);
  check('tags.region:eu-*', true);
  check('tags.zone:*', false);
  check('!tags.zone:*', true);
  check('family:other', true);
  check('family:native,other', true);
  check('family:all', true);
  check('family:javascript', false);
  check('stack.function:charge', true);
  check('stack.function:charge stack.module:shop.pay', true);
  check('stack.function:charge stack.module:shop.main', false);
  check('stack.abs_path:**/pay.py', true);
  check('stack.abs_path:"**/PAY.PY"', true);
  check('stack.abs_path:shop/*.py', true);
  check('stack.abs_path:*.py', false);
  check('stack.package:**/libpay.so', true);
  check('app:no function:get', true);
  check('app:yes function:get', false);
  check('!function:main !function:charge !function:get', false);
  check('[ function:main ] | function:charge', true);
  check('[ function:charge ] | function:main', false);
  check('function:main | [ function:charge ]', true);
});

test('a rule about frames does not fit an event without any', () => {
  expect(withRules(buildMessage('hi'), '!function:x -> y').matchedRule).toBeUndefined();
});

test('the first rule that fits decides, and over what was sent', () => {
  const result = withRules(
    { ...failure, fingerprint: ['mine'] },
    'type:Nothing -> a\ntype:PaymentError -> b\ntype:* -> c',
  );
  expect(result.matchedRule).toBe('type:PaymentError -> b');
  expect(result.hashes).toEqual(withRules(buildMessage('other', { fingerprint: ['b'] }), '').hashes);
});

test('lines that cannot be used are passed over', () => {
  expect(withRules(failure, 'nonsense\ntype:PaymentError -> b').matchedRule).toBe('type:PaymentError -> b');
});

describe('variables', () => {
  function check(variable: string, value: string): void {
    test(`${variable} is ${value}`, () => {
      const byVariable = withRules(failure, `type:PaymentError -> x, ${variable}`);
      const byValue = withRules(failure, `type:PaymentError -> x, "${value}"`);
      expect(byVariable.hashes).toEqual(byValue.hashes);
    });
  }
  check('{{ transaction }}', '/checkout');
  check('{{ error.type }}', 'PaymentError');
  check('{{ type }}', 'PaymentError');
  check('{{ stack.function }}', 'charge');
  check('{{ stack.module }}', 'shop.pay');
  check('{{ stack.abs_path }}', '/srv/shop/pay.py');
  check('{{ stack.filename }}', 'shop/pay.py');
  check('{{ stack.package }}', 'libpay.so');
  check('{{ logger }}', 'shop.payments');
  check('{{ level }}', 'error');
  check('{{ tags.region }}', 'eu-1');
  check('{{tags.zone}}', '<no-value-for-tag-zone>');
  check('{{ message }}', 'Payment failed');
  check('{{ weather }}', '<unknown-variable-weather>');
});

test('messages in fingerprints count without their values', () => {
  const sent = (value: number) => {
    const text = `card ${value} declined`;
    return plain(buildError('python', { type: 'E', value: text }, { fingerprint: ['pay', text] }));
  };
  expect(sent(1).hashes).toEqual(sent(2).hashes);
  const said = (value: number) =>
    withRules(buildMessage(`card ${value} declined`), 'message:card* -> x, {{ message }}');
  expect(said(1).hashes).toEqual(said(2).hashes);
});

test('a fingerprint of its own joins what is different and parts what is the same', () => {
  const one = plain({ ...failure, fingerprint: ['a'] });
  expect(one.hashes).toHaveLength(1);
  expect(one.hashes).toEqual(plain(buildMessage('else', { fingerprint: ['a'] })).hashes);
  expect(one.hashes).not.toEqual(plain({ ...failure, fingerprint: ['b'] }).hashes);
  expect(one.variants[0]?.id).toBe('custom-fingerprint');
  expect(one.variants.slice(1).every(({ contributes }) => !contributes)).toBe(true);
});

test('values of a fingerprint are kept apart', () => {
  expect(plain({ ...failure, fingerprint: ['a', 'b'] }).hashes).not.toEqual(
    plain({ ...failure, fingerprint: ['ab'] }).hashes,
  );
});

test('a fingerprint with the default parts the default group', () => {
  const salted = (value: string) => plain({ ...failure, fingerprint: ['{{ default }}', value] });
  expect(salted('a').hashes).not.toEqual(salted('b').hashes);
  expect(salted('a').hashes).not.toEqual(plain(failure).hashes);
  expect(salted('a').hashes).toEqual(plain({ ...failure, fingerprint: ['{{default}}', 'a'] }).hashes);
  expect(salted('a').variants.map(({ id }) => id)).toContain('salted-app');
});

test('the default alone is no fingerprint', () => {
  expect(plain({ ...failure, fingerprint: ['{{ default }}'] }).hashes).toEqual(plain(failure).hashes);
  expect(plain({ ...failure, fingerprint: [] }).hashes).toEqual(plain(failure).hashes);
});

test('a checksum wins over all', () => {
  const checksum = 'D41D8CD98F00B204E9800998ECF8427E';
  expect(withRules({ ...failure, checksum, fingerprint: ['a'] }, 'type:* -> b').hashes).toEqual([
    checksum.toLowerCase(),
  ]);
  const other = plain({ ...failure, checksum: 'my own' });
  expect(other.variants[0]?.id).toBe('hashed-checksum');
  expect(other.hashes[0]).toMatch(/^[0-9a-f]{32}$/);
});

test('a rule can give a title', () => {
  const result = withRules(failure, 'type:PaymentError -> x title="Payments: {{ error.type }} in {{ transaction }}"');
  expect(result.title).toBe('Payments: PaymentError in /checkout');
  expect(result.titleValue).toBe('PaymentError: card 4711 declined');
});

describe('built-in fingerprints', () => {
  const browser = (value: string, parts: Partial<NormalizedEvent> = {}, type = 'Error') =>
    plain(
      buildError('javascript', { type, value, frames: [{ function: value.slice(0, 9), filename: 'a.js' }] }, parts),
    );

  test('files of an earlier build are one group', () => {
    const first = browser('Loading chunk 17 failed.', {}, 'ChunkLoadError');
    expect(browser('ChunkLoadError: Loading chunk 3 failed').hashes).toEqual(first.hashes);
    expect(
      browser('Failed to fetch dynamically imported module: https://x/assets/a-1.js', {}, 'TypeError').hashes,
    ).toEqual(first.hashes);
    expect(first.variants[0]?.id).toBe('built-in-fingerprint');
    expect(plain(buildError('python', { type: 'ChunkLoadError', value: '' })).hashes).not.toEqual(first.hashes);
  });

  test('pages that differ from what the server made are one group for each page', () => {
    const text = 'Hydration failed because the initial UI does not match what was rendered on the server.';
    const other = 'Text content does not match server-rendered HTML.';
    const at = (transaction: string, value: string) => browser(value, { tags: { transaction } }).hashes;
    expect(at('/a', text)).toEqual(at('/a', other));
    expect(at('/a', text)).not.toEqual(at('/b', text));
  });

  test('what the program sent goes before them, and rules of the project too', () => {
    const sent = browser('x', { fingerprint: ['mine'] }, 'ChunkLoadError');
    expect(sent.variants[0]?.id).toBe('custom-fingerprint');
    const event = buildError('javascript', { type: 'ChunkLoadError', value: 'x' });
    expect(withRules(event, 'type:Chunk* -> own').matchedRule).toBe('type:Chunk* -> own');
  });
});
