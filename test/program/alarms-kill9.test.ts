import { CloudWatchClient, PutMetricAlarmCommand, PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { AlarmsBody, AlarmViewBody } from '../../src/api/metrics-contract.ts';
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

/** The whole program, killed while it evaluates and while it sends: every alarm is told, and each delivery once. */
const ROUNDS = 4;
const PER_ROUND = 6;
let folder = '';
let program: Program;
let receiver: HttpReceiver;

const start = (): Promise<Program> => startProgram({ folder, env: { HOLDFAST_NOTIFY_LOOPBACK: 'true' } });
beforeAll(async () => {
  folder = await newFolder();
  receiver = await startHttpReceiver();
  program = await start();
});
afterAll(async () => {
  await program?.stop();
  await receiver?.close();
  await removeFolder(folder);
});

async function withClient(work: (client: CloudWatchClient) => Promise<unknown>): Promise<void> {
  const credentials = { accessKeyId: ADMIN_KEY_ID, secretAccessKey: ADMIN_KEY_SECRET };
  const endpoint = program.origin;
  const client = new CloudWatchClient({ region: 'eu-central-1', endpoint, credentials, maxAttempts: 1 });
  await work(client).finally(() => client.destroy());
}

const putAlarm = (client: CloudWatchClient, AlarmName: string, change: object = {}) =>
  client.send(
    new PutMetricAlarmCommand({
      ...{ AlarmName, Namespace: 'Kill', MetricName: AlarmName, Statistic: 'Maximum', Period: 60 },
      ...{ EvaluationPeriods: 1, Threshold: 100, ComparisonOperator: 'GreaterThanThreshold' },
      ...{ TreatMissingData: 'ignore', Tags: [{ Key: 'severity', Value: 'critical' }], ...change },
    }),
  );
const send = (client: CloudWatchClient, names: readonly string[], change: object = {}) =>
  client.send(
    new PutMetricDataCommand({
      Namespace: 'Kill',
      MetricData: names.map((MetricName) => ({ MetricName, Value: 150, ...change })),
    }),
  );
const namesOf = (round: number): readonly string[] =>
  Array.from({ length: PER_ROUND }, (_, index) => `kill-${round}-${index}`);
/** Deliveries that tell of an alarm, by Idempotency-Key: a receiver that knows the key takes each once. */
const deliveriesOf = (name: string): ReadonlySet<string> =>
  new Set(
    receiver.received
      .filter(({ json }) => json.alerts?.some(({ key }) => key === `alarm:${name}`))
      .map(({ headers }) => String(headers['idempotency-key'])),
  );
const viewOf = async (name: string) => (await api<AlarmViewBody>(program, 'GET', `/alarms/${name}`)).body;
const updatesOf = async (name: string): Promise<readonly string[]> =>
  (await viewOf(name)).history
    .filter(({ historyItemType }) => historyItemType === 'StateUpdate')
    .map(({ historySummary }) => historySummary);

/** Kills by SIGKILL, so that nothing is said or written any more, and starts the program over the same folder. */
async function killAndStart(): Promise<void> {
  program.kill('SIGKILL');
  await program.exit;
  program = await start();
}

test('alarms that a point sets off are told once each, however often the program is killed', {
  timeout: 300_000,
}, async () => {
  const channel = { name: 'hook', type: 'webhook', url: receiver.url };
  expect((await api(program, 'POST', '/channels', { body: channel })).status).toBe(200);
  const all = Array.from({ length: ROUNDS }, (_, round) => namesOf(round)).flat();
  await withClient((client) => Promise.all(all.map((name) => putAlarm(client, name))));
  let kills = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    let isKilled: () => void = () => undefined;
    const killed = new Promise<void>((resolve) => {
      isKilled = resolve;
    });
    const already = receiver.received.length;
    receiver.answer = (_request, response) => {
      // Every second round in the middle of sending: taken by the receiver, and Holdfast never hears so.
      if (round % 2 === 1 && kills === round && receiver.received.length > already + 1) {
        program.kill('SIGKILL');
        isKilled();
        return;
      }
      response.end('taken');
    };
    await withClient((client) => send(client, namesOf(round)));
    // The others as soon as the points are acknowledged, while they are being evaluated.
    if (round % 2 === 0) isKilled();
    await killed;
    await killAndStart();
    kills += 1;
  }
  receiver.answer = (_request, response) => void response.end('taken');
  await until('all are told', () => all.every((name) => deliveriesOf(name).size > 0), 60_000);
  const { alarms, summary } = (await api<AlarmsBody>(program, 'GET', '/alarms?prefix=kill-&limit=100')).body;
  expect(alarms.filter(({ stateValue }) => stateValue !== 'ALARM')).toEqual([]);
  expect(alarms).toHaveLength(all.length);
  expect(summary.blind).toBe(0);
  expect(all.filter((name) => deliveriesOf(name).size !== 1)).toEqual([]);
  for (const name of namesOf(0)) {
    const updates = await updatesOf(name);
    expect([name, updates.length]).toEqual([name, 1]);
    expect(updates[0]).toMatch(/^Alarm updated from INSUFFICIENT_DATA to ALARM/);
  }
  // What was sent again after a kill came under its old key and with the same body.
  const bodies = new Map<string, Set<string>>();
  for (const { headers, body } of receiver.received) {
    const key = String(headers['idempotency-key']);
    bodies.set(key, (bodies.get(key) ?? new Set()).add(body));
  }
  expect([...bodies.values()].filter((different) => different.size > 1)).toEqual([]);
  expect(receiver.received.length).toBeGreaterThan(bodies.size);
});

test('a period that ended while the program was down is caught up, and marked so', async () => {
  // Averages are decided when their period is over, which is after the kill.
  await withClient(async (client) => {
    await putAlarm(client, 'missed', { Statistic: 'Average', Period: 10 });
    // Early in a period, so that a slow answer does not reach past its end; a point without a resolution would be that
    // of the whole minute, whose first period may be over already.
    await until('a period begins', () => Date.now() % 10_000 < 1_500, 20_000);
    await send(client, ['missed'], { StorageResolution: 1 });
  });
  const sentMs = Date.now();
  program.kill('SIGKILL');
  await program.exit;
  const overMs = Math.floor(sentMs / 10_000) * 10_000 + 32_000;
  await until('the period and its settling are over', () => Date.now() > overMs, 60_000);
  program = await start();
  await until('it is told', () => deliveriesOf('missed').size === 1);
  expect((await viewOf('missed')).alarm.stateValue).toBe('ALARM');
  expect(await updatesOf('missed')).toEqual(['Alarm updated from INSUFFICIENT_DATA to ALARM (caught up)']);
  const message = receiver.received.find(({ json }) => json.alerts?.some(({ key }) => key === 'alarm:missed'));
  expect(message?.body).toContain('Found while catching up after downtime');
});
