import { readCursor } from './alert-rows.ts';
import type { IssueAlertsContext, IssueAlertsDeps } from './context.ts';
import { eraseProject } from './erase-project.ts';
import { createEventReads } from './event-facts.ts';
import type { IssueAlertsTables } from './migrations.ts';
import { createAlertLoop } from './run-loop.ts';
import type { IssueAlerts } from './types.ts';
import { createRule, listRules, removeRule, updateRule } from './verbs/change-rules.ts';
import { dryRun } from './verbs/dry-run.ts';

/** Opens issue alerts. Signals are decided from `start` on, beginning with those that an earlier process left. */
export function createIssueAlerts({ telemetry, ...deps }: IssueAlertsDeps): IssueAlerts {
  let last: Promise<unknown> = Promise.resolve();
  const inTurn: IssueAlertsContext['inTurn'] = (work) => {
    const mine = last.then(work, work);
    last = mine.catch(() => undefined);
    return mine;
  };
  const context: IssueAlertsContext = { ...deps, events: createEventReads(telemetry), inTurn };
  const loop = createAlertLoop(context);
  const db = () => context.catalog.db<IssueAlertsTables>();
  return {
    verbs: {
      list: listRules(context),
      create: createRule(context),
      update: updateRule(context),
      remove: removeRule(context),
      dryRun: dryRun(context),
    },
    start: loop.start,
    eraseProject: eraseProject(context),
    status: async () => {
      const open = await db()
        .selectFrom('issue_alerts')
        .select((eb) => eb.fn.countAll<number>().as('count'))
        .executeTakeFirstOrThrow();
      const storms = await db()
        .selectFrom('issue_alert_storms')
        .select((eb) => eb.fn.countAll<number>().as('count'))
        .where('since_ms', 'is not', null)
        .executeTakeFirstOrThrow();
      return { cursor: (await readCursor(db())) ?? 0, openAlerts: open.count, storms: storms.count };
    },
    settled: async () => {
      await loop.settled();
      await context.outbox.settled();
    },
    turn: loop.turn,
    close: loop.close,
  };
}
