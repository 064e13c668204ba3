import type { Catalog } from '../../catalog/index.ts';
import type { ErrorKeepingTables } from './migrations.ts';

/** Forgets what was kept beside the events of a project that is deleted; the vault removes the bytes by their own end. */
export const eraseKept =
  (catalog: Catalog) =>
  async (projectId: string): Promise<void> => {
    const db = catalog.db<ErrorKeepingTables>();
    await db.deleteFrom('error_attachments').where('project_id', '=', projectId).execute();
    await db.deleteFrom('error_feedback').where('project_id', '=', projectId).execute();
  };
