import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { CloudWatchClient, PutMetricAlarmCommand, PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { AlertDetailBody, AttemptsBody, ChannelCreateBody, RouteBody } from '../../src/api/notify-contract.ts';
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
  until,
} from '../harness/program.ts';
import { type HttpReceiver, type SmtpReceiver, startHttpReceiver, startSmtpReceiver } from '../notify/receivers.ts';

/** From a point that a client sends to what people get, through the real program and to real receivers. */
let folder = '';
let program: Program;
let cloudwatch: CloudWatchClient;
let smtp: SmtpReceiver;
let hook: HttpReceiver;
let slack: HttpReceiver;
let pager: HttpReceiver;
let boss: HttpReceiver;
let signingSecret = '';

async function channel(body: ChannelCreateBody): Promise<{ signingSecret?: string }> {
  const ask = () => api<{ signingSecret?: string }>(program, 'POST', '/channels', { body });
  const made = await ask();
  const last = made.status === 503 ? await ask() : made;
  expect(last.status).toBe(200);
  return last.body;
}

const route = (name: string, channels: readonly string[], change: Partial<RouteBody> = {}): RouteBody => ({
  name,
  matchers: [{ label: 'team', operator: '=', value: name }],
  channels: [...channels],
  groupBy: ['key'],
  groupWaitMs: 0,
  groupIntervalMs: 1_000,
  repeatIntervalMs: 3_600_000,
  continues: false,
  escalation: [],
  ...change,
});

beforeAll(async () => {
  folder = await newFolder();
  smtp = await startSmtpReceiver();
  [hook, slack, pager, boss] = [
    await startHttpReceiver(),
    await startHttpReceiver(),
    await startHttpReceiver(),
    await startHttpReceiver(),
  ];
  const ca = path.join(folder, 'mail-ca.pem');
  await writeFile(ca, smtp.ca);
  const env = { HOLDFAST_NOTIFY_LOOPBACK: 'true', NODE_EXTRA_CA_CERTS: ca };
  program = await startProgram({ folder: path.join(folder, 'data'), env });
  const credentials = { accessKeyId: ADMIN_KEY_ID, secretAccessKey: ADMIN_KEY_SECRET };
  cloudwatch = new CloudWatchClient({ region: 'eu-central-1', endpoint: program.origin, credentials });
  signingSecret = (await channel({ name: 'hook', type: 'webhook', url: `${hook.url}/in` })).signingSecret ?? '';
  await channel({ name: 'slack', type: 'slack', url: `${slack.url}/services/T0/B0/x` });
  await channel({ name: 'pager', type: 'pagerduty', routingKey: 'routing-key-of-the-team', baseUrl: pager.url });
  await channel({ name: 'boss', type: 'webhook', url: boss.url });
  await channel({
    ...{ name: 'mail', type: 'email', host: 'localhost', port: smtp.port, security: 'starttls' },
    ...{ username: 'holdfast', password: 'mail-pass-word' },
    ...{ from: 'Holdfast <holdfast@example.com>', to: ['ops@example.com'] },
  });
  const all = route('all', ['mail', 'hook', 'slack', 'pager']);
  const climbs = route('climbs', ['hook'], { escalation: [{ afterMs: 6_000, channels: ['boss'] }] });
  const routes = [all, climbs, route('broken', ['slack', 'hook'])];
  const body = { version: 1, routes, fallback: route('default', ['boss']) };
  const { version } = (await api<{ version: number }>(program, 'GET', '/routes')).body;
  expect((await api(program, 'POST', '/routes', { body: { ...body, version } })).status).toBe(200);
});
afterAll(async () => {
  cloudwatch?.destroy();
  await program?.stop();
  for (const receiver of [hook, slack, pager, boss, smtp]) await receiver?.close();
  await removeFolder(folder);
});

/** An alarm over a metric of its own name, of ten seconds, so that its end comes within the test. */
const putAlarm = (AlarmName: string, team: string) =>
  cloudwatch.send(
    new PutMetricAlarmCommand({
      ...{ AlarmName, Namespace: 'Chain', MetricName: AlarmName, Statistic: 'Maximum', Period: 10 },
      ...{ EvaluationPeriods: 1, Threshold: 100, ComparisonOperator: 'GreaterThanThreshold' },
      ...{ TreatMissingData: 'notBreaching', AlarmActions: [`holdfast:notify:team=${team}`] },
      Tags: [{ Key: 'severity', Value: 'critical' }],
    }),
  );
const send = (MetricName: string, Value: number) =>
  cloudwatch.send(
    new PutMetricDataCommand({ Namespace: 'Chain', MetricData: [{ MetricName, Value, StorageResolution: 1 }] }),
  );
const told = (receiver: HttpReceiver, name: string, state = 'firing') =>
  receiver.received.filter(
    ({ json }) => json.state === state && json.alerts?.some(({ key }) => key === `alarm:${name}`) === true,
  );
const detail = async (name: string) =>
  (await api<AlertDetailBody>(program, 'GET', `/alerts/${encodeURIComponent(`alarm:${name}`)}`)).body;

test('a point past a threshold reaches mail, webhook, Slack and PagerDuty, and its end does too', async () => {
  await putAlarm('load', 'all');
  const sentMs = Date.now();
  await send('load', 150);
  await until('the webhook is told', () => told(hook, 'load').length > 0, 20_000);
  await until('the others are told', () => smtp.mails.length > 0 && slack.received.length > 0, 20_000);
  await until('the pager is told', () => pager.received.length > 0, 20_000);
  const [message] = told(hook, 'load');
  console.info(`from the point to the webhook: ${(message?.atMs ?? 0) - sentMs} ms`);
  const signature = String(message?.headers['holdfast-signature']);
  const check = { secret: signingSecret, body: message?.body ?? '', nowMs: Date.now() };
  expect(isSignatureGood(signature, check)).toBe(true);
  expect(isSignatureGood(signature, { ...check, body: `${check.body} ` })).toBe(false);
  expect(smtp.mails[0]).toMatchObject({ user: 'holdfast', isEncrypted: true, to: ['ops@example.com'] });
  expect(smtp.mails[0]?.text).toMatch(/^Subject: \[critical\] ALARM: load/m);
  expect(slack.received[0]?.json.blocks[0]?.text.text).toContain('ALARM: load');
  expect(pager.received[0]).toMatchObject({ path: '/v2/enqueue', json: { event_action: 'trigger' } });
  // The point stays the newest until it has left the range that evaluation looks back on; then the alarm is OK.
  await until('the end is told', () => told(hook, 'load', 'resolved').length > 0, 90_000);
  await until('the pager is told of the end', () => pager.received.length > 1, 20_000);
  expect(pager.received[1]?.json).toMatchObject({
    event_action: 'resolve',
    dedup_key: pager.received[0]?.json.dedup_key,
  });
  await until('mail and Slack tell the end', () => smtp.mails.length > 1 && slack.received.length > 1, 20_000);
  expect(smtp.mails[1]?.text).toMatch(/^Subject: \[Resolved\]/m);
  const ids = hook.received.map(({ headers }) => headers['idempotency-key']);
  expect(new Set(ids).size).toBe(ids.length);
});

test('nobody acknowledges: it climbs; somebody does: it does not', async () => {
  await putAlarm('climbing', 'climbs');
  await putAlarm('taken', 'climbs');
  await Promise.all([send('climbing', 150), send('taken', 150)]);
  await until('both are told', () => told(hook, 'climbing').length > 0 && told(hook, 'taken').length > 0, 20_000);
  const at = `/alerts/${encodeURIComponent('alarm:taken')}/acknowledge`;
  expect((await api(program, 'POST', at, { body: { note: 'mine' } })).status).toBe(200);
  const isLate = (await detail('taken')).events.some(({ type }) => type === 'escalated');
  await until('the other one climbs', () => told(boss, 'climbing').length > 0, 20_000);
  // On a machine so slow that the acknowledgement came after the step, the step was right.
  expect(told(boss, 'taken').filter(({ json }) => json.isEscalation)).toHaveLength(isLate ? 1 : 0);
  const { stdout } = await holdfast(program, ['alert', 'list', '--state', 'firing']);
  expect(stdout).toContain('alarm:climbing');
  expect((await detail('climbing')).events.map(({ type }) => type)).toContain('escalated');
});

test('a silence holds an alarm back, which is seen all the same', async () => {
  const matchers = [{ label: 'alarm', operator: '=', value: 'quiet' }];
  const body = { matchers, untilMs: Date.now() + 3_600_000, comment: 'maintenance' };
  const { id } = (await api<{ id: string }>(program, 'POST', '/silences', { body })).body;
  await putAlarm('quiet', 'all');
  await putAlarm('loud', 'all');
  await send('quiet', 150);
  await send('loud', 150);
  await until('the other one is told', () => told(hook, 'loud').length > 0, 20_000);
  expect((await detail('quiet')).alert).toMatchObject({ state: 'firing', silencedBy: [id] });
  expect(told(hook, 'quiet')).toEqual([]);
});

test('a channel that fails is told of by another one', async () => {
  slack.answer = (_request, response) => void response.writeHead(404).end('no_service');
  await putAlarm('unheard', 'broken');
  await send('unheard', 150);
  await until('somebody hears of the channel', () =>
    [...boss.received, ...hook.received].some(({ json }) =>
      json.alerts?.some(({ key }) => key === 'notify:channel:slack'),
    ),
  );
  const { attempts } = (await api<AttemptsBody>(program, 'GET', '/deliveries?channel=slack&limit=10')).body;
  expect(attempts.find(({ outcome }) => outcome === 'failed')?.detail).toMatch(/404.*no_service/s);
});

test('a webhook goes nowhere inside: by address, by name, or by a redirect', async () => {
  const create = async (name: string, url: string, on = program) => {
    const body = { name, type: 'webhook', url };
    const ask = () => api<{ error: { code: string } }>(on, 'POST', '/channels', { body });
    // A machine that is busy may answer 503, which is to be asked again.
    const first = await ask();
    return first.status === 503 ? ask() : first;
  };
  const metadata = await create('metadata', 'http://169.254.169.254/latest/meta-data/');
  expect([metadata.status, metadata.body.error.code]).toEqual([422, 'notify.address-refused']);
  boss.answer = (_request, response) => void response.writeHead(302, { Location: `${hook.url}/redirected` }).end();
  expect((await create('redirecting', `${boss.url}/away`)).status).toBe(200);
  const tried = await api<{ outcome: string; detail: string }>(program, 'POST', '/channels/redirecting/test');
  expect(tried.body).toMatchObject({ outcome: 'failed', detail: expect.stringContaining('302') });
  expect(hook.received.filter(({ path: at }) => at === '/redirected')).toEqual([]);
  // Without the option for tests this machine is out of reach too, by its address and by a name of it.
  const plain = await startProgram({ folder: path.join(folder, 'plain') });
  try {
    for (const host of ['127.0.0.1', '[::1]', '[::ffff:127.0.0.1]', '2130706433', '10.0.0.1']) {
      const refused = await create('inside', `http://${host}:${new URL(hook.url).port}/inside`, plain);
      expect([host, refused.status, refused.body.error?.code]).toEqual([host, 422, 'notify.address-refused']);
    }
    // What a name means is looked at whenever something is sent there.
    const named = await create('named', `http://localhost:${new URL(hook.url).port}/inside`, plain);
    expect(named.status).toBe(200);
    const sent = await api<{ outcome: string; detail: string }>(plain, 'POST', '/channels/named/test');
    expect(sent.body).toMatchObject({ outcome: 'failed', detail: expect.stringMatching(/is this very machine/) });
  } finally {
    await plain.stop();
  }
  expect(hook.received.filter(({ path: at }) => at === '/inside')).toEqual([]);
});
