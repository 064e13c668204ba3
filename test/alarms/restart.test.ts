import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { HOUR_MS, MINUTE_MS } from '../../src/base/index.ts';
import { point } from '../metrics/open-metrics.ts';
import { type AlarmsForTest, OPERATOR, openAlarms } from './open-alarms.ts';

let alarms: AlarmsForTest;
beforeAll(async () => {
  alarms = await openAlarms();
});
afterAll(() => alarms.close());

let turn = 0;
let name = '';
beforeEach(async () => {
  turn += 1;
  name = `R${turn}`;
  alarms.raised.length = 0;
  const now = alarms.clock.nowMs();
  await alarms.pass(Math.ceil(now / MINUTE_MS) * MINUTE_MS - now + MINUTE_MS);
});

const put = (change: Parameters<AlarmsForTest['put']>[0] = {}): Promise<void> =>
  alarms.put({ alarmName: name, metricName: name, ...change });
const told = (): readonly string[] =>
  alarms.raised.filter((alert) => alert.key === `alarm:${name}`).map((alert) => alert.state);
/** The engine is down while the clock goes on and the store takes points. */
const down = async (ms: number, points: readonly (readonly [minute: number, value: number])[]): Promise<void> => {
  const fromMs = alarms.clock.nowMs();
  await alarms.engine.close();
  await alarms.clock.advance(ms);
  for (const [minute, value] of points) {
    await alarms.metrics.store.append([point(value, { name, timeMs: fromMs + minute * MINUTE_MS })]);
  }
  await alarms.reopen();
};

describe('after a restart', () => {
  it('keeps the state and tells nobody again', async () => {
    await put();
    await alarms.send(150, { name });
    await alarms.reopen();
    expect(await alarms.state(name)).toBe('ALARM');
    expect(told()).toEqual(['firing']);
  });

  it('keeps what was decided early although its period still runs', async () => {
    await put({ statistic: 'Sum', threshold: 10, treatMissingData: 'notBreaching' });
    await alarms.pass(MINUTE_MS);
    await alarms.send(20, { name });
    expect(await alarms.state(name)).toBe('ALARM');
    await alarms.reopen();
    await alarms.pass(10_000);
    expect(await alarms.state(name)).toBe('ALARM');
    expect(told()).toEqual(['firing']);
  });

  it('evaluates what was missed, in order, and marks it', async () => {
    await put({ treatMissingData: 'notBreaching' });
    await alarms.send(10, { name });
    await alarms.pass(2 * MINUTE_MS);
    expect(await alarms.state(name)).toBe('OK');
    await down(30 * MINUTE_MS, [
      [1, 10],
      [5, 500],
      [6, 10],
      [7, 10],
      [8, 10],
      [9, 10],
    ]);
    expect(told()).toEqual(['firing', 'resolved']);
    const { alarmHistoryItems } = await alarms.engine.service.describeAlarmHistory(OPERATOR, {
      alarmName: name,
      historyItemType: 'StateUpdate',
    });
    expect(alarmHistoryItems.slice(0, 2).map((item) => item.historySummary)).toEqual([
      'Alarm updated from ALARM to OK (caught up)',
      'Alarm updated from OK to ALARM (caught up)',
    ]);
    expect(JSON.parse(alarmHistoryItems[0]?.historyData ?? '').holdfast.caughtUp).toBe(true);
    expect(alarms.raised.find((alert) => alert.key === `alarm:${name}`)?.body).toContain(
      'Found while catching up after downtime',
    );
  });

  it('takes points that are missing from the time it was down for no sign of anything', async () => {
    await put({ treatMissingData: 'breaching' });
    await alarms.send(10, { name });
    await alarms.pass(MINUTE_MS + 5_000);
    expect(await alarms.state(name)).toBe('OK');
    await down(HOUR_MS, []);
    await alarms.pass(10_000);
    expect(await alarms.state(name)).toBe('OK');
    // Once the whole range lies after the start, what is missing counts.
    await alarms.pass(5 * MINUTE_MS);
    expect(await alarms.state(name)).toBe('ALARM');
  });

  it('catches up alarms that ask the store', async () => {
    await put({ statistic: undefined, extendedStatistic: 'p50', treatMissingData: 'notBreaching' });
    await alarms.pass(3 * MINUTE_MS);
    const fromMs = alarms.clock.nowMs();
    await alarms.engine.close();
    await alarms.clock.advance(20 * MINUTE_MS);
    await alarms.metrics.store.append([
      point(500, { name, timeMs: fromMs + 5 * MINUTE_MS, values: [500], counts: [1] }),
    ]);
    await alarms.reopen();
    expect(told()).toEqual(['firing']);
  });
});

describe('a clock that is set back', () => {
  it('blinds no alarm', async () => {
    await put({ statistic: 'Average' });
    await alarms.send(150, { name });
    await alarms.pass(MINUTE_MS + 5_000);
    expect(await alarms.state(name)).toBe('ALARM');
    alarms.clock.setNowMs(alarms.clock.nowMs() - HOUR_MS);
    await alarms.pass(MINUTE_MS);
    await alarms.send(10, { name });
    await alarms.pass(MINUTE_MS + 5_000);
    expect(await alarms.state(name)).toBe('OK');
  });
});
