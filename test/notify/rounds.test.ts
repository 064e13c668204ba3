import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { createManualClock, isFailure, type ManualClock } from '../../src/base/index.ts';
import { NOTIFY_LIMITS, type Notify, plainRoute } from '../../src/notify/index.ts';
import { ADMIN, alertOf, type NotifyForTest, openNotifyForTest, quickRoute, setFallback } from './open-notify.ts';
import { type HttpReceiver, startHttpReceiver } from './receivers.ts';

const MINUTE = 60_000;
let stores: NotifyForTest;
let first: HttpReceiver;
let second: HttpReceiver;
let clock: ManualClock;
let notify: Notify;

beforeAll(async () => {
  stores = await openNotifyForTest();
});
afterAll(() => stores.close());
beforeEach(async () => {
  await stores.clear();
  first = await startHttpReceiver();
  second = await startHttpReceiver();
  clock = createManualClock(1_800_000_000_000);
  notify = await stores.open({ clock });
  await notify.channels.create(ADMIN, { name: 'first', type: 'webhook', url: first.url });
  await notify.channels.create(ADMIN, { name: 'second', type: 'webhook', url: second.url });
});
afterEach(async () => {
  await notify.close();
  await first.close();
  await second.close();
});

const keysAt = (receiver: HttpReceiver, index: number): string[] =>
  receiver.received[index]?.json.alerts.map(({ key }: { key: string }) => key).sort() ?? [];
const count = (receiver: HttpReceiver, expected: number) =>
  expect.poll(() => receiver.received.length, { timeout: 20_000 }).toBe(expected);
/** Lets time pass in steps in which the loop can work between its sleeps. */
async function pass(ms: number, steps = 4): Promise<void> {
  for (let step = 0; step < steps; step += 1) {
    await clock.advance(ms / steps);
    // The end of an alert that nobody knows changes nothing, and makes the loop look at the clock.
    await notify.alerting.raise(alertOf('nobody', { state: 'resolved' }));
    await new Promise((resolve) => setTimeout(resolve, 60));
  }
}

test('alerts of one group share a message, a critical one waits for nobody, and routes choose channels', async () => {
  await setFallback(notify, { ...plainRoute('default', ['first']), groupBy: ['service'] }, [
    { ...plainRoute('database', ['second']), matchers: [{ label: 'service', operator: '=~', value: 'db-.*' }] },
  ]);
  await notify.alerting.raise(alertOf('a', { labels: { service: 'api' } }));
  await notify.alerting.raise(alertOf('b', { labels: { service: 'api' } }));
  await notify.alerting.raise(alertOf('c', { severity: 'critical', labels: { service: 'db-1' } }));
  await count(second, 1);
  expect(first.received).toEqual([]);
  await pass(NOTIFY_LIMITS.groupWaitMs);
  await count(first, 1);
  expect(keysAt(first, 0)).toEqual(['a', 'b']);
  await notify.alerting.raise(alertOf('d', { labels: { service: 'api' } }));
  await pass(NOTIFY_LIMITS.groupWaitMs);
  expect(first.received.length).toBe(1);
  await pass(NOTIFY_LIMITS.groupIntervalMs);
  await count(first, 2);
  expect(keysAt(first, 1)).toEqual(['a', 'b', 'd']);
  await pass(NOTIFY_LIMITS.repeatIntervalMs);
  await count(first, 3);
  expect(first.received[2]?.json.isRepeat).toBe(true);
});

test('what nobody acknowledges goes up the steps, and stops when somebody does', async () => {
  const escalation = [
    { afterMs: 5 * MINUTE, channels: ['second'] },
    { afterMs: 10 * MINUTE, channels: ['first', 'second'] },
  ];
  await setFallback(notify, quickRoute(['first'], { escalation }));
  await notify.alerting.raise(alertOf('a', { severity: 'critical' }));
  await notify.alerting.raise(alertOf('b', { severity: 'critical' }));
  await count(first, 2);
  await notify.alerts.acknowledge(ADMIN, 'b', 'mine');
  await count(first, 3);
  expect(first.received[2]?.json).toMatchObject({ kind: 'acknowledged', acknowledgedBy: 'test' });
  await pass(5 * MINUTE);
  await count(second, 1);
  expect(second.received[0]?.json).toMatchObject({ isEscalation: true, alerts: [{ key: 'a' }] });
  await pass(5 * MINUTE);
  await count(second, 2);
  await count(first, 4);
  const { events } = await notify.alerts.get(ADMIN, 'a');
  expect(events.map(({ type }) => type).sort()).toEqual(['escalated', 'escalated', 'fired']);
  await notify.alerting.raise(alertOf('a', { state: 'resolved' }));
  await pass(2_000);
  await count(second, 3);
  expect(second.received[2]?.json.state).toBe('resolved');
});

test('a silence shows what it would hold back, holds it back, and lets it go when it ends', async () => {
  await setFallback(notify, quickRoute(['first']));
  const matchers = [{ label: 'host', operator: '=', value: 'web-1' }] as const;
  await notify.alerting.raise(alertOf('seen', { labels: { host: 'web-1' } }));
  await count(first, 1);
  expect((await notify.silences.preview(ADMIN, matchers)).map(({ key }) => key)).toEqual(['seen']);
  const made = await notify.silences.create(ADMIN, {
    matchers,
    untilMs: clock.nowMs() + 30 * MINUTE,
    comment: 'replacing its disk',
  });
  await notify.alerting.raise(alertOf('held', { labels: { host: 'web-1' } }));
  await notify.alerting.raise(alertOf('ended', { labels: { host: 'web-1' } }));
  await notify.alerting.raise(alertOf('ended', { state: 'resolved', labels: { host: 'web-1' } }));
  await pass(10 * MINUTE);
  expect(first.received.length).toBe(1);
  expect((await notify.alerts.get(ADMIN, 'held')).alert.silencedBy).toEqual([made.id]);
  // What was told before the silence is told to have ended, so that nothing stays open somewhere.
  await notify.alerting.raise(alertOf('seen', { state: 'resolved', labels: { host: 'web-1' } }));
  await pass(MINUTE);
  await count(first, 2);
  expect(first.received[1]?.json).toMatchObject({ state: 'resolved', alerts: [{ key: 'seen' }] });
  await pass(20 * MINUTE);
  await count(first, 3);
  expect(keysAt(first, 2)).toEqual(['held']);
  expect((await notify.silences.list(ADMIN))[0]?.state).toBe('expired');
});

test('a silence that somebody ends lets go at once, and cannot be ended twice', async () => {
  await setFallback(notify, quickRoute(['first']));
  const request = {
    matchers: [{ label: 'source', operator: '=', value: 'test' }] as const,
    untilMs: clock.nowMs() + 60 * MINUTE,
    comment: 'x',
  };
  const { id } = await notify.silences.create(ADMIN, request);
  await notify.alerting.raise(alertOf('a', { severity: 'critical' }));
  await pass(MINUTE);
  expect(first.received).toEqual([]);
  expect((await notify.silences.expire(ADMIN, id)).expiredBy).toBe('test');
  await pass(1_000);
  await count(first, 1);
  const again = await notify.silences.expire(ADMIN, id).catch((error: unknown) => error);
  expect(isFailure(again) && again.code).toBe('notify.silence-ended');
});

test('a storm of 10,000 alerts costs a channel its cap and one digest, and every end of what was told is told', async () => {
  await setFallback(notify, quickRoute(['first'], { groupWaitMs: 1_000 }));
  clock.setNowMs(Math.ceil(clock.nowMs() / MINUTE) * MINUTE);
  const alerts = Array.from({ length: 10_000 }, (_, index) => alertOf(`storm:${index}`));
  const startMs = performance.now();
  await Promise.all(alerts.map((alert) => notify.alerting.raise(alert)));
  const storedMs = performance.now() - startMs;
  await clock.advance(1_000);
  const cap = NOTIFY_LIMITS.perChannelPerMinute;
  await count(first, cap);
  const held = async (): Promise<number> => (await notify.channels.list(ADMIN))[0]?.health.heldBack ?? 0;
  await expect.poll(held, { timeout: 30_000 }).toBe(10_000 - cap);
  const flushedMs = performance.now() - startMs - storedMs;
  console.log(`storm: stored in ${Math.round(storedMs)} ms, decided in ${Math.round(flushedMs)} ms`);
  await pass(MINUTE);
  await count(first, cap + 1);
  expect(first.received[cap]?.json).toMatchObject({ kind: 'digest', heldBack: { count: 10_000 - cap } });
  await Promise.all(
    alerts.map((alert) => notify.alerting.raise({ ...alert, state: 'resolved', atMs: alert.atMs + 20_000_000 })),
  );
  await pass(4 * MINUTE, 16);
  await count(first, 2 * cap + 1);
  const told = new Set(first.received.slice(0, cap).flatMap((_, index) => keysAt(first, index)));
  const ended = new Set(
    first.received.slice(cap + 1).flatMap(({ json }) => json.alerts.map((a: { key: string }) => a.key)),
  );
  expect(ended).toEqual(told);
});

test('the watcher is pinged only while notifications go round and the stores work', async () => {
  let isHealthy = true;
  await notify.close();
  notify = await stores.open({ clock, isHealthy: () => Promise.resolve(isHealthy) });
  const set = await notify.heartbeat.set(ADMIN, { url: `${second.url}/ping/token-9876` });
  expect(JSON.stringify(set)).not.toContain('token-9876');
  await pass(MINUTE, 6);
  await count(second, 1);
  expect(second.received[0]).toMatchObject({ method: 'GET', path: '/ping/token-9876' });
  isHealthy = false;
  await setFallback(notify, quickRoute(['first']));
  for (let beat = 0; beat < NOTIFY_LIMITS.heartbeatFailures; beat += 1) await pass(MINUTE, 6);
  expect(second.received.length).toBe(1);
  await expect.poll(() => notify.heartbeat.get(ADMIN)).toMatchObject({ problem: 'not sent: a store does not work' });
  await pass(1_000);
  await count(first, 1);
  expect(keysAt(first, 0)).toEqual(['notify:heartbeat']);
});

test('people may do what their roles say, and every change is on record', async () => {
  const viewer = { ...ADMIN, type: 'person' as const, name: 'viewer', roles: ['viewer'] as const };
  const responder = { ...ADMIN, type: 'person' as const, name: 'responder', roles: ['responder'] as const };
  const forbidden = async (work: Promise<unknown>): Promise<boolean> =>
    work.then(
      () => false,
      (error: unknown) => isFailure(error) && error.code === 'access.forbidden',
    );
  await setFallback(notify, quickRoute(['first']));
  await notify.alerting.raise(alertOf('a'));
  expect(await forbidden(notify.alerts.list(viewer, { limit: 1 }))).toBe(true);
  expect(await forbidden(notify.alerts.acknowledge(viewer, 'a'))).toBe(true);
  expect(await forbidden(notify.channels.test(responder, 'first'))).toBe(true);
  expect(await forbidden(notify.heartbeat.set(responder, undefined))).toBe(true);
  const routing = await notify.routing.get(responder);
  expect(await forbidden(notify.routing.replace(responder, routing))).toBe(true);
  await notify.alerts.acknowledge(responder, 'a', 'on it');
  const { records } = await stores.audit.lookup({ eventName: 'AcknowledgeAlert', limit: 5 });
  expect(records[0]).toMatchObject({ readOnly: false, requestParameters: { note: 'on it' } });
  const stale = await notify.routing.replace(ADMIN, { ...routing, version: 0 }).catch((error: unknown) => error);
  expect(isFailure(stale) && stale.code).toBe('notify.routing-changed');
  const used = await notify.channels.remove(ADMIN, 'first').catch((error: unknown) => error);
  expect(isFailure(used) && used.code).toBe('notify.channel-in-use');
});
