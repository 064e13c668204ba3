import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  ADMIN_EMAIL,
  ADMIN_PASSWORD,
  ADMIN_TOKEN,
  api,
  newFolder,
  type Program,
  query,
  removeFolder,
  sendLines,
  startProgram,
} from '../harness/program.ts';

let folder = '';
let program: Program;
beforeAll(async () => {
  folder = await newFolder();
  program = await startProgram({ folder });
});
afterAll(async () => {
  await program.stop();
  await removeFolder(folder);
});

const MiB = 1024 * 1024;
const post = async (
  at: string,
  body: Uint8Array | string,
  headers: Record<string, string>,
): Promise<{ status: number; text: string; headers: Headers }> => {
  const response = await fetch(new URL(at, program.origin), {
    method: 'POST',
    headers: { Authorization: `Bearer ${ADMIN_TOKEN}`, ...headers },
    body,
  });
  return { status: response.status, text: await response.text(), headers: response.headers };
};
const PROTOBUF = { 'Content-Type': 'application/x-protobuf' };
const JSON_TYPE = { 'Content-Type': 'application/json' };
const NDJSON = { 'Content-Type': 'application/x-ndjson' };

test('malformed protobuf, broken JSON and unknown content types are refused in the protocol', async () => {
  expect((await post('/v1/logs', Buffer.from([0x0a, 0xff, 0xff, 0xff, 0x01]), PROTOBUF)).status).toBe(400);
  const broken = await post('/v1/logs', '{"resourceLogs": [', JSON_TYPE);
  expect(broken.status).toBe(400);
  expect(JSON.parse(broken.text)).toHaveProperty('message');
  expect((await post('/v1/logs', 'x', { 'Content-Type': 'text/html' })).status).toBe(415);
  const line = await post('/api/v1/logs?group=bad', '{"message":"ok"}\n{"message":\n', NDJSON);
  expect(line.status).toBe(400);
  expect(line.text).toMatch(/line 2/);
});

test('a gzip bomb and a body of 200 MB are refused without being read, and the server goes on', async () => {
  const bomb = gzipSync(Buffer.alloc(300 * MiB));
  expect((await post('/v1/logs', bomb, { ...PROTOBUF, 'Content-Encoding': 'gzip' })).status).toBe(413);
  const status = await new Promise<number>((resolve, reject) => {
    const request = httpRequest(new URL('/v1/logs', program.origin), {
      method: 'POST',
      headers: { Authorization: `Bearer ${ADMIN_TOKEN}`, ...PROTOBUF, 'Content-Length': String(200 * MiB) },
    });
    request.on('response', (response) => {
      resolve(response.statusCode ?? 0);
      request.destroy();
    });
    request.on('error', reject);
    request.flushHeaders();
  });
  expect(status).toBe(413);
  expect((await fetch(`${program.origin}/readyz`)).status).toBe(200);
});

test('NUL, lone surrogates and skewed clocks do not break a batch', async () => {
  const records = [
    { message: 'a NUL \u0000 inside', odd: 1 },
    { message: 'a lone \ud800 surrogate', odd: 2 },
    { message: 'from 1970', time: 1000, odd: 3 },
  ];
  const response = await post(
    '/api/v1/logs?group=odd',
    records.map((record) => `${JSON.stringify(record)}\n`).join(''),
    NDJSON,
  );
  expect(response.status).toBe(200);
  const { accepted, expired } = JSON.parse(response.text) as { accepted: number; expired: number };
  expect(accepted).toBe(2);
  expect(expired).toBe(1);
  const future = await post(
    '/api/v1/logs?group=odd',
    '{"message":"from the future","time":"2100-01-01T00:00:00Z"}\n',
    NDJSON,
  );
  expect(future.status).toBe(400);
  expect(future.text).toMatch(/line 1/);
  const { rows } = await query(program, 'filter odd <= 2 | fields @message | sort odd asc', ['odd']);
  expect(rows.map((row) => row['@message'])).toEqual(['a NUL \u2400 inside', 'a lone \ufffd surrogate']);
});

test('ten thousand attributes on a record are refused clearly', async () => {
  const many = Object.fromEntries(Array.from({ length: 10_000 }, (_, index) => [`attribute${index}`, index]));
  const response = await post('/api/v1/logs?group=many', `${JSON.stringify({ message: 'x', ...many })}\n`, NDJSON);
  expect(response.status).toBe(400);
  expect(response.text).toMatch(/attributes/);
});

test('requests that are no HTTP, no URL or of an unknown method do not harm', async () => {
  const reply = await new Promise<string>((resolve) => {
    const socket = connect(program.port, '127.0.0.1', () => socket.end('NONSENSE\r\n\r\n'));
    let text = '';
    socket.on('data', (chunk) => {
      text += chunk.toString();
    });
    socket.on('close', () => resolve(text));
    socket.on('error', () => resolve(text));
  });
  expect(reply).toMatch(/^HTTP\/1\.1 400/);
  expect(
    (await fetch(`${program.origin}/api/v1/none`, { headers: { Authorization: `Bearer ${ADMIN_TOKEN}` } })).status,
  ).toBe(404);
  expect((await fetch(`${program.origin}/v1/logs`, { method: 'PUT' })).status).toBeGreaterThanOrEqual(400);
});

test('a span that is none is refused by partial success, and the others are taken', async () => {
  const startNs = BigInt(Date.now()) * 1_000_000n;
  const span = (spanId: string) => ({
    name: 'x',
    traceId: '0af7651916cd43dd8448eb211c80319c',
    spanId,
    startTimeUnixNano: String(startNs),
    endTimeUnixNano: String(startNs + 5n),
  });
  const send = async (spans: readonly unknown[]) => {
    const answer = await post(
      '/v1/traces',
      JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans }] }] }),
      JSON_TYPE,
    );
    expect(answer.status).toBe(200);
    return (JSON.parse(answer.text) as { partialSuccess?: { rejectedSpans?: string | number } }).partialSuccess;
  };
  expect(Number((await send([span('b7ad6b7169203331')]))?.rejectedSpans ?? 0)).toBe(0);
  expect(Number((await send([span('b7ad6b7169203331'), span('0000000000000000')]))?.rejectedSpans)).toBe(1);
});

test('a session needs its CSRF token to change something, and its cookie cannot be read by scripts', async () => {
  const signIn = await fetch(`${program.origin}/api/v1/session`, {
    method: 'POST',
    headers: JSON_TYPE,
    body: JSON.stringify({ email: ADMIN_EMAIL, password: ADMIN_PASSWORD }),
  });
  expect(signIn.status).toBe(200);
  const cookie = signIn.headers.get('set-cookie') ?? '';
  expect(cookie).toMatch(/HttpOnly/i);
  expect(cookie).toMatch(/SameSite=Strict/i);
  const { csrfToken } = (await signIn.json()) as { csrfToken: string };
  const session = cookie.split(';')[0] ?? '';
  const create = (headers: Record<string, string>) =>
    api<{ error?: { code: string } }>(program, 'POST', '/keys', {
      token: null,
      body: { name: 'k', roles: ['viewer'] },
      headers: { Cookie: session, ...headers },
    });
  expect((await create({})).status).toBe(403);
  expect((await create({ 'X-Holdfast-CSRF': 'wrong' })).status).toBe(403);
  expect((await create({ 'X-Holdfast-CSRF': csrfToken })).status).toBe(200);
});

test('a reader without a grant is refused everywhere, and each refusal is in the audit log', async () => {
  await sendLines(program, 'private', [{ message: 'for some only' }]);
  const created = await api<{ token: string; key: { id: string } }>(program, 'POST', '/keys', {
    body: { name: 'reader', roles: ['viewer'] },
  });
  const { token } = created.body;
  const ask = {
    query: 'fields @message',
    groups: ['private'],
    startMs: Date.now() - 3_600_000,
    endMs: Date.now() + 1000,
  };
  expect((await api(program, 'POST', '/logs/queries', { token, body: ask })).status).toBe(403);
  expect((await api(program, 'GET', '/audit', { token })).status).toBe(403);
  expect((await api(program, 'GET', '/keys', { token })).status).toBe(403);
  expect(
    (await api(program, 'PATCH', '/logs/groups?dryRun=false', { token, body: { name: 'private', retentionDays: 1 } }))
      .status,
  ).toBe(403);
  const grant = { subjectType: 'key', subjectId: created.body.key.id, pattern: 'priv*' };
  expect((await api(program, 'POST', '/grants', { body: grant })).status).toBe(200);
  expect((await api(program, 'POST', '/logs/queries', { token, body: ask })).status).toBe(200);
  const audit = await api<{ records: { eventName: string; errorCode?: string; userIdentity: unknown }[] }>(
    program,
    'GET',
    '/audit?refusedOnly=true&limit=200',
  );
  const refusals = audit.body.records.filter((record) =>
    JSON.stringify(record.userIdentity).includes(created.body.key.id),
  );
  expect(refusals.length).toBeGreaterThanOrEqual(4);
});

test('guessing a password is slowed down and said so', async () => {
  const guess = () =>
    api<{ error: { code: string } }>(program, 'POST', '/session', {
      token: null,
      body: { email: 'someone@example.test', password: 'wrong password' },
    });
  let last = await guess();
  for (let attempt = 0; attempt < 30 && last.status === 401; attempt += 1) last = await guess();
  expect(last.status).toBe(429);
  expect(last.body.error.code).toBe('access.too-many-attempts');
  expect(Number(last.headers.get('retry-after'))).toBeGreaterThan(0);
});
