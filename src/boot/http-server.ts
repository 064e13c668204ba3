import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Clock, Failure, type Log, newId } from '../base/index.ts';
import type { EdgeContext, HttpEdge } from '../ingest/index.ts';
import { BOOT_FAILURES } from './failures.ts';
import { BOOT_LIMITS } from './limits.ts';

export interface HttpServer {
  readonly port: number;
  /** Refuses new connections, lets requests under way end, then cuts what is left. */
  readonly stop: () => Promise<void>;
}

export interface HttpServerDeps {
  readonly host: string;
  readonly port: number;
  /** Asked in order; the first that matches handles the request. */
  readonly edges: () => readonly HttpEdge[];
  /** Everything else: JSON API, console, health. */
  readonly fallback: (request: IncomingMessage, response: ServerResponse, context: EdgeContext) => Promise<void>;
  readonly clock: Clock;
  readonly log: Log;
}

/** Opens the one HTTP port. Throws `boot.port-in-use` or `boot.address-unavailable`. */
export async function startHttpServer(deps: HttpServerDeps): Promise<HttpServer> {
  const server = createServer(
    {
      maxHeaderSize: BOOT_LIMITS.headerBytesMax,
      headersTimeout: BOOT_LIMITS.headersMs,
      requestTimeout: BOOT_LIMITS.requestMs,
      keepAliveTimeout: BOOT_LIMITS.keepAliveMs,
      noDelay: true,
    },
    (request, response) => {
      void dispatch(deps, request, response);
    },
  );
  server.maxConnections = BOOT_LIMITS.connectionsMax;
  await listen(server, deps);
  let stopping: Promise<void> | undefined;
  return {
    port: (server.address() as AddressInfo).port,
    stop: () => {
      stopping ??= stop(server);
      return stopping;
    },
  };
}

async function dispatch(deps: HttpServerDeps, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const receivedMs = deps.clock.nowMs();
  const requestId = newId(receivedMs);
  response.setHeader('X-Request-Id', requestId);
  const url = parseUrl(request.url);
  if (url === undefined) {
    response.writeHead(400, { 'Content-Type': 'text/plain' }).end('the request target is not a URL\n');
    return;
  }
  const context: EdgeContext = {
    requestId,
    receivedMs,
    sourceIp: request.socket.remoteAddress ?? 'unknown',
    userAgent: request.headers['user-agent'] ?? '',
    url,
  };
  try {
    const edge = deps.edges().find((candidate) => candidate.matches(request, url));
    await (edge === undefined ? deps.fallback(request, response, context) : edge.handle(request, response, context));
  } catch (error) {
    deps.log.error({ err: error, requestId, path: url.pathname }, 'a request failed inside');
    if (!response.headersSent) response.writeHead(500, { 'Content-Type': 'application/json' });
    const { code, message, hint } = new Failure(BOOT_FAILURES.internal);
    response.end(JSON.stringify({ error: { code, message, hint, requestId } }));
  }
}

function parseUrl(target: string | undefined): URL | undefined {
  try {
    return new URL(target?.startsWith('/') === true ? `http://localhost${target}` : (target ?? ''));
  } catch {
    return undefined;
  }
}

function listen(server: Server, deps: HttpServerDeps): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const details = { host: deps.host, port: deps.port, reason: error.message };
      const spec = error.code === 'EADDRINUSE' ? BOOT_FAILURES.portInUse : BOOT_FAILURES.addressUnavailable;
      reject(new Failure(spec, details, { cause: error }));
    });
    server.listen(deps.port, deps.host, () => {
      server.removeAllListeners('error');
      server.on('error', (error) => deps.log.error({ err: error }, 'the HTTP server reported an error'));
      resolve();
    });
  });
}

function stop(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const cut = setTimeout(() => server.closeAllConnections(), BOOT_LIMITS.drainMs);
    server.close(() => {
      clearTimeout(cut);
      resolve();
    });
    server.closeIdleConnections();
  });
}
