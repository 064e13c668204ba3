import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type EdgeServer, KEY, READER_KEY, startEdgeServer } from './edge-server.ts';

let server: EdgeServer;
beforeAll(async () => {
  server = await startEdgeServer();
});
afterAll(() => server.close());

const post = (query: string, body: Uint8Array | string, headers: Readonly<Record<string, string>> = {}) =>
  fetch(`${server.url}/api/v1/logs${query}`, {
    method: 'POST',
    body: typeof body === 'string' ? body : new Uint8Array(body),
    headers: { 'content-type': 'application/x-ndjson', authorization: `Bearer ${KEY}`, ...headers },
  });
const rowsOf = (group: string) => server.rows.filter((row) => row.logGroup === group);
const failureOf = async (response: Response) =>
  ((await response.json()) as { error: { code: string; message: string; hint: string; requestId: string } }).error;

describe('NDJSON', () => {
  it('stores lines and answers how many, with secrets masked in message, line and attribute', async () => {
    const token = `ghp_${'R7kq2WvXz9LmN4pT8sYb3cJd6fGh1aQe5uXo'}`;
    const lines = [
      { message: `token ${token} used`, level: 'info', user: { password: 'correct-horse-9' } },
      { event: 'auth', header: `Bearer ${token}` },
      { message: 'old', time: '2001-01-01T00:00:00Z' },
    ];
    const response = await post('?group=app&stream=s1', lines.map((line) => JSON.stringify(line)).join('\n'));
    expect([response.status, await response.json()]).toEqual([200, { accepted: 2, expired: 1 }]);
    const rows = rowsOf('app');
    expect(rows.map((row) => row.logStream)).toEqual(['s1', 's1']);
    const stored = JSON.stringify(rows, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value));
    expect(stored).not.toContain(token);
    expect(stored).not.toContain('correct-horse-9');
  });

  it('takes plain text and gzip', async () => {
    const text = gzipSync('first\nsecond\n');
    const response = await post('?group=text', text, { 'content-type': 'text/plain', 'content-encoding': 'gzip' });
    expect(await response.json()).toEqual({ accepted: 2, expired: 0 });
    expect(rowsOf('text').map((row) => [row.logStream, row.body])).toEqual([
      ['default', 'first'],
      ['default', 'second'],
    ]);
  });

  it('refuses the whole request for one bad line, naming it, unless told to keep it', async () => {
    const body = '{"message":"a"}\noops hunter2\n';
    const refused = await post('?group=bad', body);
    expect(refused.status).toBe(400);
    const failure = await failureOf(refused);
    expect(failure).toMatchObject({ code: 'ingest.line-malformed', requestId: 'r1' });
    expect(failure.message).toBe('line 2 was refused: it is not JSON');
    expect(rowsOf('bad')).toEqual([]);
    expect(await (await post('?group=bad&onError=keep', body)).json()).toEqual({ accepted: 2, expired: 0 });
    expect(rowsOf('bad').map((row) => row.body)).toEqual(['a', 'oops hunter2']);
  });

  it('stores a repeat with the same Idempotency-Key once, and refuses the key for another body', async () => {
    const headers = { 'idempotency-key': 'batch-1' };
    const first = await post('?group=once', '{"message":"x"}', headers);
    const again = await post('?group=once', '{"message":"x"}', headers);
    expect(await again.json()).toEqual(await first.json());
    expect(rowsOf('once')).toHaveLength(1);
    expect((await post('?group=once', '{"message":"y"}', headers)).status).toBe(422);
    server.failNextAppend('full');
    const full = await post('?group=once', '{"message":"z"}', { 'idempotency-key': 'batch-2' });
    expect([full.status, full.headers.get('retry-after')]).toEqual([503, '7']);
    expect((await post('?group=once', '{"message":"z"}', { 'idempotency-key': 'batch-2' })).status).toBe(200);
    expect(rowsOf('once')).toHaveLength(2);
  });

  it('says what is missing or wrong', async () => {
    const check = async (response: Response, status: number, code: string): Promise<void> => {
      expect([response.status, (await failureOf(response)).code]).toEqual([status, code]);
    };
    await check(await post('', '{}'), 400, 'ingest.group-missing');
    await check(await post('?group=g&onError=maybe', '{}'), 400, 'ingest.parameter-invalid');
    await check(await post('?group=g', '{}', { 'content-type': 'text/html' }), 415, 'ingest.content-type-unsupported');
    await check(await post('?group=g', '{}', { authorization: '' }), 401, 'ingest.credentials-missing');
    await check(await post('?group=g', '{}', { authorization: 'Bearer hf_no_no' }), 401, 'test.unknown-key');
    await check(await post('?group=g', '{}', { authorization: `Bearer ${READER_KEY}` }), 403, 'test.forbidden');
    await check(await post('?group=g', '{}', { 'idempotency-key': 'k'.repeat(300) }), 400, 'ingest.parameter-invalid');
    expect(rowsOf('g')).toEqual([]);
    const count = server.counters.list().find(({ protocol }) => protocol === 'ndjson');
    expect(count?.refusedRequests).toBeGreaterThanOrEqual(7);
  });
});
