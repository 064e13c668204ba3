import { type Clock, DAY_MS, invariant, isFailure, type Log } from '../../base/index.ts';
import type { TelemetryStore } from '../../telemetry/index.ts';
import { type Grouping, groupingSettingsOf } from '../grouping/index.ts';
import type {
  AssignedEvent,
  GroupedEvent,
  IssueTracker,
  NormalizedEvent,
  OutcomeCount,
  Project,
  ProjectDirectory,
  Symbolicator,
} from '../types.ts';
import { fallbackGrouping } from './fallback-grouping.ts';
import { ISSUES_PIPELINE_LIMITS as LIMITS } from './limits.ts';
import type { QueuedEvent } from './queued-event.ts';
import { eventKey, findStored, type StoredPlace } from './read-inbox.ts';
import type { SeenIds } from './seen-ids.ts';
import { toRecordedEvent, toStoredEvent } from './to-stored-event.ts';

export interface ProcessBatchDeps {
  readonly telemetry: Pick<TelemetryStore, 'query' | 'appendErrorEvents'>;
  readonly tracker: IssueTracker;
  readonly grouping: Grouping;
  readonly symbolicator: Symbolicator;
  readonly projects: Pick<ProjectDirectory, 'byId' | 'count'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly seen: SeenIds;
  /** Told when events are recorded, with the hash of each. */
  readonly onRecorded: (
    events: readonly { readonly event: NormalizedEvent; readonly hashId: number }[],
  ) => Promise<void>;
}

/** An event on its way through one batch; what was reached stays true when the batch is tried again. */
export interface Work {
  readonly queued: QueuedEvent;
  /** After symbolication; set once. */
  event?: NormalizedEvent;
  /** Its row is durable. */
  isStored: boolean;
  /** An insert of its row ended unclear: look before storing it again. */
  mayBeStored: boolean;
  /** A transaction that records it ended unclear: ask the mark before recording it again. */
  mayBeRecorded: boolean;
  /** Grouping by the algorithm failed everything: use the fallback. */
  usesFallback: boolean;
}

export const newWork = (queued: QueuedEvent): Work => ({
  queued,
  isStored: false,
  mayBeStored: queued.isRecovered,
  mayBeRecorded: false,
  usesFallback: false,
});

/**
 * Takes a batch from the queue to its record. May be called again with the same works after it threw, whatever it
 * had reached: an event is stored once and counted once.
 *
 * A crash after the rows are stored and before they are recorded leaves the mark where it was, so the batch is read from
 * the inbox again; its rows are found by their inbox ids, not stored again, and recorded then.
 */
export async function processBatch(deps: ProcessBatchDeps, works: readonly Work[]): Promise<void> {
  const mark = works.at(-1)?.queued.inboxId;
  invariant(mark !== undefined, 'a batch is not empty');
  const { fresh, duplicates, orphans } = await sortOut(deps, works);
  const grouped = await groupAll(deps, fresh);
  const assigned = grouped.length === 0 ? [] : await deps.tracker.assign(grouped.map(({ grouped: one }) => one));
  const rows = grouped.map((one, index) => ({ ...one, assigned: required(assigned[index]) }));
  await storeRows(deps, rows);
  await recordOnce(deps, works, rows, mark);
  const nowMs = deps.clock.nowMs();
  for (const { event } of rows) deps.seen.add(event.projectId, event.eventId, nowMs);
  deps.projects.count([
    ...countsOf(
      rows.map(({ event }) => event),
      'accepted',
      '',
    ),
    ...countsOf(
      duplicates.map(({ queued }) => queued.event),
      'duplicate',
      'same-event-id',
    ),
    ...countsOf(
      orphans.map(({ queued }) => queued.event),
      'invalid',
      'project-gone',
    ),
  ]);
  await deps.onRecorded(rows.map(({ event, assigned: { hashId } }) => ({ event, hashId })));
}

interface SortedOut {
  readonly fresh: readonly { readonly work: Work; readonly project: Project }[];
  readonly duplicates: readonly Work[];
  readonly orphans: readonly Work[];
}

/** Tells what is new from what was sent again, and leaves out what belongs to a project that was removed meanwhile. */
async function sortOut(deps: ProcessBatchDeps, works: readonly Work[]): Promise<SortedOut> {
  const stored = await lookUp(deps, works);
  const fresh: { readonly work: Work; readonly project: Project }[] = [];
  const duplicates: Work[] = [];
  const orphans: Work[] = [];
  const inBatch = new Set<string>();
  for (const work of works) {
    const { projectId, eventId } = work.queued.event;
    const key = eventKey(projectId, eventId);
    const place = stored.get(key);
    if (place?.inboxId === work.queued.inboxId) work.isStored = true;
    const isOther = place !== undefined && place.inboxId !== work.queued.inboxId;
    const project = deps.projects.byId(projectId);
    if (project === undefined) orphans.push(work);
    else if (inBatch.has(key) || isOther) duplicates.push(work);
    else fresh.push({ work, project });
    inBatch.add(key);
  }
  return { fresh, duplicates, orphans };
}

/**
 * Only what may be stored already is looked up: what memory knows, what a crash or an unclear insert left behind,
 * and what happened before memory begins. The common event costs no query.
 */
async function lookUp(deps: ProcessBatchDeps, works: readonly Work[]): Promise<ReadonlyMap<string, StoredPlace>> {
  const edgeMs = deps.seen.sinceMs() + LIMITS.seenMarginMs;
  const asked = works.filter(({ queued: { event }, isStored, mayBeStored }) => {
    if (isStored) return false;
    return mayBeStored || event.timeMs < edgeMs || hasOurTime(event) || deps.seen.has(event.projectId, event.eventId);
  });
  const first = asked[0];
  if (first === undefined) return new Map();
  const times = asked.map(({ queued: { event } }) => event.timeMs);
  const replaced = asked.some(({ queued: { event } }) => hasOurTime(event));
  const fromMs = times.reduce((least, ms) => Math.min(least, ms)) - DAY_MS;
  const toMs = times.reduce((most, ms) => Math.max(most, ms)) + DAY_MS;
  return await findStored(
    deps.telemetry,
    asked.map(({ queued: { event } }) => event),
    { fromMs: Math.max(0, replaced ? Math.min(fromMs, toMs - LIMITS.lookupBackMs) : fromMs), toMs },
  );
}

/** Where the time is ours it says nothing of when the event was sent first. */
const hasOurTime = (event: NormalizedEvent): boolean =>
  event.timeMs === event.receivedMs && event.remarks.some(({ field }) => field === 'timestamp');

interface GroupedWork {
  readonly work: Work;
  readonly event: NormalizedEvent;
  readonly project: Project;
  readonly grouped: GroupedEvent;
}

interface AssignedWork extends GroupedWork {
  readonly assigned: AssignedEvent;
}

async function groupAll(deps: ProcessBatchDeps, fresh: SortedOut['fresh']): Promise<readonly GroupedWork[]> {
  const result: GroupedWork[] = [];
  let sliceStart = deps.clock.monotonicMs();
  for (const { work, project } of fresh) {
    work.event ??= await symbolicate(deps, work.queued.event);
    result.push({ work, project, event: work.event, grouped: groupOne(deps, work, work.event, project) });
    if (deps.clock.monotonicMs() - sliceStart < LIMITS.sliceMs) continue;
    await new Promise((resolve) => setImmediate(resolve));
    sliceStart = deps.clock.monotonicMs();
  }
  return result;
}

/** An event without its source maps is worth more than none; but a database that is away is waited for, as everywhere. */
async function symbolicate(deps: ProcessBatchDeps, event: NormalizedEvent): Promise<NormalizedEvent> {
  try {
    return await deps.symbolicator.symbolicate(event);
  } catch (error) {
    if (isFailure(error) && error.retryable) throw error;
    deps.log.warn({ err: error, projectId: event.projectId, eventId: event.eventId }, 'source maps were not applied');
    return {
      ...event,
      remarks: [...event.remarks, { field: 'stacktrace', reason: 'source maps could not be applied' }],
    };
  }
}

function groupOne(deps: ProcessBatchDeps, work: Work, event: NormalizedEvent, project: Project): GroupedEvent {
  const { inboxId } = work.queued;
  const { settings } = project;
  const fallback = (): GroupedEvent => ({ event, grouping: fallbackGrouping(event), previousHashes: [], inboxId });
  if (work.usesFallback) return fallback();
  try {
    const grouping = deps.grouping.group(event, groupingSettingsOf(settings));
    const previousHashes = deps.grouping.previousHashesOf(event, settings, deps.clock.nowMs());
    return { event, grouping, previousHashes, inboxId };
  } catch (error) {
    deps.log.error({ err: error, projectId: event.projectId, eventId: event.eventId }, 'an event could not be grouped');
    return fallback();
  }
}

async function storeRows(deps: ProcessBatchDeps, rows: readonly AssignedWork[]): Promise<void> {
  const missing = rows.filter(({ work }) => !work.isStored);
  if (missing.length === 0) return;
  for (const { work } of missing) work.mayBeStored = true;
  await deps.telemetry.appendErrorEvents(missing.map(toRow));
  for (const { work } of missing) work.isStored = true;
}

function toRow({ work, event, project, grouped, assigned }: AssignedWork) {
  const { inboxId, payload } = work.queued;
  return toStoredEvent({
    event,
    grouping: grouped.grouping,
    hashId: assigned.hashId,
    inboxId,
    // What symbolication left as it was is the same object, and its JSON is there already.
    payload: event === work.queued.event ? payload : JSON.stringify(event),
    retentionDays: project.settings.retentionDays,
  });
}

/** When the answer to a commit got lost, the mark tells whether it was done. It moves with what it stands for. */
async function recordOnce(
  deps: ProcessBatchDeps,
  works: readonly Work[],
  rows: readonly AssignedWork[],
  mark: string,
): Promise<void> {
  if (works.some((work) => work.mayBeRecorded) && (await deps.tracker.mark()) >= mark) return;
  for (const work of works) work.mayBeRecorded = true;
  await deps.tracker.record({ events: rows.map(({ event, assigned }) => toRecordedEvent(event, assigned)), mark });
}

function required<T>(value: T | undefined): T {
  invariant(value !== undefined, 'every grouped event is assigned');
  return value;
}

function countsOf(
  events: readonly NormalizedEvent[],
  outcome: OutcomeCount['outcome'],
  reason: string,
): readonly OutcomeCount[] {
  const counts = new Map<string, OutcomeCount>();
  for (const { projectId, type } of events) {
    const category = type === 'error' || type === 'message' ? 'error' : 'security';
    const key = `${projectId}/${category}`;
    const quantity = (counts.get(key)?.quantity ?? 0) + 1;
    counts.set(key, { projectId, category, itemType: 'event', outcome, reason, quantity });
  }
  return [...counts.values()];
}
