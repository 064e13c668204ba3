import { createTransport } from '@sentry/core';
import { ServerRuntimeClient } from '@sentry/core/server';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
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

/** What every SDK of JavaScript is built on, over fetch, as in workers and at the edge. */
const clientOf = (options: { readonly tunnel?: string } = {}): ServerRuntimeClient =>
  new ServerRuntimeClient({
    dsn: server.dsn,
    release: 'edge@3',
    integrations: [],
    stackParser: () => [],
    sendClientReports: true,
    ...options,
    transport: ({ url, headers, recordDroppedEvent }) =>
      createTransport({ recordDroppedEvent }, async ({ body }) => {
        const response = await fetch(url, {
          method: 'POST',
          body: body as string,
          ...(headers === undefined ? {} : { headers }),
        });
        await response.text();
        return {
          statusCode: response.status,
          headers: {
            'x-sentry-rate-limits': response.headers.get('x-sentry-rate-limits'),
            'retry-after': response.headers.get('retry-after'),
          },
        };
      }),
  });

describe('@sentry/core', () => {
  it.each([
    ['by the DSN', () => ({})],
    ['through the tunnel', () => ({ tunnel: `${server.url}/tunnel` })],
  ])('sends %s', async (_, options) => {
    const client = clientOf(options());
    const id = client.captureMessage('from the edge', 'info');
    client.captureEvent({ message: 'and one more', tags: { a: 'b' } });
    await client.flush(5_000);
    expect(server.taken.events.map(({ payload }) => payload.message)).toEqual(['from the edge', 'and one more']);
    expect(server.taken.events[0]?.eventId).toBe(id);
    expect(server.count('unknown')).toBe(0);
  });

  it('sends no more of a kind once it was told to wait', async () => {
    server.setSettings({ limitsPerMinute: { error: 0 } });
    const client = clientOf();
    client.captureMessage('one', 'info');
    await client.flush(5_000);
    client.captureMessage('two', 'info');
    client.captureMessage('three', 'info');
    await client.flush(5_000);
    expect(server.taken.events).toHaveLength(0);
    // The first was refused here; the others never left.
    expect(server.count('rate-limited', 'error')).toBe(1);
  });
});
