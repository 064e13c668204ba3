import type { Catalog } from '../../catalog/index.ts';
import { BACKUP_SERVICE_LIMITS } from './limits.ts';
import type { BackupReportTables } from './migrations.ts';
import type { RestoreReport } from './types.ts';

/** Reports of restore drills: added, read, never changed. */
export interface ReportStore {
  readonly add: (report: RestoreReport) => Promise<void>;
  /** Newest first. */
  readonly list: (source: string) => Promise<readonly RestoreReport[]>;
  readonly newest: (source: string) => Promise<RestoreReport | undefined>;
}

export function createReportStore(catalog: Catalog): ReportStore {
  const list = async (source: string, limit: number): Promise<readonly RestoreReport[]> => {
    const rows = await catalog
      .db<BackupReportTables>()
      .selectFrom('backup_reports')
      .select('report')
      .where('source', '=', source)
      .orderBy('begun_ms', 'desc')
      .limit(limit)
      .execute();
    return rows.map(({ report }) => JSON.parse(report) as RestoreReport);
  };
  return {
    add: async (report) => {
      const { id, source, begunMs, passed } = report;
      const row = { id, source, begun_ms: begunMs, passed, report: JSON.stringify(report) };
      await catalog.db<BackupReportTables>().insertInto('backup_reports').values(row).execute();
    },
    list: (source) => list(source, BACKUP_SERVICE_LIMITS.reportsListedMax),
    newest: async (source) => (await list(source, 1))[0],
  };
}
