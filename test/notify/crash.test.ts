import { type ChildProcess, spawn } from 'node:child_process';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ACCESS_MIGRATIONS } from '../../src/access/index.ts';
import { AUDIT_MIGRATIONS } from '../../src/audit/index.ts';
import { NOTIFY_LIMITS, NOTIFY_MIGRATIONS } from '../../src/notify/index.ts';
import { ADMIN, type NotifyForTest, openNotifyForTest, quickRoute, setFallback } from './open-notify.ts';
import { type HttpReceiver, startHttpReceiver } from './receivers.ts';

const ALERTS = 24;
let stores: NotifyForTest;
let receiver: HttpReceiver;

beforeAll(async () => {
  stores = await openNotifyForTest();
  receiver = await startHttpReceiver();
});
afterAll(async () => {
  await receiver.close();
  await stores.close();
});

function run(count: number): ChildProcess {
  const program = new URL('./run-notify.ts', import.meta.url).pathname;
  const migrations = [...AUDIT_MIGRATIONS, ...ACCESS_MIGRATIONS, ...NOTIFY_MIGRATIONS];
  return spawn(process.execPath, ['--import', 'tsx', program, stores.url, stores.keyFolder, String(count)], {
    env: { ...process.env, MIGRATIONS: JSON.stringify(migrations) },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

test('killed while it sends, it loses nothing and repeats only what it could not record', async () => {
  const setup = await stores.open({}, false);
  await setup.channels.create(ADMIN, { name: 'hook', type: 'webhook', url: receiver.url });
  await setFallback(setup, quickRoute(['hook']));
  const answered = new Set<string>();
  receiver.answer = (request, response) => {
    setTimeout(() => {
      response.end('taken', () => answered.add(String(request.headers['idempotency-key'])));
    }, 60);
  };
  let child = run(ALERTS);
  for (const target of [5, 11]) {
    await expect.poll(() => answered.size, { timeout: 30_000 }).toBeGreaterThanOrEqual(target);
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await ended;
    child = run(0);
  }
  const recorded = new Set((await setup.channels.attempts(ADMIN, { limit: 500 })).map(({ deliveryId }) => deliveryId));
  expect(recorded.size).toBeGreaterThan(0);
  await expect.poll(() => answered.size, { timeout: 30_000 }).toBe(ALERTS);
  await expect.poll(async () => (await setup.status(ADMIN)).waiting, { timeout: 10_000 }).toBe(0);
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await ended;
  const keys = receiver.received.map(({ json }) => json.alerts[0]?.key);
  expect(new Set(keys).size).toBe(ALERTS);
  const ids = receiver.received.map(({ headers }) => String(headers['idempotency-key']));
  // Two kills, each with at most the attempts that one channel may have under way.
  expect(ids.length - new Set(ids).size).toBeLessThanOrEqual(2 * NOTIFY_LIMITS.attemptsPerChannelAtOnce);
  const bodies = new Map(receiver.received.map(({ headers, body }) => [String(headers['idempotency-key']), body]));
  for (const { headers, body } of receiver.received) expect(bodies.get(String(headers['idempotency-key']))).toBe(body);
});
