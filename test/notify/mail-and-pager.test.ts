import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { isFailure } from '../../src/base/index.ts';
import type { ChannelRequest, Notify } from '../../src/notify/index.ts';
import { ADMIN, alertOf, type NotifyForTest, openNotifyForTest, quickRoute, setFallback } from './open-notify.ts';
import { type HttpReceiver, type SmtpReceiver, startHttpReceiver, startSmtpReceiver } from './receivers.ts';

let stores: NotifyForTest;
let smtp: SmtpReceiver;
let http: HttpReceiver;
let notify: Notify;

beforeAll(async () => {
  stores = await openNotifyForTest();
  smtp = await startSmtpReceiver();
});
afterAll(async () => {
  await smtp.close();
  await stores.close();
});
beforeEach(async () => {
  await stores.clear();
  smtp.mails.length = 0;
  smtp.refusal = undefined;
  http = await startHttpReceiver();
  notify = await stores.open({ extraCa: smtp.ca });
});
afterEach(async () => {
  await notify.close();
  await http.close();
});

const mailChannel = (change: Partial<Extract<ChannelRequest, { type: 'email' }>> = {}): ChannelRequest => ({
  name: 'mail',
  type: 'email',
  host: 'localhost',
  port: smtp.port,
  security: 'starttls',
  username: 'holdfast',
  password: 'mail-pass-word',
  from: 'Holdfast <holdfast@example.com>',
  to: ['ops@example.com', 'duty@example.com'],
  ...change,
});
const header = (mail: string, name: string): string | undefined =>
  new RegExp(`^${name}: (.*(?:\\r\\n[ \\t].*)*)`, 'im').exec(mail)?.[1]?.replace(/\r\n[ \t]/g, ' ');

test('mail goes encrypted, signed in, and its end answers its beginning', async () => {
  await notify.channels.create(ADMIN, mailChannel());
  await setFallback(notify, quickRoute(['mail']));
  const alert = alertOf('alarm:disk', {
    title: 'Disk of <db-1> is full\r\nBcc: evil@example.com',
    severity: 'critical',
  });
  await notify.alerting.raise(alert);
  await expect.poll(() => smtp.mails.length).toBe(1);
  await notify.alerting.raise({ ...alert, state: 'resolved', atMs: alert.atMs + 61_000 });
  await expect.poll(() => smtp.mails.length).toBe(2);
  const [first, second] = smtp.mails;
  expect(first).toMatchObject({ user: 'holdfast', isEncrypted: true, to: ['ops@example.com', 'duty@example.com'] });
  expect(first?.text).toMatch(/^Subject: \[critical\] Disk of <db-1> is full Bcc: evil@example\.com/m);
  expect(first?.text).not.toMatch(/^Bcc:/m);
  expect(first?.text).toContain('&lt;db-1&gt;');
  const id = header(first?.text ?? '', 'Message-ID');
  expect(id).toMatch(/^<[0-9a-f-]{36}@example\.com>$/);
  expect(header(first?.text ?? '', 'In-Reply-To')).toBeUndefined();
  expect(header(second?.text ?? '', 'In-Reply-To')).toBe(id);
  expect(header(second?.text ?? '', 'Subject')).toMatch(/^\[Resolved\]/);
});

test('a mail server that refuses for good is not asked again, one that is busy is', async () => {
  await notify.channels.create(ADMIN, mailChannel());
  smtp.refusal = { responseCode: 550, message: 'no such mailbox' };
  expect(await notify.channels.test(ADMIN, 'mail')).toMatchObject({
    detail: expect.stringContaining('no such mailbox'),
  });
  await setFallback(notify, quickRoute(['mail']));
  await notify.alerting.raise(alertOf('alarm:refused'));
  const outcomes = async () => (await notify.channels.attempts(ADMIN, { limit: 9 })).map(({ outcome }) => outcome);
  await expect.poll(outcomes).toEqual(['failed', 'failed']);
  smtp.refusal = { responseCode: 451, message: 'try later' };
  await notify.alerting.raise(alertOf('alarm:busy'));
  await expect.poll(outcomes).toEqual(['will-retry', 'failed', 'failed']);
  smtp.refusal = undefined;
  await expect.poll(() => smtp.mails.length).toBe(1);
});

test('a wrong password and a server without encryption are failures that say so', async () => {
  await notify.channels.create(ADMIN, mailChannel({ password: 'wrong-pass-word' }));
  const wrong = await notify.channels.test(ADMIN, 'mail');
  expect(wrong).toMatchObject({ outcome: 'failed', detail: expect.stringContaining('535') });
  expect(wrong.detail).not.toContain('wrong-pass-word');
  const plain = await startSmtpReceiver({ isPlain: true });
  try {
    const {
      username: _user,
      password: _password,
      ...open
    } = mailChannel({ name: 'plain', port: plain.port }) as Extract<ChannelRequest, { type: 'email' }>;
    await notify.channels.create(ADMIN, open);
    expect(await notify.channels.test(ADMIN, 'plain')).toMatchObject({ outcome: 'failed' });
    expect(plain.mails).toEqual([]);
    await notify.channels.create(ADMIN, { ...open, name: 'open', security: 'none' });
    expect(await notify.channels.test(ADMIN, 'open')).toMatchObject({ outcome: 'delivered' });
    const risky = mailChannel({ name: 'risky', host: 'mail.example.com', security: 'none' });
    const refusal = await notify.channels.create(ADMIN, risky).catch((error: unknown) => error);
    expect(isFailure(refusal) && refusal.code).toBe('notify.input-invalid');
  } finally {
    await plain.close();
  }
});

test('a certificate that nobody vouches for stops the mail before the password goes out', async () => {
  const distrustful = await stores.open({}, false);
  await distrustful.channels.create(ADMIN, mailChannel());
  expect(await distrustful.channels.test(ADMIN, 'mail')).toMatchObject({
    outcome: 'failed',
    detail: expect.stringMatching(/self-signed|certificate/),
  });
  expect(smtp.mails).toEqual([]);
});

test('PagerDuty gets one incident: opened, acknowledged, resolved under one key', async () => {
  await notify.channels.create(ADMIN, {
    name: 'pager',
    type: 'pagerduty',
    routingKey: 'R0123456789',
    baseUrl: http.url,
  });
  await setFallback(notify, quickRoute(['pager']));
  http.answer = (_request, response) => void response.writeHead(202).end('{"status":"success"}');
  const alert = alertOf('alarm:api', { severity: 'high', labels: { host: 'api-1' } });
  await notify.alerting.raise(alert);
  await expect.poll(() => http.received.length).toBe(1);
  expect(http.received[0]?.path).toBe('/v2/enqueue');
  expect(http.received[0]?.json).toMatchObject({
    routing_key: 'R0123456789',
    event_action: 'trigger',
    payload: { severity: 'error', source: 'api-1', summary: '[high] alarm:api is wrong' },
  });
  const seen = await notify.alerts.acknowledge(ADMIN, 'alarm:api', 'I look at it');
  expect(seen.acknowledged).toMatchObject({ by: 'test', note: 'I look at it' });
  await expect.poll(() => http.received.length).toBe(2);
  await notify.alerts.acknowledge(ADMIN, 'alarm:api');
  await notify.alerting.raise({ ...alert, state: 'resolved', atMs: alert.atMs + 10 });
  await expect.poll(() => http.received.length).toBe(3);
  expect(http.received.map(({ json }) => json.event_action)).toEqual(['trigger', 'acknowledge', 'resolve']);
  expect(new Set(http.received.map(({ json }) => json.dedup_key)).size).toBe(1);
});

test('Slack gets blocks in which no text becomes a mention', async () => {
  await notify.channels.create(ADMIN, { name: 'chat', type: 'slack', url: `${http.url}/services/T0/B0/abcd` });
  await setFallback(notify, quickRoute(['chat']));
  await notify.alerting.raise(alertOf('alarm:x', { title: '<!channel> & co' }));
  await expect.poll(() => http.received.length).toBe(1);
  const [message] = http.received;
  const blocks = message?.json.blocks ?? [];
  expect(blocks[0]?.type).toBe('header');
  expect(message?.json.text).toBe('[high] &lt;!channel&gt; &amp; co');
  expect(message?.body.replace(blocks[0]?.text.text ?? '', '')).not.toContain('<!channel>');
});
