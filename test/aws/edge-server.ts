import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Access, Actor, CallOrigin } from '../../src/access/index.ts';
import { type Clock, newId, silentLog, systemClock } from '../../src/base/index.ts';
import { createBodyAdmission } from '../../src/ingest/admission.ts';
import { createAwsEdge } from '../../src/ingest/aws/index.ts';
import { createIngestCounters, type IngestCounters } from '../../src/ingest/counters.ts';
import type { Logs, Sink } from '../../src/logs/index.ts';
import type { MetricFilters } from '../../src/metrics/index.ts';

export const KEY = { accessKeyId: 'hfwriter', secretAccessKey: 'a-secret-that-only-tests-know' };
export const ACCOUNT = '123456789012';
export const REGION = 'eu-central-1';

export interface EdgeServer {
  readonly url: string;
  readonly port: number;
  readonly counters: IngestCounters;
  readonly failedKeys: CallOrigin[];
  readonly close: () => Promise<void>;
}

export const actorOf = (origin: CallOrigin): Actor => ({
  type: 'key',
  id: KEY.accessKeyId,
  name: 'writer',
  roles: ['admin'],
  readableLogGroups: [],
  ...origin,
});

/** The edge behind a real HTTP server; without access handed in it knows one key. */
export async function startEdge(
  parts: Partial<Pick<Access, 'accessKeyForSigning' | 'noteFailedKey'>> & {
    readonly logs: Logs;
    readonly sink: (counters: IngestCounters) => Sink;
    readonly clock?: Clock;
    readonly metricFilters?: MetricFilters;
  },
): Promise<EdgeServer> {
  const counters = createIngestCounters(['cloudwatch-logs']);
  const failedKeys: CallOrigin[] = [];
  const edge = createAwsEdge({
    logs: parts.logs,
    sink: parts.sink(counters),
    counters,
    ...(parts.metricFilters === undefined ? {} : { metricFilters: parts.metricFilters }),
    clock: parts.clock ?? systemClock,
    admission: createBodyAdmission(),
    log: silentLog(),
    accountId: ACCOUNT,
    accessKeyForSigning:
      parts.accessKeyForSigning ??
      (async (id) =>
        id === KEY.accessKeyId
          ? { secret: KEY.secretAccessKey, actorFor: async (origin) => actorOf(origin) }
          : undefined),
    noteFailedKey: parts.noteFailedKey ?? (async (origin) => void failedKeys.push(origin)),
  });
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://localhost');
    if (!edge.matches(request, url)) {
      response.writeHead(404).end('not matched');
      return;
    }
    void edge.handle(request, response, {
      requestId: newId(Date.now()),
      receivedMs: Date.now(),
      sourceIp: request.socket.remoteAddress ?? '',
      userAgent: request.headers['user-agent'] ?? '',
      url,
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    counters,
    failedKeys,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
