import type { IssueSignal, IssueTracker, IssueVerbs, TimeRange } from '../types.ts';
import type { IssueTrackingDeps, TrackingContext } from './context.ts';
import { eraseProject } from './erase-project.ts';
import { createHashCache } from './hash-cache.ts';
import { createIssueReads, type IssueReads } from './issue-reads.ts';
import type { IssuesTables } from './migrations.ts';
import { createSignalBell, newestSignal, signalsAfter, signalsBetween } from './signals.ts';
import { createSweep } from './sweep.ts';
import { assignEvents } from './tracker/assign-events.ts';
import { readMark, recordEvents } from './tracker/record-events.ts';
import { createTurns } from './turns.ts';
import { createIssueVerbs } from './verbs/create-issue-verbs.ts';

export interface IssueTracking {
  readonly tracker: IssueTracker;
  readonly verbs: IssueVerbs;
  /** What alerts read: the outbox of changes. */
  readonly signals: {
    /** Signals with a number above `id`, in their order; at most `limit`. */
    readonly signalsAfter: (id: number, limit: number) => Promise<readonly IssueSignal[]>;
    /** Of one project, newest first. */
    readonly signalsBetween: (
      query: TimeRange & { readonly projectId: string; readonly limit: number },
    ) => Promise<readonly IssueSignal[]>;
    /** The number of the newest one, 0 when there is none. */
    readonly newest: () => Promise<number>;
    /** Called after the commit that wrote signals; nothing is lost by not listening. Returns how to stop. */
    readonly subscribe: (listener: () => void) => () => void;
  };
  /** For parts of Holdfast itself: without rights of a person. */
  readonly reads: IssueReads;
  /** Removes everything of a project that is deleted; may be repeated. */
  readonly eraseProject: (projectId: string) => Promise<void>;
  /** Moves what is due by the clock once, as the loop does; for tests and for drills. */
  readonly sweep: () => Promise<void>;
  readonly start: () => void;
  readonly close: () => Promise<void>;
}

/** Opens issues; ISSUES_TRACKING_MIGRATIONS must have run. */
export function createIssueTracking(deps: IssueTrackingDeps): IssueTracking {
  const context: TrackingContext = {
    ...deps,
    inTurn: createTurns(),
    hashes: createHashCache(),
    bell: createSignalBell(),
  };
  const sweep = createSweep(context);
  return {
    tracker: {
      assign: assignEvents(context),
      record: recordEvents(context),
      mark: () => readMark(deps.catalog.db<IssuesTables>()),
    },
    verbs: createIssueVerbs(context),
    signals: {
      signalsAfter: signalsAfter(context),
      signalsBetween: signalsBetween(context),
      newest: newestSignal(context),
      subscribe: context.bell.subscribe,
    },
    reads: createIssueReads(context),
    eraseProject: eraseProject(context),
    sweep: sweep.run,
    start: sweep.start,
    close: async () => {
      await sweep.close();
      // What has its turn is ended before the catalog may be closed.
      await context.inTurn(async () => undefined);
    },
  };
}
