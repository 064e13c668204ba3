import type { Clock, Log } from '../../base/index.ts';
import { TELEMETRY_LIMITS } from '../limits.ts';
import { LOGS_SCHEMA, logsTableOf, onCluster, partsTable, systemTable } from '../schema/index.ts';
import type { TelemetryEngine } from './engine.ts';
import type { Mutex } from './mutex.ts';
import { partitionExpression, readPartitionKey } from './partitions.ts';

/**
 * Inserts do not build the text index: it costs more than the rest of the insert. Merges build it, and most
 * parts are merged within seconds. What stays unmerged (the last large part of a burst, a quiet day) is found
 * here and gets its index by a mutation, which leaves parts that have one as they are.
 */
export function startTextIndexSweep(deps: {
  readonly engine: TelemetryEngine;
  readonly clock: Clock;
  readonly log: Log;
  readonly exclusive: Mutex;
  readonly everyMs: number | undefined;
}): { readonly stop: () => Promise<void> } {
  const stopping = new AbortController();
  const { clock, log, everyMs = TELEMETRY_LIMITS.indexSweepMs } = deps;
  const loop = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      await clock.sleep(everyMs, stopping.signal).catch(() => undefined);
      if (stopping.signal.aborted) return;
      await deps
        .exclusive(() => sweepTextIndex(deps.engine))
        .catch((error: unknown) =>
          log.warn({ code: deps.engine.faultOf(error).engineError }, 'text index sweep failed'),
        );
    }
  };
  const running = loop();
  return {
    stop: async () => {
      stopping.abort();
      await running;
    },
  };
}

/** Starts the mutation in every partition where many rows have no index. Returns how many partitions. */
export async function sweepTextIndex(
  engine: TelemetryEngine,
  settings: { readonly rowsMin?: number; readonly ageSecondsMin?: number } = {},
): Promise<number> {
  const { rowsMin = TELEMETRY_LIMITS.indexSweepRowsMin, ageSecondsMin = TELEMETRY_LIMITS.indexSweepAgeSecondsMin } =
    settings;
  const { topology } = engine;
  let started = 0;
  for (const index of LOGS_SCHEMA.indexes) {
    for (const storageClass of index.classes) {
      const table = partsTable(topology, logsTableOf(storageClass));
      const bare = await engine.read<{ readonly partition: string }>(
        `SELECT partition FROM ${systemTable(topology, 'parts')} WHERE active AND rows > 0 ` +
          `AND database = '${LOGS_SCHEMA.database}' AND table = '${table}' AND secondary_indices_compressed_bytes = 0 ` +
          // Those of the last seconds will be merged anyway.
          `AND modification_time <= now() - ${ageSecondsMin} ` +
          `AND (SELECT count() FROM ${systemTable(topology, 'mutations')} WHERE database = '${LOGS_SCHEMA.database}' ` +
          `AND table = '${table}' AND NOT is_done) = 0 ` +
          `GROUP BY partition HAVING sum(rows) >= ${rowsMin} ORDER BY partition LIMIT 10`,
      );
      for (const { partition } of bare) {
        await engine.command(
          `ALTER TABLE ${LOGS_SCHEMA.database}.${table}${onCluster(topology)} MATERIALIZE INDEX ${index.name} ` +
            `IN PARTITION ${partitionExpression(readPartitionKey(partition))} SETTINGS mutations_sync = 0`,
        );
        started += 1;
      }
    }
  }
  return started;
}
