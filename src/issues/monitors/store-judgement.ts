import type { Transaction } from 'kysely';
import { enqueueAlerts } from '../outbox/index.ts';
import type { Judgement } from './judge-runs.ts';
import type { MonitorsTables } from './migrations.ts';
import { type EnvironmentRow, type MonitorRow, writeEnvironment, writeRuns } from './monitor-rows.ts';
import { type AlertSubject, planMonitorAlert } from './plan-alert.ts';

export const subjectOf = (row: MonitorRow, projectSlug: string): AlertSubject => ({
  projectSlug,
  slug: row.slug,
  name: row.name,
  config: row.config,
});

/**
 * Writes what was judged, and what people are to be told of it, in the transaction given. A muted monitor tells
 * nothing. A failure while people know already renews what notify shows, without another notification.
 */
export async function storeJudgement(
  trx: Transaction<MonitorsTables>,
  about: { readonly monitor: MonitorRow; readonly projectSlug: string; readonly known: EnvironmentRow | undefined },
  judgement: Judgement,
  nowMs: number,
): Promise<void> {
  const { monitor, projectSlug, known } = about;
  const { environment, turn } = judgement;
  let isTold = known?.is_told ?? false;
  if (turn !== undefined) {
    const isFiring = turn.type !== 'recovered';
    const isWanted = isFiring ? !monitor.is_muted : isTold;
    if (isWanted) {
      const subject = subjectOf(monitor, projectSlug);
      // Notify orders the changes of one alert by their time, so it is that of the decision.
      await enqueueAlerts(trx, [planMonitorAlert(subject, environment, { ...turn, atMs: nowMs })], nowMs);
      isTold = isFiring;
    }
  }
  await writeEnvironment(trx, monitor, environment, isTold);
  await writeRuns(trx, monitor.id, judgement);
}
