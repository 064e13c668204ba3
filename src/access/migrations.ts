import type { ColumnType } from 'kysely';
import type { CatalogMigration } from '../catalog/index.ts';

export interface AccessTables {
  readonly access_people: {
    readonly id: string;
    readonly email: string;
    readonly name: string;
    readonly roles: ColumnType<readonly string[], readonly string[], readonly string[]>;
    readonly password_hash: string;
    readonly must_change_password: boolean;
    readonly disabled: boolean;
    readonly created_ms: number;
    readonly last_sign_in_ms: number | null;
  };
  readonly access_sessions: {
    readonly id: string;
    readonly token_hash: Buffer;
    readonly person_id: string;
    readonly created_ms: number;
    readonly last_seen_ms: number;
    readonly expires_ms: number;
    readonly source_ip: string;
    readonly user_agent: string;
  };
  readonly access_keys: {
    readonly id: string;
    readonly name: string;
    readonly roles: ColumnType<readonly string[], readonly string[], readonly string[]>;
    readonly scopes: ColumnType<readonly string[] | null, readonly string[] | null, never>;
    readonly secret_hash: Buffer;
    readonly secret_sealed: Buffer;
    readonly created_ms: number;
    readonly created_by: string;
    readonly expires_ms: number | null;
    readonly last_used_ms: number | null;
    readonly revoked_ms: number | null;
  };
  readonly access_grants: {
    readonly id: string;
    readonly subject_type: string;
    readonly subject_id: string;
    readonly pattern: string;
    readonly created_ms: number;
    readonly created_by: string;
  };
  readonly access_master_key: { readonly fingerprint: string };
}

export const ACCESS_MIGRATIONS: readonly CatalogMigration[] = [
  {
    name: 'access-0001-people-keys-grants',
    statements: [
      `CREATE TABLE access_people (
        id uuid PRIMARY KEY,
        email text NOT NULL UNIQUE CHECK (email = lower(email)),
        name text NOT NULL,
        roles text[] NOT NULL,
        password_hash text NOT NULL,
        must_change_password boolean NOT NULL,
        disabled boolean NOT NULL DEFAULT false,
        created_ms bigint NOT NULL,
        last_sign_in_ms bigint
      )`,
      `CREATE TABLE access_sessions (
        id uuid PRIMARY KEY,
        token_hash bytea NOT NULL UNIQUE,
        person_id uuid NOT NULL REFERENCES access_people ON DELETE CASCADE,
        created_ms bigint NOT NULL,
        last_seen_ms bigint NOT NULL,
        expires_ms bigint NOT NULL,
        source_ip text NOT NULL,
        user_agent text NOT NULL
      )`,
      'CREATE INDEX access_sessions_person ON access_sessions (person_id)',
      'CREATE INDEX access_sessions_expiry ON access_sessions (expires_ms)',
      `CREATE TABLE access_keys (
        id text PRIMARY KEY,
        name text NOT NULL,
        roles text[] NOT NULL,
        scopes text[],
        secret_hash bytea NOT NULL,
        secret_sealed bytea NOT NULL,
        created_ms bigint NOT NULL,
        created_by text NOT NULL,
        expires_ms bigint,
        last_used_ms bigint,
        revoked_ms bigint
      )`,
      `CREATE TABLE access_grants (
        id uuid PRIMARY KEY,
        subject_type text NOT NULL CHECK (subject_type IN ('person', 'key', 'role')),
        subject_id text NOT NULL,
        pattern text NOT NULL,
        created_ms bigint NOT NULL,
        created_by text NOT NULL,
        UNIQUE (subject_type, subject_id, pattern)
      )`,
      `CREATE TABLE access_master_key (
        one boolean PRIMARY KEY DEFAULT true CHECK (one),
        fingerprint text NOT NULL
      )`,
    ],
  },
];
