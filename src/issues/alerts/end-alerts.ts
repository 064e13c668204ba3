import { enqueueAlerts } from '../outbox/index.ts';
import { toGauge, writeGauge } from './alert-rows.ts';
import type { IssueAlertsContext } from './context.ts';
import { ISSUE_ALERTS_LIMITS as LIMITS } from './limits.ts';
import type { IssueAlertsTables } from './migrations.ts';
import { planStormAlert } from './plan-alert.ts';
import { passTime } from './storm.ts';
import { type Change, tellChanges } from './tell-changes.ts';

/** Ends alerts of issues that are gone, or that were not seen for long; those that were not looked at longest first. */
export async function endQuietAlerts(context: IssueAlertsContext): Promise<void> {
  const nowMs = context.clock.nowMs();
  const db = context.catalog.db<IssueAlertsTables>();
  const rows = await db
    .selectFrom('issue_alerts')
    .select('issue_id')
    .orderBy('looked_ms')
    .limit(LIMITS.quietBatch)
    .execute();
  if (rows.length === 0) return;
  const ids = rows.map(({ issue_id }) => issue_id);
  const issues = new Map((await context.issues.byIds(ids)).map((issue) => [issue.id, issue]));
  const ends = ids.flatMap((issueId): readonly Change[] => {
    const issue = issues.get(issueId);
    if (issue === undefined) return [{ type: 'end', issueId, reason: 'gone' }];
    // A state whose signal was lost with a restored database.
    if (issue.status !== 'unresolved') return [{ type: 'end', issueId, reason: issue.status, issue }];
    return issue.lastSeenMs < nowMs - LIMITS.quietMs ? [{ type: 'end', issueId, reason: 'quiet', issue }] : [];
  });
  await db.updateTable('issue_alerts').set({ looked_ms: nowMs }).where('issue_id', 'in', ids).execute();
  if (ends.length > 0) await tellChanges(context, ends);
}

/** Renews the numbers of storms, and ends those that are over. */
export async function passStorms(context: IssueAlertsContext): Promise<void> {
  const nowMs = context.clock.nowMs();
  const db = context.catalog.db<IssueAlertsTables>();
  const rows = await db.selectFrom('issue_alert_storms').selectAll().where('since_ms', 'is not', null).execute();
  for (const row of rows) {
    const passed = passTime(toGauge(row), nowMs);
    if (passed === undefined) continue;
    const project = context.projects.byId(row.project_id);
    await context.catalog.transaction<IssueAlertsTables, void>(async (trx) => {
      await writeGauge(trx, row.project_id, passed.gauge);
      if (project === undefined) return;
      const turn = { isOver: passed.turn === 'end', atMs: nowMs };
      await enqueueAlerts(trx, [planStormAlert(project, passed.storm, turn)], nowMs);
    });
    context.outbox.wake();
  }
}
