import type { Catalog } from '../../catalog/index.ts';
import type { ErrorKeepingTables } from './migrations.ts';

/** Forgets attachments and feedback whose time has passed; the vault removes the bytes by their own end. */
export async function sweepKept(catalog: Catalog, nowMs: number): Promise<void> {
  const db = catalog.db<ErrorKeepingTables>();
  await db.deleteFrom('error_attachments').where('keep_until_ms', '<=', nowMs).execute();
  await db.deleteFrom('error_feedback').where('keep_until_ms', '<=', nowMs).execute();
}
