import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { EVENT_ID, envelope, event, send, sendTo } from './envelopes.ts';
import { KEY, PROJECT_ID, type SentryServer, startSentryServer } from './sentry-server.ts';

let server: SentryServer;
beforeAll(async () => {
  server = await startSentryServer();
});
afterAll(() => server.close());
afterEach(() => {
  server.clear();
  server.setSettings({});
  server.setLoad(0);
  server.switchKeyOff(false);
  for (const store of ['errors', 'sink', 'traces', 'metrics', 'sessions', 'monitors'] as const) {
    server.fail(store, undefined);
  }
});

const one = envelope({ event_id: EVENT_ID, sent_at: new Date().toISOString() }, event());
describe('who sends', () => {
  const auth = `Sentry sentry_version=7, sentry_client=raven/1, sentry_key=${KEY}`;
  const other = 'f'.repeat(32);

  it.each([
    ['the query', `?sentry_key=${KEY}`, {}],
    ['X-Sentry-Auth', '', { 'x-sentry-auth': auth }],
    ['Authorization', '', { authorization: auth }],
    ['all of them', `?sentry_key=${KEY}`, { 'x-sentry-auth': auth }],
    ['a key written as UUID', '?sentry_key=01234567-89ab-cdef-0123-456789abcdef', {}],
  ])('is told by %s', async (_, query, headers) => {
    const sent = await sendTo(`${server.url}/api/${PROJECT_ID}/envelope/${query}`, one, { headers });
    expect(sent).toMatchObject({ status: 200, body: { id: EVENT_ID } });
    expect(server.taken.events).toHaveLength(1);
  });

  it.each([
    ['a DSN', 'envelope', server_dsn],
    ['a DSN with a secret and a path', 'envelope', () => `https://${KEY}:sesam@errors.example/a/b/${PROJECT_ID}`],
  ])('is told by %s in the header of the envelope', async (_, endpoint, dsn) => {
    const body = envelope({ dsn: dsn() }, event());
    const sent = await sendTo(`${server.url}/api/${PROJECT_ID}/${endpoint}/`, body);
    expect(sent).toMatchObject({ status: 200, body: { id: EVENT_ID } });
  });

  it('is told by the DSN alone through the tunnel, which checks it like any other', async () => {
    const tunnel = `${server.url}/tunnel`;
    expect(await sendTo(tunnel, envelope({ dsn: server.dsn }, event()))).toMatchObject({ status: 200 });
    expect(server.taken.events[0]?.project.id).toBe(PROJECT_ID);
    expect(await sendTo(tunnel, envelope({}, event()))).toMatchObject({ status: 403 });
    expect(await sendTo(tunnel, envelope({ dsn: `http://${other}@h/${PROJECT_ID}` }, event()))).toMatchObject({
      status: 403,
    });
    expect(await sendTo(tunnel, envelope({ dsn: 'not a dsn' }, event()))).toMatchObject({ status: 403 });
    expect(server.taken.events).toHaveLength(1);
  });

  it.each([
    ['nothing', '', {}, 'sentry.credentials-missing'],
    ['another key', `?sentry_key=${other}`, {}, 'sentry.rejected'],
    ['text for a key', `?sentry_key=${'x'.repeat(5_000)}`, {}, 'sentry.rejected'],
    ['two keys', `?sentry_key=${other}`, { 'x-sentry-auth': auth }, 'sentry.credentials-differ'],
    ['a header without a key', '', { 'x-sentry-auth': 'Sentry sentry_version=7' }, 'sentry.credentials-malformed'],
    ['a bearer token', '', { authorization: `Bearer ${KEY}` }, 'sentry.credentials-missing'],
  ])('is refused with %s', async (_, query, headers, code) => {
    const sent = await sendTo(`${server.url}/api/${PROJECT_ID}/envelope/${query}`, one, { headers });
    expect(sent.status).toBe(403);
    expect(sent.body.causes?.[0]).toContain(code);
    expect(sent.headers.get('x-sentry-error')).toBe(sent.body.detail);
    expect(server.taken.events).toHaveLength(0);
  });

  it('is refused when the DSN of the envelope is of another project than the address', async () => {
    const body = envelope({ dsn: `http://${KEY}@h/43` }, event());
    expect(await send(server, body)).toMatchObject({ status: 403 });
    expect(await sendTo(`${server.url}/api/${PROJECT_ID}/envelope/`, body)).toMatchObject({ status: 403 });
  });

  it('is refused once its key is switched off, and told the same as for a project that does not exist', async () => {
    const missing = await sendTo(`${server.url}/api/43/envelope/?sentry_key=${KEY}`, one);
    server.switchKeyOff(true);
    const off = await send(server, one);
    expect([off.status, missing.status]).toEqual([403, 403]);
    expect(off.body.detail?.replace('42', '43')).toBe(missing.body.detail);
  });

  it('is asked for its origin only when it is a page', async () => {
    server.setSettings({ allowedOrigins: ['https://shop.example', '*.trusted.example', 'http://localhost:*'] });
    const from = async (origin: string) => (await send(server, one, { headers: { origin } })).status;
    expect(await from('https://shop.example')).toBe(200);
    expect(await from('https://a.b.trusted.example')).toBe(200);
    expect(await from('http://localhost:5173')).toBe(200);
    expect(await from('http://shop.example')).toBe(403);
    expect(await from('https://shop.example.evil.example')).toBe(403);
    expect(await from('null')).toBe(403);
    expect(await send(server, one)).toMatchObject({ status: 200 });
  });
});

function server_dsn(): string {
  return server.dsn;
}

describe('the address', () => {
  it.each(['/api/42/envelope', '/api/42/envelope/', '/errors/v2/api/42/envelope/'])('may be %s', async (path) => {
    expect(await sendTo(`${server.url}${path}?sentry_key=${KEY}`, one)).toMatchObject({ status: 200 });
  });

  it.each(['/api/0/projects/', '/api/v1/logs', '/api/shop/envelope/', '/envelope/', '/api/42/envelopes/'])(
    'is left to others when it is %s',
    async (path) => {
      expect(await sendTo(`${server.url}${path}?sentry_key=${KEY}`, one)).toMatchObject({ status: 404 });
    },
  );

  it.each(['GET', 'HEAD', 'PUT', 'DELETE'])('does not answer %s', async (method) => {
    const sent = await send(server, one, { method });
    expect(sent.status).toBe(405);
    expect(sent.headers.get('allow')).toContain('POST');
  });

  it('answers a preflight without credentials, and lets pages read limits and errors', async () => {
    const preflight = await send(server, '', { method: 'OPTIONS', query: '' });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get('access-control-allow-origin')).toBe('*');
    expect(preflight.headers.get('access-control-allow-headers')).toContain('x-sentry-auth');
    expect(preflight.headers.get('access-control-max-age')).toBe('3600');
    for (const answer of [await send(server, one), await send(server, 'nonsense')]) {
      const exposed = answer.headers.get('access-control-expose-headers');
      expect(exposed).toContain('x-sentry-rate-limits');
      expect(exposed).toContain('x-sentry-error');
      expect(exposed).toContain('retry-after');
    }
  });
});

describe('the body', () => {
  it.each([
    ['gzip', gzipSync],
    ['x-gzip', gzipSync],
    ['deflate', deflateSync],
    ['br', brotliCompressSync],
  ])('may be packed with %s', async (encoding, pack) => {
    const sent = await send(server, pack(one), { headers: { 'content-encoding': encoding } });
    expect(sent).toMatchObject({ status: 200, body: { id: EVENT_ID } });
  });

  it.each([
    ['gzip', gzipSync],
    ['deflate', deflateSync],
    ['br', brotliCompressSync],
  ])('may become very much larger with %s while that is still no bomb', async (encoding, pack) => {
    const zeros = Buffer.alloc(5 * 1_024 * 1_024);
    const body = envelope({ event_id: EVENT_ID }, event(), [{ type: 'attachment', filename: 'zeros' }, zeros]);
    expect(await send(server, pack(body), { headers: { 'content-encoding': encoding } })).toMatchObject({
      status: 200,
    });
    expect(server.taken.events[0]?.attachments[0]?.bytes).toHaveLength(zeros.length);
  });

  it('may be zstd on every Node, also as one large frame of many blocks', async () => {
    const big = envelope({ event_id: EVENT_ID }, event({ extra: { text: 'x'.repeat(400_000) } }));
    const headers = { 'content-encoding': 'zstd' };
    expect(await send(server, zstdOf(one), { headers })).toMatchObject({ status: 200, body: { id: EVENT_ID } });
    expect(await send(server, zstdOf(big), { headers })).toMatchObject({ status: 200, body: { id: EVENT_ID } });
    expect(server.taken.events).toHaveLength(2);
  });

  it.each([
    undefined,
    'application/x-sentry-envelope',
    'text/plain;charset=UTF-8',
    'multipart/form-data',
    'application/x-www-form-urlencoded',
  ])('may say %s of itself', async (type) => {
    const headers: Record<string, string> = type === undefined ? {} : { 'content-type': type };
    expect(await send(server, one, { headers })).toMatchObject({ status: 200 });
  });

  it('may come in chunks without a length', async () => {
    const chunks = new ReadableStream({
      start: (controller) => {
        for (let at = 0; at < one.length; at += 7) controller.enqueue(one.subarray(at, at + 7));
        controller.close();
      },
    });
    expect(await send(server, chunks)).toMatchObject({ status: 200, body: { id: EVENT_ID } });
  });

  it('is refused when it is no such thing, and when it becomes too much', async () => {
    const headers = { 'content-encoding': 'gzip' };
    expect(await send(server, 'not gzip', { headers })).toMatchObject({ status: 400 });
    expect(await send(server, one, { headers: { 'content-encoding': 'lzma' } })).toMatchObject({ status: 415 });
    // A thousandth of what it becomes: no telemetry packs like that.
    const bomb = gzipSync(Buffer.alloc(40 * 1_024 * 1_024));
    expect(await send(server, bomb, { headers })).toMatchObject({ status: 413 });
    expect(await send(server, zstdBomb(), { headers: { 'content-encoding': 'zstd' } })).toMatchObject({ status: 413 });
    // What is not known yet may be smaller still.
    const anonymous = Buffer.alloc(21 * 1_024 * 1_024);
    expect(await sendTo(`${server.url}/tunnel`, anonymous)).toMatchObject({ status: 413 });
  });
});

/** A frame of stored blocks (RFC 8878): any decoder reads it, and nothing is needed to write it. */
function zstdOf(body: Buffer): Buffer {
  const blocks: Buffer[] = [];
  for (let at = 0; at < body.length; at += 100_000) {
    const piece = body.subarray(at, at + 100_000);
    const isLast = at + 100_000 >= body.length;
    const header = Buffer.alloc(3);
    header.writeUIntLE((piece.length << 3) | (isLast ? 1 : 0), 0, 3);
    blocks.push(header, piece);
  }
  return Buffer.concat([Buffer.from('28b52ffd0058', 'hex'), ...blocks]);
}

/** Two thousand times the same byte 131,072 times. */
function zstdBomb(): Buffer {
  const block = Buffer.alloc(4);
  block.writeUIntLE((131_072 << 3) | 2, 0, 3);
  const last = Buffer.from(block);
  last.writeUIntLE((131_072 << 3) | 3, 0, 3);
  const frame = Array.from({ length: 2_000 }, () => block);
  return Buffer.concat([Buffer.from('28b52ffd0058', 'hex'), ...frame, last]);
}

describe('an envelope', () => {
  it.each([
    ['no header', ''],
    ['a header that is no object', '[]\n'],
    ['an item without a type', '{}\n{}\n{}'],
    ['a length past the end', '{}\n{"type":"event","length":10}\n{}'],
    ['a length that ends in the middle', '{}\n{"type":"event","length":1}\n{}\n'],
    ['a negative length', '{}\n{"type":"event","length":-1}\n{}\n'],
    ['a header that never ends', `{"a":"${'x'.repeat(70_000)}"}\n`],
  ])('is refused whole with %s', async (_, fault) => {
    const sent = await send(server, fault);
    expect(sent.status).toBe(400);
    expect(sent.body.detail).toContain('malformed');
    const after = await send(server, Buffer.concat([one, Buffer.from('\n{"type":"event","length":99}\n{}')]));
    expect(after.status).toBe(400);
    expect(server.taken.events).toHaveLength(0);
  });

  it('may have no items, or only such as nobody knows; those are counted by name', async () => {
    expect(await send(server, '{}')).toMatchObject({ status: 200 });
    const body = envelope({ event_id: EVENT_ID }, [{ type: 'hologram' }, {}], [{ type: 'statsd' }, 'a:1|c']);
    expect(await send(server, body)).toMatchObject({ status: 200, body: { id: EVENT_ID } });
    expect(server.taken.outcomes.map(({ itemType, outcome }) => `${itemType} ${outcome}`)).toEqual([
      'hologram unknown',
      'statsd unknown',
    ]);
  });

  it('loses only the item that is wrong, and says so when nothing was left', async () => {
    const bad = [{ type: 'event', length: 5 }, '{nope'] as const;
    expect(await send(server, envelope({}, event(), bad))).toMatchObject({ status: 200 });
    expect(server.count('invalid', 'error')).toBe(1);
    expect(server.count('accepted', 'error')).toBe(1);
    const sent = await send(server, envelope({}, bad));
    expect(sent).toMatchObject({ status: 400, body: { detail: 'the event is not valid: it is not JSON' } });
  });

  it('does not repeat what was sent in its answer or in the log', async () => {
    const secret = 'hunter2-in-a-payload';
    for (const body of [`{"dsn":"${secret}"}\n`, `${secret}\n`, `{}\n{"type":"event"}\n{"${secret}`]) {
      const sent = await send(server, body);
      expect(sent.status).toBeGreaterThanOrEqual(400);
      expect(sent.text + JSON.stringify([...sent.headers])).not.toContain('hunter2');
    }
    server.fail('errors', 'defect');
    const sent = await send(server, one);
    expect(sent.status).toBe(500);
    expect(sent.text).not.toContain('hunter2');
  });

  it('is refused for an event past its size, and for nesting that nobody means', async () => {
    const large = envelope({}, event({ extra: { text: 'x'.repeat(1_100_000) } }));
    expect(await send(server, large)).toMatchObject({ status: 413 });
    const deep = `{}\n{"type":"event"}\n{"extra":${'['.repeat(50_000)}${']'.repeat(50_000)}}`;
    expect(await send(server, deep)).toMatchObject({ status: 400 });
    const reasons = server.taken.outcomes.map(({ reason }) => reason);
    expect(reasons).toEqual(['too-large', 'too-deep']);
  });
});
