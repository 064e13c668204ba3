import type { ErrorEventRow } from '../../telemetry/index.ts';
import type { EventLevel, NormalizedEvent } from './event.ts';
import type { JsonObject, Project } from './project.ts';

/** What the edge hands over: parsed, within limits, not redacted yet. Only the intake may hold it. */
export interface IncomingEvent {
  readonly project: Project;
  /** 32 lower-case hex digits; the edge makes one where the sender gave none. */
  readonly eventId: string;
  readonly receivedMs: number;
  /** From the envelope's header, for correcting clocks. */
  readonly sentAtMs?: number;
  /** `sentry.javascript.node/11.12.0` from the header or the auth, when the event does not say. */
  readonly client: string;
  readonly payload: JsonObject;
  readonly attachments: readonly IncomingAttachment[];
  readonly sourceIp: string;
  readonly userAgent: string;
}

export interface IncomingAttachment {
  readonly filename: string;
  readonly contentType: string;
  /** `event.attachment`, `event.minidump`, `event.view_hierarchy`, … */
  readonly attachmentType: string;
  readonly bytes: Uint8Array;
}

/** Kept beside events and found by what they belong to: attachments, replays, profiles. */
export interface IncomingBlob extends IncomingAttachment {
  readonly project: Project;
  readonly kind: 'attachment' | 'replay' | 'profile' | 'minidump';
  /** The event that it belongs to, or the replay's or profiler's own id. */
  readonly ownerId: string;
  readonly traceId?: string;
  readonly receivedMs: number;
  /** What the item's header said besides. */
  readonly facts: JsonObject;
}

export interface IncomingFeedback {
  readonly project: Project;
  /** Id of the feedback itself; of a `user_report`, made of the event's. */
  readonly feedbackId: string;
  readonly eventId?: string;
  readonly timeMs: number;
  readonly name: string;
  readonly email: string;
  readonly message: string;
  readonly url: string;
  readonly source: string;
  readonly environment: string;
  readonly release: string;
  readonly traceId?: string;
  readonly replayId?: string;
}

/** Where the edge's work ends. Every call resolves when what it took would survive `kill -9`. */
export interface ErrorIntake {
  /**
   * Normalizes, redacts and stores; grouping follows off the request path. The same event id of a project again is
   * answered alike and stored once. Refuses before taking anything (`issues.overloaded`, retryable) when the queue is
   * at its limit.
   */
  readonly events: (events: readonly IncomingEvent[]) => Promise<void>;
  readonly blobs: (blobs: readonly IncomingBlob[]) => Promise<void>;
  readonly feedback: (feedback: readonly IncomingFeedback[]) => Promise<void>;
  /** Share of the queue that is used, 0 to 1: the edge tells clients to slow down before it is full. */
  readonly load: () => number;
}

/** An event as it is stored after it was processed; docs/formats/error-tables.md. */
export interface StoredEvent extends ErrorEventRow {
  readonly type: NormalizedEvent['type'];
  readonly level: EventLevel;
}
