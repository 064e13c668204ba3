import type { ColumnType } from 'kysely';
import type { CatalogMigration } from '../../catalog/index.ts';
import type { AlertSeverity } from '../../notify/index.ts';
import type { IssuesOutboxTables } from '../outbox/index.ts';
import type { StormTitle } from './storm.ts';
import type { RuleInput } from './types.ts';

type Json<T> = ColumnType<T, string, string>;

/** Tables of issue alerts; docs/formats/issue-alerts.md. */
export interface IssueAlertsTables extends IssuesOutboxTables {
  readonly issue_alert_rules: {
    readonly project_id: string;
    readonly id: string;
    /** Null for the default rule of a project that somebody removed. */
    readonly definition: ColumnType<RuleInput | null, string | null, string | null>;
    readonly updated_ms: number;
    readonly updated_by: string;
  };
  readonly issue_alert_cursor: { readonly name: string; readonly signal_id: number };
  readonly issue_alerts: IssueAlertsTable;
  readonly issue_alert_storms: IssueAlertStormsTable;
}

/** Alerts of issues that are open at notify. */
export interface IssueAlertsTable {
  readonly issue_id: string;
  readonly project_id: string;
  readonly severity: AlertSeverity;
  /** What set it off, and what made it worse since. */
  readonly triggers: Json<readonly string[]>;
  readonly labels: Json<Readonly<Record<string, string>>>;
  readonly opened_ms: number;
  readonly looked_ms: number;
}

export interface IssueAlertStormsTable {
  readonly project_id: string;
  /** How many more alerts may come one by one, when that was counted. */
  readonly tokens: number;
  readonly counted_ms: number;
  /** The rest is of the storm, if there is one. */
  readonly since_ms: number | null;
  readonly alert_key: string;
  readonly window_ms: number;
  readonly window_held: number;
  readonly held: number;
  readonly worst: Json<readonly StormTitle[]>;
  readonly refreshed_ms: number;
}

export const ISSUE_ALERTS_MIGRATIONS: readonly CatalogMigration[] = [
  {
    name: 'issue-alerts-0001-rules',
    statements: [
      `CREATE TABLE issue_alert_rules (
        project_id text NOT NULL,
        id text NOT NULL,
        definition jsonb,
        updated_ms bigint NOT NULL,
        updated_by text NOT NULL,
        PRIMARY KEY (project_id, id)
      )`,
      'CREATE TABLE issue_alert_cursor (name text PRIMARY KEY, signal_id bigint NOT NULL)',
      `CREATE TABLE issue_alerts (
        issue_id text PRIMARY KEY,
        project_id text NOT NULL,
        severity text NOT NULL,
        triggers jsonb NOT NULL,
        labels jsonb NOT NULL,
        opened_ms bigint NOT NULL,
        looked_ms bigint NOT NULL
      )`,
      'CREATE INDEX issue_alerts_by_look ON issue_alerts (looked_ms)',
      `CREATE TABLE issue_alert_storms (
        project_id text PRIMARY KEY,
        tokens double precision NOT NULL,
        counted_ms bigint NOT NULL,
        since_ms bigint,
        alert_key text NOT NULL,
        window_ms bigint NOT NULL,
        window_held bigint NOT NULL,
        held bigint NOT NULL,
        worst jsonb NOT NULL,
        refreshed_ms bigint NOT NULL
      )`,
    ],
  },
];
