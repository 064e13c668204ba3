import { describe, expect, it } from 'vitest';
import { DAY_MS } from '../../base/index.ts';
import { createRedactor, newRedactionReport } from '../../redact/index.ts';
import type { IncomingEvent, JsonObject, JsonValue, NormalizedEvent, Project } from '../types.ts';
import { createNormalizeEvent, ISSUES_EVENTS_LIMITS as LIMITS } from './index.ts';

const NOW_MS = Date.UTC(2026, 2, 4, 12, 0, 0);
const normalizeEvent = createNormalizeEvent({ redactor: createRedactor() });
// Only its id and its retention are read.
const project = { id: '7', settings: { retentionDays: 90 } } as Project;

function normalize(payload: JsonObject, change: Partial<IncomingEvent> = {}): NormalizedEvent {
  const incoming: IncomingEvent = {
    project,
    eventId: 'e'.repeat(32),
    receivedMs: NOW_MS,
    client: 'sentry.python/2.68.0',
    payload,
    attachments: [],
    sourceIp: '192.0.2.9',
    userAgent: '',
    ...change,
  };
  return normalizeEvent(incoming, newRedactionReport());
}

const FRAME = { filename: 'a.py', function: 'f', lineno: 3, in_app: true };

describe('an event of any SDK', () => {
  it('has its exceptions from an object, a list, values, or a text', () => {
    const check = (exception: JsonValue, expected: readonly (readonly [string, string])[]): void => {
      const { type, exceptions } = normalize({ exception });
      expect(exceptions.map((one) => [one.type, one.value])).toEqual(expected);
      expect(type).toBe(expected.length === 0 ? 'message' : 'error');
    };
    check({ type: 'A', value: 'b' }, [['A', 'b']]);
    check(
      [{ type: 'A', value: 'b' }, null, { type: 'C' }],
      [
        ['A', 'b'],
        ['C', ''],
      ],
    );
    check({ values: [{ type: 'A', value: 12 }] }, [['A', '12']]);
    check({ values: [{ value: 'Uncaught TypeError: x is not a function' }] }, [['TypeError', 'x is not a function']]);
    check(['only text'], [['', 'only text']]);
    check({ values: null }, []);
    check({ values: [{ type: null, value: { a: 1 } }] }, [['', '{"a":1}']]);
    check(null, []);
  });

  it('keeps what a mechanism says of chains and groups', () => {
    const mechanism = {
      type: 'chained',
      handled: false,
      exception_id: 1,
      parent_id: 0,
      is_exception_group: true,
      source: '__cause__',
      data: { a: 1 },
    };
    const { exceptions, tags } = normalize({
      exception: [
        { type: 'A', mechanism },
        { type: 'B', mechanism: 'generic' },
      ],
    });
    expect(exceptions[0]?.mechanism).toEqual({
      type: 'chained',
      handled: false,
      synthetic: false,
      exceptionId: 1,
      parentId: 0,
      isExceptionGroup: true,
      source: '__cause__',
      data: { a: 1 },
    });
    expect(exceptions[1]?.mechanism).toEqual({ type: 'generic', synthetic: false, isExceptionGroup: false });
    expect([tags.handled, tags.mechanism]).toEqual(['no', 'generic']);
  });

  it('is a message when SDK 11 wraps a message into a synthetic exception', () => {
    const exception = {
      values: [{ value: 'hello', mechanism: { synthetic: true, type: 'generic' }, stacktrace: { frames: [FRAME] } }],
    };
    const event = normalize({ message: 'hello', level: 'info', exception });
    expect(event).toMatchObject({ type: 'message', level: 'info', exceptions: [], message: { formatted: 'hello' } });
    expect(event.stacktrace?.frames).toHaveLength(1);
    // Without the flag it is an exception that has no type.
    expect(normalize({ message: 'hello', exception: { values: [{ value: 'hello' }] } }).type).toBe('error');
  });

  it('has its message from text, an object, a log entry, and parameters', () => {
    const check = (payload: JsonObject, formatted: string | undefined, template?: string): void => {
      const { message } = normalize(payload);
      expect([message?.formatted, message?.template]).toEqual([formatted, template]);
    };
    check({ message: 'a' }, 'a');
    check({ message: { formatted: 'a 1', message: 'a %s' } }, 'a 1', 'a %s');
    check({ logentry: 'a' }, 'a');
    check({ logentry: { message: 'user %s of %s', params: ['x', 2] } }, 'user x of 2', 'user %s of %s');
    check({ logentry: { message: 'user %(name)s', params: { name: 'x' } } }, 'user x', 'user %(name)s');
    check({ logentry: { message: 'a {} b {}', params: ['x'] } }, 'a x b {}', 'a {} b {}');
    check({ message: '', logentry: { message: 'only template' } }, 'only template');
    check({ 'sentry.interfaces.Message': { message: 'old' } }, 'old');
    check({ message: null }, undefined);
    check({}, undefined);
  });

  it('leaves out frames that are none, and keeps both ends of a deep stack', () => {
    const frames: JsonValue[] = Array.from({ length: 1000 }, (_, index) => ({ ...FRAME, function: `f${index}` }));
    const { exceptions, remarks } = normalize({
      exception: { type: 'A', stacktrace: { frames: [null, 'x', ...frames] } },
    });
    const stacktrace = exceptions[0]?.stacktrace;
    expect(stacktrace?.frames).toHaveLength(LIMITS.framesMax);
    expect([stacktrace?.frames[0]?.function, stacktrace?.frames.at(-1)?.function]).toEqual(['f0', 'f999']);
    expect(stacktrace?.framesOmitted).toEqual([125, 875]);
    expect(remarks.map(({ field }) => field)).toEqual(expect.arrayContaining(['exception.0.stacktrace']));
  });

  it('takes the file of a frame from its URL, and numbers from text', () => {
    const url = 'https://shop.example.org/static/app.js?v=1';
    const { exceptions } = normalize({
      exception: {
        type: 'A',
        stacktrace: [
          { filename: url, lineno: '12', colno: -1, in_app: null, pre_context: ['a', null], context_line: 'b' },
        ],
      },
    });
    expect(exceptions[0]?.stacktrace?.frames[0]).toEqual({
      filename: '/static/app.js',
      absPath: url,
      module: '',
      package: '',
      function: '',
      rawFunction: '',
      platform: '',
      lineno: 12,
      preContext: ['a', ''],
      contextLine: 'b',
      postContext: [],
    });
  });

  it('leaves names of code as they are', () => {
    const frame = {
      function: 'App\\EncryptCookies::handle',
      package: 'System.Private.CoreLib, Version=4.0.0.0, Culture=neutral, PublicKeyToken=7cec85d7bea7798e',
    };
    const { exceptions } = normalize({ exception: { type: 'A', stacktrace: { frames: [frame] } } });
    expect(exceptions[0]?.stacktrace?.frames[0]).toMatchObject(frame);
  });

  it('reads levels as names and numbers of any SDK', () => {
    const check = (level: JsonValue, expected: string): void => expect(normalize({ level }).level).toBe(expected);
    check('FATAL', 'fatal');
    check('warn', 'warning');
    check('log', 'info');
    check(30, 'warning');
    check('40', 'error');
    check('nonsense', 'error');
    check('toString', 'error');
    check(null, 'error');
  });

  it('reads times of any form, and never one of the future or of long ago', () => {
    const check = (timestamp: JsonValue, expectedMs: number): void =>
      expect(normalize({ timestamp }).timeMs).toBe(expectedMs);
    const before = NOW_MS - 60_000;
    check(before / 1000, before);
    check(String(before / 1000), before);
    check(before, before);
    check(new Date(before).toISOString(), before);
    check('2026-03-04T11:59:00', before);
    check('2026-03-04 11:59:00.000000', before);
    check('2026-03-04T12:59:00+01:00', before);
    check(NOW_MS / 1000 + 3600, NOW_MS);
    check((NOW_MS - 40 * DAY_MS) / 1000, NOW_MS);
    check('yesterday', NOW_MS);
    check(null, NOW_MS);
    check(-5, NOW_MS);
    check(1e300, NOW_MS);
    check({ a: 1 }, NOW_MS);
  });

  it('corrects the clock of the sender by when it sent, for breadcrumbs too', () => {
    const sentAtMs = NOW_MS - 3_600_000;
    const payload = { timestamp: (sentAtMs - 5000) / 1000, breadcrumbs: [{ timestamp: (sentAtMs - 9000) / 1000 }] };
    const event = normalize(payload, { sentAtMs });
    expect([event.timeMs, event.breadcrumbs[0]?.timeMs]).toEqual([NOW_MS - 5000, NOW_MS - 9000]);
    expect(event.remarks[0]?.reason).toContain('3600 s');
    // What the network took is no error of the clock.
    expect(normalize({ timestamp: (NOW_MS - 9000) / 1000 }, { sentAtMs: NOW_MS - 8000 }).timeMs).toBe(NOW_MS - 9000);
  });

  it('has tags from a map, pairs or objects, and its own fields among them', () => {
    const tagged = (tags: JsonValue) => normalize({ tags }).tags;
    for (const tags of [
      { a: 1, b: true },
      [
        ['a', '1'],
        ['b', 'true'],
      ],
      [
        { key: 'a', value: 1 },
        { key: 'b', value: true },
      ],
    ]) {
      expect(tagged(tags)).toEqual({ a: '1', b: 'true', level: 'error', environment: 'production' });
    }
    expect(tagged([['a', null], [null, 'b'], 'c'])).toEqual({ level: 'error', environment: 'production' });
    expect(Object.hasOwn(tagged(JSON.parse('{"__proto__":"x"}') as JsonObject), '__proto__')).toBe(true);
    const long = tagged({ a: 'x'.repeat(500), ['k'.repeat(500)]: 'v' });
    expect(long.a).toHaveLength(LIMITS.tagLengthMax);
    expect(Math.max(...Object.keys(long).map((key) => key.length))).toBe(LIMITS.tagLengthMax);
    expect(
      Object.keys(tagged(Object.fromEntries(Array.from({ length: 900 }, (_, i) => [`t${i}`, '1'])))).length,
    ).toBeLessThan(LIMITS.tagsMax + 10);
  });

  it('takes release, environment and the like from tags where the fields are absent', () => {
    const event = normalize({ tags: { release: 'shop@1', environment: 'staging' }, dist: 7 });
    expect(event).toMatchObject({ release: 'shop@1', environment: 'staging', dist: '7' });
    expect(normalize({ release: 3, environment: null })).toMatchObject({ release: '3', environment: 'production' });
  });

  it('knows the user by what is known, and an address only where it is asked for', () => {
    expect(normalize({ user: { id: 7, ip_address: '{{auto}}', segment: 'a' } })).toMatchObject({
      user: { id: '7', ip: '192.0.2.9', data: { segment: 'a' } },
      tags: { user: 'id:7', 'user.ip': '192.0.2.9' },
    });
    expect(normalize({ user: { email: 'a@example.org' } }).tags.user).toBe('email:a@example.org');
    expect(normalize({ sdk: { settings: { infer_ip: 'auto' } } }).user).toEqual({ ip: '192.0.2.9' });
    expect(
      normalize({ user: { ip_address: '{{auto}}' }, sdk: { settings: { infer_ip: 'never' } } }).user,
    ).toBeUndefined();
    expect(normalize({ user: 'nobody' }).user).toBeUndefined();
  });

  it('has headers, cookies and queries as pairs, whatever form they came in', () => {
    const { request } = normalize({
      request: {
        url: 'https://shop.example.org/cart?page=2#top',
        method: 'post',
        headers: [
          ['Accept', 'text/html'],
          ['X-List', ['a', 'b']],
        ],
        cookies: 'theme=dark; id',
        data: '{"name":"x","password":"hunter2"}',
      },
    });
    expect(request).toMatchObject({
      url: 'https://shop.example.org/cart#top',
      method: 'POST',
      query: [['page', '2']],
      headers: [
        ['Accept', 'text/html'],
        ['X-List', 'a'],
        ['X-List', 'b'],
      ],
    });
    expect(request?.cookies.map(([name]) => name)).toEqual(['theme', '']);
    expect(request?.body).toEqual({ name: 'x', password: expect.stringContaining('[redacted:') });
    const pairs = normalize({
      request: { headers: { A: 'b' }, query_string: [['q', 'x']], cookies: { c: 'd' } },
    }).request;
    expect([pairs?.headers, pairs?.query, pairs?.cookies.length]).toEqual([[['A', 'b']], [['q', 'x']], 1]);
    expect(normalize({ request: { query_string: '?q=a%20b&r=' } }).request?.query).toEqual([
      ['q', 'a b'],
      ['r', ''],
    ]);
    expect(
      normalize({ request: { data: 'a=1&b=2', headers: { 'content-type': 'application/x-www-form-urlencoded' } } })
        .request?.body,
    ).toEqual({ a: '1', b: '2' });
    expect(normalize({ request: { data: 'just text' } }).request?.body).toBe('just text');
    expect(normalize({ request: 'x' }).request).toBeUndefined();
  });

  it('tells the browser, the system and the device from the user agent', () => {
    const agent =
      'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1';
    const { tags } = normalize({ request: { headers: { 'User-Agent': agent } } });
    expect(tags).toMatchObject({
      browser: 'Safari 17.5',
      'browser.name': 'Safari',
      'os.name': 'iOS',
      device: 'iPhone',
    });
    const server = normalize({
      request: { headers: { 'User-Agent': agent } },
      contexts: { os: { name: 'Linux', version: '6.1' }, runtime: { name: 'node', version: 'v20' } },
    });
    expect(server.tags).toMatchObject({
      os: 'Linux 6.1',
      'client_os.name': 'iOS',
      runtime: 'node v20',
      'runtime.name': 'node',
    });
    expect(normalize({}, { userAgent: agent }).tags['browser.name']).toBe('Safari');
    expect(normalize({}, { userAgent: 'sentry.python/2.68.0' }).tags['browser.name']).toBeUndefined();
  });

  it('keeps the newest breadcrumbs, from a list or values', () => {
    const crumbs: JsonValue[] = Array.from({ length: 150 }, (_, index) => ({
      message: `m${index}`,
      data: { url: '/a' },
    }));
    const { breadcrumbs } = normalize({ breadcrumbs: { values: crumbs } });
    expect([breadcrumbs.length, breadcrumbs[0]?.message, breadcrumbs.at(-1)?.message]).toEqual([100, 'm50', 'm149']);
    expect(normalize({ breadcrumbs: [{ message: 5, data: 'x' }, null] }).breadcrumbs).toEqual([
      { type: 'default', category: '', level: 'info', message: '5', data: { value: 'x' } },
    ]);
  });

  it('takes ids of the trace only where they are ids', () => {
    const trace = (trace_id: JsonValue, span_id: JsonValue) => {
      const { traceId, spanId } = normalize({ contexts: { trace: { trace_id, span_id } } });
      return [traceId, spanId];
    };
    expect(trace('0AF76519-16cd43dd8448eb211c80319c', 'b7ad6b7169203331')).toEqual([
      '0af7651916cd43dd8448eb211c80319c',
      'b7ad6b7169203331',
    ]);
    expect(trace('x', 5)).toEqual(['', '']);
  });

  it('cuts what is too large or too deep, and says so', () => {
    let deep: JsonValue = 'bottom';
    for (let level = 0; level < 30; level += 1) deep = { deep };
    const vars = { big: 'x'.repeat(100_000), other: 'y' };
    const event = normalize({
      extra: { deep, list: Array.from({ length: 5000 }, (_, index) => index) },
      exception: { type: 'A', value: 'v'.repeat(20_000), stacktrace: { frames: [{ ...FRAME, vars }] } },
    });
    const json = JSON.stringify(event);
    expect(json).not.toContain('bottom');
    expect(json.length).toBeLessThan(40_000);
    expect(event.exceptions[0]?.value).toHaveLength(LIMITS.messageLengthMax);
    expect(event.remarks.map(({ field }) => field)).toEqual(
      expect.arrayContaining(['extra', 'exception.0.value', 'exception.0.stacktrace.vars']),
    );
  });

  it('keeps fields that have no place, and the SDK by its own word or by that of the sender', () => {
    const event = normalize({ site: 'x', transaction_info: { source: 'route' }, sdk: { name: 'sentry.go' } });
    expect(event.other).toMatchObject({ site: 'x', transaction_info: { source: 'route' } });
    expect(event.sdk).toEqual({ name: 'sentry.go', version: '2.68.0' });
    expect(normalize({}).sdk).toEqual({ name: 'sentry.python', version: '2.68.0' });
  });

  it('has fingerprints as texts, and none where none was meant', () => {
    expect(normalize({ fingerprint: ['{{ default }}', 7, null] }).fingerprint).toEqual(['{{ default }}', '7']);
    expect(normalize({ fingerprint: 'one' }).fingerprint).toEqual(['one']);
    expect(normalize({ fingerprint: [] }).fingerprint).toBeUndefined();
    expect(normalize({ fingerprint: null }).fingerprint).toBeUndefined();
  });

  it('holds no text that a database would refuse', () => {
    const event = normalize({
      message: 'a\u0000b \ud800 c',
      tags: { '\u0000': '\udfff' },
      exception: { type: 'A\u0000', value: '\ud83d', stacktrace: { frames: [{ function: 'f\u0000::g' }] } },
    });
    expect(JSON.stringify(event)).not.toMatch(/\\u0000|\\ud[89a-f]/);
  });
});
