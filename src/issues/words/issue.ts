import type { EventLevel, NormalizedEvent } from './event.ts';
import type { GroupingResult } from './grouping.ts';
import type { JsonObject } from './project.ts';

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
  /** Grows with every change of its state by people or by events; see IssueVerbs.change. */
  readonly revision?: number;
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
  readonly type: 'new' | 'regressed' | 'escalating' | 'resolved' | 'ignored' | 'unignored';
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
  /** The whole, or the part of it that a range names. */
  readonly get: (id: string, range?: { readonly offset: number; readonly length: number }) => AsyncIterable<Uint8Array>;
  readonly extend: (id: string, keepUntilMs: number) => Promise<void>;
}
