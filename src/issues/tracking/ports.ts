import type { AttachmentView, Feedback, NormalizedEvent, StoredEvent, TagDistribution, TimeRange } from '../types.ts';
import type { EventCondition } from './search/event-condition.ts';

/** Whom issues can be given to. */
export interface AssignablePerson {
  readonly id: string;
  readonly name: string;
  readonly email: string;
}

export interface PeopleDirectory {
  readonly all: () => Promise<readonly AssignablePerson[]>;
}

/** Which events are meant: those of these hashes (all of them when absent), in the range, for which the condition holds. */
export interface EventSelection extends TimeRange {
  readonly projectIds: readonly string[];
  readonly hashIds?: readonly number[];
  readonly condition?: EventCondition;
}

/** Counts of one hash, or of one group of hashes when `groups` were given. */
export interface EventCount {
  /** Hash id, or the key of its group. */
  readonly key: number;
  readonly events: number;
  readonly users: number;
}

/** What is asked of stored events; answered by the store of events. */
export interface IssueEvents {
  /** The hashes of which at least one event is selected. */
  readonly findHashes: (selection: EventSelection) => Promise<readonly number[]>;
  /**
   * Events and distinct users. Hashes that `groups` maps to the same key are counted as one, so that a user of two
   * hashes of one issue is one user; a hash that is not in it counts under its own id.
   */
  readonly counts: (selection: EventSelection, groups: ReadonlyMap<number, number>) => Promise<readonly EventCount[]>;
  /** Events in equal steps over the range, by key as in `counts`; a key without events is absent. */
  readonly trends: (
    selection: EventSelection,
    groups: ReadonlyMap<number, number>,
    steps: number,
  ) => Promise<ReadonlyMap<number, readonly number[]>>;
  readonly histogram: (
    selection: EventSelection,
    steps: number,
  ) => Promise<{
    readonly timesMs: readonly number[];
    readonly events: readonly number[];
    readonly users: readonly number[];
  }>;
  readonly tags: (selection: EventSelection) => Promise<readonly TagDistribution[]>;
  /** Newest first. `before` is the event id that the page before ended with. */
  readonly list: (
    selection: EventSelection,
    page: { readonly before?: string; readonly limit: number },
  ) => Promise<readonly Omit<StoredEvent, 'payload'>[]>;
  /** The newest, the oldest, the one that tells most, or the one of this id among these hashes. */
  readonly pick: (
    selection: EventSelection,
    which: string,
  ) => Promise<(Omit<StoredEvent, 'payload'> & { readonly event: NormalizedEvent }) | undefined>;
  readonly neighbours: (
    selection: EventSelection,
    of: { readonly eventId: string; readonly timeMs: number },
  ) => Promise<{
    readonly previous?: string;
    readonly next?: string;
    readonly oldest: string;
    readonly latest: string;
  }>;
  /** Of any project; the newest where several projects have the same id. */
  readonly locate: (eventId: string) => Promise<readonly { readonly projectId: string; readonly hashId: number }[]>;
  /** The newest event of each hash. */
  readonly latestEventIds: (projectId: string, hashIds: readonly number[]) => Promise<ReadonlyMap<number, string>>;
  readonly attachments: (projectId: string, eventId: string) => Promise<readonly AttachmentView[]>;
  /** Newest first; of these projects, or of events of these hashes. */
  readonly feedback: (filter: {
    readonly projectIds: readonly string[];
    readonly hashIds?: readonly number[];
    readonly eventId?: string;
    readonly before?: string;
    readonly limit: number;
  }) => Promise<readonly (Feedback & { readonly hashId?: number })[]>;
  readonly feedbackCounts: (
    projectIds: readonly string[],
    groups: ReadonlyMap<number, number>,
  ) => Promise<ReadonlyMap<number, number>>;
}
