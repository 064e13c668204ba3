import type { Actor } from '../access/index.ts';

/**
 * The words of error tracking, those of Sentry where people know them from there. A project receives events by its
 * DSN; an event is grouped by its hashes; an issue owns hashes; events are never rewritten when issues are merged,
 * because an event knows its hash and not its issue. Times are milliseconds since 1970.
 */

export type JsonValue = null | boolean | number | string | readonly JsonValue[] | { readonly [key: string]: JsonValue };
export type JsonObject = { readonly [key: string]: JsonValue };

// ---------------------------------------------------------------- projects

export interface Project {
  /** Decimal digits, as DSNs need it. */
  readonly id: string;
  /** Lower-case letters, digits and hyphens; what sentry-cli calls it by. */
  readonly slug: string;
  readonly name: string;
  /** `node`, `javascript`, `python`, …: which snippet the console shows. */
  readonly platform: string;
  readonly createdMs: number;
  /** The project that Holdfast proves M6 with: left out of lists unless asked for. */
  readonly isInternal: boolean;
  readonly settings: ProjectSettings;
}

export interface ProjectSettings {
  readonly retentionDays: number;
  /** See grouping/: which algorithm groups new events. The one before it is asked too until `previousUntilMs`. */
  readonly groupingVersion: string;
  readonly previousGroupingVersion?: string;
  readonly previousUntilMs?: number;
  /** Text in the language of fingerprint rules and of stack trace (enhancement) rules, as people typed it. */
  readonly fingerprintRules: string;
  readonly enhancementRules: string;
  /** Origins of browsers that may send; `*` for any. */
  readonly allowedOrigins: readonly string[];
  /** Per minute and category; a category that is absent has the default of SENTRY_LIMITS. */
  readonly limitsPerMinute: Readonly<Partial<Record<DataCategory, number>>>;
  /** What is kept besides events. What is not kept is counted with the reason `not-kept`. */
  readonly keeps: {
    readonly attachments: boolean;
    readonly replays: boolean;
    readonly profiles: boolean;
    /** Off by default: memory of a process cannot be searched for secrets. */
    readonly minidumps: boolean;
  };
  /** Issues that were not seen for so long are resolved by themselves; 0 never. */
  readonly resolveAfterDays: number;
}

export interface ProjectKey {
  readonly projectId: string;
  /** 32 hex digits: the user part of a DSN. It allows sending and nothing else. */
  readonly publicKey: string;
  readonly label: string;
  readonly isActive: boolean;
  readonly createdMs: number;
  readonly lastUsedMs?: number;
}

/** Sentry's data categories, by which limits and outcomes are counted. */
export const DATA_CATEGORIES = [
  'error',
  'transaction',
  'span',
  'log_item',
  'monitor',
  'session',
  'attachment',
  'profile',
  'replay',
  'feedback',
  'trace_metric',
  'security',
  'default',
  'internal',
] as const;
export type DataCategory = (typeof DATA_CATEGORIES)[number];

/** What became of something that was sent. `client-discard` is what an SDK says that it threw away itself. */
export type Outcome = 'accepted' | 'rate-limited' | 'filtered' | 'invalid' | 'duplicate' | 'client-discard' | 'unknown';

export interface OutcomeCount {
  readonly projectId: string;
  readonly category: DataCategory;
  /** The item type as it was sent, for what has no category of its own. */
  readonly itemType: string;
  readonly outcome: Outcome;
  /** Kebab case for ours, as sent for those of clients: `not-kept`, `quota`, `before_send`, … */
  readonly reason: string;
  readonly quantity: number;
}

/** What the edge finds a project by; answered from memory, never from the database per request. */
export interface ProjectDirectory {
  /** Undefined when there is no such project or the key is not one of its active keys. */
  readonly find: (projectId: string, publicKey: string) => Project | undefined;
  readonly byId: (projectId: string) => Project | undefined;
  readonly bySlug: (slug: string) => Project | undefined;
  readonly all: () => readonly Project[];
  /** Counted in memory and written every few seconds. */
  readonly count: (counts: readonly OutcomeCount[]) => void;
}

// ---------------------------------------------------------------- events

export type EventLevel = 'fatal' | 'error' | 'warning' | 'info' | 'debug';

/**
 * An event with one shape for everything that SDKs send in several, whatever their version; redacted. What has no
 * place here stays in `contexts`, `extra` or `other`, so that nothing is lost. Made by events/normalize.
 */
export interface NormalizedEvent {
  readonly eventId: string;
  readonly projectId: string;
  /** `error` has exceptions or threads, `message` has not; the others are reports of browsers. */
  readonly type: 'error' | 'message' | 'csp' | 'hpkp' | 'expect-ct' | 'expect-staple' | 'nel';
  /** When it happened, its clock corrected by `sent_at`; never in the future. */
  readonly timeMs: number;
  readonly receivedMs: number;
  readonly platform: string;
  readonly level: EventLevel;
  readonly logger: string;
  readonly transaction: string;
  readonly serverName: string;
  readonly release: string;
  readonly dist: string;
  /** `production` when the SDK said nothing. */
  readonly environment: string;
  readonly message?: { readonly formatted: string; readonly template?: string; readonly params?: JsonValue };
  /** Oldest cause first, as SDKs send them: the last one is what was caught. */
  readonly exceptions: readonly EventException[];
  readonly threads: readonly EventThread[];
  /** A stack trace of the event itself. */
  readonly stacktrace?: Stacktrace;
  readonly template?: {
    readonly filename: string;
    readonly absPath: string;
    readonly lineno?: number;
    readonly contextLine?: string;
  };
  /** The report of a browser, for CSP and its kin. */
  readonly report?: JsonObject;
  /** Absent means default. Values are text. */
  readonly fingerprint?: readonly string[];
  readonly checksum?: string;
  readonly user?: {
    readonly id?: string;
    readonly email?: string;
    readonly username?: string;
    readonly ip?: string;
    readonly name?: string;
    readonly geo?: JsonObject;
    readonly data?: JsonObject;
  };
  readonly request?: {
    readonly url: string;
    readonly method: string;
    readonly query: readonly (readonly [string, string])[];
    readonly headers: readonly (readonly [string, string])[];
    readonly cookies: readonly (readonly [string, string])[];
    readonly body?: JsonValue;
    readonly env?: JsonObject;
  };
  readonly breadcrumbs: readonly Breadcrumb[];
  /** Sent tags, with those that are derived (`browser.name`, `os`, `runtime`, `level`, `release`, `environment`, `url`, `handled`, `mechanism`, `user`, `server_name`, `transaction`, …). */
  readonly tags: Readonly<Record<string, string>>;
  readonly contexts: Readonly<Record<string, JsonObject>>;
  readonly extra: JsonObject;
  readonly modules: Readonly<Record<string, string>>;
  readonly sdk: { readonly name: string; readonly version: string };
  readonly traceId: string;
  readonly spanId: string;
  readonly debugImages: readonly DebugImage[];
  /** What was repaired or cut, for people who look for what is missing: `{ field, reason }`. */
  readonly remarks: readonly { readonly field: string; readonly reason: string }[];
  /** Fields that have no place above, as sent. */
  readonly other: JsonObject;
}

export interface EventException {
  readonly type: string;
  readonly value: string;
  readonly module: string;
  readonly threadId?: string;
  readonly mechanism: {
    readonly type: string;
    readonly handled?: boolean;
    readonly synthetic: boolean;
    readonly exceptionId?: number;
    readonly parentId?: number;
    readonly isExceptionGroup: boolean;
    readonly source?: string;
    readonly data?: JsonObject;
    /** Apple's and the like: `mechanism.meta`. */
    readonly meta?: JsonObject;
  };
  readonly stacktrace?: Stacktrace;
  /** Before source maps were applied; absent when none were. */
  readonly rawStacktrace?: Stacktrace;
}

export interface EventThread {
  readonly id: string;
  readonly name: string;
  readonly crashed: boolean;
  readonly current: boolean;
  readonly stacktrace?: Stacktrace;
}

export interface Stacktrace {
  /** Oldest call first: the last frame is where it happened. */
  readonly frames: readonly Frame[];
  readonly framesOmitted?: readonly [number, number];
}

export interface Frame {
  readonly filename: string;
  readonly absPath: string;
  readonly module: string;
  readonly package: string;
  readonly function: string;
  readonly rawFunction: string;
  readonly platform: string;
  readonly lineno?: number;
  readonly colno?: number;
  /** As the SDK said; grouping may say otherwise by its rules. */
  readonly inApp?: boolean;
  readonly preContext: readonly string[];
  readonly contextLine?: string;
  readonly postContext: readonly string[];
  /** Locals; redacted. */
  readonly vars?: JsonObject;
  readonly instructionAddr?: string;
  /** Set by symbolication: where the frame was before, and the source map that was used. */
  readonly sourceMap?: string;
  readonly data?: JsonObject;
}

export interface DebugImage {
  readonly type: string;
  readonly debugId: string;
  readonly codeFile: string;
  readonly data: JsonObject;
}

export interface Breadcrumb {
  readonly timeMs?: number;
  readonly type: string;
  readonly category: string;
  readonly level: string;
  readonly message: string;
  readonly data?: JsonObject;
}

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

/** An event as it is stored after it was processed; docs/formats/error-events-table.md. */
export interface StoredEvent {
  readonly projectId: string;
  readonly eventId: string;
  /** The hash it was grouped by (issue_hashes.id), for ever; the issue is whoever owns that hash. */
  readonly hashId: number;
  readonly timeMs: number;
  readonly receivedMs: number;
  /** Unique and ordered: names this acceptance, so that a batch that is processed again is counted once. */
  readonly inboxId: string;
  readonly type: NormalizedEvent['type'];
  readonly level: EventLevel;
  readonly platform: string;
  readonly title: string;
  readonly culprit: string;
  readonly message: string;
  readonly transaction: string;
  readonly release: string;
  readonly dist: string;
  readonly environment: string;
  readonly serverName: string;
  /** `id:7`, `email:…`, `username:…` or `ip:…`; empty when nothing is known. */
  readonly userKey: string;
  readonly handled: boolean;
  readonly traceId: string;
  readonly spanId: string;
  readonly sdk: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly retentionDays: number;
  /** JSON of the NormalizedEvent after symbolication. */
  readonly payload: string;
}

// ---------------------------------------------------------------- grouping

export interface GroupingComponent {
  /** `exception`, `stacktrace`, `frame`, `function`, `context-line`, `type`, `value`, `message`, `fingerprint`, … */
  readonly id: string;
  readonly contributes: boolean;
  /** Why it does or does not: `ignored because not in app`, `stripped digits`. */
  readonly hint?: string;
  readonly values: readonly (string | GroupingComponent)[];
}

export interface GroupingVariant {
  /** `app`, `system`, `custom-fingerprint`, `salted-app`, `checksum`, `fallback`, … */
  readonly id: string;
  readonly contributes: boolean;
  readonly hint?: string;
  /** 32 hex digits; absent when it does not contribute. */
  readonly hash?: string;
  readonly component: GroupingComponent;
}

export interface GroupingResult {
  readonly version: string;
  /** Primary first. Never empty. */
  readonly hashes: readonly string[];
  readonly variants: readonly GroupingVariant[];
  /** What people read in lists: `TypeError: x is not a function`. */
  readonly title: string;
  /** Type and value apart, for lists that show both. */
  readonly titleType: string;
  readonly titleValue: string;
  /** Where: transaction, or module and function of the frame that matters. */
  readonly culprit: string;
  /** Which frames are in app after the rules, by exception (or thread) and frame index, for the page. */
  readonly inApp: readonly (readonly boolean[])[];
  /** The fingerprint rule that matched, as its text. */
  readonly matchedRule?: string;
}

export interface GroupingSettings {
  readonly version: string;
  readonly fingerprintRules: string;
  readonly enhancementRules: string;
}

/** Pure and cached by the text of the rules. */
export type Group = (event: NormalizedEvent, settings: GroupingSettings) => GroupingResult;

// ---------------------------------------------------------------- issues

export type IssueStatus = 'unresolved' | 'resolved' | 'ignored';
export type IssueSubstatus =
  | 'new'
  | 'ongoing'
  | 'regressed'
  | 'escalating'
  | 'until-escalating'
  | 'until-condition'
  | 'forever';
export type IssuePriority = 'high' | 'medium' | 'low';

export interface Issue {
  /** Decimal digits. */
  readonly id: string;
  /** `SHOP-1F`: slug and number in base 32, for people. */
  readonly shortId: string;
  readonly projectId: string;
  readonly status: IssueStatus;
  readonly substatus?: IssueSubstatus;
  readonly priority: IssuePriority;
  readonly level: EventLevel;
  readonly type: NormalizedEvent['type'];
  readonly platform: string;
  readonly title: string;
  readonly titleType: string;
  readonly titleValue: string;
  readonly culprit: string;
  readonly firstSeenMs: number;
  readonly lastSeenMs: number;
  readonly firstRelease: string;
  readonly lastRelease: string;
  readonly timesSeen: number;
  readonly handled: boolean;
  readonly assignee?: { readonly type: 'person'; readonly id: string; readonly name: string };
  readonly resolution?: IssueResolution;
  readonly ignore?: IgnoreCondition;
  readonly commentCount: number;
  readonly feedbackCount: number;
}

export type IssueResolution =
  | { readonly type: 'now'; readonly atMs: number; readonly by: string }
  | { readonly type: 'in-release'; readonly release: string; readonly atMs: number; readonly by: string }
  /** The release that was newest when it was said; a later one that has it is a regression. */
  | { readonly type: 'in-next-release'; readonly after: string; readonly atMs: number; readonly by: string }
  | { readonly type: 'by-age'; readonly atMs: number };

/** What ends an ignore; the first that comes true. None of them: for ever. */
export interface IgnoreCondition {
  readonly untilEscalating?: boolean;
  readonly untilMs?: number;
  readonly count?: number;
  readonly countWindowMs?: number;
  readonly users?: number;
  readonly usersWindowMs?: number;
}

export type IssueChange =
  | { readonly type: 'resolve'; readonly in?: 'now' | 'next-release' | { readonly release: string } }
  | { readonly type: 'unresolve' }
  | { readonly type: 'ignore'; readonly condition: IgnoreCondition }
  | { readonly type: 'assign'; readonly personId: string | null }
  | { readonly type: 'priority'; readonly priority: IssuePriority }
  | { readonly type: 'merge' }
  | { readonly type: 'delete' };

export interface IssueActivity {
  readonly id: string;
  readonly issueId: string;
  readonly atMs: number;
  /** `first-seen`, `resolved`, `unresolved`, `regressed`, `escalating`, `ignored`, `assigned`, `comment`, `merged`, `unmerged`, `priority`, … */
  readonly type: string;
  readonly by: string;
  readonly detail: JsonObject;
}

/** What is known about an event when its issue is found or made. */
export interface GroupedEvent {
  readonly event: NormalizedEvent;
  readonly grouping: GroupingResult;
  /** Hashes of the previous algorithm while it is still asked. */
  readonly previousHashes: readonly string[];
  readonly inboxId: string;
}

export interface AssignedEvent {
  readonly hashId: number;
  readonly issueId: string;
}

/** Facts of one stored event that change an issue. */
export interface RecordedEvent extends AssignedEvent {
  readonly projectId: string;
  readonly eventId: string;
  readonly timeMs: number;
  readonly receivedMs: number;
  readonly level: EventLevel;
  readonly release: string;
  readonly environment: string;
  readonly userKey: string;
  readonly handled: boolean;
}

/** What the pipeline asks of the issues' state. Called by one processor, batch after batch. */
export interface IssueTracker {
  /** Finds the issue by any of the hashes, else makes one; idempotent, and counts nothing. In the order of the input. */
  readonly assign: (events: readonly GroupedEvent[]) => Promise<readonly AssignedEvent[]>;
  /**
   * Counts events that are stored now, moves states (new, regressed, escalating, ends of ignores), writes what alerts
   * need, and remembers `mark`, all in one transaction.
   */
  readonly record: (batch: { readonly events: readonly RecordedEvent[]; readonly mark: string }) => Promise<void>;
  /** The inbox id up to which everything is recorded; empty at first. */
  readonly mark: () => Promise<string>;
}

/** A change of an issue that people may want to hear of, in the order in which it happened. */
export interface IssueSignal {
  readonly id: number;
  readonly type: 'new' | 'regressed' | 'escalating' | 'resolved' | 'ignored';
  readonly issueId: string;
  readonly projectId: string;
  readonly atMs: number;
  readonly eventId?: string;
}

/** Resolves frames by source maps; keeps the event as it is where none fits, with a remark that says which was missing. */
export interface Symbolicator {
  readonly symbolicate: (event: NormalizedEvent) => Promise<NormalizedEvent>;
}

/** Bytes that belong to projects: attachments, source maps, replays. In the vault, by hash, with an end. */
export interface BlobStore {
  readonly put: (
    bytes: AsyncIterable<Uint8Array>,
    options: { readonly kind: string; readonly facts: Readonly<Record<string, string>>; readonly keepUntilMs: number },
  ) => Promise<{ readonly id: string; readonly bytes: number; readonly sha1: string }>;
  readonly get: (id: string) => AsyncIterable<Uint8Array>;
  readonly extend: (id: string, keepUntilMs: number) => Promise<void>;
}

// ---------------------------------------------------------------- verbs that people reach

export interface IssueQuery {
  /** `is:unresolved level:error user.email:a@b.c "text"`; docs/issues.md. */
  readonly query: string;
  readonly projectIds?: readonly string[];
  readonly environment?: string;
  readonly fromMs: number;
  readonly toMs: number;
  readonly sort: 'last-seen' | 'first-seen' | 'events' | 'users' | 'trend';
  readonly cursor?: string;
  readonly limit: number;
}

export interface IssueListed {
  readonly issue: Issue;
  /** In the asked range and environment. */
  readonly events: number;
  readonly users: number;
  /** Events in equal steps over the range, for the small chart. */
  readonly trend: readonly number[];
}

export interface TagDistribution {
  readonly key: string;
  readonly total: number;
  /** Most frequent first. */
  readonly values: readonly { readonly value: string; readonly count: number; readonly lastSeenMs: number }[];
}

export interface IssueVerbs {
  readonly list: (
    actor: Actor,
    query: IssueQuery,
  ) => Promise<{ readonly issues: readonly IssueListed[]; readonly next?: string; readonly total: number }>;
  readonly get: (actor: Actor, id: string) => Promise<Issue>;
  readonly tags: (actor: Actor, id: string, range: TimeRange) => Promise<readonly TagDistribution[]>;
  /** Counts in equal steps. */
  readonly histogram: (
    actor: Actor,
    id: string,
    range: TimeRange & { readonly steps: number; readonly environment?: string },
  ) => Promise<{
    readonly timesMs: readonly number[];
    readonly events: readonly number[];
    readonly users: readonly number[];
  }>;
  readonly events: (
    actor: Actor,
    id: string,
    page: TimeRange & { readonly query?: string; readonly before?: string; readonly limit: number },
  ) => Promise<readonly Omit<StoredEvent, 'payload'>[]>;
  /** `latest`, `oldest`, `recommended` or an event id; with its neighbours for paging. */
  readonly event: (actor: Actor, id: string, which: string) => Promise<EventView>;
  /** Of any issue, by project and event id; for links from logs and traces. */
  readonly findEvent: (
    actor: Actor,
    eventId: string,
  ) => Promise<{ readonly issueId: string; readonly eventId: string } | undefined>;
  /** All of them or none; `merge` makes the first one the keeper. */
  readonly change: (actor: Actor, ids: readonly string[], change: IssueChange) => Promise<readonly Issue[]>;
  readonly activity: (actor: Actor, id: string) => Promise<readonly IssueActivity[]>;
  readonly comment: (actor: Actor, id: string, text: string) => Promise<IssueActivity>;
  readonly removeComment: (actor: Actor, activityId: string) => Promise<void>;
  readonly hashes: (actor: Actor, id: string) => Promise<readonly IssueHash[]>;
  /** Moves hashes to an issue of their own. */
  readonly unmerge: (actor: Actor, id: string, hashes: readonly string[]) => Promise<Issue>;
  readonly feedback: (
    actor: Actor,
    filter: {
      readonly projectId?: string;
      readonly issueId?: string;
      readonly limit: number;
      readonly before?: string;
    },
  ) => Promise<readonly Feedback[]>;
}

export interface TimeRange {
  readonly fromMs: number;
  readonly toMs: number;
}

export interface IssueHash {
  readonly hash: string;
  readonly version: string;
  readonly firstSeenMs: number;
  readonly lastSeenMs: number;
  readonly timesSeen: number;
  /** A title of an event that has it, so that people can tell them apart. */
  readonly title: string;
  readonly latestEventId?: string;
}

export interface EventView {
  readonly event: NormalizedEvent;
  readonly title: string;
  readonly culprit: string;
  readonly grouping: GroupingResult;
  readonly attachments: readonly AttachmentView[];
  readonly feedback: readonly Feedback[];
  readonly previous?: string;
  readonly next?: string;
  readonly oldest: string;
  readonly latest: string;
}

export interface AttachmentView {
  readonly id: string;
  readonly filename: string;
  readonly contentType: string;
  readonly attachmentType: string;
  readonly bytes: number;
  readonly receivedMs: number;
  /** False for bytes in which secrets could not be looked for. */
  readonly isRedacted: boolean;
}

export interface Feedback extends Omit<IncomingFeedback, 'project'> {
  readonly projectId: string;
  readonly issueId?: string;
}
