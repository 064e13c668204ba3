import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { CANARY, runApp, textOf } from './run-app.ts';
import { type SentryServer, startSentryServer } from './sentry-server.ts';

const folder = mkdtempSync(path.join(os.tmpdir(), 'holdfast-sentry-python-'));
const python = path.join(folder, 'bin', 'python');

/** The SDK is fetched into a folder of its own; where that cannot be done, this client is left out by name. */
const hasSdk = (): boolean => {
  if (spawnSync('python3', ['-m', 'venv', folder]).status !== 0) return false;
  const patience = ['--retries', '1', '--timeout', '10', '--disable-pip-version-check'];
  const install = ['-m', 'pip', 'install', '--quiet', ...patience, 'sentry-sdk==2.68.0'];
  return spawnSync(python, install, { timeout: 60_000 }).status === 0;
};
const HAS_SDK = hasSdk();

let server: SentryServer;
beforeAll(async () => {
  server = await startSentryServer();
});
afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(() => server.clear());

describe.skipIf(!HAS_SDK)('sentry-python 2.68.0', () => {
  it.each(['none', '1'])('sends what it sends with traces %s, and everything of it has a place', async (rate) => {
    const { code, err } = await runApp(python, 'python-app.py', [server.dsn, rate]);
    expect({ code, err }).toEqual({ code: 0, err: 'cart 7 failed\n' });
    const { events, logs, points, spans, checkIns } = server.taken;
    const outcomes = new Set(server.taken.outcomes.map(({ itemType, outcome }) => `${itemType} ${outcome}`));
    expect([...outcomes].sort()).toEqual([
      'attachment accepted',
      'check_in accepted',
      'error client-discard',
      'event accepted',
      'log accepted',
      ...(rate === '1' ? ['span accepted'] : []),
      'trace_metric accepted',
      ...(rate === '1' ? ['transaction accepted'] : []),
    ]);
    expect(events.every(({ client }) => client === 'sentry.python/2.68.0')).toBe(true);
    expect(logs.map(({ body, severityNumber }) => [body, severityNumber])).toEqual([['payment of order 8 failed', 13]]);
    expect(points.map(({ name, sum }) => [name, sum])).toEqual([
      ['orders', 1],
      ['order.size', 17.5],
      ['queue.depth', 3],
    ]);
    expect(checkIns.map(({ status, durationMs }) => [status, durationMs])).toEqual([
      ['in_progress', undefined],
      ['ok', 1_500],
    ]);
    if (rate === '1') {
      expect(spans.map(({ name, kind }) => [name, kind])).toEqual([
        ['GET /cart', 'server'],
        ['SELECT * FROM carts', 'client'],
      ]);
      expect(spans[1]?.parentSpanId).toBe(spans[0]?.spanId);
      expect(spans[0]?.attributesString['http.route']).toBe('/cart');
    }
    expect(textOf([spans, logs, points])).not.toContain(CANARY);
  });
});
