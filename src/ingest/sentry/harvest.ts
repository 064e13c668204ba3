import type {
  DataCategory,
  IncomingAttachment,
  IncomingBlob,
  IncomingCheckIn,
  IncomingEvent,
  IncomingFeedback,
  IncomingSession,
  JsonObject,
  Outcome,
  OutcomeCount,
  Project,
} from '../../issues/index.ts';
import type { IncomingLog } from '../../logs/index.ts';
import type { MetricPoint } from '../../metrics/index.ts';
import type { RedactionReport } from '../../redact/index.ts';
import type { EdgeContext } from '../http.ts';
import type { SpanDraft } from '../otlp/span-draft.ts';
import type { Cleaner } from '../sink/clean-record.ts';

/** What is known of a request beside its items. */
export interface SentryCall {
  readonly project: Project;
  readonly receivedMs: number;
  readonly sentAtMs?: number;
  /** What must be added to the sender's times; 0 when its clock is right. */
  readonly driftMs: number;
  /** Of the header of the envelope. */
  readonly eventId?: string;
  readonly client: string;
  readonly context: EdgeContext;
  /** After decompression. */
  readonly bytes: number;
  readonly cleaner: Cleaner;
  readonly report: RedactionReport;
}

/** The stores behind the edge; each takes or refuses what a request has for it on its own. */
export const STORES = ['events', 'blobs', 'feedback', 'spans', 'logs', 'points', 'sessions', 'check-ins'] as const;
export type StoreName = (typeof STORES)[number];

/** Things of one item, as they are counted when their store has answered. */
export interface Counted {
  readonly category: DataCategory;
  readonly itemType: string;
  readonly quantity: number;
}

export interface EventDraft extends Omit<IncomingEvent, 'attachments'> {
  readonly attachments: IncomingAttachment[];
}

/** A span with the resource that it belongs to. */
export interface GatheredSpan {
  readonly resource: Readonly<Record<string, string>>;
  readonly sdk: { readonly name: string; readonly version: string };
  readonly span: SpanDraft;
  readonly counted: Counted;
}

/** An attachment that waits for the end of its envelope, where it is known what it belongs to. */
export interface LooseAttachment {
  readonly attachment: IncomingAttachment;
  readonly facts: JsonObject;
}

/** What the items of one request came to, for each store. Filled item by item; nothing is written meanwhile. */
export interface Harvest {
  readonly events: EventDraft[];
  readonly attachments: LooseAttachment[];
  readonly blobs: IncomingBlob[];
  readonly feedback: IncomingFeedback[];
  readonly spans: GatheredSpan[];
  readonly logs: { readonly stream: string; readonly record: IncomingLog }[];
  readonly points: { readonly point: MetricPoint; readonly counted: Counted }[];
  readonly sessions: IncomingSession[];
  readonly checkIns: IncomingCheckIn[];
  /** Waits for the answer of the store. */
  readonly expected: ReadonlyMap<StoreName, Counted[]>;
  /** Is settled already: invalid, filtered, unknown, thrown away by the client. */
  readonly outcomes: OutcomeCount[];
}

export const startHarvest = (): Harvest => ({
  events: [],
  attachments: [],
  blobs: [],
  feedback: [],
  spans: [],
  logs: [],
  points: [],
  sessions: [],
  checkIns: [],
  expected: new Map(STORES.map((store) => [store, []])),
  outcomes: [],
});

export const expectStored = (harvest: Harvest, store: StoreName, counted: Counted): void => {
  harvest.expected.get(store)?.push(counted);
};

export const outcomeOf = (
  project: Project,
  counted: Counted,
  became: { readonly outcome: Outcome; readonly reason: string },
): OutcomeCount => ({ projectId: project.id, ...counted, ...became });
