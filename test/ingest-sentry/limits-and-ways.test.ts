import { deflateSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Failure } from '../../src/base/index.ts';
import { INGEST_FAILURES } from '../../src/ingest/index.ts';
import { EVENT_ID, envelope, event, send, sendTo } from './envelopes.ts';
import { KEY, type SentryServer, startSentryServer } from './sentry-server.ts';

let server: SentryServer;
beforeAll(async () => {
  server = await startSentryServer();
});
afterAll(() => server.close());
afterEach(() => {
  server.clear();
  server.setSettings({});
  server.setLoad(0);
  for (const store of ['errors', 'sink', 'monitors'] as const) server.fail(store, undefined);
});

const one = envelope({ event_id: EVENT_ID, sent_at: new Date().toISOString() }, event());
const log = {
  timestamp: Date.now() / 1_000,
  trace_id: 'b'.repeat(32),
  level: 'info',
  body: 'hello',
  attributes: { n: { value: 1, type: 'integer' } },
};
const logs = (count: number, itemCount = count) =>
  [
    { type: 'log', item_count: itemCount, content_type: 'application/vnd.sentry.items.log+json' },
    { version: 2, items: Array.from({ length: count }, () => log) },
  ] as const;

describe('limits', () => {
  it('are told beside what was taken, by category, and hold for that category alone', async () => {
    server.setSettings({ limitsPerMinute: { log_item: 3 } });
    const mixed = envelope({ event_id: EVENT_ID }, event(), logs(3));
    expect((await send(server, mixed)).headers.get('x-sentry-rate-limits')).toBeNull();
    const sent = await send(server, mixed);
    expect(sent.status).toBe(200);
    expect(sent.headers.get('x-sentry-rate-limits')).toMatch(/^\d+:log_item:project:quota$/);
    expect(server.taken.logs).toHaveLength(3);
    expect(server.taken.events).toHaveLength(2);
    expect(server.count('rate-limited', 'log_item')).toBe(3);
    const only = await send(server, envelope({}, logs(3)));
    expect(only.status).toBe(429);
    expect(only.headers.get('x-sentry-rate-limits')).toMatch(/^\d+:log_item:project:quota$/);
    expect(Number(only.headers.get('retry-after'))).toBeGreaterThan(0);
  });

  it('take the attachments of an event with it', async () => {
    server.setSettings({ limitsPerMinute: { error: 0 } });
    const file = [{ type: 'attachment', filename: 'a.txt' }, 'text'] as const;
    expect(await send(server, envelope({ event_id: EVENT_ID }, event(), file))).toMatchObject({ status: 429 });
    expect(server.taken.blobs).toHaveLength(0);
    expect(server.count('rate-limited', 'attachment')).toBe(1);
  });

  it('are those of a store that is full, and cost the others nothing', async () => {
    server.fail('sink', 'full');
    const sent = await send(server, envelope({ event_id: EVENT_ID }, event(), logs(2)));
    expect(sent.status).toBe(200);
    expect(sent.headers.get('x-sentry-rate-limits')).toBe('7:log_item:project:overloaded');
    expect(server.taken.events).toHaveLength(1);
    const only = await send(server, envelope({}, logs(2)));
    expect(only).toMatchObject({ status: 429 });
    expect(only.headers.get('x-sentry-rate-limits')).toBe('7:log_item:project:overloaded');
    expect(server.count('rate-limited', 'log_item')).toBe(4);
  });

  it('hold events back before their queue is full', async () => {
    server.setLoad(0.95);
    const sent = await send(server, one);
    expect(sent.status).toBe(429);
    expect(sent.headers.get('x-sentry-rate-limits')).toBe('10:error:project:overloaded');
    expect(server.taken.events).toHaveLength(0);
    expect(await send(server, envelope({}, logs(1)))).toMatchObject({ status: 200 });
  });

  it('are never a bare 429', async () => {
    server.setSettings({ limitsPerMinute: { error: 0, log_item: 0, session: 0 } });
    const session = [{ type: 'session' }, { sid: 'a', status: 'ok', started: Date.now() / 1_000 }] as const;
    const sent = await send(server, envelope({}, event(), logs(1), session));
    expect(sent.status).toBe(429);
    const limits = sent.headers.get('x-sentry-rate-limits') ?? '';
    for (const category of ['error', 'log_item', 'session']) expect(limits).toContain(`:${category}:`);
    for (const limit of limits.split(', ')) expect(limit.split(':')[1]).not.toBe('');
  });
});

describe('when there is no room for bodies', () => {
  it('a request is told to come back, without a category and so without a 429', async () => {
    const full = (): never => {
      const details = { bytesInFlight: 1, limitBytes: 1, measure: 'request bodies of SDKs' };
      throw new Failure(INGEST_FAILURES.overloaded, details, { retryAfterSeconds: 2 });
    };
    const crowded = await startSentryServer({ admission: { check: full, enter: full, bytesInFlight: () => 1 } });
    const sent = await send(crowded, one);
    await crowded.close();
    expect(sent.status).toBe(503);
    expect(sent.headers.get('retry-after')).toBe('2');
    expect(sent.headers.get('x-sentry-rate-limits')).toBeNull();
    expect(crowded.counters.list().find(({ protocol }) => protocol === 'sentry')).toMatchObject({ refusedRequests: 1 });
  });
});

describe('a defect behind the edge', () => {
  it('is told as one, is in the log without what was sent, and leaves the other stores alone', async () => {
    server.fail('sink', 'defect');
    const sent = await send(server, envelope({ event_id: EVENT_ID }, event(), logs(1)));
    expect(sent).toMatchObject({ status: 500 });
    expect(sent.text).not.toContain('hunter2');
    expect(server.logged).toEqual(['an ingest request failed unexpectedly']);
    expect(server.taken.events).toHaveLength(1);
  });
});

describe('other ways in', () => {
  it('store takes one event, also packed as old SDKs did', async () => {
    const plain = JSON.stringify({ message: 'legacy', event_id: 'B'.repeat(32) });
    const options = { endpoint: 'store' };
    expect(await send(server, plain, options)).toMatchObject({ status: 200, body: { id: 'b'.repeat(32) } });
    const packed = deflateSync(Buffer.from(plain)).toString('base64');
    expect(await send(server, packed, options)).toMatchObject({ status: 200, body: { id: 'b'.repeat(32) } });
    const withoutId = await send(server, '{"message":"no id"}', options);
    expect(withoutId.body.id).toMatch(/^[0-9a-f]{32}$/);
    expect(await send(server, 'nonsense', options)).toMatchObject({ status: 400 });
    const bomb = deflateSync(Buffer.alloc(40_000_000)).toString('base64');
    expect(await send(server, bomb, options)).toMatchObject({ status: 413 });
    expect(server.taken.events.map(({ payload }) => payload.message)).toEqual(['legacy', 'legacy', 'no id']);
  });

  it('security takes reports in the old and in the new form, each an event', async () => {
    const old = { 'csp-report': { 'document-uri': 'https://shop.example/', 'violated-directive': 'img-src' } };
    const modern = [
      { type: 'csp-violation', url: 'https://shop.example/a', user_agent: 'UA', body: { blockedURL: 'inline' } },
      { type: 'network-error', url: 'https://shop.example/b', body: { type: 'dns.name_not_resolved' } },
    ];
    const options = { endpoint: 'security', query: `sentry_key=${KEY}&sentry_environment=live&sentry_release=r1` };
    expect(await send(server, JSON.stringify(old), options)).toMatchObject({ status: 200 });
    expect(await send(server, JSON.stringify(modern), options)).toMatchObject({ status: 200 });
    expect(server.taken.events.map(({ payload }) => [payload.type, payload.environment, payload.release])).toEqual([
      ['csp', 'live', 'r1'],
      ['csp', 'live', 'r1'],
      ['nel', 'live', 'r1'],
    ]);
    expect(await send(server, '{"a":1}', options)).toMatchObject({ status: 400 });
    expect(server.count('accepted', 'security')).toBe(3);
  });

  it.each([
    ['with the key in the path', (url: string) => `${url}/api/42/cron/nightly/${KEY}/?status=in_progress`],
    ['with the key in the query', (url: string) => `${url}/api/42/cron/nightly/?sentry_key=${KEY}&status=in_progress`],
  ])('a check-in by GET %s', async (_, at) => {
    const sent = await sendTo(`${at(server.url)}&environment=live&duration=2.5`, undefined, { method: 'GET' });
    expect(sent).toMatchObject({ status: 202 });
    expect(server.taken.checkIns[0]).toMatchObject({
      slug: 'nightly',
      status: 'in_progress',
      environment: 'live',
      durationMs: 2_500,
    });
  });

  it('a check-in by POST with a schedule, and one that its store refuses', async () => {
    const url = `${server.url}/api/42/cron/n%C3%A4chtlich/${KEY}/`;
    const config = { schedule: { type: 'crontab', value: '0 3 * * *' } };
    const sent = await sendTo(url, JSON.stringify({ status: 'ok', monitor_config: config }));
    expect(sent).toMatchObject({ status: 202, body: { id: 'c'.repeat(32) } });
    expect(server.taken.checkIns[0]).toMatchObject({ slug: 'nächtlich', status: 'ok', config });
    expect(await sendTo(url, '{"status":"perhaps"}')).toMatchObject({ status: 400 });
    server.fail('monitors', 'refused');
    expect(await sendTo(url, '{}')).toMatchObject({ status: 400, body: { detail: 'no monitor of that name' } });
    expect(server.count('invalid', 'monitor')).toBe(2);
  });

  it('a minidump becomes an event with the dump beside it, or without when dumps are not kept', async () => {
    const upload = () => {
      const form = new FormData();
      form.append('upload_file_minidump', new Blob([Buffer.from('MDMP\u0000rest')]), 'crash.dmp');
      form.append('sentry', JSON.stringify({ release: 'game@1' }));
      form.append('sentry[tags][gpu]', 'fast');
      form.append('log', new Blob(['a log line']), 'game.log');
      return fetch(`${server.url}/api/42/minidump/?sentry_key=${KEY}`, { method: 'POST', body: form });
    };
    const first = await upload();
    expect(first.status).toBe(200);
    expect(await first.text()).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-/);
    const [crash] = server.taken.events;
    expect(crash?.payload).toMatchObject({
      level: 'fatal',
      platform: 'native',
      release: 'game@1',
      tags: { gpu: 'fast' },
    });
    expect(crash?.attachments.map(({ filename, attachmentType }) => [filename, attachmentType])).toEqual([
      ['crash.dmp', 'event.minidump'],
      ['game.log', 'event.attachment'],
    ]);
    expect(Buffer.from(crash?.attachments[1]?.bytes ?? []).toString()).toBe('a log line');
    server.setSettings({ keeps: { attachments: true, replays: true, profiles: true, minidumps: false } });
    expect((await upload()).status).toBe(200);
    expect(server.taken.events[1]?.attachments).toHaveLength(1);
    expect(server.taken.outcomes.find(({ reason }) => reason === 'minidump-not-kept')).toMatchObject({
      outcome: 'filtered',
    });
    expect(await send(server, 'no dump', { endpoint: 'minidump' })).toMatchObject({ status: 400 });
  });

  it('formats of crashes that are not read are refused and counted', async () => {
    expect(await sendTo(`${server.url}/api/42/unreal/${KEY}/`, 'UE4')).toMatchObject({ status: 400 });
    expect(server.taken.outcomes).toMatchObject([{ itemType: 'unreal', outcome: 'invalid', reason: 'not-supported' }]);
  });
});
