import { type Clock, type Log, silentLog, systemClock } from '../../src/base/index.ts';
import { type Catalog, openCatalog } from '../../src/catalog/index.ts';
import { createGrouping } from '../../src/issues/grouping/index.ts';
import {
  createErrorIntake,
  type ErrorPipeline,
  type ErrorPipelineDeps,
  ISSUES_PIPELINE_MIGRATIONS,
} from '../../src/issues/pipeline/index.ts';
import { createIssueTracking, ISSUES_TRACKING_MIGRATIONS } from '../../src/issues/tracking/index.ts';
import type { BlobStore, IncomingEvent, JsonObject, OutcomeCount, Project } from '../../src/issues/types.ts';
import { createRedactor } from '../../src/redact/index.ts';
import { openChdbTelemetry } from '../../src/telemetry/drivers/chdb/index.ts';
import type { TelemetryStore } from '../../src/telemetry/index.ts';
import { createPlainTracker, PLAIN_TRACKER_MIGRATIONS, type PlainTracker } from './plain-tracker.ts';

export const PROJECT: Project = {
  id: '7',
  slug: 'shop',
  name: 'Shop',
  platform: 'node',
  createdMs: 0,
  isInternal: false,
  settings: {
    retentionDays: 30,
    groupingVersion: 'newest',
    fingerprintRules: '',
    enhancementRules: '',
    allowedOrigins: ['*'],
    limitsPerMinute: {},
    keeps: { attachments: true, replays: true, profiles: true, minidumps: false },
    resolveAfterDays: 0,
  },
};

export interface MemoryBlobs extends BlobStore {
  readonly kept: Map<string, Buffer>;
}

/** Keeps bytes in memory by their order; the vault has tests of its own. */
export function createMemoryBlobs(): MemoryBlobs {
  const kept = new Map<string, Buffer>();
  return {
    kept,
    put: async (bytes) => {
      const parts: Uint8Array[] = [];
      for await (const part of bytes) parts.push(part);
      const whole = Buffer.concat(parts);
      const id = `blob-${kept.size}`;
      kept.set(id, whole);
      return { id, bytes: whole.length, sha1: '' };
    },
    get: async function* (id) {
      yield kept.get(id) ?? Buffer.alloc(0);
    },
    extend: async () => undefined,
  };
}

export interface OpenPipeline {
  readonly pipeline: ErrorPipeline;
  readonly telemetry: TelemetryStore;
  readonly catalog: Catalog;
  readonly tracker: PlainTracker;
  readonly blobs: MemoryBlobs;
  readonly counts: OutcomeCount[];
  readonly close: () => Promise<void>;
}

/** The pipeline over real engines, with the tracker that only counts. `change` replaces parts of it. */
export async function openPipeline(options: {
  readonly folder: string;
  readonly url: string;
  readonly clock?: Clock;
  readonly log?: Log;
  readonly change?: (deps: ErrorPipelineDeps) => ErrorPipelineDeps;
}): Promise<OpenPipeline> {
  const { folder, url, clock = systemClock, log = silentLog(), change = (deps) => deps } = options;
  const telemetry = await openChdbTelemetry({ folder, clock: systemClock, log, freeDiskBytesMin: 0 });
  const migrations = [...ISSUES_PIPELINE_MIGRATIONS, ...ISSUES_TRACKING_MIGRATIONS, ...PLAIN_TRACKER_MIGRATIONS];
  const catalog = await openCatalog({ url, migrations, clock: systemClock, log });
  const tracker = createPlainTracker(catalog);
  const blobs = createMemoryBlobs();
  const counts: OutcomeCount[] = [];
  const grouping = createGrouping();
  const pipeline = createErrorIntake(
    change({
      telemetry,
      catalog,
      tracker,
      blobs,
      grouping,
      redactor: createRedactor(),
      symbolicator: { symbolicate: async (event) => event },
      projects: {
        byId: (id) => (id === PROJECT.id ? PROJECT : undefined),
        count: (more) => {
          counts.push(...more);
        },
      },
      clock,
      log,
    }),
  );
  await pipeline.start();
  return {
    pipeline,
    telemetry,
    catalog,
    tracker,
    blobs,
    counts,
    close: async () => {
      await pipeline.close();
      await telemetry.close();
      await catalog.close();
    },
  };
}

let made = 0;

/** 32 hex digits, different each time. */
export const newEventId = (): string => {
  made += 1;
  return `${process.pid.toString(16).padStart(8, '0')}${made.toString(16).padStart(8, '0')}${Math.random().toString(16).slice(2).padEnd(16, '0').slice(0, 16)}`;
};

export const incoming = (payload: JsonObject, change: Partial<IncomingEvent> = {}): IncomingEvent => ({
  project: PROJECT,
  eventId: newEventId(),
  receivedMs: Date.now(),
  client: 'test/1.0',
  payload: { timestamp: Date.now() / 1000, ...payload },
  attachments: [],
  sourceIp: '192.0.2.1',
  userAgent: '',
  ...change,
});

/** An exception of a type, with a stack. */
export const failure = (type: string, value = 'it broke'): JsonObject => ({
  platform: 'node',
  exception: {
    values: [
      {
        type,
        value,
        stacktrace: { frames: [{ filename: 'app.js', function: `handle${type}`, lineno: 3, in_app: true }] },
      },
    ],
  },
});

/** The tracker of the program instead of the one that only counts. */
export const withRealTracker = (deps: ErrorPipelineDeps): ErrorPipelineDeps => {
  const { tracker } = createIssueTracking({
    ...deps,
    group: deps.grouping.group,
    projects: { ...deps.projects, find: () => undefined, bySlug: () => PROJECT, all: () => [PROJECT] },
    releases: { ofProject: async () => ({ compare: () => 0, newest: () => undefined }) } as never,
    people: { all: async () => [] },
    // Nothing is read and no verb is called: only the state of issues is asked of it.
    events: {} as never,
    authorize: async () => undefined,
    audit: {} as never,
  });
  return { ...deps, tracker };
};
