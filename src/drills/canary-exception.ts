import { createStackParser, createTransport, Scope } from '@sentry/core';
import { nodeStackLineParser, ServerRuntimeClient } from '@sentry/core/server';
import { Failure, newSecret } from '../base/index.ts';
import { DRILLS_FAILURES } from './failures.ts';
import { DRILLS_LIMITS } from './limits.ts';

/** Always the same, so that all canaries are one issue, which comes back each time after it was resolved. */
const FINGERPRINT = ['holdfast-probe-canary'];

class CanaryError extends Error {
  override readonly name = 'CanaryError';
}

export interface SentException {
  readonly eventId: string;
  /** No secret: it must be found where the secrets must not. */
  readonly marker: string;
  readonly secrets: readonly string[];
}

/**
 * An exception as an application would send it: by the client that Sentry's JavaScript SDKs are built on, with a scope of
 * its own and no state that others of this process see. Secrets lie in the places where they slip into events.
 */
export async function sendCanaryException(dsn: string, signal: AbortSignal): Promise<SentException> {
  const marker = `marker${newSecret(20)}`;
  const secrets = [newSecret(28), newSecret(28), newSecret(28), newSecret(28)];
  const [inMessage = '', inHeader = '', inExtra = '', inCrumb = ''] = secrets;
  let answered = 0;
  const client = new ServerRuntimeClient({
    dsn,
    environment: 'probe',
    release: 'holdfast-probe@1',
    platform: 'node',
    // The one fact of an event that a notification of an issue that came back tells: its title is that of the first.
    serverName: marker,
    integrations: [],
    sendClientReports: false,
    stackParser: createStackParser(nodeStackLineParser()),
    transport: ({ url, headers, recordDroppedEvent }) =>
      createTransport({ recordDroppedEvent }, async ({ body }) => {
        const text = typeof body === 'string' ? body : new TextDecoder().decode(body);
        const response = await fetch(url, { method: 'POST', body: text, signal, ...(headers ? { headers } : {}) });
        await response.text();
        answered = response.status;
        return { statusCode: response.status };
      }),
  });
  const scope = new Scope();
  scope.setFingerprint(FINGERPRINT);
  scope.setTag('marker', marker);
  scope.setExtra('password', inExtra);
  scope.addBreadcrumb({ category: 'probe', message: `${marker} token=${inCrumb}` });
  scope.addEventProcessor((event) => ({
    ...event,
    request: {
      url: 'https://shop.example/checkout',
      method: 'POST',
      headers: { Authorization: `Bearer ${inHeader}`, 'X-Marker': marker },
    },
  }));
  const error = new CanaryError(`${marker} could not log in with password=${inMessage}`);
  const eventId = client.captureException(error, {}, scope);
  try {
    await client.flush(DRILLS_LIMITS.sdkFlushMs);
  } finally {
    await client.close(0);
  }
  if (answered === 200) return { eventId, marker, secrets };
  throw new Failure(DRILLS_FAILURES.canaryRefused, { protocol: "Sentry's envelope", status: answered, answer: '' });
}
