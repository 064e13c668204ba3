import type { ColumnType, Generated } from 'kysely';
import type { CatalogMigration } from '../../catalog/index.ts';
import type { IssuesOutboxTables } from '../outbox/index.ts';
import type { MonitorConfig } from './types.ts';

type Json<T> = ColumnType<T, string, string>;

/** Tables of crons; docs/formats/monitors.md. */
export interface MonitorsTables extends IssuesOutboxTables {
  readonly monitors: MonitorsTable;
  readonly monitor_environments: MonitorEnvironmentsTable;
  readonly monitor_runs: MonitorRunsTable;
  readonly monitor_clock: { readonly name: string; readonly at_ms: number };
  readonly monitor_downtimes: { readonly from_ms: number; readonly to_ms: number };
}

export interface MonitorsTable {
  readonly id: Generated<number>;
  readonly project_id: string;
  readonly slug: string;
  readonly name: string;
  readonly config: Json<MonitorConfig>;
  readonly configured_by: string;
  readonly config_problem: string | null;
  readonly is_muted: boolean;
  readonly muted_until_ms: number | null;
  readonly created_ms: number;
}

export interface MonitorEnvironmentsTable {
  readonly monitor_id: number;
  readonly environment: string;
  readonly state: string;
  readonly is_failing: boolean;
  readonly failing_since_ms: number | null;
  readonly failures_in_row: number;
  readonly successes_in_row: number;
  readonly last_check_in_ms: number | null;
  readonly next_expected_ms: number | null;
  /** When a run that has not begun counts as missed. */
  readonly deadline_ms: number | null;
  /** The key of its alert while one is open at notify: that of a project that was renamed since stays. */
  readonly told_as: string | null;
}

export interface MonitorRunsTable {
  readonly monitor_id: number;
  readonly id: string;
  readonly environment: string;
  readonly state: string;
  readonly started_ms: number;
  readonly ended_ms: number | null;
  readonly duration_ms: number | null;
  readonly expected_ms: number | null;
  readonly timeout_ms: number | null;
  readonly release: string | null;
  readonly trace_id: string | null;
}

export const MONITORS_MIGRATIONS: readonly CatalogMigration[] = [
  {
    name: 'monitors-0001-monitors',
    statements: [
      `CREATE TABLE monitors (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        project_id text NOT NULL,
        slug text COLLATE "C" NOT NULL,
        name text NOT NULL,
        config jsonb NOT NULL,
        configured_by text NOT NULL CHECK (configured_by IN ('sdk', 'person')),
        config_problem text,
        is_muted boolean NOT NULL,
        muted_until_ms bigint,
        created_ms bigint NOT NULL,
        UNIQUE (project_id, slug)
      )`,
      `CREATE TABLE monitor_environments (
        monitor_id bigint NOT NULL REFERENCES monitors ON DELETE CASCADE,
        environment text NOT NULL,
        state text NOT NULL,
        is_failing boolean NOT NULL,
        failing_since_ms bigint,
        failures_in_row bigint NOT NULL,
        successes_in_row bigint NOT NULL,
        last_check_in_ms bigint,
        next_expected_ms bigint,
        deadline_ms bigint,
        told_as text,
        PRIMARY KEY (monitor_id, environment)
      )`,
      'CREATE INDEX monitor_environments_by_deadline ON monitor_environments (deadline_ms)',
      `CREATE TABLE monitor_runs (
        monitor_id bigint NOT NULL REFERENCES monitors ON DELETE CASCADE,
        id text NOT NULL,
        environment text NOT NULL,
        state text NOT NULL,
        started_ms bigint NOT NULL,
        ended_ms bigint,
        duration_ms bigint,
        expected_ms bigint,
        timeout_ms bigint,
        release text,
        trace_id text,
        PRIMARY KEY (monitor_id, id)
      )`,
      'CREATE INDEX monitor_runs_by_time ON monitor_runs (monitor_id, environment, started_ms, id)',
      'CREATE INDEX monitor_runs_by_timeout ON monitor_runs (timeout_ms) WHERE timeout_ms IS NOT NULL',
      'CREATE INDEX monitor_runs_by_age ON monitor_runs (started_ms)',
      'CREATE TABLE monitor_clock (name text PRIMARY KEY, at_ms bigint NOT NULL)',
      'CREATE TABLE monitor_downtimes (from_ms bigint PRIMARY KEY, to_ms bigint NOT NULL)',
    ],
  },
];
