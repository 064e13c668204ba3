import type { Selectable, Transaction } from 'kysely';
import type { IssueSignal, TimeRange } from '../types.ts';
import type { TrackingContext } from './context.ts';
import { ISSUES_TRACKING_LIMITS as LIMITS } from './limits.ts';
import type { IssuesTables } from './migrations.ts';

/** Tells that there are new signals, and nothing else: what they are is read from the outbox, which a crash keeps. */
export interface SignalBell {
  readonly ring: () => void;
  /** Returns how to stop listening. */
  readonly subscribe: (listener: () => void) => () => void;
}

export function createSignalBell(): SignalBell {
  const listeners = new Set<() => void>();
  return {
    ring: () => {
      for (const listener of listeners) listener();
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** A change of an issue that has no number yet. */
export type NewSignal = Omit<IssueSignal, 'id' | 'issueId'> & { readonly issueId: number };

/** Written in the transaction of what they tell of. Numbers grow in the order of commits, because writers take turns. */
export async function insertSignals(trx: Transaction<IssuesTables>, signals: readonly NewSignal[]): Promise<void> {
  for (let start = 0; start < signals.length; start += LIMITS.signalsPageMax) {
    const rows = signals.slice(start, start + LIMITS.signalsPageMax).map((signal) => ({
      type: signal.type,
      issue_id: signal.issueId,
      project_id: signal.projectId,
      at_ms: signal.atMs,
      event_id: signal.eventId ?? null,
    }));
    await trx.insertInto('issue_signals').values(rows).execute();
  }
}

/** Signals with a number above `id`, in their order. */
export const signalsAfter =
  ({ catalog }: Pick<TrackingContext, 'catalog'>) =>
  async (id: number, limit: number): Promise<readonly IssueSignal[]> => {
    const rows = await catalog
      .db<IssuesTables>()
      .selectFrom('issue_signals')
      .selectAll()
      .where('id', '>', id)
      .orderBy('id')
      .limit(Math.min(limit, LIMITS.signalsPageMax))
      .execute();
    return rows.map(toSignal);
  };

/** Of one project, newest first. */
export const signalsBetween =
  ({ catalog }: Pick<TrackingContext, 'catalog'>) =>
  async (
    query: TimeRange & { readonly projectId: string; readonly limit: number },
  ): Promise<readonly IssueSignal[]> => {
    const rows = await catalog
      .db<IssuesTables>()
      .selectFrom('issue_signals')
      .selectAll()
      .where('project_id', '=', query.projectId)
      .where('at_ms', '>=', query.fromMs)
      .where('at_ms', '<', query.toMs)
      .orderBy('id', 'desc')
      .limit(query.limit)
      .execute();
    return rows.map(toSignal);
  };

const toSignal = (row: Selectable<IssuesTables['issue_signals']>): IssueSignal => ({
  id: row.id,
  type: row.type,
  issueId: String(row.issue_id),
  projectId: row.project_id,
  atMs: row.at_ms,
  ...(row.event_id === null ? {} : { eventId: row.event_id }),
});

/** The number of the newest signal, 0 when there is none: where a listener begins that wants no past. */
export const newestSignal =
  ({ catalog }: Pick<TrackingContext, 'catalog'>) =>
  async (): Promise<number> => {
    const row = await catalog
      .db<IssuesTables>()
      .selectFrom('issue_signals')
      .select(({ fn }) => fn.max('id').as('id'))
      .executeTakeFirst();
    return row?.id ?? 0;
  };
