import { enqueueAlerts } from '../outbox/index.ts';
import type { IssueAlertsContext } from './context.ts';
import { ISSUE_ALERTS_LIMITS as LIMITS } from './limits.ts';
import type { IssueAlertsTables } from './migrations.ts';

export const BLIND_ALERT_KEY = 'errors:blind';

/**
 * Tells people when events wait so long that issues, and with them all their alerts, lag behind. After a start the
 * first look tells notify how it is in any case, which knows whether that is news.
 */
export function createPipelineWatch(context: IssueAlertsContext): () => Promise<void> {
  let wasBlind: boolean | undefined;
  return async () => {
    const view = context.pipeline?.();
    if (view === undefined) return;
    const nowMs = context.clock.nowMs();
    const waitedMs = view.oldestWaitingMs === undefined ? 0 : nowMs - view.oldestWaitingMs;
    const isBlind = waitedMs > LIMITS.blindMs;
    if (isBlind === wasBlind) return;
    const seconds = Math.round(waitedMs / 1_000);
    const alert = {
      key: BLIND_ALERT_KEY,
      state: isBlind ? 'firing' : 'resolved',
      severity: 'high',
      source: 'errors',
      title: isBlind
        ? `Events of applications are not processed: the oldest waits for ${seconds} s`
        : 'Events of applications are processed again',
      body: isBlind
        ? `${view.waiting} events wait. They are stored and nothing is lost, but issues, their counts and their alerts lag behind. See the log of Holdfast, and the load and disk of the telemetry store and the catalog.`
        : 'Nothing waits for longer than it should.',
      labels: {},
      path: '/issues',
      atMs: nowMs,
    } as const;
    await context.catalog.transaction<IssueAlertsTables, void>((trx) => enqueueAlerts(trx, [alert], nowMs));
    wasBlind = isBlind;
    context.outbox.wake();
  };
}
