import type { Actor } from '../../access/index.ts';
import type { AlertSeverity } from '../../notify/index.ts';
import type { EventLevel, IssuePriority, IssueSignal, TimeRange } from '../types.ts';

/** The words of issue alerts: rules of a project that say which changes of issues people are told of. */

export type RuleTrigger =
  | { readonly type: 'new' }
  | { readonly type: 'regressed' }
  | { readonly type: 'escalating' }
  /** At least so many events of one issue within the window. */
  | { readonly type: 'frequency'; readonly events: number; readonly windowMs: number }
  /** At least so many distinct users of one issue within the window. */
  | { readonly type: 'users'; readonly users: number; readonly windowMs: number };

export interface TagFilter {
  readonly key: string;
  readonly operator: '=' | '!=' | 'exists' | 'absent';
  /** For `=` and `!=`; `*` stands for any characters. */
  readonly value?: string;
}

/** All that are given must hold; a list holds when one of its entries does. */
export interface RuleFilters {
  readonly levels?: readonly EventLevel[];
  readonly environments?: readonly string[];
  readonly priorities?: readonly IssuePriority[];
  readonly tags?: readonly TagFilter[];
}

export interface RuleInput {
  readonly name: string;
  readonly isEnabled: boolean;
  /** Any of them. */
  readonly triggers: readonly RuleTrigger[];
  readonly filters: RuleFilters;
  /** Absent: by the level and priority of the issue. */
  readonly severity?: AlertSeverity;
}

export interface AlertRule extends RuleInput {
  /** `default` is the one that every project has until somebody changes or removes it. */
  readonly id: string;
  readonly projectId: string;
  readonly updatedMs?: number;
  readonly updatedBy?: string;
}

/** What a rule would have said in the past. */
export interface DryRun {
  readonly fromMs: number;
  readonly toMs: number;
  /** Newest first, one for each issue and trigger; at most ISSUE_ALERTS_LIMITS.dryRunFiringsMax. */
  readonly firings: readonly {
    readonly issueId: string;
    readonly shortId: string;
    readonly title: string;
    readonly trigger: RuleTrigger['type'];
    readonly atMs: number;
    readonly severity: AlertSeverity;
  }[];
  readonly issues: number;
  readonly total: number;
  /** True when there was more to look at than one dry run looks at. */
  readonly isPartial: boolean;
  /** What could not be looked at in the past, in words. */
  readonly remarks: readonly string[];
}

export interface IssueAlertVerbs {
  readonly list: (actor: Actor, projectId: string) => Promise<readonly AlertRule[]>;
  readonly create: (actor: Actor, projectId: string, input: RuleInput) => Promise<AlertRule>;
  readonly update: (actor: Actor, projectId: string, id: string, input: RuleInput) => Promise<AlertRule>;
  readonly remove: (actor: Actor, projectId: string, id: string) => Promise<void>;
  /** Changes nothing and tells nobody. */
  readonly dryRun: (actor: Actor, projectId: string, input: RuleInput, range?: TimeRange) => Promise<DryRun>;
}

// ---------------------------------------------------------------- what alerts ask of others

/** The outbox of changes of issues, kept by tracking. */
export interface SignalSource {
  /** In the order of their ids, from the one after `id` on. */
  readonly signalsAfter: (id: number, limit: number) => Promise<readonly IssueSignal[]>;
  /** Of one project, newest first; for dry runs. */
  readonly signalsBetween: (
    query: TimeRange & { readonly projectId: string; readonly limit: number },
  ) => Promise<readonly IssueSignal[]>;
  /** The number of the newest one, 0 when there is none. */
  readonly newest: () => Promise<number>;
  /** Calls after signals were committed; answers with how to stop that. */
  readonly subscribe: (listener: () => void) => () => void;
}

/** How the processing of events is doing; asked every few seconds. */
export interface PipelineView {
  /** When the oldest event that waits was received; absent when none waits. */
  readonly oldestWaitingMs?: number;
  readonly waiting: number;
}

export interface IssueAlertsStatus {
  /** The newest signal that was looked at. */
  readonly cursor: number;
  readonly openAlerts: number;
  readonly storms: number;
}

export interface IssueAlerts {
  readonly verbs: IssueAlertVerbs;
  readonly start: () => Promise<void>;
  /** Ends what is told of a project that is deleted, and forgets its rules; may be repeated. */
  readonly eraseProject: (projectId: string) => Promise<void>;
  readonly status: () => Promise<IssueAlertsStatus>;
  /** Resolves when every signal that was committed before the call is decided and handed to notify. */
  readonly settled: () => Promise<void>;
  /** Looks once at what goes by the clock: bursts, quiet issues, calm storms and the queue; for tests and drills. */
  readonly turn: () => Promise<void>;
  readonly close: () => Promise<void>;
}
