import type { CatalogMigration } from '../../catalog/index.ts';

/** Reports of restore drills; docs/formats/backup.md. */
export interface BackupReportTables {
  readonly backup_reports: BackupReportsTable;
}

export interface BackupReportsTable {
  readonly id: string;
  readonly source: string;
  readonly begun_ms: number;
  readonly passed: boolean;
  /** JSON of the report. */
  readonly report: string;
}

export const BACKUP_REPORT_MIGRATIONS: readonly CatalogMigration[] = [
  {
    name: 'backup-0002-reports',
    statements: [
      `CREATE TABLE backup_reports (
        id text PRIMARY KEY,
        source text NOT NULL,
        begun_ms bigint NOT NULL,
        passed boolean NOT NULL,
        report text NOT NULL
      )`,
      'CREATE INDEX backup_reports_newest ON backup_reports (source, begun_ms DESC)',
      // A report is evidence: nobody rewrites how a restore went.
      `CREATE FUNCTION backup_reports_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN RAISE EXCEPTION 'reports of restore drills are append-only'; END $$`,
      `CREATE TRIGGER backup_reports_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON backup_reports
        FOR EACH STATEMENT EXECUTE FUNCTION backup_reports_refuse_change()`,
    ],
  },
];
