import type { ColumnType, Generated } from 'kysely';
import type { CatalogMigration } from '../../catalog/index.ts';
import type { AlertInput } from '../../notify/index.ts';
import type { AlarmDefinition } from './definition.ts';
import type { AlarmTags } from './service.ts';
import type { Suppression } from './suppression.ts';

type Json<T> = ColumnType<T, string, string>;

/** Tables of alarms; docs/formats/alarms.md. */
export interface AlarmsTables {
  readonly alarms: AlarmsTable;
  readonly alarm_history: AlarmHistoryTable;
  readonly alarm_outbox: AlarmOutboxTable;
  readonly alarm_checkpoint: AlarmCheckpointTable;
}

export interface AlarmsTable {
  readonly name: string;
  readonly id: string;
  readonly definition: Json<AlarmDefinition>;
  readonly actions_enabled: boolean;
  readonly tags: Json<AlarmTags>;
  readonly configuration_updated_ms: number;
  readonly state_value: string;
  readonly state_reason: string;
  readonly state_reason_data: string | null;
  readonly state_updated_ms: number;
  readonly state_transitioned_ms: number;
  readonly evaluation_state: string | null;
  readonly evaluation_message: string | null;
  readonly suppression: Json<Suppression>;
  readonly alert_open: boolean;
  readonly evaluated_end_ms: number;
  readonly revision: number;
}

export interface AlarmHistoryTable {
  readonly sequence: Generated<number>;
  readonly alarm_name: string;
  readonly alarm_id: string;
  readonly alarm_type: string;
  readonly item_type: string;
  readonly at_ms: number;
  readonly summary: string;
  readonly data: string;
}

export interface AlarmOutboxTable {
  readonly sequence: Generated<number>;
  readonly id: string;
  readonly alarm_name: string;
  readonly alarm_id: string;
  readonly alarm_type: string;
  readonly alert: Json<AlertInput>;
  readonly actions: Json<readonly string[]>;
  readonly created_ms: number;
}

export interface AlarmCheckpointTable {
  readonly name: string;
  readonly at_ms: number;
}

export const ALARMS_MIGRATIONS: readonly CatalogMigration[] = [
  {
    name: 'alarms-0001-alarms',
    statements: [
      // Names sort by their bytes, so that a page token means the same in every locale.
      `CREATE TABLE alarms (
        name text COLLATE "C" PRIMARY KEY,
        id text NOT NULL UNIQUE,
        definition jsonb NOT NULL,
        actions_enabled boolean NOT NULL,
        tags jsonb NOT NULL,
        configuration_updated_ms bigint NOT NULL,
        state_value text NOT NULL CHECK (state_value IN ('OK', 'ALARM', 'INSUFFICIENT_DATA')),
        state_reason text NOT NULL,
        state_reason_data text,
        state_updated_ms bigint NOT NULL,
        state_transitioned_ms bigint NOT NULL,
        evaluation_state text,
        evaluation_message text,
        suppression jsonb NOT NULL,
        alert_open boolean NOT NULL,
        evaluated_end_ms bigint NOT NULL,
        revision bigint NOT NULL
      )`,
      `CREATE TABLE alarm_history (
        sequence bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        alarm_name text COLLATE "C" NOT NULL,
        alarm_id text NOT NULL,
        alarm_type text NOT NULL,
        item_type text NOT NULL,
        at_ms bigint NOT NULL,
        summary text NOT NULL,
        data text NOT NULL
      )`,
      'CREATE INDEX alarm_history_by_alarm ON alarm_history (alarm_name, at_ms, sequence)',
      'CREATE INDEX alarm_history_by_time ON alarm_history (at_ms, sequence)',
      `CREATE TABLE alarm_outbox (
        sequence bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        id text NOT NULL UNIQUE,
        alarm_name text NOT NULL,
        alarm_id text NOT NULL,
        alarm_type text NOT NULL,
        alert jsonb NOT NULL,
        actions jsonb NOT NULL,
        created_ms bigint NOT NULL
      )`,
      'CREATE TABLE alarm_checkpoint (name text PRIMARY KEY, at_ms bigint NOT NULL)',
    ],
  },
];
