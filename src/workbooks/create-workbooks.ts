import { rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { acceptedRetention } from './accepted-input.ts';
import { createWorkbook } from './books/create-workbook.ts';
import { getWorkbook } from './books/get-workbook.ts';
import { listWorkbooks } from './books/list-workbooks.ts';
import { compareVersions } from './compare/compare-versions.ts';
import type { WorkbooksContext, WorkbooksDeps } from './context.ts';
import { WORKBOOKS_LIMITS } from './limits.ts';
import { rebuildCatalog } from './rebuild/rebuild-catalog.ts';
import { createTurns } from './turns.ts';
import type { Workbooks } from './types.ts';
import { commitVersion } from './versions/commit-version.ts';
import { getVersion } from './versions/get-version.ts';
import { listVersions } from './versions/list-versions.ts';
import { readVersion } from './versions/read-version.ts';
import { restoreVersion } from './versions/restore-version.ts';

/** Opens the verbs on workbooks; WORKBOOKS_MIGRATIONS must have run. Throws `workbooks.retention-invalid`. */
export function createWorkbooks(deps: WorkbooksDeps): Workbooks {
  const context: WorkbooksContext = {
    ...deps,
    spoolFolder: deps.spoolFolder ?? path.join(os.tmpdir(), `holdfast-workbooks-${process.pid}`),
    retentionDays: acceptedRetention(deps.retentionDays ?? WORKBOOKS_LIMITS.retentionDays),
    turns: createTurns(),
  };
  return {
    create: createWorkbook(context),
    list: listWorkbooks(context),
    get: getWorkbook(context),
    commit: commitVersion(context),
    versions: listVersions(context),
    version: getVersion(context),
    read: readVersion(context),
    restore: restoreVersion(context),
    compare: compareVersions(context),
    rebuild: rebuildCatalog(context),
  };
}

/** Removes what a crash left of files that waited: nobody has their keys any more. For boot, before the first commit. */
export const clearSpool = (spoolFolder: string): Promise<void> => rm(spoolFolder, { recursive: true, force: true });
