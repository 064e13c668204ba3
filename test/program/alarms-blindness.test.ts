import { rm } from 'node:fs/promises';
import path from 'node:path';
import { CloudWatchClient, PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { AlarmsBody, AlarmViewBody, MetricAlarmBody } from '../../src/api/metrics-contract.ts';
import type { RoutingBody } from '../../src/api/notify-contract.ts';
import {
  ADMIN_KEY_ID,
  ADMIN_KEY_SECRET,
  api,
  newFolder,
  type Program,
  removeFolder,
  startProgram,
  until,
} from '../harness/program.ts';
import { type HttpReceiver, startHttpReceiver } from '../notify/receivers.ts';

/** What an alarm says when it sees nothing: missing data, a definition at fault and a store that is away differ. */
let folder = '';
let program: Program;
let receiver: HttpReceiver;
beforeAll(async () => {
  folder = await newFolder();
  receiver = await startHttpReceiver();
  program = await startProgram({ folder, env: { HOLDFAST_NOTIFY_LOOPBACK: 'true' } });
  const channel = { name: 'hook', type: 'webhook', url: receiver.url };
  expect((await api(program, 'POST', '/channels', { body: channel })).status).toBe(200);
  const routing = (await api<RoutingBody>(program, 'GET', '/routes')).body;
  const fallback = { ...routing.fallback, groupWaitMs: 0, groupIntervalMs: 1_000 };
  expect((await api(program, 'POST', '/routes', { body: { ...routing, fallback } })).status).toBe(200);
});
afterAll(async () => {
  program?.kill('SIGKILL');
  await program?.exit;
  await receiver?.close();
  await removeFolder(folder);
});

const TREATMENTS = ['missing', 'ignore', 'breaching', 'notBreaching'] as const;
const putAlarm = async (alarmName: string, change: object): Promise<void> => {
  const rule = { period: 10, evaluationPeriods: 1, threshold: 100, comparisonOperator: 'GreaterThanThreshold' };
  const body = { alarmName, namespace: 'Blind', metricName: 'Load', ...rule, ...change };
  expect((await api(program, 'POST', '/alarms', { body })).status).toBe(204);
};
const viewOf = async (name: string) => (await api<AlarmViewBody>(program, 'GET', `/alarms/${name}`)).body;
const stateOf = async (name: string): Promise<string> => (await viewOf(name)).alarm.stateValue;
const hears = (key: string, state: string): boolean =>
  receiver.received.some(({ json }) => json.state === state && json.alerts?.some((alert) => alert.key === key));
const blindCount = async (): Promise<number> =>
  (await api<AlarmsBody>(program, 'GET', '/alarms?limit=1')).body.summary.blind;

test('when points stop, each alarm does what its treatment of missing data says, and none of them is blind', async () => {
  for (const treatMissingData of TREATMENTS) {
    await putAlarm(treatMissingData, { statistic: 'Maximum', treatMissingData });
  }
  await putAlarm('percentile', { extendedStatistic: 'p90' });
  const credentials = { accessKeyId: ADMIN_KEY_ID, secretAccessKey: ADMIN_KEY_SECRET };
  const client = new CloudWatchClient({ region: 'eu-central-1', endpoint: program.origin, credentials });
  // The first value is over the threshold, and nothing comes after it.
  const MetricData = [{ MetricName: 'Load', Value: 150, StorageResolution: 1 }];
  await client.send(new PutMetricDataCommand({ Namespace: 'Blind', MetricData }));
  client.destroy();
  const all = (states: readonly string[]) => async (): Promise<boolean> =>
    (await Promise.all(TREATMENTS.map(stateOf))).join() === states.join();
  await until('all are in ALARM', all(['ALARM', 'ALARM', 'ALARM', 'ALARM']), 20_000);
  await until('all did what they say', all(['INSUFFICIENT_DATA', 'ALARM', 'ALARM', 'OK']), 60_000);
  await until('the percentile has no data either', async () => (await stateOf('percentile')) === 'INSUFFICIENT_DATA');
  const { alarm, history } = await viewOf('missing');
  expect(alarm.stateReason).toMatch(/Insufficient Data|no datapoints/);
  expect(history.map(({ historySummary }) => historySummary)).toContain(
    'Alarm updated from ALARM to INSUFFICIENT_DATA',
  );
  // Lack of data is no lack of sight.
  expect(await blindCount()).toBe(0);
  expect(hears('alarms:blind', 'firing')).toBe(false);
});

test('a definition at fault keeps its state, is an evaluation error, and people hear of it until it is mended', async () => {
  const compose = async (alarmName: string, alarmRule: string): Promise<void> => {
    const body = { alarmName, alarmRule };
    expect((await api(program, 'POST', '/alarms/composite', { body })).status).toBe(204);
  };
  await compose('first', 'ALARM(ignore)');
  await compose('second', 'ALARM(first)');
  await compose('first', 'ALARM(second) OR ALARM(ignore)');
  await until('the circle is found', async () => (await blindCount()) === 2);
  await until('and shown', async () => (await viewOf('first')).evaluationMessage?.includes('cycle') === true);
  await until('people hear of it', () => hears('alarms:blind', 'firing'));
  await compose('first', 'FALSE');
  await until('the circle is gone', async () => (await blindCount()) === 0);
  await until('people hear of that too', () => hears('alarms:blind', 'resolved'), 90_000);
});

test('a store of points that is gone is an evaluation failure, apart from no data, and people hear of it', async () => {
  const before = receiver.received.length;
  // The engine goes on writing meanwhile.
  await rm(path.join(folder, 'telemetry'), { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
  const percentile = async () =>
    (await api<AlarmsBody>(program, 'GET', '/alarms?prefix=percentile')).body.alarms[0] as MetricAlarmBody;
  await until('it is blind', async () => (await percentile()).evaluationState === 'EVALUATION_FAILURE', 90_000);
  expect((await percentile()).stateValue).toBe('INSUFFICIENT_DATA');
  const isTold = (): boolean =>
    receiver.received
      .slice(before)
      .some(({ json }) => json.alerts?.some(({ key, state }) => key === 'alarms:blind' && state === 'firing'));
  await until('people hear of it', isTold, 90_000);
});
