import http from 'node:http';
import https from 'node:https';
import { isIP } from 'node:net';
import { NOTIFY_LIMITS } from '../limits.ts';
import type { AddressPolicy } from './judge-address.ts';
import { pinHost } from './pin-host.ts';
import type { ResolveHost } from './resolve-host.ts';

export interface OutgoingRequest {
  readonly method: 'POST' | 'GET';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly policy: AddressPolicy;
  readonly resolveHost: ResolveHost;
  /** Ends the request, name lookup and answer included. */
  readonly signal: AbortSignal;
}

export interface OutgoingAnswer {
  readonly status: number;
  readonly retryAfter: string | undefined;
  readonly body: string;
}

/**
 * One request to an address that was looked at before: no redirect is followed, no proxy asked, no connection kept.
 * Throws `notify.address-refused`, `notify.host-unknown`, and errors of the connection.
 */
export async function sendRequest(request: OutgoingRequest): Promise<OutgoingAnswer> {
  const url = new URL(request.url);
  const pinned = await untilAborted(pinHost(url.hostname, request.policy, request.resolveHost), request.signal);
  const client = url.protocol === 'https:' ? https : http;
  return new Promise((resolve, reject) => {
    const outgoing = client.request(
      url,
      {
        method: request.method,
        headers: { ...request.headers, 'Content-Length': Buffer.byteLength(request.body), Connection: 'close' },
        // The name still stands in Host and in the certificate check; the connection goes to the address alone.
        hostname: pinned.address,
        host: pinned.address,
        family: pinned.family,
        servername: isIP(pinned.host) === 0 ? pinned.host : '',
        agent: false,
        signal: request.signal,
        insecureHTTPParser: false,
        maxHeaderSize: 16_384,
      },
      (response) => {
        readAnswer(response).then(resolve, reject);
      },
    );
    outgoing.setHeader('Host', url.host);
    outgoing.on('error', (error) => reject(request.signal.aborted ? request.signal.reason : error));
    outgoing.end(request.body);
  });
}

async function readAnswer(response: http.IncomingMessage): Promise<OutgoingAnswer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    bytes += chunk.length;
    // The status is what counts; whoever sends more than this is not listened to any further.
    if (bytes > NOTIFY_LIMITS.answerBytesMax) {
      response.destroy();
      break;
    }
  }
  const retryAfter = response.headers['retry-after'];
  return { status: response.statusCode ?? 0, retryAfter, body: Buffer.concat(chunks).toString('utf8') };
}

export function untilAborted<Result>(work: Promise<Result>, signal: AbortSignal): Promise<Result> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(signal.reason);
    if (signal.aborted) onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}
