import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { isFailure } from '../../src/base/index.ts';
import { isSignatureGood, NOTIFY_LIMITS, type Notify } from '../../src/notify/index.ts';
import { ADMIN, alertOf, type NotifyForTest, openNotifyForTest, quickRoute, setFallback } from './open-notify.ts';
import { type HttpReceiver, startHttpReceiver } from './receivers.ts';

let stores: NotifyForTest;
let receiver: HttpReceiver;
let notify: Notify;
let signingSecret: string;

beforeAll(async () => {
  stores = await openNotifyForTest();
});
afterAll(() => stores.close());
beforeEach(async () => {
  await stores.clear();
  receiver = await startHttpReceiver();
  notify = await stores.open();
  const made = await notify.channels.create(ADMIN, {
    name: 'hook',
    type: 'webhook',
    url: `${receiver.url}/hooks/sekrit-token-1`,
  });
  signingSecret = made.signingSecret ?? '';
  await setFallback(notify, quickRoute(['hook']));
});
afterEach(async () => {
  await notify.close();
  await receiver.close();
});

const got = (count: number) => expect.poll(() => receiver.received.length).toBe(count);
const attempts = () => notify.channels.attempts(ADMIN, { limit: 100 });

test('an alert is told once, signed, and its end is told too', async () => {
  const alert = alertOf('alarm:cpu', { labels: { service: 'api' }, path: '/alarms/cpu' });
  await notify.alerting.raise(alert);
  await notify.alerting.raise(alert);
  await notify.alerting.raise({ ...alert, atMs: alert.atMs + 5 });
  await got(1);
  const [first] = receiver.received;
  expect(first?.json).toMatchObject({ version: 1, kind: 'alerts', state: 'firing', severity: 'high', firingCount: 1 });
  expect(first?.json.alerts[0]).toMatchObject({
    key: 'alarm:cpu',
    labels: { service: 'api' },
    url: 'https://holdfast.example/alarms/cpu',
  });
  expect(first?.headers['idempotency-key']).toBe(first?.json.id);
  const header = String(first?.headers['holdfast-signature']);
  const body = first?.body ?? '';
  expect(isSignatureGood(header, { secret: signingSecret, body, nowMs: Date.now() })).toBe(true);
  expect(isSignatureGood(header, { secret: signingSecret, body: `${body} `, nowMs: Date.now() })).toBe(false);
  await notify.alerting.raise({ ...alert, state: 'resolved', atMs: alert.atMs + 10 });
  await got(2);
  expect(receiver.received[1]?.json).toMatchObject({ state: 'resolved', thread: first?.json.id, resolvedCount: 1 });
  await expect.poll(async () => (await attempts()).map(({ outcome }) => outcome)).toEqual(['delivered', 'delivered']);
});

test('nothing is told of an alert that ends before its group has waited', async () => {
  await setFallback(notify, quickRoute(['hook'], { groupWaitMs: 400, groupIntervalMs: 1_000 }));
  const alert = alertOf('alarm:blip');
  await notify.alerting.raise(alert);
  await notify.alerting.raise({ ...alert, state: 'resolved', atMs: alert.atMs + 10 });
  await notify.alerting.raise(alertOf('alarm:stays'));
  await got(1);
  expect(receiver.received[0]?.json.alerts.map((one: { key: string }) => one.key)).toEqual(['alarm:stays']);
});

test('a receiver that is busy is asked again when it says, with the same bytes and the same key', async () => {
  receiver.answer = (_request, response) => {
    response.writeHead(429, { 'Retry-After': '1' }).end('slow down');
    receiver.answer = (_next, later) => void later.writeHead(204).end();
  };
  await notify.alerting.raise(alertOf('alarm:busy'));
  await got(2);
  const [first, second] = receiver.received;
  expect(second?.body).toBe(first?.body);
  expect(second?.headers['idempotency-key']).toBe(first?.headers['idempotency-key']);
  expect((second?.atMs ?? 0) - (first?.atMs ?? 0)).toBeGreaterThanOrEqual(1_000);
  await expect.poll(async () => (await attempts()).map(({ outcome }) => outcome)).toEqual(['delivered', 'will-retry']);
  expect((await attempts())[1]?.detail).toBe('HTTP 429: slow down');
});

test('a receiver that refuses is not asked again, and the channel becomes an alert on the others', async () => {
  const other = await startHttpReceiver();
  try {
    await notify.channels.create(ADMIN, { name: 'other', type: 'webhook', url: other.url });
    receiver.answer = (_request, response) => void response.writeHead(404).end('no such hook /hooks/sekrit-token-1');
    await notify.alerting.raise(alertOf('alarm:lost', { severity: 'critical' }));
    await expect.poll(() => other.received.length).toBe(1);
    expect(other.received[0]?.json.alerts[0]).toMatchObject({ key: 'notify:channel:hook', severity: 'high' });
    expect(receiver.received.length).toBe(1);
    expect((await notify.channels.list(ADMIN))[0]?.health).toMatchObject({ problem: expect.stringContaining('404') });
    receiver.answer = (_request, response) => void response.end('taken');
    expect(await notify.channels.test(ADMIN, 'hook')).toMatchObject({ outcome: 'delivered', kind: 'test' });
    await expect.poll(() => other.received.length).toBe(2);
    expect(other.received[1]?.json).toMatchObject({ state: 'resolved' });
  } finally {
    await other.close();
  }
});

test('redirects are not followed, and endless answers are cut off', async () => {
  receiver.answer = (_request, response) =>
    void response.writeHead(302, { Location: 'http://169.254.169.254/latest/meta-data' }).end();
  expect(await notify.channels.test(ADMIN, 'hook')).toMatchObject({
    outcome: 'failed',
    detail: 'HTTP 302: redirects are not followed',
  });
  receiver.answer = (_request, response) => {
    const more = (): void => {
      while (!response.destroyed && response.write('x'.repeat(16_384)));
    };
    response.on('drain', more);
    response.writeHead(200);
    more();
  };
  const cut = await notify.channels.test(ADMIN, 'hook');
  expect(cut.outcome).toBe('delivered');
  expect(cut.detail.length).toBeLessThanOrEqual(NOTIFY_LIMITS.detailCharsMax);
});

test('names and addresses that lead inside are refused, also when they were made while allowed', async () => {
  const strict = await stores.open({ allowLoopback: false }, false);
  for (const url of ['http://127.0.0.1:9/', 'http://[::ffff:127.0.0.1]/', 'http://10.0.0.1/', 'http://0x7f000001/']) {
    const refusal = await strict.channels
      .create(ADMIN, { name: 'inside', type: 'slack', url })
      .catch((e: unknown) => e);
    expect(isFailure(refusal) && refusal.code).toBe('notify.address-refused');
  }
  await strict.channels.create(ADMIN, { name: 'by-name', type: 'slack', url: `http://localhost:9/T0/B0/xyz` });
  expect(await strict.channels.test(ADMIN, 'by-name')).toMatchObject({
    outcome: 'failed',
    detail: expect.stringContaining('this very machine'),
  });
  expect(await strict.channels.test(ADMIN, 'hook')).toMatchObject({ outcome: 'failed' });
  expect(receiver.received).toEqual([]);
  // A name of which one address is public and one is private is no accident either.
  const mixed = await stores.open({ resolveHost: () => Promise.resolve(['93.184.215.14', '192.168.1.1']) }, false);
  expect(await mixed.channels.test(ADMIN, 'by-name')).toMatchObject({ detail: expect.stringContaining('192.168.1.1') });
});

test('a channel that hangs holds up no other', async () => {
  const other = await startHttpReceiver();
  try {
    await notify.channels.create(ADMIN, { name: 'other', type: 'webhook', url: other.url });
    receiver.answer = () => undefined;
    await setFallback(notify, quickRoute(['hook', 'other']));
    for (const key of ['a', 'b', 'c', 'd', 'e']) await notify.alerting.raise(alertOf(`alarm:${key}`));
    await expect.poll(() => other.received.length).toBe(5);
    expect(receiver.received.length).toBe(NOTIFY_LIMITS.attemptsPerChannelAtOnce);
  } finally {
    receiver.answer = (_request, response) => void response.end();
    await receiver.close();
    await other.close();
  }
});

test('no secret of a channel is listed, audited, stored in the clear or kept of an answer', async () => {
  receiver.answer = (request, response) =>
    void response.writeHead(500).end(`cannot POST ${request.path}: sekrit-token-1`);
  await notify.alerting.raise(alertOf('alarm:x', { body: 'password=hunter2-Xy9Zk42q', labels: { token: 'abcdef' } }));
  await expect.poll(async () => (await attempts()).length).toBe(1);
  const shown = JSON.stringify([
    await notify.channels.list(ADMIN),
    await notify.alerts.list(ADMIN, { limit: 10 }),
    (await stores.audit.lookup({ limit: 200 })).records,
    receiver.received[0]?.body,
  ]);
  expect(shown).toContain('notify');
  for (const secret of ['sekrit-token-1', signingSecret, 'hunter2', 'abcdef']) expect(shown).not.toContain(secret);
  const [attempt] = await attempts();
  expect(attempt?.detail).not.toContain(`${receiver.url}/hooks/sekrit-token-1`);
  const rows = await stores.catalog
    .db<Record<'notify_channels', { secrets_sealed: Buffer }>>()
    .selectFrom('notify_channels')
    .select('secrets_sealed')
    .execute();
  expect(rows[0]?.secrets_sealed.includes('sekrit')).toBe(false);
});
