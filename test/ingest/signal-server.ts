import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Actor } from '../../src/access/index.ts';
import { defineFailures, Failure, silentLog, systemClock } from '../../src/base/index.ts';
import {
  createBodyAdmission,
  createIngestCounters,
  createIngestEdges,
  INGEST_PROTOCOLS,
  type IngestCounters,
} from '../../src/ingest/index.ts';
import { createMetricStore, createTraceStore, type MetricStore, type TraceStore } from '../../src/metrics/index.ts';
import { createRedactor } from '../../src/redact/index.ts';
import { type OpenMetrics, openMetrics } from '../metrics/open-metrics.ts';

const TEST_FAILURES = defineFailures('test', {
  unknownKey: { status: 401, exit: 'refused', message: 'the key is not known', hint: 'make a key' },
  forbidden: { status: 403, exit: 'refused', message: 'not allowed', hint: 'ask for the right' },
});

export const SENDER_KEY = 'hf_sender_0123456789abcdef';
export const LOGS_KEY = 'hf_logs_0123456789abcdef';

export const actorOf = (id: string): Actor => ({
  type: 'key',
  id,
  name: id,
  roles: [],
  readableLogGroups: [],
  sourceIp: '127.0.0.1',
  userAgent: 'test',
});

export interface SignalServer {
  readonly url: string;
  readonly metrics: MetricStore;
  readonly traces: TraceStore;
  readonly opened: OpenMetrics;
  readonly counters: IngestCounters;
  /** Audited calls, by name; counted events as `PutMetricData 3`. */
  readonly audited: string[];
  readonly close: () => Promise<void>;
}

/** The OTLP edge over real stores and a real engine; only keys and audit are doubles. */
export async function startSignalServer(
  options: { readonly liveSeriesMax?: number; readonly opened?: OpenMetrics } = {},
): Promise<SignalServer> {
  const { opened = await openMetrics(), ...limits } = options;
  const clock = systemClock;
  const metrics = createMetricStore({ telemetry: opened.telemetry, clock, log: silentLog(), ...limits });
  const audited: string[] = [];
  const authorize = async (actor: Actor, action: string): Promise<void> => {
    const may = actor.id === 'sender' ? /^(metrics|traces):Write$/ : /^traces:Read$/;
    if (!may.test(action)) throw new Failure(TEST_FAILURES.forbidden);
  };
  const traces = createTraceStore({
    telemetry: opened.telemetry,
    appendPoints: metrics.appendPartly,
    authorize,
    audit: {
      record: async ({ eventName }) => {
        audited.push(eventName);
      },
    },
    clock,
    log: silentLog(),
  });
  const counters = createIngestCounters(INGEST_PROTOCOLS);
  const edges = createIngestEdges({
    sink: () => Promise.reject(new Error('no logs here')),
    signals: {
      metrics,
      traces,
      authorize,
      audit: { count: ({ eventName }, { events }) => void audited.push(`${eventName} ${events}`) },
    },
    authenticateBearer: async (token) => {
      if (token === SENDER_KEY) return actorOf('sender');
      if (token === LOGS_KEY) return actorOf('logs');
      throw new Failure(TEST_FAILURES.unknownKey);
    },
    redactor: createRedactor(),
    counters,
    admission: createBodyAdmission(),
    clock,
    log: silentLog(),
  });
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://edge');
    const edge = edges.find((candidate) => candidate.matches(request, url));
    if (edge === undefined) return void response.writeHead(404).end();
    void edge.handle(request, response, contextOf(request, url));
  });
  const contextOf = (request: IncomingMessage, url: URL) => ({
    requestId: 'r1',
    receivedMs: clock.nowMs(),
    sourceIp: request.socket.remoteAddress ?? '',
    userAgent: request.headers['user-agent'] ?? '',
    url,
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    metrics,
    traces,
    opened,
    counters,
    audited,
    close: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
      if (options.opened === undefined) await opened.remove();
    },
  };
}
