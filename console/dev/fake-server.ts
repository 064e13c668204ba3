import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { FakeCall } from './fake-answer.ts';
import { fakeAnswer } from './fake-routes.ts';
import { createFakeState, type FakeMode, type FakeState } from './fake-state.ts';

/**
 * A stand-in for the Holdfast server: for working on the console, and for its browser tests. It serves the built
 * console under the same content security policy as the real one and keeps its made-up data in memory.
 */
export interface FakeServer {
  readonly url: string;
  readonly state: FakeState;
  /** Every API call so far, as `GET /trust`. */
  readonly calls: readonly string[];
  readonly close: () => Promise<void>;
}

export interface FakeServerOptions {
  readonly mode?: FakeMode;
  /** Folder of the built console. */
  readonly dist: string;
  readonly port?: number;
}

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

const policy = (nonce: string): string =>
  [
    "default-src 'self'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data:",
    "connect-src 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "form-action 'self'",
  ].join('; ');

async function serveFile(dist: string, path: string, response: ServerResponse): Promise<void> {
  // A workbook may be called `plan.v2`: only what lies where files lie is one.
  const isFile = extname(path) !== '' && (path.startsWith('/assets/') || path.lastIndexOf('/') === 0);
  const file = isFile ? join(dist, normalize(path)) : join(dist, 'index.html');
  const content = await readFile(file).catch(() => undefined);
  if (content === undefined) {
    response.writeHead(404).end();
    return;
  }
  const nonce = randomBytes(16).toString('base64');
  const body = isFile ? content : content.toString('utf8').replaceAll('__CSP_NONCE__', nonce);
  response
    .writeHead(200, {
      'content-type': TYPES[extname(file)] ?? 'application/octet-stream',
      'content-security-policy': policy(nonce),
      'x-content-type-options': 'nosniff',
    })
    .end(body);
}

async function readBody(
  request: IncomingMessage,
  bytesPerSecond: number | undefined,
): Promise<Pick<FakeCall, 'body' | 'bytes'>> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) {
    chunks.push(chunk as Buffer);
    if (bytesPerSecond !== undefined) await setTimeout(((chunk as Buffer).length / bytesPerSecond) * 1000);
  }
  const all = Buffer.concat(chunks);
  const isJson = request.headers['content-type'] === 'application/json' && all.length > 0;
  return { body: isJson ? (JSON.parse(all.toString('utf8')) as Record<string, unknown>) : {}, bytes: all.length };
}

export async function startFakeServer(options: FakeServerOptions): Promise<FakeServer> {
  const state = createFakeState(options.mode ?? 'full', Date.now());
  const calls: string[] = [];
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = new URL(request.url ?? '/', 'http://fake');
    if (!url.pathname.startsWith('/api/v1/')) return serveFile(options.dist, url.pathname, response);
    const path = url.pathname.slice('/api/v1'.length);
    const method = request.method ?? 'GET';
    calls.push(`${method} ${path}`);
    const { body, bytes } = await readBody(request, state.readBytesPerSecond);
    const address = `http://${request.headers.host ?? ''}`;
    const query = url.searchParams;
    const { status, body: answered, file } = fakeAnswer(state, { method, path, query, body, bytes, address });
    if (file !== undefined) {
      response.setHeader('content-disposition', `attachment; filename*=UTF-8''${encodeURIComponent(file.name)}`);
      response.writeHead(status, { 'content-type': 'application/octet-stream' }).end(file.bytes);
      return undefined;
    }
    response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' });
    response.end(answered === undefined ? undefined : JSON.stringify(answered));
    return undefined;
  };
  const server: Server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => response.writeHead(500).end(String(error)));
  });
  await new Promise<void>((resolve) => server.listen(options.port ?? 0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    state,
    calls,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
