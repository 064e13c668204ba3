import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Clock, defineFailures, Failure, silentLog, systemClock } from '../../src/base/index.ts';
import {
  type Admission,
  createIngestCounters,
  createSentryEdge,
  createSink,
  INGEST_PROTOCOLS,
  type IngestCounters,
  type SentryStores,
} from '../../src/ingest/index.ts';
import type {
  IncomingBlob,
  IncomingCheckIn,
  IncomingEvent,
  IncomingFeedback,
  IncomingSession,
  OutcomeCount,
  Project,
  ProjectSettings,
} from '../../src/issues/index.ts';
import type { MetricPoint, SpanRow } from '../../src/metrics/index.ts';
import { createRedactor } from '../../src/redact/index.ts';
import type { LogRow } from '../../src/telemetry/index.ts';

export const KEY = '0123456789abcdef0123456789abcdef';
export const PROJECT_ID = '42';

const TEST_FAILURES = defineFailures('test', {
  full: { status: 503, exit: 'limit', message: 'full', hint: 'wait', retryable: true },
  refused: { status: 400, exit: 'usage', message: 'no monitor of that name', hint: 'make it' },
});

const SETTINGS: ProjectSettings = {
  retentionDays: 30,
  groupingVersion: 'test',
  fingerprintRules: '',
  enhancementRules: '',
  allowedOrigins: ['*'],
  limitsPerMinute: {},
  keeps: { attachments: true, replays: true, profiles: true, minidumps: true },
  resolveAfterDays: 0,
};

/** What arrived in the doubles behind the edge. */
export interface Taken {
  readonly events: IncomingEvent[];
  readonly blobs: IncomingBlob[];
  readonly feedback: IncomingFeedback[];
  readonly spans: SpanRow[];
  readonly logs: LogRow[];
  readonly points: MetricPoint[];
  readonly sessions: IncomingSession[];
  readonly checkIns: IncomingCheckIn[];
  readonly outcomes: OutcomeCount[];
}

export type StoreFault = 'full' | 'defect' | 'refused';

export interface SentryServer {
  readonly url: string;
  readonly port: number;
  readonly dsn: string;
  readonly taken: Taken;
  readonly counters: IngestCounters;
  readonly audited: string[];
  readonly logged: string[];
  /** Sum of an outcome, of all categories or of one. */
  readonly count: (outcome: OutcomeCount['outcome'], category?: OutcomeCount['category']) => number;
  readonly fail: (store: keyof SentryStores, fault: StoreFault | undefined) => void;
  readonly setLoad: (load: number) => void;
  readonly setSettings: (settings: Partial<ProjectSettings>) => void;
  readonly switchKeyOff: (isOff: boolean) => void;
  /** Forgets what arrived. */
  readonly clear: () => void;
  readonly close: () => Promise<void>;
}

const emptyTaken = (): Taken => ({
  events: [],
  blobs: [],
  feedback: [],
  spans: [],
  logs: [],
  points: [],
  sessions: [],
  checkIns: [],
  outcomes: [],
});

/** The edge, the real sink and the real redactor behind a real HTTP server; the stores are lists in memory. */
export async function startSentryServer(
  options: { readonly clock?: Clock; readonly admission?: Admission } = {},
): Promise<SentryServer> {
  const clock = options.clock ?? systemClock;
  const taken = emptyTaken();
  const audited: string[] = [];
  const logged: string[] = [];
  const faults = new Map<keyof SentryStores, StoreFault>();
  const counters = createIngestCounters(INGEST_PROTOCOLS);
  const state = { load: 0, settings: SETTINGS, isOff: false };
  const project = (): Project => ({
    id: PROJECT_ID,
    slug: 'shop',
    name: 'Shop',
    platform: 'node',
    createdMs: 0,
    isInternal: false,
    settings: state.settings,
  });
  const redactor = createRedactor();
  const fault = (store: keyof SentryStores): void => {
    const found = faults.get(store);
    if (found === 'full') throw new Failure(TEST_FAILURES.full, {}, { retryAfterSeconds: 7 });
    if (found === 'refused') throw new Failure(TEST_FAILURES.refused);
    if (found === 'defect') throw new TypeError('row holds hunter2-in-a-defect');
  };
  const sink = createSink({
    groups: {
      forWrite: async (_, { logGroup }) => ({
        name: logGroup,
        storageClass: 'standard',
        retentionDays: 30,
        createdMs: 0,
        storedBytes: 0,
        deletionProtected: false,
        tags: {},
      }),
      noteWritten: () => undefined,
    },
    telemetry: {
      appendLogs: async (rows) => {
        fault('sink');
        taken.logs.push(...rows);
      },
    },
    redactor,
    authorize: async () => undefined,
    audit: { count: ({ eventName }, { events }) => void audited.push(`${eventName} ${events}`) },
    counters,
    clock,
  });
  const log = { ...silentLog(), error: (...said: readonly unknown[]) => void logged.push(String(said.at(-1))) };
  const edge = createSentryEdge({
    ...storesOf({ taken, fault, load: () => state.load }),
    sink,
    directory: {
      find: (projectId, publicKey) =>
        projectId === PROJECT_ID && publicKey === KEY && !state.isOff ? project() : undefined,
      byId: (projectId) => (projectId === PROJECT_ID ? project() : undefined),
      bySlug: () => undefined,
      all: () => [project()],
      count: (counts) => void taken.outcomes.push(...counts),
    },
    redactor,
    counters,
    audit: { count: ({ eventName }, { events }) => void audited.push(`${eventName} ${events}`) },
    clock,
    log: log as ReturnType<typeof silentLog>,
    ...(options.admission === undefined ? {} : { admission: options.admission }),
  });
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://edge');
    if (!edge.matches(request, url)) return void response.writeHead(404).end();
    void edge.handle(request, response, contextOf(request, url, clock));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    dsn: `http://${KEY}@127.0.0.1:${port}/${PROJECT_ID}`,
    taken,
    counters,
    audited,
    logged,
    count: (outcome, category) =>
      taken.outcomes
        .filter((one) => one.outcome === outcome && (category === undefined || one.category === category))
        .reduce((sum, { quantity }) => sum + quantity, 0),
    fail: (store, kind) => void (kind === undefined ? faults.delete(store) : faults.set(store, kind)),
    setLoad: (load) => {
      state.load = load;
    },
    setSettings: (settings) => {
      state.settings = { ...SETTINGS, ...settings };
    },
    switchKeyOff: (isOff) => {
      state.isOff = isOff;
    },
    clear: () => {
      for (const list of Object.values(taken)) (list as unknown[]).length = 0;
    },
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

const contextOf = (request: IncomingMessage, url: URL, clock: Clock) => ({
  requestId: 'r1',
  receivedMs: clock.nowMs(),
  sourceIp: request.socket.remoteAddress ?? '',
  userAgent: request.headers['user-agent'] ?? '',
  url,
});

function storesOf({
  taken,
  fault,
  load,
}: {
  readonly taken: Taken;
  readonly fault: (store: keyof SentryStores) => void;
  readonly load: () => number;
}): Omit<SentryStores, 'sink'> {
  return {
    errors: {
      events: async (events) => {
        fault('errors');
        taken.events.push(...events);
      },
      blobs: async (blobs) => {
        fault('errors');
        taken.blobs.push(...blobs);
      },
      feedback: async (feedback) => {
        fault('errors');
        taken.feedback.push(...feedback);
      },
      load,
    },
    sessions: {
      sessions: async (sessions) => {
        fault('sessions');
        taken.sessions.push(...sessions);
        return { counted: sessions.length, known: 0, refused: 0 };
      },
    },
    monitors: {
      checkIn: async (checkIn) => {
        fault('monitors');
        taken.checkIns.push(checkIn);
        return { id: checkIn.checkInId?.replaceAll('-', '') ?? 'c'.repeat(32), isNews: true };
      },
    },
    traces: {
      retentionDays: 30,
      append: async (spans) => {
        fault('traces');
        taken.spans.push(...spans);
      },
    },
    metrics: {
      appendPartly: async (points) => {
        fault('metrics');
        taken.points.push(...points);
        return [];
      },
    },
  };
}
