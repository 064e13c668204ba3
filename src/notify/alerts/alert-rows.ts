import type { Selectable } from 'kysely';
import type { AlertsTable } from '../migrations.ts';
import type { Alert } from '../types.ts';

export function toAlert(row: Selectable<AlertsTable>): Alert {
  const { acknowledged_ms: atMs, acknowledged_by: by, acknowledged_note: note } = row;
  return {
    key: row.key,
    state: row.state,
    severity: row.severity,
    source: row.source,
    title: row.title,
    body: row.body,
    labels: row.labels,
    ...(row.path === null ? {} : { path: row.path }),
    episode: row.episode,
    firedMs: row.fired_ms,
    ...(row.resolved_ms === null ? {} : { resolvedMs: row.resolved_ms }),
    seenMs: row.seen_ms,
    ...(atMs === null ? {} : { acknowledged: { atMs, by: by ?? '', note: note ?? '' } }),
    ...(row.notified_ms === null ? {} : { notifiedMs: row.notified_ms }),
  };
}

export const toAlertRow = (alert: Alert) => ({
  key: alert.key,
  state: alert.state,
  severity: alert.severity,
  source: alert.source,
  title: alert.title,
  body: alert.body,
  labels: JSON.stringify(alert.labels),
  path: alert.path ?? null,
  episode: alert.episode,
  fired_ms: alert.firedMs,
  resolved_ms: alert.resolvedMs ?? null,
  seen_ms: alert.seenMs,
  acknowledged_ms: alert.acknowledged?.atMs ?? null,
  acknowledged_by: alert.acknowledged?.by ?? null,
  acknowledged_note: alert.acknowledged?.note ?? null,
  notified_ms: alert.notifiedMs ?? null,
});
