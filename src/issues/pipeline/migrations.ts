import type { Generated } from 'kysely';
import type { CatalogMigration } from '../../catalog/index.ts';

/** Tables of what is kept beside events; docs/formats/error-attachments.md. */
export interface ErrorAttachmentsTable {
  readonly id: string;
  readonly project_id: string;
  /** `attachment`, `replay`, `profile` or `minidump`. */
  readonly kind: string;
  /** The event, replay or profiler that it belongs to. */
  readonly owner_id: string;
  readonly trace_id: string;
  readonly filename: string;
  readonly content_type: string;
  readonly attachment_type: string;
  readonly length_bytes: number;
  readonly sha1: string;
  readonly blob_id: string;
  readonly is_redacted: boolean;
  readonly facts: string;
  readonly received_ms: number;
  readonly keep_until_ms: number;
}

export interface ErrorFeedbackTable {
  readonly project_id: string;
  readonly feedback_id: string;
  readonly event_id: string | null;
  /** The hash of its event, once that is known. */
  readonly hash_id: number | null;
  readonly time_ms: number;
  readonly name: string;
  readonly email: string;
  readonly message: string;
  readonly url: string;
  readonly source: string;
  readonly environment: string;
  readonly release: string;
  readonly trace_id: string | null;
  readonly replay_id: string | null;
  readonly keep_until_ms: number;
  readonly position: Generated<number>;
}

export interface ErrorKeepingTables {
  readonly error_attachments: ErrorAttachmentsTable;
  readonly error_feedback: ErrorFeedbackTable;
}

export const ISSUES_PIPELINE_MIGRATIONS: readonly CatalogMigration[] = [
  {
    name: 'issuespipeline-0001-kept-beside-events',
    statements: [
      `CREATE TABLE error_attachments (
        id text PRIMARY KEY,
        project_id text NOT NULL,
        kind text NOT NULL,
        owner_id text NOT NULL,
        trace_id text NOT NULL,
        filename text NOT NULL,
        content_type text NOT NULL,
        attachment_type text NOT NULL,
        length_bytes bigint NOT NULL,
        sha1 text NOT NULL,
        blob_id text NOT NULL,
        is_redacted boolean NOT NULL,
        facts text NOT NULL,
        received_ms bigint NOT NULL,
        keep_until_ms bigint NOT NULL,
        UNIQUE (project_id, owner_id, kind, filename, attachment_type, sha1)
      )`,
      'CREATE INDEX error_attachments_by_end ON error_attachments (keep_until_ms)',
      'CREATE INDEX error_attachments_by_kind ON error_attachments (project_id, kind, received_ms)',
      `CREATE TABLE error_feedback (
        project_id text NOT NULL,
        feedback_id text NOT NULL,
        event_id text,
        hash_id bigint,
        time_ms bigint NOT NULL,
        name text NOT NULL,
        email text NOT NULL,
        message text NOT NULL,
        url text NOT NULL,
        source text NOT NULL,
        environment text NOT NULL,
        release text NOT NULL,
        trace_id text,
        replay_id text,
        keep_until_ms bigint NOT NULL,
        position bigint GENERATED ALWAYS AS IDENTITY,
        PRIMARY KEY (project_id, feedback_id)
      )`,
      'CREATE INDEX error_feedback_by_hash ON error_feedback (hash_id)',
      'CREATE INDEX error_feedback_by_event ON error_feedback (project_id, event_id)',
      'CREATE INDEX error_feedback_by_time ON error_feedback (time_ms)',
      'CREATE INDEX error_feedback_by_end ON error_feedback (keep_until_ms)',
    ],
  },
];
