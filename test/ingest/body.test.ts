import { connect, type Socket } from 'node:net';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createManualClock, type ManualClock } from '../../src/base/index.ts';
import { INGEST_LIMITS } from '../../src/ingest/index.ts';
import { type EdgeServer, KEY, startEdgeServer } from './edge-server.ts';

let server: EdgeServer;
let clock: ManualClock;
beforeEach(async () => {
  clock = createManualClock(Date.now());
  server = await startEdgeServer({ clock });
});
afterEach(() => server.close());

const MiB = 1024 * 1024;

/** A raw connection, for what no well-behaved client sends. */
async function open(head: string): Promise<{ readonly socket: Socket; readonly answer: Promise<string> }> {
  const socket = connect(server.port, '127.0.0.1');
  await new Promise<void>((resolve) => socket.once('connect', () => resolve()));
  const answer = new Promise<string>((resolve) => {
    let text = '';
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1');
      // The status and the headers tell everything that is asked here.
      if (text.includes('\r\n\r\n')) resolve(text);
    });
    socket.on('error', () => resolve(text));
    socket.on('close', () => resolve(text));
  });
  socket.write(head);
  return { socket, answer };
}
const headOf = (headers: readonly string[], path = '/v1/logs'): string =>
  [`POST ${path} HTTP/1.1`, 'host: x', `authorization: Bearer ${KEY}`, ...headers, '', ''].join('\r\n');
const until = async (isTrue: () => boolean): Promise<void> => {
  while (!isTrue()) await new Promise((resolve) => setImmediate(resolve));
};
const post = (path: string, body: Uint8Array, headers: Readonly<Record<string, string>>) =>
  fetch(server.url + path, {
    method: 'POST',
    body: new Uint8Array(body),
    headers: { authorization: `Bearer ${KEY}`, ...headers },
  });

describe('a request body', () => {
  it('of 200 MB is refused from its header alone', async () => {
    const { socket, answer } = await open(
      headOf(['content-type: application/x-protobuf', `content-length: ${200 * MiB}`]),
    );
    const text = await answer;
    expect(text).toMatch(/^HTTP\/1\.1 413 /);
    expect(text.toLowerCase()).toContain('connection: close');
    expect(server.admission.bytesInFlight()).toBe(0);
    socket.destroy();
  });

  it('without an announced length is refused as soon as it passes the limit', async () => {
    const { socket, answer } = await open(
      headOf(['content-type: application/x-ndjson', 'transfer-encoding: chunked'], '/api/v1/logs?group=g'),
    );
    const chunk = Buffer.alloc(MiB, 0x20);
    const feed = (async () => {
      for (let sent = 0; sent < 64 && !socket.destroyed; sent += 1) {
        socket.write(`${MiB.toString(16)}\r\n`);
        socket.write(chunk);
        if (!socket.write('\r\n')) await new Promise((resolve) => socket.once('drain', resolve).once('close', resolve));
      }
    })();
    expect(await answer).toMatch(/^HTTP\/1\.1 413 /);
    expect(server.admission.bytesInFlight()).toBe(0);
    socket.destroy();
    await feed;
  });

  it('that is a gzip or brotli bomb is refused without being inflated', async () => {
    const zeros = Buffer.alloc(200 * MiB);
    const before = process.memoryUsage().rss;
    const gzip = await post('/v1/logs', gzipSync(zeros, { level: 1 }), {
      'content-type': 'application/x-protobuf',
      'content-encoding': 'gzip',
    });
    expect([gzip.status, await gzip.text()]).toEqual([413, expect.stringContaining('after decompression')]);
    const brotli = await post(
      '/api/v1/logs?group=g',
      brotliCompressSync(zeros, { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } }),
      {
        'content-type': 'text/plain',
        'content-encoding': 'br',
      },
    );
    expect([brotli.status, await brotli.text()]).toEqual([413, expect.stringContaining('ingest.body-too-large')]);
    expect(process.memoryUsage().rss - before).toBeLessThan(150 * MiB);
    expect(server.admission.bytesInFlight()).toBe(0);
  });

  it('that stops in the middle is given up after its time, and its memory comes back', async () => {
    const { socket, answer } = await open(
      `${headOf(['content-type: application/json', 'content-length: 1000'])}{"resourceLogs":`,
    );
    await until(() => server.admission.bytesInFlight() === 16);
    await clock.advance(INGEST_LIMITS.bodyIdleMsMax + 1);
    // OTLP senders retry on 503 and not on 408.
    expect(await answer).toMatch(/^HTTP\/1\.1 503 /);
    expect(server.admission.bytesInFlight()).toBe(0);
    socket.destroy();
  });

  it('that drips for ever is given up even though it never pauses', async () => {
    const { socket, answer } = await open(
      headOf(['content-type: text/plain', 'content-length: 100000'], '/api/v1/logs?group=g'),
    );
    const pauseMs = INGEST_LIMITS.bodyIdleMsMax - 1000;
    let sent = 0;
    for (let elapsedMs = 0; elapsedMs <= INGEST_LIMITS.bodyMsMax; elapsedMs += pauseMs) {
      const before = server.admission.bytesInFlight();
      socket.write('x');
      sent += 1;
      await until(() => server.admission.bytesInFlight() === before + 1 || socket.destroyed);
      await clock.advance(pauseMs);
    }
    expect(sent).toBeGreaterThan(6);
    expect(await answer).toMatch(/^HTTP\/1\.1 408 /);
    socket.destroy();
  });

  it('that its sender abandons leaves nothing behind', async () => {
    const { socket } = await open(`${headOf(['content-type: application/json', 'content-length: 1000'])}{"a"`);
    await until(() => server.admission.bytesInFlight() === 4);
    socket.destroy();
    await until(() => server.admission.bytesInFlight() === 0);
    expect(server.rows).toEqual([]);
    expect(server.counters.list().find(({ protocol }) => protocol === 'otlp')?.refusedRequests).toBe(1);
  });

  it('finds the door closed while too much is in flight, and open again afterwards', async () => {
    const lease = server.admission.enter(INGEST_LIMITS.wireBytesInFlightMax);
    const refused = await post('/v1/logs', Buffer.from('{}'), { 'content-type': 'application/json' });
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '2']);
    expect(await refused.json()).toMatchObject({ code: 8 });
    lease.release();
    expect((await post('/v1/logs', Buffer.from('{}'), { 'content-type': 'application/json' })).status).toBe(200);
  });

  it('is not read from a sender without a key', async () => {
    const head = headOf(['content-type: application/json', 'content-length: 1000']).replace(KEY, 'hf_no_no');
    const { socket, answer } = await open(head);
    expect(await answer).toMatch(/^HTTP\/1\.1 401 /);
    socket.destroy();
  });
});
