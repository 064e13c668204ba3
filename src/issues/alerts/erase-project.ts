import { enqueueAlerts } from '../outbox/index.ts';
import { toGauge } from './alert-rows.ts';
import type { IssueAlertsContext } from './context.ts';
import type { IssueAlertsTables } from './migrations.ts';
import { planIssueEnd, planStormAlert } from './plan-alert.ts';

/** Ends what is told of a project that is deleted, and forgets its rules; may be repeated. */
export const eraseProject =
  (context: IssueAlertsContext) =>
  async (projectId: string): Promise<void> => {
    await context.inTurn(() => erase(context, projectId));
    context.outbox.wake();
  };

async function erase({ catalog, clock, projects }: IssueAlertsContext, projectId: string): Promise<void> {
  const atMs = clock.nowMs();
  await catalog.transaction<IssueAlertsTables, void>(async (trx) => {
    const open = await trx.deleteFrom('issue_alerts').where('project_id', '=', projectId).returningAll().execute();
    const storms = await trx
      .deleteFrom('issue_alert_storms')
      .where('project_id', '=', projectId)
      .returningAll()
      .execute();
    await trx.deleteFrom('issue_alert_rules').where('project_id', '=', projectId).execute();
    const ends = open.map((row) =>
      planIssueEnd(
        { issueId: row.issue_id, severity: row.severity, labels: row.labels },
        { reason: 'project-gone', atMs },
      ),
    );
    const [first] = open;
    const slug = projects.byId(projectId)?.slug ?? first?.labels['project'] ?? projectId;
    const over = storms.flatMap((row) => {
      const { storm } = toGauge(row);
      return storm === undefined ? [] : [planStormAlert({ slug, isInternal: false }, storm, { isOver: true, atMs })];
    });
    await enqueueAlerts(trx, [...ends, ...over], atMs);
  });
}
