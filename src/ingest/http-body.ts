import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Clock, Failure } from '../base/index.ts';
import type { Admission, Lease } from './admission.ts';
import { type ContentEncoding, decompress, readEncoding } from './decompress.ts';
import { INGEST_FAILURES } from './failures.ts';
import { INGEST_LIMITS } from './limits.ts';

export interface BodyRules {
  /** Of the body as sent and of the body after decompression. */
  readonly bytesMax: number;
  readonly encodings: readonly ContentEncoding[];
}

/** A whole body in memory. Its holder calls `release` when the request is answered, whatever the answer was. */
export interface ReceivedBody {
  readonly bytes: Buffer;
  /** As sent, before decompression: what a signature of the request covers. */
  readonly wire: Buffer;
  /** Size as sent. */
  readonly wireBytes: number;
  readonly release: () => void;
}

export interface BodyReaderDeps {
  readonly admission: Admission;
  readonly clock: Clock;
}

/**
 * Reads a raw request body. Refuses before it reads what the headers already tell (`ingest.body-too-large`,
 * `ingest.encoding-unsupported`, `ingest.overloaded`), then counts what arrives: memory is charged as it is filled,
 * so a sender who announces much and sends nothing holds nothing. Also throws `ingest.body-too-slow`,
 * `ingest.body-aborted` and `ingest.body-undecodable`.
 */
export async function readBody(
  request: IncomingMessage,
  rules: BodyRules,
  deps: BodyReaderDeps,
): Promise<ReceivedBody> {
  const encoding = readEncoding(request.headers['content-encoding'], rules.encodings);
  const announced = Number(request.headers['content-length'] ?? 0);
  if (announced > rules.bytesMax) throw tooLarge(rules.bytesMax);
  deps.admission.check(announced);
  const lease = deps.admission.enter(0);
  try {
    const wire = await receive(request, { lease, bytesMax: rules.bytesMax, clock: deps.clock });
    if (encoding === undefined || wire.length === 0) {
      return { bytes: wire, wire, wireBytes: wire.length, release: lease.release };
    }
    const bytes = await decompress(wire, encoding, { ...rules, clock: deps.clock, charge: lease.grow });
    return { bytes, wire, wireBytes: wire.length, release: lease.release };
  } catch (error) {
    lease.release();
    throw error;
  }
}

const tooLarge = (limitBytes: number): Failure =>
  new Failure(INGEST_FAILURES.bodyTooLarge, { limitBytes, measure: 'as sent' });

interface Receiving {
  readonly lease: Lease;
  readonly bytesMax: number;
  readonly clock: Clock;
}

function receive(request: IncomingMessage, { lease, bytesMax, clock }: Receiving): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    // The sender may have left while the request was being authenticated; no event would tell any more.
    if (request.destroyed) {
      reject(new Failure(INGEST_FAILURES.bodyAborted));
      return;
    }
    const chunks: Buffer[] = [];
    let length = 0;
    let lastMs = clock.monotonicMs();
    const watching = new AbortController();
    const settle = (outcome: Error | undefined): void => {
      watching.abort();
      request.off('data', onData);
      request.off('end', onEnd);
      request.off('error', onLost);
      request.off('close', onLost);
      // A late error event must not become an uncaught exception.
      request.on('error', () => undefined);
      if (outcome === undefined) {
        resolve(chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks, length));
      } else {
        request.pause();
        reject(outcome);
      }
    };
    const onData = (chunk: Buffer): void => {
      length += chunk.length;
      lastMs = clock.monotonicMs();
      if (length > bytesMax) {
        settle(tooLarge(bytesMax));
        return;
      }
      try {
        lease.grow(chunk.length);
        chunks.push(chunk);
      } catch (error) {
        settle(error instanceof Error ? error : new Error(String(error)));
      }
    };
    const onEnd = (): void => settle(undefined);
    const onLost = (): void => settle(new Failure(INGEST_FAILURES.bodyAborted));
    request.on('data', onData);
    request.on('end', onEnd);
    request.on('error', onLost);
    request.on('close', onLost);
    void watchPace({ clock, signal: watching.signal, lastMs: () => lastMs, onSlow: settle });
  });
}

interface Pace {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly lastMs: () => number;
  readonly onSlow: (failure: Failure) => void;
}

async function watchPace({ clock, signal, lastMs, onSlow }: Pace): Promise<void> {
  const startMs = clock.monotonicMs();
  for (;;) {
    const nowMs = clock.monotonicMs();
    const totalLeftMs = INGEST_LIMITS.bodyMsMax - (nowMs - startMs);
    const idleLeftMs = INGEST_LIMITS.bodyIdleMsMax - (nowMs - lastMs());
    if (totalLeftMs <= 0) return onSlow(tooSlow(INGEST_LIMITS.bodyMsMax, 'in all'));
    if (idleLeftMs <= 0) return onSlow(tooSlow(INGEST_LIMITS.bodyIdleMsMax, 'since its last byte'));
    try {
      await clock.sleep(Math.min(totalLeftMs, idleLeftMs), signal);
    } catch {
      // The sleep is cut short when the body has arrived or failed: nothing is left to watch.
      return;
    }
  }
}

const tooSlow = (limitMs: number, measure: string): Failure =>
  new Failure(INGEST_FAILURES.bodyTooSlow, { limitMs, measure });

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
}

/**
 * Sends an answer. When the request body was not read to its end, the connection is closed after it: the answer is
 * written first, then a bounded part of the body is thrown away, because closing at once would reset the connection
 * and most clients would report that instead of the refusal.
 */
export async function sendAnswer(
  exchange: { readonly request: IncomingMessage; readonly response: ServerResponse; readonly clock: Clock },
  answer: Answer,
): Promise<void> {
  const { request, response, clock } = exchange;
  if (response.destroyed || response.headersSent) return;
  const body = typeof answer.body === 'string' ? Buffer.from(answer.body) : answer.body;
  const headers = { ...answer.headers, 'content-length': String(body.length) };
  if (request.complete) {
    response.writeHead(answer.status, headers);
    response.end(body);
    return;
  }
  response.writeHead(answer.status, { ...headers, connection: 'close' });
  response.write(body);
  await discardRest(request, clock);
  response.end();
}

async function discardRest(request: IncomingMessage, clock: Clock): Promise<void> {
  let discarded = 0;
  const done = new AbortController();
  const stop = (): void => done.abort();
  request.on('data', (chunk: Buffer) => {
    discarded += chunk.length;
    if (discarded > INGEST_LIMITS.lingerBytesMax) stop();
  });
  request.once('end', stop);
  request.once('close', stop);
  request.on('error', stop);
  request.resume();
  await clock.sleep(INGEST_LIMITS.lingerMsMax, done.signal).catch(() => undefined);
}
