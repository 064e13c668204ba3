import { LOGS_SCHEMA, logsTableOf, onCluster, partsTable, STORAGE_CLASSES, sqlText } from '../schema/index.ts';
import type { TelemetryEngine } from './engine.ts';

/**
 * Removes rows for good: the parts that hold them are rewritten without them, so that the text does not wait
 * on disk for some later merge. (The engine keeps the replaced files for some minutes more.)
 *
 * A crash in the middle leaves the mutation recorded; the engine finishes it when it starts again.
 */
export async function deleteLogs(
  engine: TelemetryEngine,
  target: { readonly logGroup: string; readonly logStream?: string },
): Promise<void> {
  const { topology } = engine;
  const condition =
    `log_group = ${sqlText(target.logGroup)}` +
    (target.logStream === undefined ? '' : ` AND log_stream = ${sqlText(target.logStream)}`);
  for (const storageClass of STORAGE_CLASSES) {
    const table = `${LOGS_SCHEMA.database}.${partsTable(topology, logsTableOf(storageClass))}`;
    await engine.command(
      `ALTER TABLE ${table}${onCluster(topology)} DELETE WHERE ${condition} SETTINGS mutations_sync = 2`,
    );
  }
}
