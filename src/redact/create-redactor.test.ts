import { describe, expect, test } from 'vitest';
import { isFailure } from '../base/index.ts';
import {
  createRedactor,
  explainRedaction,
  newRedactionReport,
  REDACT_FAILURES,
  REDACT_LIMITS,
  REDACTION_RULES,
  type RedactionRule,
} from './index.ts';
import { ALNUM, sample } from './rules/rule-shapes.ts';

const redactor = createRedactor();
const token = `ghp_${sample(ALNUM, 36, 1001)}`;

describe('text', () => {
  test('gives back the same string and counts nothing when there is nothing', () => {
    const report = newRedactionReport();
    expect(redactor.text('order 12 shipped', report)).toBe('order 12 shipped');
    expect(report).toEqual({ masksByRule: new Map(), maskedLength: 0, failedClosed: 0 });
  });

  test('counts masks by rule and the length that went', () => {
    const report = newRedactionReport();
    expect(redactor.text(`a ${token} b ${token} c password=hunter2`, report)).toBe(
      'a [redacted:github-token:40] b [redacted:github-token:40] c password=[redacted:named-value:7]',
    );
    expect(report.masksByRule).toEqual(
      new Map([
        ['github-token', 2],
        ['named-value', 1],
      ]),
    );
    expect(report.maskedLength).toBe(87);
  });

  test('names the most specific of several rules and shows nothing of any', () => {
    expect(redactor.text(`githubToken="${token}"`)).toBe('githubToken="[redacted:github-token:40]"');
    expect(redactor.text(`password="x ${token} y"`)).toBe('password="[redacted:github-token:44]"');
  });

  test('keeps JSON readable, also where a number was the secret', () => {
    const text = JSON.stringify({
      otp: 493817,
      password: 'a"b',
      card: 4111111111111111,
      log: JSON.stringify({ pin: 1, otp: 123456 }),
    });
    const parsed = JSON.parse(redactor.text(text)) as Record<string, string>;
    expect(parsed).toMatchObject({ otp: '[redacted:named-value:6]', card: '[redacted:card-number:16]' });
    expect(JSON.parse(parsed.log ?? '')).toEqual({ pin: 1, otp: '[redacted:named-value:6]' });
  });

  test('finds secrets at any place of a large text, block borders included', () => {
    const block = REDACT_LIMITS.scanBlockLength;
    for (const at of [0, 1, block - 41, block - 20, block - 1, block, block + 7, 3 * block - 2]) {
      const text = `${' '.repeat(at)}${token}${' '.repeat(4 * block - at)}`;
      expect(redactor.text(text).trim()).toBe('[redacted:github-token:40]');
    }
  });

  test('reads a token behind an escape as the start of a word', () => {
    for (const prefix of ['\\n', '%3D', '\\u0022', '\\x3d', '\u001b[31m']) {
      expect(redactor.text(`a${prefix}${token}`)).toBe(`a${prefix}[redacted:github-token:40]`);
    }
    expect(redactor.text(`abc${token}`)).toBe(`abc${token}`);
  });

  test('masks a token of a megabyte and leaves a megabyte of base64 as it is', () => {
    const long = `ghp_${sample(ALNUM, 1_000_000, 1002)}`;
    expect(redactor.text(`x ${long} y`)).toBe('x [redacted:github-token:1000004] y');
    expect(redactor.text(`"access_token":"${sample(ALNUM, 1_000_000, 1003)}"`)).toBe(
      '"access_token":"[redacted:named-value:1000000]"',
    );
    const base64 = Buffer.from(sample(ALNUM, 300_000, 1007))
      .toString('base64')
      .replaceAll('a', '+/');
    expect(redactor.text(`"password":"${base64}","a":1`)).toBe(
      `"password":"[redacted:named-value:${base64.length}]","a":1`,
    );
    const image = Buffer.from(sample(ALNUM, 750_000, 1004)).toString('base64');
    expect(redactor.text(image)).toBe(image);
  });

  test('masks private keys of ten kilobytes, with real and with escaped line ends', () => {
    for (const end of ['\n', '\\n', '\r\n']) {
      const lines = Array.from({ length: 160 }, (_, at) => sample(ALNUM, 64, 1100 + at));
      const key = ['-----BEGIN RSA PRIVATE KEY-----', ...lines, '-----END RSA PRIVATE KEY-----'].join(end);
      expect(redactor.text(`key ${key} end`)).toBe(`key [redacted:private-key:${key.length}] end`);
    }
  });

  test('masks whole what is longer than it can read, and says so', () => {
    const report = newRedactionReport();
    const text = 'x'.repeat(REDACT_LIMITS.textLengthMax + 1);
    expect(redactor.text(text, report)).toBe(`[redacted:unscanned:${text.length}]`);
    expect(report.failedClosed).toBe(1);
  });

  test('does not take a mask of an unknown rule for a mask', () => {
    expect(redactor.text('password=[redacted:hunter2:1]')).not.toContain('hunter2');
    expect(redactor.text('password=[redacted:named-value:7]')).toBe('password=[redacted:named-value:7]');
  });
});

describe('field', () => {
  const check = (name: string, value: string, expected: string): void =>
    expect(redactor.field(name, value), name).toBe(expected);

  test('masks the whole value of a telling name', () => {
    const names =
      'password passwd db.password userPassword DB_PASSWORD client-secret clientSecret api_key apiKey X-Api-Key authorization ' +
      'http.request.header.authorization set-cookie cookie private_key privateKey access-key accessToken refresh_token id_token ' +
      'session_id sessionId otp passphrase secret credentials token githubToken Password2 password_confirmation dbpassword';
    for (const name of names.split(' ')) check(name, 'abc def', '[redacted:named-field:7]');
  });

  test('leaves the values of names that only resemble them', () => {
    const names =
      'author token_count max_tokens input_tokens password_reset_count authenticated key user_id nextToken page_token continuationToken ' +
      'primary_key public_key cache_key secret_name token_type key_id auth_method session_count cookie_domain hasPassword tokenizer ' +
      'compass passport monkey keyboard secretary client_id trace_id';
    for (const name of names.split(' ')) check(name, 'abc def', 'abc def');
  });

  test('looks at the value where the name is vague', () => {
    check('hubspotKey', sample(ALNUM, 32, 1005), '[redacted:named-field:32]');
    check('hubspotKey', 'contacts', 'contacts');
    check('auth', 'none', 'none');
  });

  test('keeps empty values and masks', () => {
    check('password', '', '');
    check('password', '[redacted:named-field:7]', '[redacted:named-field:7]');
  });

  test('treats any other name as text', () => {
    check('message', `got ${token}`, 'got [redacted:github-token:40]');
  });
});

describe('value', () => {
  test('walks data, keys included, and copies only what changes', () => {
    const input = { a: [1, 'x', { password: 'p', deep: { note: `t ${token}` } }], [token]: true, same: { b: 2 } };
    const output = redactor.value(input) as typeof input;
    expect(output).toEqual({
      a: [1, 'x', { password: '[redacted:named-field:1]', deep: { note: 't [redacted:github-token:40]' } }],
      '[redacted:github-token:40]': true,
      same: { b: 2 },
    });
    expect(output.same).toBe(input.same);
    expect(redactor.value(input.same)).toBe(input.same);
  });

  test('masks everything below a telling name, numbers and booleans too', () => {
    expect(redactor.value({ credentials: { user: 'bob', pin: 12, on: true, none: null } })).toEqual({
      credentials: {
        user: '[redacted:named-field:3]',
        pin: '[redacted:named-field:2]',
        on: '[redacted:named-field:4]',
        none: null,
      },
    });
  });

  test('reads a name that stands beside its value', () => {
    expect(
      redactor.value([
        { name: 'DB_PASSWORD', value: 'abc' },
        { name: 'DB_HOST', value: 'db' },
      ]),
    ).toEqual([
      { name: 'DB_PASSWORD', value: '[redacted:named-field:3]' },
      { name: 'DB_HOST', value: 'db' },
    ]);
  });

  test('loses no entry when two keys become the same mask', () => {
    const other = `ghp_${sample(ALNUM, 36, 1006)}`;
    const output = redactor.value({ [token]: 1, [other]: 2 }) as object;
    expect(Object.values(output)).toEqual([1, 2]);
    expect(JSON.stringify(output)).not.toContain(other);
  });

  test('masks card numbers that are numbers, and keeps a __proto__ key an ordinary key', () => {
    expect(redactor.value({ n: 4111111111111111 })).toEqual({ n: '[redacted:card-number:16]' });
    const output = redactor.value(JSON.parse('{"__proto__":{"password":"x1"}}')) as object;
    expect(JSON.stringify(output)).toBe('{"__proto__":{"password":"[redacted:named-field:2]"}}');
    expect(Object.getPrototypeOf(output)).toBe(Object.prototype);
  });

  test('ends at the depth limit, in cycles and at throwing getters, masking what it did not see', () => {
    const report = newRedactionReport();
    const cycle: Record<string, unknown> = { name: 'a' };
    cycle.self = cycle;
    expect(JSON.stringify(redactor.value(cycle, report))).toContain('[redacted:unscanned:0]');
    expect(report.failedClosed).toBe(1);
    const hostile = Object.defineProperty({}, 'a', {
      enumerable: true,
      get: () => {
        throw new Error('no');
      },
    });
    expect(redactor.value(hostile, report)).toBe('[redacted:unscanned:0]');
    expect(report.failedClosed).toBe(2);
  });

  test('ends at the node limit', () => {
    const report = newRedactionReport();
    const many = Array.from({ length: REDACT_LIMITS.nodesMax + 10 }, () => ({ a: 1 }));
    const output = redactor.value(many, report) as unknown[];
    expect(output.at(-1)).toBe('[redacted:unscanned:0]');
    expect(report.failedClosed).toBeGreaterThan(0);
  });
});

describe('own rules', () => {
  const rule = (change: Partial<RedactionRule>): RedactionRule => ({
    id: 'badge',
    description: 'badge number',
    keywords: ['badge'],
    pattern: 'badge ([0-9]{4})',
    secretGroup: 1,
    mustMatch: [{ text: 'badge 1234', secret: '1234' }],
    mustNotMatch: [],
    ...change,
  });

  test('are added to the ones that ship', () => {
    const own = createRedactor({ rules: [...REDACTION_RULES, rule({})] });
    expect(own.text(`Xbadge 1234, ${token}`)).toBe('Xbadge [redacted:badge:4], [redacted:github-token:40]');
  });

  test('take linear time whatever their pattern is', () => {
    const own = createRedactor({ rules: [rule({ pattern: 'badge (a+)+$', secretGroup: 0 })] });
    const text = `badge ${'a'.repeat(400)}!`;
    expect(own.text(text)).toBe(text);
  });

  test('are refused when they cannot be used', () => {
    const refused: readonly Partial<RedactionRule>[] = [
      { id: 'Not Kebab' },
      { id: 'unscanned' },
      { keywords: [] },
      { keywords: ['Upper'] },
      { pattern: '(' },
      { pattern: '(?=x)' },
      { flags: 'g' },
      { reach: 0 },
    ];
    for (const change of refused) {
      let thrown: unknown;
      try {
        createRedactor({ rules: [rule(change)] });
      } catch (error) {
        thrown = error;
      }
      expect(isFailure(thrown, REDACT_FAILURES.ruleInvalid), JSON.stringify(change)).toBe(true);
    }
  });
});

describe('explaining', () => {
  test('says which rule masked what, by places in the original text', () => {
    const text = `user=bob password=hunter2 and ${token}`;
    const { redacted, masks } = explainRedaction(redactor, text);
    expect(redacted).toBe(redactor.text(text));
    expect(masks.map((mask) => [mask.rule, text.slice(mask.offset, mask.offset + mask.length)])).toEqual([
      ['named-value', 'hunter2'],
      ['github-token', token],
    ]);
    expect(masks[1]?.description).toContain('GitHub');
    expect(explainRedaction(REDACTION_RULES, 'nothing')).toEqual({ redacted: 'nothing', masks: [] });
  });
});
