import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Clock, newSecret } from '../base/index.ts';
import { isSignatureGood, SIGNATURE_HEADER } from '../notify/index.ts';
import { DRILLS_LIMITS } from './limits.ts';

export interface ReceivedAlert {
  readonly key: string;
  readonly state: string;
  /** The whole notification that told of it, as it came. */
  readonly message: string;
  /** Of a clock that never goes back. */
  readonly atMs: number;
}

export interface AlertReceiver {
  /** With a path that nobody can guess. */
  readonly url: string;
  readonly secret: string;
  /** Resolves with the first notification of such an alert in this state; rejects when the signal ends the wait. */
  readonly received: (
    key: string | ((key: string) => boolean),
    state: string,
    signal: AbortSignal,
    /** By the clock that never goes back: what came before is not looked at. */
    sinceMs?: number,
  ) => Promise<ReceivedAlert>;
  readonly close: () => Promise<void>;
}

/** A webhook receiver on this machine, as one that a team would run: it takes only what is signed. */
export async function openAlertReceiver(clock: Clock): Promise<AlertReceiver> {
  const path = `/${newSecret(24)}`;
  const secret = newSecret(32);
  const received: ReceivedAlert[] = [];
  const waiting = new Set<() => void>();
  const server = createServer((request, response) => {
    void take(request, response).catch(() => response.writeHead(500).end());
  });
  const take = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const atMs = clock.monotonicMs();
    const body = await readBody(request);
    const header = request.headers[SIGNATURE_HEADER.toLowerCase()];
    const isGood =
      request.url === path &&
      body !== undefined &&
      isSignatureGood(typeof header === 'string' ? header : '', { secret, body, nowMs: clock.nowMs() });
    response.writeHead(isGood ? 204 : 403).end();
    if (!isGood || body === undefined) return;
    const { alerts = [] } = JSON.parse(body) as { readonly alerts?: readonly ReceivedAlert[] };
    for (const { key, state } of alerts) received.push({ key, state, message: body, atMs });
    for (const wake of waiting) wake();
  };
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  server.unref();
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}${path}`,
    secret,
    received: (key, state, signal, sinceMs = 0) =>
      new Promise((resolve, reject) => {
        const isKey = typeof key === 'string' ? (other: string): boolean => other === key : key;
        const look = (): void => {
          const found = received.find((alert) => isKey(alert.key) && alert.state === state && alert.atMs >= sinceMs);
          if (found === undefined && !signal.aborted) return;
          waiting.delete(look);
          signal.removeEventListener('abort', look);
          if (found === undefined) reject(signal.reason);
          else resolve(found);
        };
        waiting.add(look);
        signal.addEventListener('abort', look);
        look();
      }),
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > DRILLS_LIMITS.receivedBytesMax) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
