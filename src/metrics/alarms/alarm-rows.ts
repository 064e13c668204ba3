import { type Kysely, sql, type Transaction } from 'kysely';
import type { Catalog } from '../../catalog/index.ts';
import type { AlarmStateValue } from '../types.ts';
import type { AlarmChange, NewHistoryItem, OutboxAction } from './alarm-change.ts';
import type { AlarmRecord } from './alarm-record.ts';
import type { AlarmsTable, AlarmsTables } from './migrations.ts';
import type { EvaluationState } from './service.ts';

type Trx = Transaction<AlarmsTables>;

interface StoredAlarm extends Omit<AlarmsTable, 'definition' | 'tags' | 'suppression'> {
  readonly definition: AlarmRecord['definition'];
  readonly tags: AlarmRecord['tags'];
  readonly suppression: AlarmRecord['suppression'];
}

/** Rows are written by this area alone, so the texts of closed sets are what was put in. */
const recordOf = (row: StoredAlarm): AlarmRecord => ({
  id: row.id,
  name: row.name,
  definition: row.definition,
  actionsEnabled: row.actions_enabled,
  tags: row.tags,
  configurationUpdatedMs: row.configuration_updated_ms,
  stateValue: row.state_value as AlarmStateValue,
  stateReason: row.state_reason,
  stateReasonData: row.state_reason_data ?? undefined,
  stateUpdatedMs: row.state_updated_ms,
  stateTransitionedMs: row.state_transitioned_ms,
  evaluationState: (row.evaluation_state ?? undefined) as EvaluationState | undefined,
  evaluationMessage: row.evaluation_message ?? undefined,
  suppression: row.suppression,
  isAlertOpen: row.alert_open,
  evaluatedEndMs: row.evaluated_end_ms,
  revision: row.revision,
});

const rowOf = (record: AlarmRecord) => ({
  name: record.name,
  id: record.id,
  definition: JSON.stringify(record.definition),
  actions_enabled: record.actionsEnabled,
  tags: JSON.stringify(record.tags),
  configuration_updated_ms: record.configurationUpdatedMs,
  state_value: record.stateValue,
  state_reason: record.stateReason,
  state_reason_data: record.stateReasonData ?? null,
  state_updated_ms: record.stateUpdatedMs,
  state_transitioned_ms: record.stateTransitionedMs,
  evaluation_state: record.evaluationState ?? null,
  evaluation_message: record.evaluationMessage ?? null,
  suppression: JSON.stringify(record.suppression),
  alert_open: record.isAlertOpen,
  evaluated_end_ms: record.evaluatedEndMs,
  revision: record.revision,
});

export const readAlarms = async (db: Kysely<AlarmsTables>): Promise<readonly AlarmRecord[]> =>
  (await db.selectFrom('alarms').selectAll().orderBy('name').execute()).map(recordOf);

/** The rows of these names, locked until the transaction ends. */
export async function lockAlarms(trx: Trx, names: readonly string[]): Promise<readonly AlarmRecord[]> {
  if (names.length === 0) return [];
  const rows = await trx
    .selectFrom('alarms')
    .selectAll()
    .where('name', 'in', [...names])
    .orderBy('name')
    .forUpdate()
    .execute();
  return rows.map(recordOf);
}

export async function insertAlarms(trx: Trx, records: readonly AlarmRecord[]): Promise<void> {
  if (records.length > 0) await trx.insertInto('alarms').values(records.map(rowOf)).execute();
}

/** Writes the whole record over its row. */
export const updateAlarm = async (trx: Trx, record: AlarmRecord): Promise<void> => {
  await trx.updateTable('alarms').set(rowOf(record)).where('id', '=', record.id).execute();
};

export async function insertHistory(trx: Trx, record: AlarmRecord, items: readonly NewHistoryItem[]): Promise<void> {
  if (items.length === 0) return;
  await trx
    .insertInto('alarm_history')
    .values(items.map((item) => historyRowOf(record, item)))
    .execute();
}

export async function insertOutbox(
  trx: Trx,
  record: AlarmRecord,
  actions: readonly OutboxAction[],
  nowMs: number,
): Promise<void> {
  if (actions.length === 0) return;
  await trx
    .insertInto('alarm_outbox')
    .values(actions.map((action) => outboxRowOf(record, action, nowMs)))
    .execute();
}

const historyRowOf = (record: AlarmRecord, item: NewHistoryItem) => ({
  alarm_name: record.name,
  alarm_id: record.id,
  alarm_type: record.definition.type,
  item_type: item.type,
  at_ms: item.atMs,
  summary: item.summary,
  data: item.data,
});

const outboxRowOf = (record: AlarmRecord, action: OutboxAction, nowMs: number) => ({
  id: action.id,
  alarm_name: record.name,
  alarm_id: record.id,
  alarm_type: record.definition.type,
  alert: JSON.stringify(action.alert),
  actions: JSON.stringify(action.actions),
  created_ms: nowMs,
});

/**
 * Writes changes of different alarms in one transaction: state, history and what notify is to be told become durable
 * together or not at all. A change whose alarm was changed or deleted meanwhile is left out; the alarm is then
 * evaluated again as it is now. Returns the ids of the alarms that were changed.
 */
export function writeChanges(
  catalog: Catalog,
  changes: readonly AlarmChange[],
  nowMs: number,
): Promise<ReadonlySet<string>> {
  const states = JSON.stringify(
    changes.map(({ before, after }) => ({ ...stateRowOf(after), expected: before.revision })),
  );
  return catalog.transaction<AlarmsTables, ReadonlySet<string>>(async (trx) => {
    const written = await sql<{ readonly id: string }>`UPDATE alarms SET
        state_value = change.state_value,
        state_reason = change.state_reason,
        state_reason_data = change.state_reason_data,
        state_updated_ms = change.state_updated_ms,
        state_transitioned_ms = change.state_transitioned_ms,
        evaluation_state = change.evaluation_state,
        evaluation_message = change.evaluation_message,
        suppression = change.suppression,
        alert_open = change.alert_open,
        evaluated_end_ms = change.evaluated_end_ms,
        revision = change.revision
      FROM jsonb_to_recordset(${states}::jsonb) AS change(id text, state_value text, state_reason text,
        state_reason_data text, state_updated_ms bigint, state_transitioned_ms bigint, evaluation_state text,
        evaluation_message text, suppression jsonb, alert_open boolean, evaluated_end_ms bigint, revision bigint, expected bigint)
      WHERE alarms.id = change.id AND alarms.revision = change.expected
      RETURNING alarms.id`.execute(trx);
    const ids = new Set(written.rows.map((row) => row.id));
    const done = changes.filter((change) => ids.has(change.after.id));
    await insertChanges(trx, done, nowMs);
    return ids;
  });
}

/** What happened in these changes and what is to be told of them, in their order. */
export async function insertChanges(trx: Trx, changes: readonly AlarmChange[], nowMs: number): Promise<void> {
  const history = changes.flatMap(({ after, history: items }) => items.map((item) => historyRowOf(after, item)));
  const outbox = changes.flatMap(({ after, outbox: actions }) =>
    actions.map((action) => outboxRowOf(after, action, nowMs)),
  );
  if (history.length > 0) await trx.insertInto('alarm_history').values(history).execute();
  if (outbox.length > 0) await trx.insertInto('alarm_outbox').values(outbox).execute();
}

function stateRowOf(record: AlarmRecord) {
  const { name: _name, definition: _definition, tags: _tags, ...row } = rowOf(record);
  return { ...row, suppression: record.suppression };
}
