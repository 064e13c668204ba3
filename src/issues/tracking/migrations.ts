import type { Generated, JSONColumnType } from 'kysely';
import type { CatalogMigration } from '../../catalog/index.ts';
import type {
  EventLevel,
  IssuePriority,
  IssueResolution,
  IssueSignal,
  IssueStatus,
  IssueSubstatus,
  JsonObject,
  NormalizedEvent,
} from '../types.ts';
import type { StoredIgnore } from './tracker/stored-ignore.ts';

/** Tables of this part; docs/formats/issues.md. */
export interface IssuesTables {
  readonly issues: IssuesTable;
  readonly issue_hashes: IssueHashesTable;
  readonly issue_hash_hours: { readonly hash_id: number; readonly hour_ms: number; readonly events: number };
  readonly issue_ignore_minutes: { readonly issue_id: number; readonly minute_ms: number; readonly events: number };
  readonly issue_ignore_users: {
    readonly issue_id: number;
    readonly user_key: string;
    readonly last_seen_ms: number;
  };
  readonly issue_activity: IssueActivityTable;
  readonly issue_signals: IssueSignalsTable;
  readonly issue_numbers: { readonly project_id: string; readonly last_number: number };
  readonly issue_mark: { readonly id: number; readonly mark: string };
}

export interface IssuesTable {
  readonly id: Generated<number>;
  readonly project_id: string;
  readonly short_id: string;
  readonly status: IssueStatus;
  readonly substatus: IssueSubstatus | null;
  /** Since when it has this status and substatus. */
  readonly state_ms: number;
  readonly priority: IssuePriority;
  readonly level: EventLevel;
  readonly type: NormalizedEvent['type'];
  readonly platform: string;
  readonly title: string;
  readonly title_type: string;
  readonly title_value: string;
  readonly culprit: string;
  readonly first_seen_ms: number;
  readonly last_seen_ms: number;
  readonly first_release: string;
  readonly last_release: string;
  readonly times_seen: number;
  readonly handled: boolean;
  readonly assignee_id: string | null;
  readonly assignee_name: string | null;
  readonly assignee_email: string | null;
  readonly resolution: JSONColumnType<IssueResolution> | null;
  readonly ignore: JSONColumnType<StoredIgnore> | null;
  readonly comment_count: number;
  /** The newest hour in which it was seen, its events, and how many more than which would be an escalation. */
  readonly hour_ms: number;
  readonly hour_events: number;
  readonly hour_threshold: number;
  readonly revision: number;
  readonly changed_by: string;
  readonly merged_into: number | null;
  readonly deleted_ms: number | null;
}

export interface IssueHashesTable {
  readonly id: Generated<number>;
  readonly project_id: string;
  readonly hash: string;
  readonly version: string;
  readonly issue_id: number;
  readonly title: string;
  readonly title_type: string;
  readonly title_value: string;
  readonly culprit: string;
  readonly type: NormalizedEvent['type'];
  readonly platform: string;
  readonly level: EventLevel;
  readonly first_seen_ms: number;
  readonly last_seen_ms: number;
  readonly first_release: string;
  readonly last_release: string;
  readonly times_seen: number;
  readonly handled: boolean;
  readonly deleted_ms: number | null;
}

export interface IssueActivityTable {
  readonly id: Generated<number>;
  readonly issue_id: number;
  readonly at_ms: number;
  readonly type: string;
  readonly by: string;
  /** Of the person who wrote a comment; empty for what Holdfast did. */
  readonly by_id: string;
  readonly detail: JSONColumnType<JsonObject>;
}

export interface IssueSignalsTable {
  readonly id: Generated<number>;
  readonly type: IssueSignal['type'];
  readonly issue_id: number;
  readonly project_id: string;
  readonly at_ms: number;
  readonly event_id: string | null;
}

/** What issues and hashes have alike: hashes keep it for themselves, so that an issue is always the sum of its hashes. */
const SEEN_COLUMNS = `
  title text NOT NULL,
  title_type text NOT NULL,
  title_value text NOT NULL,
  culprit text NOT NULL,
  type text NOT NULL,
  platform text NOT NULL,
  level text NOT NULL,
  first_seen_ms bigint NOT NULL,
  last_seen_ms bigint NOT NULL,
  first_release text NOT NULL DEFAULT '',
  last_release text NOT NULL DEFAULT '',
  times_seen bigint NOT NULL DEFAULT 0 CHECK (times_seen >= 0),
  handled boolean NOT NULL DEFAULT true`;

export const ISSUES_TRACKING_MIGRATIONS: readonly CatalogMigration[] = [
  {
    name: 'issuetracking-0001-issues',
    statements: [
      `CREATE TABLE issues (
        id bigserial PRIMARY KEY,
        project_id text NOT NULL,
        short_id text NOT NULL UNIQUE,
        status text NOT NULL CHECK (status IN ('unresolved', 'resolved', 'ignored')),
        substatus text,
        state_ms bigint NOT NULL,
        priority text NOT NULL CHECK (priority IN ('high', 'medium', 'low')),
        ${SEEN_COLUMNS},
        assignee_id text,
        assignee_name text,
        assignee_email text,
        resolution jsonb,
        ignore jsonb,
        comment_count integer NOT NULL DEFAULT 0,
        hour_ms bigint NOT NULL DEFAULT 0,
        hour_events bigint NOT NULL DEFAULT 0,
        hour_threshold bigint NOT NULL DEFAULT 0,
        revision integer NOT NULL DEFAULT 1,
        changed_by text NOT NULL DEFAULT '',
        merged_into bigint REFERENCES issues (id),
        deleted_ms bigint
      ) WITH (fillfactor = 70)`,
      // No index has a column that counting changes, so that counting rewrites no index. Lists scan: they count the
      // total, which needs all issues that fit anyway.
      'CREATE INDEX issues_by_project ON issues (project_id)',
      `CREATE INDEX issues_in_motion ON issues (substatus, state_ms)
        WHERE substatus IN ('new', 'regressed', 'escalating', 'until-condition', 'until-escalating')`,
      'CREATE INDEX issues_merged ON issues (merged_into) WHERE merged_into IS NOT NULL',
      `CREATE TABLE issue_hashes (
        id bigserial PRIMARY KEY,
        project_id text NOT NULL,
        hash text NOT NULL,
        version text NOT NULL,
        issue_id bigint NOT NULL REFERENCES issues (id),
        ${SEEN_COLUMNS},
        deleted_ms bigint
      ) WITH (fillfactor = 80)`,
      // A tombstone keeps its number, so that events of a deleted issue stay hidden when their hash comes back.
      'CREATE UNIQUE INDEX issue_hashes_live ON issue_hashes (project_id, hash) WHERE deleted_ms IS NULL',
      'CREATE INDEX issue_hashes_by_issue ON issue_hashes (issue_id)',
      // Which event was counted where is history: only the owner of a hash may move, and counters may grow.
      `CREATE FUNCTION issue_hashes_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          RAISE EXCEPTION 'the identity of hash % is append-only', OLD.id USING ERRCODE = 'insufficient_privilege';
        END $$`,
      `CREATE TRIGGER issue_hashes_identity BEFORE UPDATE OF id, project_id, hash, version ON issue_hashes
        FOR EACH ROW WHEN (OLD.id <> NEW.id OR OLD.project_id <> NEW.project_id OR OLD.hash <> NEW.hash
          OR OLD.version <> NEW.version) EXECUTE FUNCTION issue_hashes_refuse_change()`,
      `CREATE TABLE issue_hash_hours (
        hash_id bigint NOT NULL,
        hour_ms bigint NOT NULL,
        events bigint NOT NULL,
        PRIMARY KEY (hash_id, hour_ms)
      ) WITH (fillfactor = 80)`,
      'CREATE INDEX issue_hash_hours_by_hour ON issue_hash_hours (hour_ms)',
      `CREATE TABLE issue_ignore_minutes (
        issue_id bigint NOT NULL,
        minute_ms bigint NOT NULL,
        events bigint NOT NULL,
        PRIMARY KEY (issue_id, minute_ms)
      )`,
      `CREATE TABLE issue_ignore_users (
        issue_id bigint NOT NULL,
        user_key text NOT NULL,
        last_seen_ms bigint NOT NULL,
        PRIMARY KEY (issue_id, user_key)
      )`,
      `CREATE TABLE issue_activity (
        id bigserial PRIMARY KEY,
        issue_id bigint NOT NULL,
        at_ms bigint NOT NULL,
        type text NOT NULL,
        by text NOT NULL,
        by_id text NOT NULL,
        detail jsonb NOT NULL
      )`,
      'CREATE INDEX issue_activity_by_issue ON issue_activity (issue_id, id DESC)',
      `CREATE TABLE issue_signals (
        id bigserial PRIMARY KEY,
        type text NOT NULL,
        issue_id bigint NOT NULL,
        project_id text NOT NULL,
        at_ms bigint NOT NULL,
        event_id text
      )`,
      'CREATE TABLE issue_numbers (project_id text PRIMARY KEY, last_number integer NOT NULL)',
      'CREATE TABLE issue_mark (id integer PRIMARY KEY CHECK (id = 1), mark text NOT NULL)',
    ],
  },
];
