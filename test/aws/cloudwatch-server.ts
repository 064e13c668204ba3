import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import type { Access, Authorize } from '../../src/access/index.ts';
import { type Clock, newId, silentLog, systemClock } from '../../src/base/index.ts';
import { createBodyAdmission } from '../../src/ingest/admission.ts';
import { CLOUDWATCH_PROTOCOL, createCloudWatchEdge } from '../../src/ingest/aws/cloudwatch/index.ts';
import { createIngestCounters, type IngestCounters } from '../../src/ingest/counters.ts';
import { type AlarmService, createMetricStore, type MetricStore } from '../../src/metrics/index.ts';
import { createRedactor } from '../../src/redact/index.ts';
import { openChdbTelemetry } from '../../src/telemetry/drivers/chdb/index.ts';
import { ACCOUNT, actorOf, KEY } from './edge-server.ts';

export interface CloudWatchServer {
  readonly url: string;
  readonly port: number;
  readonly counters: IngestCounters;
  /** What the audit log counted: event name and namespaces. */
  readonly audited: string[];
  readonly close: () => Promise<void>;
}

export interface CloudWatchServerParts extends Partial<Pick<Access, 'accessKeyForSigning' | 'noteFailedKey'>> {
  readonly metrics: MetricStore;
  readonly alarms: AlarmService;
  readonly authorize?: Authorize;
  readonly clock?: Clock;
}

/** The edge behind a real HTTP server that knows one key. */
export async function startCloudWatch(parts: CloudWatchServerParts): Promise<CloudWatchServer> {
  const counters = createIngestCounters([CLOUDWATCH_PROTOCOL]);
  const audited: string[] = [];
  const edge = createCloudWatchEdge({
    metrics: parts.metrics,
    alarms: parts.alarms,
    authorize: parts.authorize ?? (async () => undefined),
    audit: {
      count: (entry) => void audited.push(`${entry.eventName} ${entry.resources?.map(({ name }) => name).join()}`),
    },
    redactor: createRedactor(),
    counters,
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
    noteFailedKey: parts.noteFailedKey ?? (async () => undefined),
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
    audited,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** The metric store over chDB in a folder of its own. */
export async function openMetrics(
  clock: Clock = systemClock,
): Promise<{ readonly metrics: MetricStore; readonly close: () => Promise<void> }> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'holdfast-cloudwatch-'));
  const log = silentLog();
  const telemetry = await openChdbTelemetry({ folder: path.join(folder, 'telemetry'), clock, log });
  return {
    metrics: createMetricStore({ telemetry, clock, log }),
    close: async () => {
      await telemetry.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
