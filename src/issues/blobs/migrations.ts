import type { CatalogMigration } from '../../catalog/index.ts';

/** Table of this part; docs/formats/error-blobs.md. */
export interface BlobTables {
  readonly issue_blobs: {
    readonly id: string;
    readonly kind: string;
    readonly length_bytes: number;
    readonly sha1: string;
    readonly keep_until_ms: number;
    readonly created_ms: number;
  };
}

export const ISSUES_BLOBS_MIGRATIONS: readonly CatalogMigration[] = [
  {
    name: 'issueblobs-0001-blobs',
    statements: [
      `CREATE TABLE issue_blobs (
        id text PRIMARY KEY,
        kind text NOT NULL,
        length_bytes bigint NOT NULL,
        sha1 text NOT NULL,
        keep_until_ms bigint NOT NULL,
        created_ms bigint NOT NULL
      )`,
      'CREATE INDEX issue_blobs_by_end ON issue_blobs (keep_until_ms)',
    ],
  },
];
