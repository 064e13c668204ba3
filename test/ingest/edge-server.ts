import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Actor } from '../../src/access/index.ts';
import { type Clock, defineFailures, Failure, silentLog, systemClock } from '../../src/base/index.ts';
import {
  type Admission,
  createBodyAdmission,
  createIngestCounters,
  createIngestEdges,
  createSink,
  INGEST_PROTOCOLS,
  type IngestCounters,
} from '../../src/ingest/index.ts';
import { createRedactor } from '../../src/redact/index.ts';
import type { LogRow } from '../../src/telemetry/index.ts';

export const KEY = 'hf_shipper_0123456789abcdef';
const READER_KEY = 'hf_reader_0123456789abcdef';

export { READER_KEY };

const TEST_FAILURES = defineFailures('test', {
  unknownKey: { status: 401, exit: 'refused', message: 'the key is not known', hint: 'make a key' },
  forbidden: { status: 403, exit: 'refused', message: 'not allowed to write', hint: 'ask for logs:Write' },
  storeFull: { status: 503, exit: 'limit', message: 'the store is full', hint: 'come back later', retryable: true },
});

export interface EdgeServer {
  readonly url: string;
  readonly port: number;
  /** Rows that the doubled store acknowledged. */
  readonly rows: readonly LogRow[];
  /** Calls of the doubles, in order. */
  readonly calls: readonly string[];
  readonly counters: IngestCounters;
  readonly admission: Admission;
  /** What the next append does instead of storing. */
  readonly failNextAppend: (outcome: 'full' | 'defect') => void;
  readonly close: () => Promise<void>;
}

/** The edges and the real sink and redactor behind a real HTTP server; store, catalog and keys are doubles in memory. */
export async function startEdgeServer(options: { readonly clock?: Clock } = {}): Promise<EdgeServer> {
  const clock = options.clock ?? systemClock;
  const rows: LogRow[] = [];
  const calls: string[] = [];
  const counters = createIngestCounters(INGEST_PROTOCOLS);
  const admission = createBodyAdmission();
  const redactor = createRedactor();
  const outcomes: ('full' | 'defect')[] = [];
  const sink = createSink({
    groups: {
      forWrite: async (_, { logGroup, logStream }) => {
        calls.push(`open ${logGroup} ${logStream}`);
        return {
          name: logGroup,
          storageClass: 'standard',
          retentionDays: 30,
          createdMs: 0,
          storedBytes: 0,
          deletionProtected: false,
          tags: {},
        };
      },
      noteWritten: ({ logGroup }) => calls.push(`note ${logGroup}`),
    },
    telemetry: {
      appendLogs: async (batch) => {
        const outcome = outcomes.shift();
        if (outcome === 'full') throw new Failure(TEST_FAILURES.storeFull, {}, { retryAfterSeconds: 7 });
        if (outcome === 'defect') throw new TypeError('row holds hunter2');
        calls.push(`append ${batch.length}`);
        rows.push(...batch);
      },
    },
    redactor,
    authorize: async (actor, action) => {
      calls.push(`authorize ${actor.id} ${action}`);
      if (actor.id !== 'shipper') throw new Failure(TEST_FAILURES.forbidden);
    },
    audit: { count: (_, { events }) => calls.push(`audit ${events}`) },
    counters,
    clock,
  });
  const edges = createIngestEdges({
    sink,
    authenticateBearer: async (token, client) => {
      const actor = token === KEY ? 'shipper' : token === READER_KEY ? 'reader' : undefined;
      calls.push(`authenticate ${actor ?? 'nobody'}`);
      if (actor === undefined) throw new Failure(TEST_FAILURES.unknownKey);
      return actorOf(actor, client);
    },
    redactor,
    counters,
    admission,
    clock,
    log: silentLog(),
  });
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://edge');
    const edge = edges.find((candidate) => candidate.matches(request, url));
    if (edge === undefined) {
      response.writeHead(404).end();
      return;
    }
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
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    rows,
    calls,
    counters,
    admission,
    failNextAppend: (outcome) => outcomes.push(outcome),
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

const actorOf = (id: string, client: { readonly sourceIp: string; readonly userAgent: string }): Actor => ({
  type: 'key',
  id,
  name: id,
  roles: [],
  readableLogGroups: [],
  ...client,
});
