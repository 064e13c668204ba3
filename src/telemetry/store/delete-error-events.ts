import { invariant } from '../../base/index.ts';
import { ERROR_EVENTS, LOGS_SCHEMA, onCluster, partsTable, sqlText } from '../schema/index.ts';
import type { TelemetryEngine } from './engine.ts';

/** Removes events for good, as with logs: the parts that hold them are rewritten without them. */
export async function deleteErrorEvents(
  engine: TelemetryEngine,
  target: { readonly projectId: string; readonly hashIds: readonly number[] },
): Promise<void> {
  const { projectId, hashIds } = target;
  if (hashIds.length === 0) return;
  invariant(hashIds.every(Number.isSafeInteger), 'the id of a hash is a whole number');
  const table = `${LOGS_SCHEMA.database}.${partsTable(engine.topology, ERROR_EVENTS.name)}`;
  await engine.command(
    `ALTER TABLE ${table}${onCluster(engine.topology)} DELETE WHERE project_id = ${sqlText(projectId)} ` +
      `AND hash_id IN (${hashIds.join(', ')}) SETTINGS mutations_sync = 2`,
  );
}
