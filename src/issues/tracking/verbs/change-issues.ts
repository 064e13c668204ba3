import type { Transaction } from 'kysely';
import type { Action, Actor } from '../../../access/index.ts';
import { Failure, invariant } from '../../../base/index.ts';
import type { Issue, IssueChange, IssueVerbs } from '../../types.ts';
import { projectObject } from '../allowed-issue.ts';
import { auditedChange } from '../audited.ts';
import type { TrackingContext } from '../context.ts';
import { ISSUES_TRACKING_FAILURES } from '../failures.ts';
import { findIssues, type IssueRow, toIssue } from '../issue-rows.ts';
import { ISSUES_TRACKING_LIMITS as LIMITS } from '../limits.ts';
import type { IssuesTables } from '../migrations.ts';
import { applyChange } from './apply-change.ts';
import { deleteIssues } from './delete-issues.ts';
import { mergeIssues } from './merge-issues.ts';
import { type PlannedChange, planChange } from './plan-change.ts';

const EVENT_NAMES: Readonly<Record<IssueChange['type'], string>> = {
  resolve: 'ResolveIssues',
  unresolve: 'UnresolveIssues',
  ignore: 'IgnoreIssues',
  assign: 'AssignIssues',
  priority: 'PrioritizeIssues',
  merge: 'MergeIssues',
  delete: 'DeleteIssues',
};

/** Deleting takes events out of sight for ever, which is for those who manage. */
const actionOf = (change: IssueChange): Action => (change.type === 'delete' ? 'issues:Manage' : 'issues:Respond');

/**
 * Throws `tracking.not-found`, `tracking.changed-meanwhile`, `tracking.too-many-at-once` and what the change itself
 * may be refused by; then nothing is changed.
 */
export const changeIssues =
  (context: TrackingContext): IssueVerbs['change'] =>
  async (actor, ids, change, options = {}) => {
    await authorizeChange(context, actor, ids, change);
    const call = {
      eventName: EVENT_NAMES[change.type],
      issues: ids.slice(0, LIMITS.listMax),
      parameters: { change, issues: ids.length },
    };
    return await auditedChange(context, actor, call, async () => {
      if (ids.length > LIMITS.changeMax) {
        throw new Failure(ISSUES_TRACKING_FAILURES.tooManyAtOnce, { count: ids.length, max: LIMITS.changeMax });
      }
      const planned = await planChange(context, actor, change);
      return await context.inTurn(async () => {
        const done = await context.catalog.transaction<IssuesTables, Done>(async (trx) => {
          const rows = await readAll(trx, ids);
          guardRevisions(rows, options.revisions ?? {});
          return await changeAll(context, trx, rows, planned);
        });
        // The turn goes on until memory says what the database says.
        done.afterCommit();
        if (done.hasSignals) context.bell.ring();
        return done.issues;
      });
    });
  };

/** What a change did, and what memory must learn once it is committed. */
export interface Done {
  readonly issues: readonly Issue[];
  readonly hasSignals: boolean;
  readonly afterCommit: () => void;
}

async function authorizeChange(
  context: TrackingContext,
  actor: Actor,
  ids: readonly string[],
  change: IssueChange,
): Promise<void> {
  const db = context.catalog.db<IssuesTables>();
  const projectIds = new Set<string | undefined>();
  const named = ids.slice(0, LIMITS.changeMax);
  const found = await findIssues(db, named);
  for (const id of named) projectIds.add(found.get(id)?.project_id);
  if (projectIds.size === 0) projectIds.add(undefined);
  for (const projectId of projectIds) {
    await context.authorize(actor, actionOf(change), projectObject(context, projectId));
  }
}

/** In the order in which they were named; one that was named twice, or was merged into another of them, comes once. */
async function readAll(trx: Transaction<IssuesTables>, ids: readonly string[]): Promise<readonly IssueRow[]> {
  const rows = new Map<number, IssueRow>();
  const found = await findIssues(trx, ids);
  for (const id of ids) {
    const row = found.get(id);
    if (row === undefined) throw new Failure(ISSUES_TRACKING_FAILURES.notFound, { id });
    rows.set(row.id, row);
  }
  return [...rows.values()];
}

function guardRevisions(rows: readonly IssueRow[], revisions: Readonly<Record<string, number>>): void {
  for (const row of rows) {
    const seen = revisions[String(row.id)] ?? revisions[row.short_id];
    if (seen === undefined || seen === row.revision) continue;
    const by = row.changed_by === '' ? 'somebody' : row.changed_by;
    throw new Failure(ISSUES_TRACKING_FAILURES.changedMeanwhile, { id: row.short_id, by });
  }
}

async function changeAll(
  context: TrackingContext,
  trx: Transaction<IssuesTables>,
  rows: readonly IssueRow[],
  planned: PlannedChange,
): Promise<Done> {
  if (planned.change.type === 'merge') return await mergeIssues(context, trx, rows, planned);
  if (planned.change.type === 'delete') return await deleteIssues(context, trx, rows);
  const { hasSignals } = await applyChange(trx, rows, planned);
  const ids = rows.map(({ id }) => String(id));
  const changed = await findIssues(trx, ids);
  const issues = ids.map((id) => {
    const row = changed.get(id);
    invariant(row !== undefined, 'an issue that was changed is there');
    return toIssue(row);
  });
  return { issues, hasSignals, afterCommit: () => undefined };
}
