import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRedactor, newRedactionReport } from '../../redact/index.ts';
import type { JsonObject, JsonValue, NormalizedEvent, Project } from '../types.ts';
import { createNormalizeEvent } from './index.ts';

const redactor = createRedactor();
const normalizeEvent = createNormalizeEvent({ redactor });
const project = { id: '7', settings: { retentionDays: 90 } } as Project;

const normalize = (payload: JsonObject): NormalizedEvent =>
  normalizeEvent(
    {
      project,
      eventId: 'e'.repeat(32),
      receivedMs: 1.8e12,
      client: '',
      payload,
      attachments: [],
      sourceIp: '',
      userAgent: '',
    },
    newRedactionReport(),
  );

/** Names that the normalizer looks at, so that strange values land where they matter. */
const NAMES = (
  'exception values type value module mechanism handled data meta stacktrace frames filename abs_path function lineno ' +
  'context_line pre_context vars threads id crashed message logentry formatted params level timestamp tags key user ' +
  'ip_address geo request url headers cookies query_string env breadcrumbs contexts trace trace_id browser os extra modules ' +
  'sdk name version debug_meta images debug_id fingerprint checksum csp nel body release environment __proto__ constructor'
).split(' ');

const json: fc.Arbitrary<JsonValue> = fc.letrec<{ value: JsonValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 5, depthSize: 'small' },
    fc.constant(null),
    fc.boolean(),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.string({ unit: 'binary', maxLength: 20 }),
    fc.constantFrom(
      '\ud800',
      'a\u0000',
      '2026-01-01T00:00:00Z',
      '{{auto}}',
      '',
      '1e999',
      '%s {} %(a)s',
      '?a=b&c',
      '[',
      '{"a":1}',
    ),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(fc.oneof(fc.constantFrom(...NAMES), fc.string({ maxLength: 5 })), tie('value'), { maxKeys: 6 }),
  ),
})).value;

const payloads = fc.dictionary(fc.constantFrom(...NAMES), json, { maxKeys: 12 }) as fc.Arbitrary<JsonObject>;

function* textsOf(value: unknown): Generator<string> {
  if (typeof value === 'string') yield value;
  else if (Array.isArray(value)) for (const item of value) yield* textsOf(item);
  else if (typeof value === 'object' && value !== null) {
    for (const [key, item] of Object.entries(value)) {
      yield key;
      yield* textsOf(item);
    }
  }
}

describe('normalizing any JSON at all', () => {
  it('never throws, and gives plain JSON that a database can keep', () => {
    fc.assert(
      fc.property(payloads, (payload) => {
        const event = normalize(payload);
        const text = JSON.stringify(event);
        expect(JSON.stringify(JSON.parse(text))).toBe(text);
        expect(text).not.toMatch(/[^\\](?:\\\\)*\\u(?:0000|d[89a-f])/);
        expect(Number.isFinite(event.timeMs)).toBe(true);
      }),
      { numRuns: 600 },
    );
  });

  it('leaves nothing that the redactor would mask in another pass', () => {
    fc.assert(
      fc.property(payloads, (payload) => {
        for (const text of textsOf(normalize(payload))) expect(redactor.text(text)).toBe(text);
      }),
      { numRuns: 200 },
    );
  });
});

/** An event with a text in every place that an SDK fills, all of them different. */
const FULL: JsonObject = {
  message: '@',
  logentry: { message: '@ %s', params: ['@'], formatted: '@' },
  logger: '@',
  transaction: '@',
  server_name: '@',
  release: '@',
  dist: '@',
  environment: '@',
  platform: '@',
  level: '@',
  timestamp: '@',
  fingerprint: ['@'],
  checksum: '@',
  exception: {
    values: [
      {
        type: '@',
        value: '@',
        module: '@',
        thread_id: '@',
        mechanism: { type: '@', source: '@', data: { '@': '@' }, meta: { errno: { name: '@' } } },
        stacktrace: {
          frames: [
            {
              filename: '@',
              abs_path: 'https://host/@',
              module: '@',
              package: '@',
              function: '@',
              raw_function: '@',
              platform: '@',
              context_line: 'x = @',
              pre_context: ['@'],
              post_context: ['@'],
              vars: { a: '@', list: ['@'], '@': { deep: '@' } },
              instruction_addr: '@',
              symbol: '@',
            },
          ],
        },
        raw_stacktrace: { frames: [{ function: '@' }] },
      },
    ],
  },
  threads: { values: [{ id: '@', name: '@', stacktrace: { frames: [{ function: '@' }] } }] },
  stacktrace: { frames: [{ filename: '@' }] },
  template: { filename: '@', abs_path: '@', context_line: '@' },
  user: {
    id: '@',
    email: '@',
    username: '@',
    ip_address: '@',
    name: '@',
    geo: { city: '@' },
    plan: '@',
    data: { x: '@' },
  },
  request: {
    url: 'https://host/@?q=@',
    method: '@',
    query_string: [['q', '@']],
    headers: [
      ['X-A', '@'],
      ['@', 'b'],
    ],
    cookies: 'c=@',
    data: { field: '@' },
    env: { HOME: '@' },
  },
  breadcrumbs: [{ type: '@', category: '@', level: '@', message: '@', timestamp: '@', data: { url: '@' } }],
  tags: { a: '@', '@': 'b' },
  contexts: { trace: { trace_id: '@', span_id: '@', op: '@', data: { x: '@' } }, '@': { x: '@' }, plain: '@' },
  extra: { a: '@', '@': 1, pairs: [['Authorization', '@']] },
  modules: { '@': '1', b: '@' },
  sdk: { name: '@', version: '@', packages: [{ name: '@' }] },
  debug_meta: { images: [{ type: '@', debug_id: '@', code_file: '@', image_addr: '@' }] },
  something_new: { a: ['@'] },
  '@': 'top',
};

/** Tokens of kinds that nobody can mistake for anything else, made up and in no use. */
const SECRETS = [
  ['ghp', 'kX9dQ2mZ7vB4nL6wR8tY1uI3oP5aS0dF2gH4'].join('_'),
  ['xoxb', '123456789012', '1234567890123', 'AbCdEfGhIjKlMnOpQrStUvWx'].join('-'),
  ['sk', 'live', '4eC39HqLyjWDarjtT1zdp7dcAbCdEfGh'].join('_'),
];

describe('a secret in an event', () => {
  for (const secret of SECRETS) {
    it(`of the kind ${secret.slice(0, 4)} survives in no place`, () => {
      const place = (value: JsonValue, told: (text: string) => string): JsonValue => {
        if (typeof value === 'string') return told(value);
        if (Array.isArray(value)) return value.map((item) => place(item as JsonValue, told));
        if (typeof value !== 'object' || value === null) return value;
        return Object.fromEntries(
          Object.entries(value).map(([key, item]) => [told(key), place(item as JsonValue, told)]),
        );
      };
      const told = (text: string): string => text.replaceAll('@', secret);
      const text = JSON.stringify(normalize(place(FULL, told) as JsonObject));
      expect(text).not.toContain(secret);
      // Inside of longer text, and at the place where a text is cut.
      const inside = (given: string): string =>
        given === '@' ? `${'word '.repeat(20)}${secret} and ${'more '.repeat(2000)}` : told(given);
      const long = JSON.stringify(normalize(place(FULL, inside) as JsonObject));
      expect(long).not.toContain(secret);
      expect(long).not.toContain(secret.slice(0, -8));
    });
  }

  it('whose name tells is masked, however harmless it looks', () => {
    const password = 'correct horse';
    const text = JSON.stringify(
      normalize({
        tags: { password },
        extra: {
          db: { password },
          list: [{ name: 'DB_PASSWORD', value: password }],
          secret: [password, { a: password }],
          pin: 1,
        },
        contexts: { auth: { client_secret: password } },
        user: { id: 1, password },
        request: {
          headers: [
            ['Authorization', password],
            ['Cookie', `a=${password}`],
          ],
          cookies: [['theme', password]],
          query_string: `password=${password}`,
          data: `{"password":"${password}"}`,
          env: { DB_PASSWORD: password },
        },
        breadcrumbs: [{ data: { password } }],
        exception: {
          type: 'A',
          stacktrace: { frames: [{ vars: { password, args: [['password', password]] } }] },
          mechanism: { data: { password } },
        },
        something_new: { password },
      }),
    );
    expect(text).not.toContain(password);
  });

  it('is masked as a number too, where its name or its digits tell', () => {
    const event = normalize({ extra: { pincode: 1, password: 12_345_678, card: 4_111_111_111_111_111 } });
    expect(JSON.stringify(event)).not.toMatch(/12345678|4111111111111111/);
  });
});
