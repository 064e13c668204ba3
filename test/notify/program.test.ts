import {
  CloudWatchClient,
  PutMetricAlarmCommand,
  PutMetricDataCommand,
  SetAlarmStateCommand,
} from '@aws-sdk/client-cloudwatch';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { isSignatureGood } from '../../src/notify/index.ts';
import {
  ADMIN_KEY_ID,
  ADMIN_KEY_SECRET,
  api,
  holdfast,
  newFolder,
  type Program,
  removeFolder,
  startProgram,
} from '../harness/program.ts';
import { type HttpReceiver, startHttpReceiver } from './receivers.ts';

let folder = '';
let program: Program;
let receiver: HttpReceiver;
let cloudwatch: CloudWatchClient;

const connect = (): CloudWatchClient =>
  new CloudWatchClient({
    endpoint: program.origin,
    region: 'local',
    credentials: { accessKeyId: ADMIN_KEY_ID, secretAccessKey: ADMIN_KEY_SECRET },
  });
const start = (): Promise<Program> => startProgram({ folder, env: { HOLDFAST_NOTIFY_LOOPBACK: 'true' } });

beforeAll(async () => {
  folder = await newFolder();
  receiver = await startHttpReceiver();
  program = await start();
  cloudwatch = connect();
});
afterAll(async () => {
  cloudwatch.destroy();
  await program.stop();
  await receiver.close();
  await removeFolder(folder);
});

const at = (key: string): string => `/alerts/${encodeURIComponent(key)}`;
const told = (key: string) => () => receiver.received.filter(({ json }) => json.alerts?.[0]?.key === key).length;

async function makeAlarm(AlarmName: string): Promise<void> {
  await cloudwatch.send(
    new PutMetricAlarmCommand({
      ...{
        AlarmName,
        Namespace: 'shop',
        MetricName: AlarmName,
        Statistic: 'Maximum',
        Period: 10,
        EvaluationPeriods: 1,
      },
      ...{ Threshold: 1, ComparisonOperator: 'GreaterThanThreshold', TreatMissingData: 'ignore' },
      Tags: [{ Key: 'severity', Value: 'critical' }],
    }),
  );
}

test('a point past a threshold reaches a webhook, and the command line shows and acknowledges it', async () => {
  const channel = { name: 'hook', type: 'webhook', url: `${receiver.url}/in` };
  const made = await api<{ signingSecret: string }>(program, 'POST', '/channels', { body: channel });
  expect(made.status).toBe(200);
  expect((await holdfast(program, ['channel', 'test', 'hook'])).stdout).toContain('delivered after');
  await makeAlarm('orders/failed');
  const MetricData = [{ MetricName: 'orders/failed', Value: 5, StorageResolution: 1 }];
  await cloudwatch.send(new PutMetricDataCommand({ Namespace: 'shop', MetricData }));
  const key = 'alarm:orders/failed';
  await expect.poll(told(key)).toBe(1);
  const message = receiver.received.at(-1);
  const signature = String(message?.headers['holdfast-signature']);
  const { signingSecret: secret } = made.body;
  expect(isSignatureGood(signature, { secret, body: message?.body ?? '', nowMs: Date.now() })).toBe(true);
  expect((await holdfast(program, ['alert', 'list', '--state', 'firing'])).stdout).toContain(key);
  expect((await holdfast(program, ['alert', 'ack', key, '--note', 'mine'])).code).toBe(0);
  const { body } = await api<{ alert: object; events: { type: string }[] }>(program, 'GET', at(key));
  expect(body.alert).toMatchObject({ state: 'firing', acknowledged: { note: 'mine' } });
  expect(body.events.map(({ type }) => type)).toEqual(['acknowledged', 'fired']);
});

test('a silence from the command line holds an alarm back over a restart, and lets it go when it is ended', async () => {
  const created = await holdfast(program, [
    'silence',
    'create',
    'key=alarm:quiet',
    '--for',
    '1h',
    '-m',
    'test',
    '--json',
  ]);
  const { id } = JSON.parse(created.stdout) as { id: string };
  await makeAlarm('quiet');
  await cloudwatch.send(new SetAlarmStateCommand({ AlarmName: 'quiet', StateValue: 'ALARM', StateReason: 'by hand' }));
  await expect.poll(async () => (await api(program, 'GET', at('alarm:quiet'))).status).toBe(200);
  program.kill('SIGKILL');
  await program.exit;
  program = await start();
  cloudwatch.destroy();
  cloudwatch = connect();
  const { body } = await api<{ alert: object }>(program, 'GET', at('alarm:quiet'));
  expect(body.alert).toMatchObject({ state: 'firing', silencedBy: [id] });
  expect(told('alarm:quiet')()).toBe(0);
  expect((await holdfast(program, ['silence', 'expire', id])).code).toBe(0);
  await expect.poll(told('alarm:quiet')).toBe(1);
  expect(told('alarm:orders/failed')()).toBe(2);
  expect((await holdfast(program, ['silence', 'expire', id])).stderr).toContain('[notify.silence-ended]');
});
