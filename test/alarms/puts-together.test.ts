import { afterAll, beforeAll, expect, it } from 'vitest';
import { type AlarmsForTest, metricAlarm, OPERATOR, openAlarms } from './open-alarms.ts';

let alarms: AlarmsForTest;
beforeAll(async () => {
  alarms = await openAlarms();
});
afterAll(() => alarms.close());

const put = (alarmName: string, change: object = {}): Promise<string> =>
  alarms.engine.service.putMetricAlarm(OPERATOR, metricAlarm({ alarmName, metricName: alarmName, ...change })).then(
    () => 'done',
    (error: { readonly code?: string }) => error.code ?? String(error),
  );
const history = async (alarmName: string): Promise<readonly string[]> =>
  (
    await alarms.engine.service.describeAlarmHistory(OPERATOR, { alarmName, scanBy: 'TimestampAscending' })
  ).alarmHistoryItems.map(({ historySummary }) => historySummary);

it('puts that come together are written together, and each is answered for itself', async () => {
  await put('child');
  await alarms.engine.service.putCompositeAlarm(OPERATOR, { alarmName: 'both', alarmRule: 'ALARM(child)' });
  const many = Array.from({ length: 250 }, (_, index) => `together-${index}`);
  const [twice, wrong, ...others] = await Promise.all([
    Promise.all([put('twice', { threshold: 1 }), put('twice', { threshold: 2 })]),
    put('both'),
    ...many.map((name) => put(name)),
  ]);
  expect(twice).toEqual(['done', 'done']);
  // A refusal inside a batch keeps no other alarm from being written.
  expect(wrong).toBe('alarms.parameter-invalid');
  expect(new Set(others)).toEqual(new Set(['done']));
  const stored = await alarms.engine.service.describeAlarms(OPERATOR, { alarmNames: ['twice'] });
  expect(stored.metricAlarms[0]?.threshold).toBe(2);
  expect(await history('twice')).toEqual(['Alarm "twice" created', 'Alarm "twice" updated']);
  await alarms.engine.settled();
  await alarms.reopen();
  const all = await alarms.engine.service.summary(OPERATOR);
  expect(all.ok + all.alarm + all.insufficientData).toBe(many.length + 3);
});
