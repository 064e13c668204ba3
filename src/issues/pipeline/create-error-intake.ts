import { type Clock, Failure, HOUR_MS, type Log } from '../../base/index.ts';
import type { Catalog } from '../../catalog/index.ts';
import { newRedactionReport, type RedactionReport, type Redactor } from '../../redact/index.ts';
import type { TelemetryStore } from '../../telemetry/index.ts';
import { createNormalizeEvent } from '../events/index.ts';
import type { Grouping } from '../grouping/index.ts';
import type { BlobStore, ErrorIntake, IncomingEvent, IssueTracker, ProjectDirectory, Symbolicator } from '../types.ts';
import { ISSUES_PIPELINE_FAILURES } from './failures.ts';
import { createInboxIds, type InboxIds, inboxMs } from './inbox-ids.ts';
import { createInboxQueue, type InboxQueue } from './inbox-queue.ts';
import { blobsOf, keepBlob } from './keep-blobs.ts';
import { createFeedbackKeeping, type FeedbackKeeping } from './keep-feedback.ts';
import { ISSUES_PIPELINE_LIMITS as LIMITS } from './limits.ts';
import type { QueuedEvent } from './queued-event.ts';
import { readBacklog, readInboxPage, readLastInboxId } from './read-inbox.ts';
import { type Processor, startProcessor } from './run-processor.ts';
import { createSeenIds } from './seen-ids.ts';
import { sweepKept } from './sweep-kept.ts';

export interface ErrorPipelineDeps {
  readonly telemetry: Pick<TelemetryStore, 'query' | 'appendErrorInbox' | 'appendErrorEvents' | 'expireErrorInbox'>;
  readonly catalog: Catalog;
  readonly redactor: Redactor;
  readonly tracker: IssueTracker;
  readonly grouping: Grouping;
  readonly symbolicator: Symbolicator;
  readonly blobs: BlobStore;
  readonly projects: Pick<ProjectDirectory, 'byId' | 'count'>;
  readonly clock: Clock;
  readonly log: Log;
  /** Told what was masked, for the tally that people see. */
  readonly onMasked?: (report: RedactionReport) => void;
}

export interface ErrorPipelineStatus {
  /** `blind`: events are taken and kept, but not seen as they happen; `reason` says what holds them up. */
  readonly state: 'stopped' | 'running' | 'blind';
  readonly reason: string;
  /** Taken and not processed yet. */
  readonly waitingEvents: number;
  readonly waitingBytes: number;
  /** How long the oldest of them waits; 0 when none does. */
  readonly lagMs: number;
  /** Since the start of the program. */
  readonly processedEvents: number;
}

export interface ErrorPipeline extends ErrorIntake {
  /** Goes on where the last run ended. Rejects when a database cannot be reached. */
  readonly start: () => Promise<void>;
  /** Resolves when everything that was taken before is processed. */
  readonly drain: () => Promise<void>;
  /** Takes nothing more and ends after the batch under way; what waits is processed after the next start. */
  readonly close: () => Promise<void>;
  readonly status: () => ErrorPipelineStatus;
}

interface Running {
  readonly queue: InboxQueue;
  readonly ids: InboxIds;
  readonly processor: Processor;
}

export function createErrorIntake(deps: ErrorPipelineDeps): ErrorPipeline {
  const { clock, log } = deps;
  const feedback = createFeedbackKeeping(deps);
  const stopping = new AbortController();
  let running: Running | undefined;
  const isRunning = (): Running => {
    if (running === undefined || stopping.signal.aborted) throw new Failure(ISSUES_PIPELINE_FAILURES.notRunning);
    return running;
  };
  const link: typeof feedback.link = async (events) => {
    // Feedback without its issue is still feedback; a batch that is recorded must not be tried again for it.
    await feedback.link(events).catch((error: unknown) => log.warn({ err: error }, 'feedback was not linked'));
  };
  let sweeping: Promise<void> = Promise.resolve();

  return {
    ...takingVerbs(deps, feedback, isRunning),
    load: () => (running === undefined ? 0 : loadOf(running.queue)),
    start: async () => {
      running ??= await open(deps, link);
      await feedback.start();
      running.processor.wake();
      sweeping = sweepForEver(deps, running, stopping.signal);
    },
    drain: async () => {
      while (running !== undefined && !stopping.signal.aborted && !running.queue.isIdle()) {
        await clock.sleep(DRAIN_LOOK_MS);
      }
    },
    close: async () => {
      stopping.abort(new Error('stopping'));
      await running?.processor.stop();
      await sweeping;
    },
    status: () => statusOf(running, clock, stopping.signal.aborted),
  };
}

const DRAIN_LOOK_MS = 20;

/** What the edge calls. Each call has its own report of what was masked. */
function takingVerbs(
  deps: ErrorPipelineDeps,
  feedback: FeedbackKeeping,
  isRunning: () => Running,
): Pick<ErrorIntake, 'events' | 'blobs' | 'feedback'> {
  const normalize = createNormalizeEvent({ redactor: deps.redactor });
  const reporting = async (work: (report: RedactionReport, open: Running) => Promise<void>): Promise<void> => {
    const open = isRunning();
    const report = newRedactionReport();
    try {
      await work(report, open);
    } finally {
      deps.onMasked?.(report);
    }
  };
  return {
    events: (events) =>
      reporting(async (report, open) => {
        refuseWhenFull(open.queue);
        const normalized = await normalizeAll(events, { normalize, report, clock: deps.clock });
        await store(deps, open, normalized);
        for (const event of events) {
          for (const blob of blobsOf(event)) await keepBlob(deps, blob, report);
        }
      }),
    blobs: (blobs) =>
      reporting(async (report) => {
        for (const blob of blobs) await keepBlob(deps, blob, report);
      }),
    feedback: (items) => reporting((report) => feedback.keep(items, report)),
  };
}

function loadOf(queue: InboxQueue): number {
  const { events, bytes } = queue.size();
  return Math.min(1, Math.max(events / LIMITS.backlogEventsMax, bytes / LIMITS.backlogBytesMax));
}

function refuseWhenFull(queue: InboxQueue): void {
  if (loadOf(queue) < 1) return;
  const { events, bytes } = queue.size();
  throw new Failure(
    ISSUES_PIPELINE_FAILURES.overloaded,
    { events, bytes },
    { retryAfterSeconds: LIMITS.retryAfterSeconds },
  );
}

/** Reads where the last run ended. The mark may be ahead of an inbox whose hours were dropped; ids go on behind both. */
async function open(
  deps: ErrorPipelineDeps,
  onRecorded: Parameters<typeof startProcessor>[0]['onRecorded'],
): Promise<Running> {
  const { telemetry, clock } = deps;
  const log = deps.log.area('issues');
  const mark = await deps.tracker.mark();
  const [backlog, lastId] = await Promise.all([readBacklog(telemetry, mark), readLastInboxId(telemetry)]);
  if (backlog.events > 0) log.info({ events: backlog.events }, 'events of the last run are processed first');
  const queue = createInboxQueue({
    readPage: (after, before) => readInboxPage({ telemetry, log }, after, before),
    start: { ...backlog, after: mark },
  });
  const seen = createSeenIds(clock.nowMs());
  const processor = startProcessor({ ...deps, log, queue, seen, onRecorded });
  return { queue, processor, ids: createInboxIds(clock, [mark, lastId].sort().at(-1) ?? '') };
}

/** Normalizing shares the thread with everything else: other work gets its turn in between. */
async function normalizeAll(
  events: readonly IncomingEvent[],
  parts: {
    readonly normalize: ReturnType<typeof createNormalizeEvent>;
    readonly report: RedactionReport;
    readonly clock: Clock;
  },
): Promise<readonly Omit<QueuedEvent, 'inboxId'>[]> {
  const { clock } = parts;
  const result: Omit<QueuedEvent, 'inboxId'>[] = [];
  let sliceStart = clock.monotonicMs();
  for (const incoming of events) {
    const event = parts.normalize(incoming, parts.report);
    result.push({ event, payload: JSON.stringify(event), isRecovered: false });
    if (clock.monotonicMs() - sliceStart < LIMITS.sliceMs) continue;
    await new Promise((resolve) => setImmediate(resolve));
    sliceStart = clock.monotonicMs();
  }
  return result;
}

/** The ids are given and announced in one go, so that the queue knows of every id that is smaller than another. */
async function store(
  deps: ErrorPipelineDeps,
  { queue, ids, processor }: Running,
  normalized: readonly Omit<QueuedEvent, 'inboxId'>[],
): Promise<void> {
  const queued: readonly QueuedEvent[] = normalized.map((one) => ({ ...one, inboxId: ids.next() }));
  const inboxIds = queued.map(({ inboxId }) => inboxId);
  queue.begin(inboxIds);
  try {
    await deps.telemetry.appendErrorInbox(
      queued.map(({ inboxId, event, payload }) => ({
        inboxId,
        receivedMs: inboxMs(inboxId),
        projectId: event.projectId,
        eventId: event.eventId,
        payload,
      })),
    );
    queue.accept(queued);
  } catch (error) {
    queue.abandon(inboxIds);
    throw error;
  } finally {
    processor.wake();
  }
}

/** Drops what is past its time, a few times an hour. */
async function sweepForEver(deps: ErrorPipelineDeps, running: Running, signal: AbortSignal): Promise<void> {
  const log = deps.log.area('issues');
  try {
    for (;;) {
      await deps.clock.sleep(LIMITS.inboxSweepMs, signal);
      await sweepOnce(deps, running).catch((error: unknown) => log.warn({ err: error }, 'the inbox was not swept'));
    }
  } catch {
    // Only the signal ends it.
  }
}

async function sweepOnce(deps: ErrorPipelineDeps, { queue }: Running): Promise<void> {
  const nowMs = deps.clock.nowMs();
  const processedMs = queue.isIdle() ? nowMs : inboxMs(await deps.tracker.mark());
  await deps.telemetry.expireErrorInbox(Math.min(processedMs, nowMs - LIMITS.inboxKeepMs));
  await sweepKept(deps.catalog, nowMs);
}

function statusOf(running: Running | undefined, clock: Clock, isStopped: boolean): ErrorPipelineStatus {
  if (running === undefined || isStopped) {
    const none = { waitingEvents: 0, waitingBytes: 0, lagMs: 0, processedEvents: 0 };
    return { state: 'stopped', reason: 'events are not taken', ...none };
  }
  const { queue, processor } = running;
  const { events, bytes } = queue.size();
  const oldest = events === 0 ? undefined : queue.oldestId();
  const lagMs = oldest === undefined ? 0 : Math.min(Math.max(0, clock.nowMs() - inboxMs(oldest)), HOUR_MS * 24 * 365);
  const trouble = processor.trouble();
  const isBlind = lagMs > LIMITS.blindAfterMs || trouble !== undefined;
  return {
    state: isBlind ? 'blind' : 'running',
    reason: trouble?.reason ?? (isBlind ? 'events come faster than they can be processed' : ''),
    waitingEvents: events,
    waitingBytes: bytes,
    lagMs,
    processedEvents: processor.processed(),
  };
}
