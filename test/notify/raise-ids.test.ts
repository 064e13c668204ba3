import { afterAll, beforeAll, expect, test } from 'vitest';
import { isFailure } from '../../src/base/index.ts';
import { NOTIFY_LIMITS } from '../../src/notify/index.ts';
import { ADMIN, alertOf, type NotifyForTest, openNotifyForTest } from './open-notify.ts';

let stores: NotifyForTest;
beforeAll(async () => {
  stores = await openNotifyForTest();
});
afterAll(() => stores.close());

test('a raise that is told again under its id changes nothing, also in the next process and in one batch', async () => {
  const notify = await stores.open();
  const title = async (): Promise<string> => (await notify.alerts.get(ADMIN, 'a')).alert.title;
  await notify.alerting.raise(alertOf('a', { id: 'one', title: 'first' }));
  await notify.alerting.raise(alertOf('a', { id: 'one', title: 'again', severity: 'critical' }));
  expect(await title()).toBe('first');
  const next = await stores.open();
  await next.alerting.raise(alertOf('a', { id: 'one', title: 'after a crash' }));
  expect(await title()).toBe('first');
  await Promise.all([
    notify.alerting.raise(alertOf('a', { id: 'two', title: 'second' })),
    notify.alerting.raise(alertOf('a', { id: 'two', title: 'twice' })),
  ]);
  expect(await title()).toBe('second');
  // A source without ids tells what it knows as often as it likes, and does not make an id forgotten.
  await notify.alerting.raise(alertOf('a', { title: 'third' }));
  await notify.alerting.raise(alertOf('a', { id: 'two', title: 'late' }));
  expect(await title()).toBe('third');
});

test('an id belongs to one key, and has a length', async () => {
  const notify = await stores.open();
  await notify.alerting.raise(alertOf('b', { id: 'same' }));
  await notify.alerting.raise(alertOf('c', { id: 'same', title: 'another alert' }));
  expect((await notify.alerts.get(ADMIN, 'c')).alert.title).toBe('another alert');
  for (const id of ['', 'x'.repeat(NOTIFY_LIMITS.raiseIdCharsMax + 1)]) {
    const error: unknown = await notify.alerting.raise(alertOf('d', { id })).catch((thrown: unknown) => thrown);
    expect(isFailure(error) ? error.code : error).toBe('notify.alert-invalid');
  }
});
