import { type Actor, systemActor } from '../../src/access/index.ts';
import type { AuditEntry } from '../../src/audit/index.ts';
import { createManualClock, Failure, type ManualClock, silentLog } from '../../src/base/index.ts';
import type { Catalog, CatalogMigration } from '../../src/catalog/index.ts';
import {
  type AssignedEvent,
  createIssueTracking,
  type GroupedEvent,
  type GroupingResult,
  ISSUES_TRACKING_FAILURES,
  ISSUES_TRACKING_MIGRATIONS,
  type Issue,
  type IssueEvents,
  type IssueTracking,
  type IssueTrackingDeps,
  type NormalizedEvent,
  type Project,
  type RecordedEvent,
  type StoredEvent,
} from '../../src/issues/index.ts';
import { createRedactor } from '../../src/redact/index.ts';
import { serverForTest } from '../catalog/open-for-test.ts';
import { createEventsInMemory, type EventsInMemory, type Kept, storedOf } from './events-in-memory.ts';

export const START_MS = 1_700_000_000_000;
export const ADA: Actor = { ...systemActor('ada'), type: 'person', id: 'p-ada', name: 'ada@example.org' };
export const BOB: Actor = { ...ADA, id: 'p-bob', name: 'bob@example.org', roles: ['responder'] };
export const VIEWER: Actor = { ...ADA, id: 'p-eve', name: 'eve@example.org', roles: ['viewer'] };

export interface TrackingForTest {
  readonly tracking: IssueTracking;
  readonly clock: ManualClock;
  readonly catalog: Catalog;
  readonly events: EventsInMemory;
  readonly audited: AuditEntry[];
  readonly projects: Project[];
  /** Another tracking over the same catalog, as after a restart. */
  readonly reopen: () => IssueTracking;
  /** What the pipeline does with events: assigns, stores and records them. */
  readonly take: (
    events: readonly EventInput[],
    options?: { readonly mark?: string },
  ) => Promise<readonly RecordedEvent[]>;
  /** Assigns and records, and stores nothing. */
  readonly count: (events: readonly EventInput[]) => Promise<void>;
  readonly issue: (id: string) => Promise<Issue>;
  readonly close: () => Promise<void>;
}

export interface EventInput {
  readonly hashes: readonly string[];
  readonly previousHashes?: readonly string[];
  readonly projectId?: string;
  readonly title?: string;
  readonly timeMs?: number;
  readonly receivedMs?: number;
  readonly level?: NormalizedEvent['level'];
  readonly release?: string;
  readonly environment?: string;
  readonly userKey?: string;
  readonly email?: string;
  readonly handled?: boolean;
  readonly platform?: string;
  readonly message?: string;
  readonly transaction?: string;
  readonly tags?: Readonly<Record<string, string>>;
}

export const projectOf = (id: string, slug: string, change: Partial<Project> = {}): Project => ({
  id,
  slug,
  name: slug,
  platform: 'node',
  createdMs: START_MS,
  isInternal: false,
  settings: {
    retentionDays: 90,
    groupingVersion: 'test',
    fingerprintRules: '',
    enhancementRules: '',
    allowedOrigins: ['*'],
    limitsPerMinute: {},
    keeps: { attachments: true, replays: true, profiles: true, minidumps: false },
    resolveAfterDays: 0,
  },
  ...change,
});

export interface OpenTrackingOptions {
  readonly migrations?: readonly CatalogMigration[];
  /** Another store of events than memory. */
  readonly events?: (deps: { readonly catalog: Catalog }) => IssueEvents;
  readonly store?: (rows: readonly StoredEvent[]) => Promise<void>;
}

/** Issues over a real PostgreSQL, with a clock that stands still and, unless told otherwise, events in memory. */
export async function openTracking(options: OpenTrackingOptions = {}): Promise<TrackingForTest> {
  const postgres = await serverForTest();
  const catalog = await postgres.open([...ISSUES_TRACKING_MIGRATIONS, ...(options.migrations ?? [])]);
  const clock = createManualClock(START_MS);
  const events = createEventsInMemory();
  const audited: AuditEntry[] = [];
  const projects = [projectOf('1', 'shop'), projectOf('2', 'my-app')];
  const deps: IssueTrackingDeps = {
    catalog,
    clock,
    events: options.events?.({ catalog }) ?? events,
    log: silentLog(),
    redactor: createRedactor(),
    projects: {
      find: () => undefined,
      byId: (id) => projects.find((project) => project.id === id),
      bySlug: (slug) => projects.find((project) => project.slug === slug),
      all: () => projects,
      count: () => undefined,
    },
    releases: { ofProject: async () => ({ compare: compareVersions, newest: '2.0', has: () => true }) },
    people: {
      all: async () => [
        { id: 'p-ada', name: 'Ada', email: 'ada@example.org' },
        { id: 'p-bob', name: 'Bob', email: 'bob@example.org' },
      ],
    },
    group: () => groupingOf({ hashes: ['shown'] }),
    authorize: async (actor, action) => {
      // The rights themselves are access's; here it matters what each verb asks for.
      const isReader = actor.roles.includes('viewer') && action !== 'issues:Read';
      const isResponder = actor.roles.includes('responder') && action === 'issues:Manage';
      if (isReader || isResponder) throw new Failure(ISSUES_TRACKING_FAILURES.changeInvalid, { reason: action });
    },
    audit: {
      record: async (entry) => {
        audited.push(entry);
      },
      count: () => undefined,
      lookup: async () => ({ records: [] }),
      close: async () => undefined,
    },
  };
  const tracking = createIssueTracking(deps);
  let number = 0;
  const assign = async (inputs: readonly EventInput[]): Promise<readonly Kept[]> => {
    const grouped = inputs.map((input) => {
      number += 1;
      return groupedOf(input, number, clock.nowMs());
    });
    const assigned = await tracking.tracker.assign(grouped);
    return inputs.map((input, index) => {
      const [own, event] = [assigned[index], grouped[index]?.event];
      if (own === undefined || event === undefined) throw new Error('an event was not assigned');
      return { input, event, row: recordedOf(event, own, input) };
    });
  };
  return {
    tracking,
    clock,
    catalog,
    events,
    audited,
    projects,
    reopen: () => createIssueTracking(deps),
    take: async (inputs, given = {}) => {
      const taken = await assign(inputs);
      if (options.store === undefined) events.store(taken);
      else await options.store(taken.map(storedOf));
      const recorded = taken.map(({ row }) => row);
      await tracking.tracker.record({ events: recorded, mark: given.mark ?? markOf(number) });
      return recorded;
    },
    count: async (inputs) => {
      const taken = await assign(inputs);
      await tracking.tracker.record({ events: taken.map(({ row }) => row), mark: markOf(number) });
    },
    issue: (id) => tracking.verbs.get(ADA, id),
    close: async () => {
      await tracking.close();
      await catalog.close();
      await postgres.remove();
    },
  };
}

export const markOf = (number: number): string => String(number).padStart(20, '0');

export const groupingOf = ({ hashes, title }: Pick<EventInput, 'hashes' | 'title'>): GroupingResult => ({
  version: 'test',
  hashes,
  variants: [],
  title: title ?? `Error: ${hashes[0] ?? ''}`,
  titleType: (title ?? 'Error').split(':')[0] ?? '',
  titleValue: (title ?? hashes[0] ?? '').split(': ')[1] ?? '',
  culprit: 'app in main',
  inApp: [],
});

export function groupedOf(input: EventInput, number: number, nowMs: number): GroupedEvent {
  return {
    event: eventOf(input, number, nowMs),
    grouping: groupingOf(input),
    previousHashes: input.previousHashes ?? [],
    inboxId: markOf(number),
  };
}

function eventOf(input: EventInput, number: number, nowMs: number): NormalizedEvent {
  return {
    eventId: number.toString(16).padStart(32, '0'),
    projectId: input.projectId ?? '1',
    type: 'error',
    timeMs: input.timeMs ?? nowMs,
    receivedMs: input.receivedMs ?? nowMs,
    platform: input.platform ?? 'node',
    level: input.level ?? 'error',
    logger: '',
    transaction: input.transaction ?? '',
    serverName: '',
    release: input.release ?? '',
    dist: '',
    environment: input.environment ?? 'production',
    exceptions: [],
    threads: [],
    breadcrumbs: [],
    tags: input.tags ?? {},
    contexts: {},
    extra: {},
    modules: {},
    sdk: { name: 'test', version: '1' },
    traceId: '',
    spanId: '',
    debugImages: [],
    remarks: [],
    other: {},
  };
}

export const recordedOf = (event: NormalizedEvent, own: AssignedEvent, input: EventInput): RecordedEvent => ({
  ...own,
  projectId: event.projectId,
  eventId: event.eventId,
  timeMs: event.timeMs,
  receivedMs: event.receivedMs,
  level: event.level,
  release: event.release,
  environment: event.environment,
  userKey: input.userKey ?? '',
  handled: input.handled ?? true,
});

/** Numbers between dots. */
function compareVersions(a: string, b: string): number {
  const [left, right] = [a, b].map((version) => version.split('.').map(Number));
  for (let index = 0; index < 3; index += 1) {
    const difference = (left?.[index] ?? 0) - (right?.[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
