import type { Actor } from '../../access/index.ts';
import type { NormalizedEvent } from './event.ts';
import type { GroupingResult } from './grouping.ts';
import type { IncomingFeedback, StoredEvent } from './intake.ts';
import type { Issue, IssueActivity, IssueChange } from './issue.ts';

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
  /**
   * All of them or none; `merge` makes the first one the keeper. Answers the issues as they are then: of a merge the
   * keeper alone, of a deletion none. With `revisions`, by id, it is refused when somebody changed one of them since.
   */
  readonly change: (
    actor: Actor,
    ids: readonly string[],
    change: IssueChange,
    options?: { readonly revisions?: Readonly<Record<string, number>> },
  ) => Promise<readonly Issue[]>;
  /** People whom issues can be given to. */
  readonly assignees: (
    actor: Actor,
  ) => Promise<readonly { readonly id: string; readonly name: string; readonly email: string }[]>;
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
