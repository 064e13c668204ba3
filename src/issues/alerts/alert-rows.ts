import type { Kysely, Selectable, Transaction } from 'kysely';
import type { IssueAlertsTable, IssueAlertsTables } from './migrations.ts';
import { newGauge, type StormGauge } from './storm.ts';

export type OpenRow = Selectable<IssueAlertsTable>;

export async function readOpen(
  db: Kysely<IssueAlertsTables>,
  issueIds: readonly string[],
): Promise<ReadonlyMap<string, OpenRow>> {
  if (issueIds.length === 0) return new Map();
  const rows = await db
    .selectFrom('issue_alerts')
    .selectAll()
    .where('issue_id', 'in', [...issueIds])
    .execute();
  return new Map(rows.map((row) => [row.issue_id, row]));
}

export async function writeOpen(trx: Transaction<IssueAlertsTables>, rows: readonly OpenRow[]): Promise<void> {
  if (rows.length === 0) return;
  await trx
    .insertInto('issue_alerts')
    .values(
      rows.map((row) => ({
        ...row,
        triggers: JSON.stringify(row.triggers),
        labels: JSON.stringify(row.labels),
      })),
    )
    .onConflict((conflict) =>
      conflict.column('issue_id').doUpdateSet((eb) => ({
        project_id: eb.ref('excluded.project_id'),
        severity: eb.ref('excluded.severity'),
        triggers: eb.ref('excluded.triggers'),
        labels: eb.ref('excluded.labels'),
        opened_ms: eb.ref('excluded.opened_ms'),
        looked_ms: eb.ref('excluded.looked_ms'),
      })),
    )
    .execute();
}

export async function removeOpen(trx: Transaction<IssueAlertsTables>, issueIds: readonly string[]): Promise<void> {
  if (issueIds.length === 0) return;
  await trx
    .deleteFrom('issue_alerts')
    .where('issue_id', 'in', [...issueIds])
    .execute();
}

export async function readGauges(
  db: Kysely<IssueAlertsTables>,
  projectIds: readonly string[],
  nowMs: number,
): Promise<Map<string, StormGauge>> {
  const gauges = new Map(projectIds.map((id) => [id, newGauge(nowMs)]));
  if (projectIds.length === 0) return gauges;
  const rows = await db
    .selectFrom('issue_alert_storms')
    .selectAll()
    .where('project_id', 'in', [...projectIds])
    .execute();
  for (const row of rows) gauges.set(row.project_id, toGauge(row));
  return gauges;
}

export const toGauge = (row: Selectable<IssueAlertsTables['issue_alert_storms']>): StormGauge => ({
  tokens: row.tokens,
  countedMs: row.counted_ms,
  ...(row.since_ms === null
    ? {}
    : {
        storm: {
          key: row.alert_key,
          sinceMs: row.since_ms,
          windowMs: row.window_ms,
          windowHeld: row.window_held,
          held: row.held,
          worst: row.worst,
          refreshedMs: row.refreshed_ms,
        },
      }),
});

export async function writeGauge(
  trx: Transaction<IssueAlertsTables>,
  projectId: string,
  { tokens, countedMs, storm }: StormGauge,
): Promise<void> {
  const row = {
    tokens,
    counted_ms: countedMs,
    since_ms: storm?.sinceMs ?? null,
    alert_key: storm?.key ?? '',
    window_ms: storm?.windowMs ?? 0,
    window_held: storm?.windowHeld ?? 0,
    held: storm?.held ?? 0,
    worst: JSON.stringify(storm?.worst ?? []),
    refreshed_ms: storm?.refreshedMs ?? 0,
  };
  await trx
    .insertInto('issue_alert_storms')
    .values({ project_id: projectId, ...row })
    .onConflict((conflict) => conflict.column('project_id').doUpdateSet(row))
    .execute();
}

const CURSOR = 'signals';

export async function readCursor(db: Kysely<IssueAlertsTables>): Promise<number | undefined> {
  const row = await db
    .selectFrom('issue_alert_cursor')
    .select('signal_id')
    .where('name', '=', CURSOR)
    .executeTakeFirst();
  return row?.signal_id;
}

export async function writeCursor(db: Kysely<IssueAlertsTables>, signalId: number): Promise<void> {
  await db
    .insertInto('issue_alert_cursor')
    .values({ name: CURSOR, signal_id: signalId })
    .onConflict((conflict) => conflict.column('name').doUpdateSet({ signal_id: signalId }))
    .execute();
}
