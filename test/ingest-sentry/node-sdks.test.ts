import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { CANARY, runApp, textOf } from './run-app.ts';
import { type SentryServer, startSentryServer } from './sentry-server.ts';

let server: SentryServer;
beforeAll(async () => {
  server = await startSentryServer();
});
afterAll(() => server.close());
beforeEach(() => {
  server.clear();
  server.setSettings({});
});

/** `itemType outcome` of everything that was counted, once each. */
const counted = (): readonly string[] =>
  [...new Set(server.taken.outcomes.map(({ itemType, outcome }) => `${itemType} ${outcome}`))].sort();

const ALWAYS = [
  'attachment accepted',
  'check_in accepted',
  'error client-discard',
  'event accepted',
  'feedback accepted',
  'log accepted',
  'sessions accepted',
  'span client-discard',
  'trace_metric accepted',
];

describe.each([
  { sdk: '@sentry/node', version: '11.12.0', rate: undefined, also: [] },
  { sdk: '@sentry/node', version: '11.12.0', rate: '1', also: ['span accepted'] },
  { sdk: 'sentry-node-10', version: '10.78.0', rate: undefined, also: ['session accepted'] },
  { sdk: 'sentry-node-10', version: '10.78.0', rate: '1', also: ['session accepted', 'transaction accepted'] },
])('$sdk $version with traces $rate', ({ sdk, version, rate, also }) => {
  it('sends what it sends unmodified, and everything of it has a place', async () => {
    const args = [sdk, server.dsn, ...(rate === undefined ? [] : [rate])];
    const { code } = await runApp(process.execPath, 'node-app.mjs', args);
    expect(code).toBe(0);
    expect(counted()).toEqual([...ALWAYS, ...also].sort());
    const { events, logs, points, spans, checkIns, feedback, sessions } = server.taken;
    expect(events).toHaveLength(3);
    expect(events.every(({ client }) => client === `sentry.javascript.node/${version}`)).toBe(true);
    expect(events.flatMap(({ attachments }) => attachments.map(({ filename }) => filename))).toEqual(['cart.txt']);
    expect(logs.map(({ body, logGroup, logStream, service }) => [body, logGroup, logStream, service])).toEqual([
      ['order placed', '/sentry/shop', 'shop@1.2.3', 'shop'],
      ['payment failed', '/sentry/shop', 'shop@1.2.3', 'shop'],
    ]);
    expect(logs[0]).toMatchObject({
      severityNumber: 9,
      attributesNumber: { order: 7, sum: 12.5 },
      attributesBool: { paid: true },
    });
    expect(
      points.map(({ namespace, name, unit, sum, dimensions }) => ({ namespace, name, unit, sum, dimensions })),
    ).toEqual([
      point('orders', 'Count', 1, { environment: 'staging', shop: 'north' }),
      point('order.size', 'Kilobytes', 17.5, { environment: 'staging', shop: 'north' }),
      point('queue.depth', 'None', 3, { environment: 'staging' }),
    ]);
    // Each came by a request of its own, and the second may have overtaken the first.
    expect(checkIns.map(({ slug, status }) => `${slug} ${status}`).sort()).toEqual([
      'nightly in_progress',
      'nightly ok',
    ]);
    expect(new Set(checkIns.map(({ checkInId }) => checkInId)).size).toBe(1);
    expect(feedback).toMatchObject([{ message: 'the cart is empty', name: 'Ada', email: 'ada@example.com' }]);
    expect(sessions.find(({ type }) => type === 'aggregate')).toMatchObject({ release: 'shop@1.2.3', errored: 1 });
    if (rate !== undefined) checkSpans();
    expect(textOf([spans, logs, points])).not.toContain(CANARY);
  });

  function checkSpans(): void {
    const requests = server.taken.spans
      .filter(({ kind }) => kind === 'server')
      .sort((a, b) => Number(a.timeNs - b.timeNs));
    expect(requests.map(({ name, status, service }) => [name, status, service])).toEqual([
      ['GET /ok', 'ok', 'shop'],
      ['GET /fail', 'error', 'shop'],
    ]);
    expect(requests[1]?.attributesNumber['http.response.status_code']).toBe(500);
    expect(requests[0]?.attributesString['shop.card_token']).toContain('redacted');
    const failed = server.taken.events.find(({ payload }) => textOf(payload).includes('TypeError'));
    expect(textOf(failed?.payload)).toContain(requests[1]?.traceId);
  }
});

const point = (name: string, unit: string, sum: number, dimensions: Readonly<Record<string, string>>) => ({
  namespace: 'Sentry/shop',
  name,
  unit,
  sum,
  dimensions,
});

describe('@sentry/node under a limit of errors', () => {
  it('keeps errors back and goes on with the rest', async () => {
    const limited = await startSentryServer();
    limited.setSettings({ limitsPerMinute: { error: 1 } });
    const { code } = await runApp(process.execPath, 'node-app.mjs', ['@sentry/node', limited.dsn]);
    await limited.close();
    expect(code).toBe(0);
    expect(limited.taken.events).toHaveLength(1);
    // What it held back itself it says, and what was on its way is counted here.
    const kept = limited.taken.outcomes.filter(({ reason }) => reason === 'ratelimit_backoff' || reason === 'quota');
    expect(kept.length).toBeGreaterThan(0);
    expect(limited.taken.logs).toHaveLength(2);
    expect(limited.taken.checkIns).toHaveLength(2);
  });
});
