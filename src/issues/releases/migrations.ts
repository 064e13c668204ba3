import type { ColumnType } from 'kysely';
import type { CatalogMigration } from '../../catalog/index.ts';
import type { CommitFile } from './types.ts';

type JsonColumn<T> = ColumnType<T, string, string>;

/** Tables of this part; docs/formats/releases.md. */
export interface ReleasesTables {
  readonly releases: {
    readonly version: string;
    readonly status: string;
    readonly url: string;
    readonly ref: string;
    readonly created_ms: number;
    readonly started_ms: number | null;
    readonly released_ms: number | null;
  };
  readonly release_projects: {
    readonly version: string;
    readonly project_id: string;
    readonly first_event_ms: number | null;
    readonly last_event_ms: number | null;
  };
  readonly release_deploys: {
    readonly id: string;
    readonly version: string;
    readonly environment: string;
    readonly name: string;
    readonly url: string;
    readonly started_ms: number | null;
    readonly finished_ms: number;
    readonly project_ids: JsonColumn<readonly string[]>;
  };
  readonly release_commits: {
    readonly version: string;
    readonly position: number;
    readonly commit_id: string;
    readonly repository: string;
    readonly message: string;
    readonly author_name: string;
    readonly author_email: string;
    readonly at_ms: number | null;
    readonly files: JsonColumn<readonly CommitFile[]>;
  };
  readonly artifact_bundles: {
    readonly id: string;
    readonly checksum: string;
    readonly blob_id: string;
    readonly length_bytes: number;
    readonly file_count: number;
    readonly release: string;
    readonly dist: string;
    readonly uploaded_ms: number;
    readonly uploaded_by: string;
    readonly keep_until_ms: number;
    readonly last_used_ms: number | null;
  };
  readonly artifact_bundle_projects: {
    readonly bundle_id: string;
    readonly project_id: string;
  };
  readonly artifact_files: {
    readonly bundle_id: string;
    readonly position: number;
    readonly path: string;
    readonly url: string;
    readonly type: string;
    readonly debug_id: string;
    readonly source_map_url: string;
    /** Where its packed bytes begin in the zip. */
    readonly offset_bytes: number;
    readonly packed_bytes: number;
    readonly length_bytes: number;
    /** Of the zip format: 0 stored, 8 deflated. */
    readonly method: number;
  };
}

export const ISSUES_RELEASES_MIGRATIONS: readonly CatalogMigration[] = [
  {
    name: 'issuereleases-0001-releases',
    statements: [
      `CREATE TABLE releases (
        version text COLLATE "C" PRIMARY KEY,
        status text NOT NULL CHECK (status IN ('open', 'archived')),
        url text NOT NULL,
        ref text NOT NULL,
        created_ms bigint NOT NULL,
        started_ms bigint,
        released_ms bigint
      )`,
      'CREATE INDEX releases_by_time ON releases ((COALESCE(released_ms, created_ms)) DESC, version DESC)',
      `CREATE TABLE release_projects (
        version text COLLATE "C" NOT NULL REFERENCES releases (version) ON DELETE CASCADE,
        project_id text NOT NULL,
        first_event_ms bigint,
        last_event_ms bigint,
        PRIMARY KEY (version, project_id)
      )`,
      'CREATE INDEX release_projects_by_project ON release_projects (project_id, version)',
      `CREATE TABLE release_deploys (
        id text PRIMARY KEY,
        version text COLLATE "C" NOT NULL REFERENCES releases (version) ON DELETE CASCADE,
        environment text NOT NULL,
        name text NOT NULL,
        url text NOT NULL,
        started_ms bigint,
        finished_ms bigint NOT NULL,
        project_ids jsonb NOT NULL
      )`,
      'CREATE INDEX release_deploys_by_version ON release_deploys (version, finished_ms DESC)',
      `CREATE TABLE release_commits (
        version text COLLATE "C" NOT NULL REFERENCES releases (version) ON DELETE CASCADE,
        position integer NOT NULL,
        commit_id text NOT NULL,
        repository text NOT NULL,
        message text NOT NULL,
        author_name text NOT NULL,
        author_email text NOT NULL,
        at_ms bigint,
        files jsonb NOT NULL,
        PRIMARY KEY (version, position)
      )`,
    ],
  },
  {
    name: 'issuereleases-0002-artifacts',
    statements: [
      `CREATE TABLE artifact_bundles (
        id text PRIMARY KEY,
        checksum text NOT NULL UNIQUE,
        blob_id text NOT NULL,
        length_bytes bigint NOT NULL,
        file_count integer NOT NULL,
        release text COLLATE "C" NOT NULL,
        dist text NOT NULL,
        uploaded_ms bigint NOT NULL,
        uploaded_by text NOT NULL,
        keep_until_ms bigint NOT NULL,
        last_used_ms bigint
      )`,
      "CREATE INDEX artifact_bundles_by_release ON artifact_bundles (release, dist) WHERE release <> ''",
      'CREATE INDEX artifact_bundles_by_end ON artifact_bundles (keep_until_ms)',
      `CREATE TABLE artifact_bundle_projects (
        bundle_id text NOT NULL REFERENCES artifact_bundles (id) ON DELETE CASCADE,
        project_id text NOT NULL,
        PRIMARY KEY (bundle_id, project_id)
      )`,
      'CREATE INDEX artifact_bundle_projects_by_project ON artifact_bundle_projects (project_id)',
      `CREATE TABLE artifact_files (
        bundle_id text NOT NULL REFERENCES artifact_bundles (id) ON DELETE CASCADE,
        position integer NOT NULL,
        path text NOT NULL,
        url text NOT NULL,
        type text NOT NULL,
        debug_id text NOT NULL,
        source_map_url text NOT NULL,
        offset_bytes bigint NOT NULL,
        packed_bytes bigint NOT NULL,
        length_bytes bigint NOT NULL,
        method smallint NOT NULL,
        PRIMARY KEY (bundle_id, position)
      )`,
      "CREATE INDEX artifact_files_by_debug_id ON artifact_files (debug_id) WHERE debug_id <> ''",
      "CREATE INDEX artifact_files_by_url ON artifact_files (bundle_id, url) WHERE url <> ''",
    ],
  },
];
