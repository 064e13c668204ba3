import { sql } from 'kysely';
import { Failure } from '../base/index.ts';
import type { Catalog } from '../catalog/index.ts';
import type { CompletedRecord } from './complete-record.ts';
import { AUDIT_FAILURES } from './failures.ts';
import { AUDIT_LIMITS } from './limits.ts';
import type { AuditTables } from './migrations.ts';

interface Waiting {
  readonly record: CompletedRecord;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

export interface RecordQueue {
  /** Resolves when the record is committed. Throws `audit.overloaded`, `audit.closed`, `catalog.unavailable`. */
  readonly add: (record: CompletedRecord) => Promise<void>;
  /** Refuses new records and resolves when those that wait are written. */
  readonly close: () => Promise<void>;
}

/** Group commit: while one insert runs, the records that arrive gather for the next one. */
export function createRecordQueue(catalog: Catalog): RecordQueue {
  let waiting: Waiting[] = [];
  let running: Promise<void> | undefined;
  let isClosed = false;

  const run = async (): Promise<void> => {
    while (waiting.length > 0) {
      const batch = waiting.slice(0, AUDIT_LIMITS.batchMax);
      waiting = waiting.slice(AUDIT_LIMITS.batchMax);
      try {
        await insertRecords(
          catalog,
          batch.map(({ record }) => record),
        );
        for (const { resolve } of batch) resolve();
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    running = undefined;
  };

  return {
    add: (record) =>
      new Promise((resolve, reject) => {
        if (isClosed) throw new Failure(AUDIT_FAILURES.closed);
        if (waiting.length >= AUDIT_LIMITS.pendingMax) {
          throw new Failure(AUDIT_FAILURES.overloaded, { pending: waiting.length }, { retryAfterSeconds: 1 });
        }
        waiting.push({ record, resolve, reject });
        running ??= run();
      }),
    close: async () => {
      isClosed = true;
      await running;
    },
  };
}

/**
 * One statement, so one commit: it takes as many numbers as it inserts rows. The row lock on the counter also
 * makes the order of the numbers the order of the commits, over several processes too.
 */
async function insertRecords(catalog: Catalog, records: readonly CompletedRecord[]): Promise<void> {
  const rows = JSON.stringify(records.map((record, position) => ({ position: position + 1, ...record })));
  await sql`
    WITH counter AS (
      UPDATE audit_counter SET last_sequence = last_sequence + ${records.length}::bigint RETURNING last_sequence
    )
    INSERT INTO audit_records (sequence, event_id, event_time_ms, event_source, event_name, category, read_only,
      identity_type, identity_id, identity_name, source_ip, error_code, resource_names, record)
    SELECT counter.last_sequence - ${records.length}::bigint + added.position, event_id, event_time_ms, event_source,
      event_name, category, read_only, identity_type, identity_id, identity_name, source_ip, error_code,
      resource_names, record
    FROM counter, json_to_recordset(${rows}::json) AS added (position bigint, event_id uuid, event_time_ms bigint,
      event_source text, event_name text, category text, read_only boolean, identity_type text, identity_id text,
      identity_name text, source_ip text, error_code text, resource_names text[], record text)
  `.execute(catalog.db<AuditTables>());
}
