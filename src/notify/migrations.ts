import type { ColumnType, Generated } from 'kysely';
import type { CatalogMigration } from '../catalog/index.ts';
import type {
  AlertSeverity,
  ChannelSettings,
  EscalationStep,
  Matcher,
  Notification,
  NotificationKind,
  Routing,
} from './types.ts';

/** Written as JSON text, read as a value. */
type Json<T> = ColumnType<T, string, string>;

/** Tables of this area; docs/formats/notifications.md. */
export interface NotifyTables {
  readonly notify_alerts: AlertsTable;
  readonly notify_events: EventsTable;
  readonly notify_groups: GroupsTable;
  readonly notify_members: MembersTable;
  readonly notify_escalations: EscalationsTable;
  readonly notify_silences: SilencesTable;
  readonly notify_channels: ChannelsTable;
  readonly notify_routing: { readonly version: number; readonly config: Json<Omit<Routing, 'version'>> };
  readonly notify_deliveries: DeliveriesTable;
  readonly notify_attempts: AttemptsTable;
  readonly notify_heartbeat: HeartbeatTable;
}

export interface AlertsTable {
  readonly key: string;
  readonly state: 'firing' | 'resolved';
  readonly severity: AlertSeverity;
  readonly source: string;
  readonly title: string;
  readonly body: string;
  readonly labels: Json<Readonly<Record<string, string>>>;
  readonly path: string | null;
  readonly episode: string;
  readonly fired_ms: number;
  readonly resolved_ms: number | null;
  readonly seen_ms: number;
  readonly acknowledged_ms: number | null;
  readonly acknowledged_by: string | null;
  readonly acknowledged_note: string | null;
  readonly notified_ms: number | null;
  /** Names the last raise that changed or confirmed the alert, where its source names raises. */
  readonly raise_id: string | null;
}

export interface EventsTable {
  readonly alert_key: string;
  readonly at_ms: number;
  readonly type: 'fired' | 'resolved' | 'acknowledged' | 'escalated';
  readonly by_name: string | null;
  readonly detail: string;
}

export interface GroupsTable {
  readonly id: string;
  readonly route: string;
  readonly channel: string;
  readonly labels: Json<Readonly<Record<string, string>>>;
  readonly due_ms: number | null;
  readonly flushed_ms: number | null;
  readonly sent_ms: number | null;
  /** Delivery that opened the conversation: mails answer it, PagerDuty's incident is named by it. */
  readonly thread: string | null;
}

export interface MembersTable {
  readonly group_id: string;
  readonly alert_key: string;
  readonly told: 'nothing' | 'firing' | 'held';
  readonly told_episode: string | null;
  readonly told_severity: AlertSeverity | null;
}

export interface EscalationsTable {
  readonly alert_key: string;
  readonly route: string;
  readonly step: number;
  /** When the alert came to the route; the times of all steps count from here. */
  readonly since_ms: number;
  readonly due_ms: number;
  /** The steps as they were when the alert fired: a change of routes counts for later alerts. */
  readonly steps: Json<readonly EscalationStep[]>;
}

export interface SilencesTable {
  readonly id: string;
  readonly matchers: Json<readonly Matcher[]>;
  readonly from_ms: number;
  readonly until_ms: number;
  readonly comment: string;
  readonly created_by: string;
  readonly created_ms: number;
  readonly expired_by: string | null;
}

export interface ChannelsTable {
  readonly name: string;
  readonly settings: Json<ChannelSettings>;
  readonly secrets_sealed: Buffer;
  readonly allow_private: boolean;
  readonly allow_loopback: boolean;
  readonly created_ms: number;
  readonly created_by: string;
  readonly delivered_ms: number | null;
  readonly failing_since_ms: number | null;
  readonly failures: number;
  readonly problem: string | null;
  /** Until then nothing is sent, because the receiver said so. */
  readonly paused_until_ms: number | null;
  /** The minute that the cap counts. */
  readonly window_ms: number;
  readonly window_count: number;
  readonly held_count: number;
  readonly held_severity: AlertSeverity | null;
  readonly held_titles: Json<readonly string[]>;
}

export interface DeliveriesTable {
  readonly sequence: Generated<number>;
  readonly id: string;
  readonly channel: string;
  readonly group_id: string;
  readonly kind: NotificationKind;
  readonly thread: string;
  readonly notification: Json<Notification>;
  readonly state: 'waiting' | 'delivered' | 'failed';
  readonly attempts: number;
  readonly next_ms: number;
  readonly lease_ms: number | null;
  readonly created_ms: number;
  readonly finished_ms: number | null;
}

export interface AttemptsTable {
  readonly id: string;
  readonly delivery_id: string;
  readonly channel: string;
  readonly kind: NotificationKind;
  readonly alert_keys: ColumnType<readonly string[], readonly string[], never>;
  readonly at_ms: number;
  readonly duration_ms: number;
  readonly outcome: 'delivered' | 'failed' | 'will-retry';
  readonly detail: string;
}

export interface HeartbeatTable {
  readonly origin: string;
  readonly url_sealed: Buffer;
  readonly allow_private: boolean;
  readonly delivered_ms: number | null;
  readonly failing_since_ms: number | null;
  readonly failures: number;
  readonly problem: string | null;
}

export const NOTIFY_MIGRATIONS: readonly CatalogMigration[] = [
  {
    name: 'notify-0001-alerts-routes-deliveries',
    statements: [
      `CREATE TABLE notify_alerts (
        key text COLLATE "C" PRIMARY KEY,
        state text NOT NULL CHECK (state IN ('firing', 'resolved')),
        severity text NOT NULL,
        source text NOT NULL,
        title text NOT NULL,
        body text NOT NULL,
        labels jsonb NOT NULL,
        path text,
        episode uuid NOT NULL,
        fired_ms bigint NOT NULL,
        resolved_ms bigint,
        seen_ms bigint NOT NULL,
        acknowledged_ms bigint,
        acknowledged_by text,
        acknowledged_note text,
        notified_ms bigint
      )`,
      'CREATE INDEX notify_alerts_state ON notify_alerts (state, fired_ms DESC)',
      `CREATE TABLE notify_events (
        alert_key text COLLATE "C" NOT NULL REFERENCES notify_alerts ON DELETE CASCADE,
        at_ms bigint NOT NULL,
        type text NOT NULL,
        by_name text,
        detail text NOT NULL,
        PRIMARY KEY (alert_key, at_ms, type)
      )`,
      `CREATE TABLE notify_channels (
        name text COLLATE "C" PRIMARY KEY,
        settings jsonb NOT NULL,
        secrets_sealed bytea NOT NULL,
        allow_private boolean NOT NULL,
        allow_loopback boolean NOT NULL,
        created_ms bigint NOT NULL,
        created_by text NOT NULL,
        delivered_ms bigint,
        failing_since_ms bigint,
        failures integer NOT NULL DEFAULT 0,
        problem text,
        paused_until_ms bigint,
        window_ms bigint NOT NULL DEFAULT 0,
        window_count integer NOT NULL DEFAULT 0,
        held_count integer NOT NULL DEFAULT 0,
        held_severity text,
        held_titles jsonb NOT NULL DEFAULT '[]'
      )`,
      `CREATE TABLE notify_groups (
        id text PRIMARY KEY,
        route text NOT NULL,
        channel text COLLATE "C" NOT NULL REFERENCES notify_channels ON DELETE CASCADE,
        labels jsonb NOT NULL,
        due_ms bigint,
        flushed_ms bigint,
        sent_ms bigint,
        thread uuid
      )`,
      'CREATE INDEX notify_groups_due ON notify_groups (due_ms) WHERE due_ms IS NOT NULL',
      `CREATE TABLE notify_members (
        group_id text NOT NULL REFERENCES notify_groups ON DELETE CASCADE,
        alert_key text COLLATE "C" NOT NULL REFERENCES notify_alerts ON DELETE CASCADE,
        told text NOT NULL CHECK (told IN ('nothing', 'firing', 'held')),
        told_episode uuid,
        told_severity text,
        PRIMARY KEY (group_id, alert_key)
      )`,
      'CREATE INDEX notify_members_alert ON notify_members (alert_key)',
      `CREATE TABLE notify_escalations (
        alert_key text COLLATE "C" NOT NULL REFERENCES notify_alerts ON DELETE CASCADE,
        route text NOT NULL,
        step integer NOT NULL,
        since_ms bigint NOT NULL,
        due_ms bigint NOT NULL,
        steps jsonb NOT NULL,
        PRIMARY KEY (alert_key, route)
      )`,
      'CREATE INDEX notify_escalations_due ON notify_escalations (due_ms)',
      `CREATE TABLE notify_silences (
        id uuid PRIMARY KEY,
        matchers jsonb NOT NULL,
        from_ms bigint NOT NULL,
        until_ms bigint NOT NULL,
        comment text NOT NULL,
        created_by text NOT NULL,
        created_ms bigint NOT NULL,
        expired_by text
      )`,
      'CREATE INDEX notify_silences_until ON notify_silences (until_ms)',
      `CREATE TABLE notify_routing (
        one boolean PRIMARY KEY DEFAULT true CHECK (one),
        version integer NOT NULL,
        config jsonb NOT NULL
      )`,
      `CREATE TABLE notify_deliveries (
        sequence bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        id uuid NOT NULL UNIQUE,
        channel text COLLATE "C" NOT NULL REFERENCES notify_channels ON DELETE CASCADE,
        group_id text NOT NULL,
        kind text NOT NULL,
        thread uuid NOT NULL,
        notification jsonb NOT NULL,
        state text NOT NULL CHECK (state IN ('waiting', 'delivered', 'failed')),
        attempts integer NOT NULL DEFAULT 0,
        next_ms bigint NOT NULL,
        lease_ms bigint,
        created_ms bigint NOT NULL,
        finished_ms bigint
      )`,
      `CREATE INDEX notify_deliveries_waiting ON notify_deliveries (channel, group_id, sequence) WHERE state = 'waiting'`,
      'CREATE INDEX notify_deliveries_created ON notify_deliveries (created_ms)',
      `CREATE TABLE notify_attempts (
        id uuid PRIMARY KEY,
        delivery_id uuid NOT NULL,
        channel text COLLATE "C" NOT NULL,
        kind text NOT NULL,
        alert_keys text[] NOT NULL,
        at_ms bigint NOT NULL,
        duration_ms integer NOT NULL,
        outcome text NOT NULL,
        detail text NOT NULL
      )`,
      'CREATE INDEX notify_attempts_newest ON notify_attempts (at_ms DESC)',
      `CREATE TABLE notify_heartbeat (
        one boolean PRIMARY KEY DEFAULT true CHECK (one),
        origin text NOT NULL,
        url_sealed bytea NOT NULL,
        allow_private boolean NOT NULL,
        delivered_ms bigint,
        failing_since_ms bigint,
        failures integer NOT NULL DEFAULT 0,
        problem text
      )`,
    ],
  },
  {
    name: 'notify-0002-raise-ids',
    statements: ['ALTER TABLE notify_alerts ADD COLUMN raise_id text'],
  },
];
