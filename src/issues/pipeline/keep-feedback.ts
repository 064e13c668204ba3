import { type Clock, clip, DAY_MS, storableText } from '../../base/index.ts';
import type { Catalog } from '../../catalog/index.ts';
import type { RedactionReport, Redactor } from '../../redact/index.ts';
import type { TelemetryStore } from '../../telemetry/index.ts';
import type { IncomingFeedback } from '../types.ts';
import { keepUntil } from './keep-blobs.ts';
import { ISSUES_PIPELINE_LIMITS as LIMITS } from './limits.ts';
import type { ErrorFeedbackTable, ErrorKeepingTables } from './migrations.ts';
import { eventKey, findStored } from './read-inbox.ts';

export interface FeedbackKeeping {
  /** Durable when it resolves; the same feedback id of a project again changes nothing. */
  readonly keep: (feedback: readonly IncomingFeedback[], report: RedactionReport) => Promise<void>;
  /** Feedback may come before its event was processed: it learns its hash here. */
  readonly link: (
    events: readonly {
      readonly event: { readonly projectId: string; readonly eventId: string };
      readonly hashId: number;
    }[],
  ) => Promise<void>;
  /** Reads what still waits for its event. */
  readonly start: () => Promise<void>;
}

export interface FeedbackKeepingDeps {
  readonly catalog: Catalog;
  readonly telemetry: Pick<TelemetryStore, 'query'>;
  readonly redactor: Redactor;
  readonly clock: Clock;
}

export function createFeedbackKeeping(deps: FeedbackKeepingDeps): FeedbackKeeping {
  const db = deps.catalog.db<ErrorKeepingTables>();
  const waiting = new Set<string>();
  const setHash = async (projectId: string, eventId: string, hashId: number): Promise<void> => {
    await db
      .updateTable('error_feedback')
      .set({ hash_id: hashId })
      .where('project_id', '=', projectId)
      .where('event_id', '=', eventId)
      .execute();
    waiting.delete(eventKey(projectId, eventId));
  };
  const keep: FeedbackKeeping['keep'] = async (feedback, report) => {
    for (const one of feedback) {
      const row = toRow(one, deps.redactor, report);
      await db
        .insertInto('error_feedback')
        .values(row)
        .onConflict((conflict) => conflict.doNothing())
        .execute();
      if (row.event_id === null) continue;
      // It waits before it is looked for: an event that is processed in between is not missed.
      if (waiting.size < LIMITS.feedbackPendingMax) waiting.add(eventKey(row.project_id, row.event_id));
      const event = { projectId: row.project_id, eventId: row.event_id };
      const range = { fromMs: Math.max(0, one.timeMs - LIMITS.lookupBackMs), toMs: one.timeMs + DAY_MS };
      const place = (await findStored(deps.telemetry, [event], range)).get(eventKey(event.projectId, event.eventId));
      if (place !== undefined) await setHash(event.projectId, event.eventId, place.hashId);
    }
  };
  return {
    keep,
    link: async (events) => {
      if (waiting.size === 0) return;
      for (const { event, hashId } of events) {
        if (waiting.has(eventKey(event.projectId, event.eventId)))
          await setHash(event.projectId, event.eventId, hashId);
      }
    },
    start: async () => {
      const rows = await db
        .selectFrom('error_feedback')
        .select(['project_id', 'event_id'])
        .where('hash_id', 'is', null)
        .where('event_id', 'is not', null)
        .where('time_ms', '>=', deps.clock.nowMs() - LIMITS.lookupBackMs)
        .orderBy('position', 'desc')
        .limit(LIMITS.feedbackPendingMax)
        .execute();
      for (const row of rows) waiting.add(eventKey(row.project_id, row.event_id ?? ''));
    },
  };
}

type NewFeedback = Omit<ErrorFeedbackTable, 'position'>;

function toRow(feedback: IncomingFeedback, redactor: Redactor, report: RedactionReport): NewFeedback {
  const text = (value: string, lengthMax: number = LIMITS.nameLengthMax): string =>
    clip(redactor.text(storableText(value), report), lengthMax);
  return {
    project_id: feedback.project.id,
    feedback_id: idOf(feedback.feedbackId) ?? text(feedback.feedbackId),
    event_id: idOf(feedback.eventId),
    hash_id: null,
    time_ms: Math.trunc(feedback.timeMs),
    name: text(feedback.name),
    email: text(feedback.email),
    message: text(feedback.message, LIMITS.feedbackLengthMax),
    url: text(feedback.url, LIMITS.messageLengthMax),
    source: text(feedback.source),
    environment: text(feedback.environment),
    release: text(feedback.release),
    trace_id: idOf(feedback.traceId),
    replay_id: idOf(feedback.replayId),
    keep_until_ms: Math.trunc(keepUntil(feedback.project, feedback.timeMs)),
  };
}

/** Ids have the shape of ids, or they are none. */
function idOf(id: string | undefined): string | null {
  const hex = (id ?? '').toLowerCase().replaceAll('-', '');
  return /^[\da-f]{16,64}$/.test(hex) ? hex : null;
}
