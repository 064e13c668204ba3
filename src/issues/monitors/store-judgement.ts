import type { Transaction } from 'kysely';
import { enqueueAlerts } from '../outbox/index.ts';
import type { Judgement } from './judge-runs.ts';
import type { MonitorsTables } from './migrations.ts';
import { type EnvironmentRow, type MonitorRow, writeEnvironment, writeRuns } from './monitor-rows.ts';
import { type AlertSubject, planMonitorAlert } from './plan-alert.ts';

export const subjectOf = (row: MonitorRow, projectSlug: string): AlertSubject => ({
  projectId: row.project_id,
  projectSlug,
  slug: row.slug,
  name: row.name,
  config: row.config,
});

/**
 * Writes what was judged, and what people are to be told of it, in the transaction given. A muted monitor tells
 * nothing. A failure while people know already renews what notify shows, without another notification. Answers the key
 * of the alert that is open afterwards.
 */
export async function storeJudgement(
  trx: Transaction<MonitorsTables>,
  about: { readonly monitor: MonitorRow; readonly projectSlug: string; readonly known: EnvironmentRow | undefined },
  judgement: Judgement,
  nowMs: number,
): Promise<string | null> {
  const { monitor, projectSlug, known } = about;
  const { environment, turn } = judgement;
  let toldAs = known?.told_as ?? null;
  if (turn !== undefined) {
    const isFiring = turn.type !== 'recovered';
    const isWanted = isFiring ? !monitor.is_muted : toldAs !== null;
    if (isWanted) {
      const subject = subjectOf(monitor, projectSlug);
      // Notify orders the changes of one alert by their time, so it is that of the decision.
      const alert = planMonitorAlert(subject, environment, { ...turn, atMs: nowMs, toldAs });
      await enqueueAlerts(trx, [alert], nowMs);
      toldAs = isFiring ? alert.key : null;
    }
  }
  await writeEnvironment(trx, monitor, environment, toldAs);
  await writeRuns(trx, monitor.id, judgement);
  return toldAs;
}
