import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { MINUTE_MS } from '../../src/base/index.ts';
import { type AlarmsForTest, OPERATOR, openAlarms, TOPIC } from './open-alarms.ts';

let alarms: AlarmsForTest;

beforeAll(async () => {
  alarms = await openAlarms();
});
afterAll(() => alarms.close());

let series = 0;
/** Each test watches a metric of its own, so that tests do not meet. */
let name = '';
beforeEach(async () => {
  series += 1;
  name = `Metric${series}`;
  alarms.raised.length = 0;
  alarms.onRaise = async () => undefined;
  // Every test begins with a fresh minute.
  const now = alarms.clock.nowMs();
  await alarms.pass(Math.ceil(now / MINUTE_MS) * MINUTE_MS - now + MINUTE_MS);
});

const put = (change: Parameters<AlarmsForTest['put']>[0] = {}): Promise<void> =>
  alarms.put({ alarmName: name, metricName: name, ...change });
const send = (value: number, change: Parameters<AlarmsForTest['send']>[1] = {}): Promise<void> =>
  alarms.send(value, { name, ...change });
const told = (): readonly string[] =>
  alarms.raised.filter((alert) => alert.key === `alarm:${name}`).map((alert) => alert.state);
const state = (): Promise<string | undefined> => alarms.state(name);
const history = async (historyItemType: string) =>
  (
    await alarms.engine.service.describeAlarmHistory(OPERATOR, {
      alarmName: name,
      historyItemType,
      scanBy: 'TimestampAscending',
    })
  ).alarmHistoryItems;

describe('a metric alarm', () => {
  it('begins with insufficient data and tells nobody of it', async () => {
    await put();
    expect(await state()).toBe('INSUFFICIENT_DATA');
    expect(told()).toEqual([]);
  });

  it('alarms while the period still runs when its maximum is over the threshold already', async () => {
    await put();
    await alarms.pass(5_000);
    await send(50);
    expect(await state()).toBe('INSUFFICIENT_DATA');
    await send(150);
    expect(await state()).toBe('ALARM');
    expect(told()).toEqual(['firing']);
    await alarms.pass(MINUTE_MS);
    await send(151);
    await alarms.pass(MINUTE_MS);
    expect(told()).toEqual(['firing']);
  });

  it('tells once that it is over, and leaves history with what was seen', async () => {
    await put({ evaluationPeriods: 2, datapointsToAlarm: 1, okActions: [TOPIC] });
    await send(150);
    for (let minute = 0; minute < 4; minute += 1) {
      await alarms.pass(MINUTE_MS);
      await send(10);
    }
    expect(await state()).toBe('OK');
    expect(told()).toEqual(['firing', 'resolved']);
    const updates = await history('StateUpdate');
    expect(updates.map((item) => item.historySummary)).toEqual([
      'Alarm updated from INSUFFICIENT_DATA to ALARM',
      'Alarm updated from ALARM to OK',
    ]);
    const data = JSON.parse(updates[0]?.historyData ?? '{}');
    expect(data.newState.stateReason).toMatch(
      /^Threshold Crossed: 1 out of the last 2 datapoints \[150\.0 \(\d\d\/\d\d\/\d\d \d\d:\d\d:00\)\] was greater than the threshold \(100\.0\) \(minimum 1 datapoint for OK -> ALARM transition\)\.$/,
    );
    expect(data.newState.stateReasonData).toMatchObject({
      version: '1.0',
      statistic: 'Maximum',
      period: 60,
      recentDatapoints: [150],
      threshold: 100,
    });
    expect(data.oldState.stateReason).toBe('Unchecked: Initial alarm creation');
    expect((await history('Action')).map((item) => item.historySummary)).toEqual([
      `Successfully executed action ${TOPIC}`,
      `Successfully executed action ${TOPIC}`,
    ]);
  });

  it('waits for the end of the period where the outcome is not certain before', async () => {
    await put({ statistic: 'Average' });
    await send(150);
    await send(160);
    expect(await state()).toBe('INSUFFICIENT_DATA');
    await alarms.pass(MINUTE_MS + 5_000);
    expect(await state()).toBe('ALARM');
  });

  it('sums early while values are not negative', async () => {
    await put({ statistic: 'Sum', threshold: 10 });
    await send(6);
    await send(6);
    expect(await state()).toBe('ALARM');
  });

  it('waits with a sum that has negative parts', async () => {
    await put({ statistic: 'Sum', threshold: 10 });
    await send(-3);
    await send(20);
    expect(await state()).toBe('INSUFFICIENT_DATA');
    await send(-10);
    await alarms.pass(MINUTE_MS + 5_000);
    expect(await state()).toBe('OK');
  });

  it('slides periods of several minutes by the minute', async () => {
    await put({ statistic: 'Sum', period: 300, threshold: 100, treatMissingData: 'notBreaching' });
    for (let minute = 0; minute < 4; minute += 1) {
      await send(40);
      await alarms.pass(MINUTE_MS);
    }
    expect(await state()).toBe('ALARM');
    const last = (await history('StateUpdate')).at(-1);
    expect(JSON.parse(last?.historyData ?? '{}').newState.stateReasonData.recentDatapoints).toEqual([120]);
  });

  it('decides on late points when they arrive', async () => {
    await put({ statistic: 'Average' });
    await alarms.pass(2 * MINUTE_MS);
    await send(500, { timeMs: alarms.clock.nowMs() - MINUTE_MS });
    expect(await state()).toBe('ALARM');
  });

  it('sees points that were stored before it was made', async () => {
    await send(150, { timeMs: alarms.clock.nowMs() - MINUTE_MS });
    await put();
    expect(await state()).toBe('ALARM');
  });

  it('watches its unit alone', async () => {
    await put({ unit: 'Seconds' });
    await send(150);
    expect(await state()).toBe('INSUFFICIENT_DATA');
    await send(150, { unit: 'Seconds' });
    expect(await state()).toBe('ALARM');
  });

  it('watches its exact dimensions alone', async () => {
    await put({ dimensions: { host: 'a', zone: '1' } });
    await send(150, { dimensions: { host: 'a' } });
    expect(await state()).toBe('INSUFFICIENT_DATA');
    await send(150, { dimensions: { zone: '1', host: 'a' } });
    expect(await state()).toBe('ALARM');
  });

  it('treats missing data only when the whole evaluation range has too few points', async () => {
    await put({ treatMissingData: 'breaching' });
    await send(10);
    await alarms.pass(MINUTE_MS + 5_000);
    expect(await state()).toBe('OK');
    await alarms.pass(2 * MINUTE_MS);
    expect(await state()).toBe('OK');
    await alarms.pass(MINUTE_MS);
    expect(await state()).toBe('ALARM');
  });

  it('goes back to insufficient data when nothing comes any more, without ending its alert', async () => {
    await put();
    await send(150);
    await alarms.pass(6 * MINUTE_MS);
    expect(await state()).toBe('INSUFFICIENT_DATA');
    expect(told()).toEqual(['firing']);
  });

  it('evaluates periods of ten seconds', async () => {
    await put({ period: 10, statistic: 'Average' });
    await send(150, { resolutionSeconds: 1 });
    await alarms.pass(15_000);
    expect(await state()).toBe('ALARM');
  });
});

describe('what alarms ask the store for', () => {
  it('decides percentiles when the period is over', async () => {
    await put({ statistic: undefined, extendedStatistic: 'p90' });
    for (const value of [1, 1, 1, 500, 500]) await send(value, { values: [value], counts: [1] });
    await alarms.pass(MINUTE_MS + 10_000);
    expect(await state()).toBe('ALARM');
  });

  it('keeps the state while a percentile has too few samples, when told so', async () => {
    await put({ statistic: undefined, extendedStatistic: 'p90', evaluateLowSampleCountPercentile: 'ignore' });
    await send(500, { values: [500], counts: [1] });
    await alarms.pass(MINUTE_MS + 10_000);
    expect(await state()).toBe('INSUFFICIENT_DATA');
    await send(500, { values: [500], counts: [100], count: 100, sum: 50_000 });
    await alarms.pass(MINUTE_MS + 10_000);
    expect(await state()).toBe('ALARM');
  });
});

describe('what alarms tell', () => {
  it('raises without any action, says which metric and threshold, and takes its severity from a tag', async () => {
    await put({
      alarmActions: [],
      alarmDescription: 'look at the pool',
      tags: { severity: 'critical', team: 'db' },
      dimensions: { host: 'a' },
    });
    await send(150, { dimensions: { host: 'a' } });
    const [alert] = alarms.raised;
    expect(alert).toMatchObject({
      key: `alarm:${name}`,
      state: 'firing',
      severity: 'critical',
      source: 'alarm',
      path: `/alarms/${name}`,
    });
    expect(alert?.title).toBe(`ALARM: ${name} (Maximum ${name} > 100.0, 1 of 1 x 60 s)`);
    expect(alert?.body).toContain('look at the pool');
    expect(alert?.body).toContain('[150.0 (');
    expect(alert?.labels).toMatchObject({
      alarm: name,
      namespace: 'Test',
      metric: name,
      'dimension.host': 'a',
      'tag.team': 'db',
    });
  });

  it('raises nothing by itself when its tag says so, when actions are disabled, or when a composite alarm watches it', async () => {
    await put({ alarmActions: [], tags: { 'holdfast:raise': 'off' } });
    await alarms.put({ alarmName: `${name}-off`, metricName: name, actionsEnabled: false });
    await alarms.put({ alarmName: `${name}-child`, metricName: name, alarmActions: [] });
    await alarms.engine.service.putCompositeAlarm(OPERATOR, {
      alarmName: `${name}-all`,
      alarmRule: `ALARM("${name}-child")`,
    });
    await send(150);
    expect(await state()).toBe('ALARM');
    expect(alarms.raised.map((alert) => alert.key).filter((key) => key.includes(name))).toEqual([`alarm:${name}-all`]);
  });

  it('routes by topics and labels of its actions', async () => {
    await put({ alarmActions: [TOPIC, 'holdfast:notify:team=payments'] });
    await send(150);
    expect(alarms.raised[0]?.labels).toMatchObject({ topic: 'ops', 'topic.ops': 'yes', team: 'payments' });
  });

  it('offers again what notify did not take, in order', async () => {
    let refusals = 2;
    alarms.onRaise = async () => {
      refusals -= 1;
      if (refusals >= 0) throw new Error('not now');
    };
    await put();
    await send(150);
    expect(told()).toEqual([]);
    await alarms.pass(10_000);
    expect(told()).toEqual(['firing']);
    expect(await history('Action')).toHaveLength(1);
  });
});

describe('SetAlarmState', () => {
  it('holds until the next evaluation and runs the actions of the state', async () => {
    await put();
    await send(10);
    await alarms.pass(MINUTE_MS + 5_000);
    expect(await state()).toBe('OK');
    await alarms.engine.service.setAlarmState(OPERATOR, {
      alarmName: name,
      stateValue: 'ALARM',
      stateReason: 'testing',
    });
    await alarms.engine.settled();
    expect(await state()).toBe('ALARM');
    expect(told()).toEqual(['firing']);
    await send(10);
    await alarms.pass(MINUTE_MS + 5_000);
    expect(await state()).toBe('OK');
    expect(told()).toEqual(['firing', 'resolved']);
  });
});
