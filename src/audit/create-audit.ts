import { type Clock, Failure, isFailure, type Log } from '../base/index.ts';
import type { Catalog } from '../catalog/index.ts';
import type { Redactor } from '../redact/index.ts';
import { completeRecord } from './complete-record.ts';
import { EventCounts } from './event-counts.ts';
import { AUDIT_FAILURES } from './failures.ts';
import { AUDIT_LIMITS } from './limits.ts';
import { lookupRecords } from './lookup-records.ts';
import { createRecordQueue } from './record-queue.ts';
import type { Audit, AuditEntry } from './types.ts';

export interface AuditDeps {
  readonly catalog: Catalog;
  /** Masks secrets in what callers report; without one nothing is masked, which only tests may want. */
  readonly redactor?: Pick<Redactor, 'value' | 'text'>;
  readonly clock: Clock;
  readonly log: Log;
  /** Becomes awsRegion: `local` for one machine. */
  readonly region: string;
  /** Becomes recipientAccountId: which Holdfast this is. */
  readonly accountId: string;
}

/** Opens the audit log on the catalog; AUDIT_MIGRATIONS must have run. */
export function createAudit({ catalog, redactor, clock, log, region, accountId }: AuditDeps): Audit {
  const queue = createRecordQueue(catalog);
  const settings = { redactor, region, accountId };
  const stop = new AbortController();
  let counts = new EventCounts();
  let unwritten: readonly AuditEntry[] = [];
  let flushing: Promise<void> | undefined;

  const record = async (entry: AuditEntry): Promise<void> => queue.add(completeRecord(entry, clock.nowMs(), settings));

  // Sums that could not be written are kept for the next time, because the calls they tell of have been answered.
  const flush = async (): Promise<void> => {
    const entries = [...unwritten, ...counts.take()];
    const results = await Promise.allSettled(entries.map(record));
    unwritten = entries.filter((_, index) => results[index]?.status === 'rejected').slice(-AUDIT_LIMITS.countKeysMax);
    if (unwritten.length > 0) log.warn({ records: unwritten.length }, 'sums of audited calls could not be written yet');
  };
  const flushOnce = (): Promise<void> => {
    flushing ??= flush().finally(() => {
      flushing = undefined;
    });
    return flushing;
  };
  const flushEveryMinute = async (): Promise<void> => {
    while (!stop.signal.aborted) {
      await clock.sleep(AUDIT_LIMITS.countFlushMs, stop.signal).catch(() => undefined);
      if (!stop.signal.aborted) await flushOnce();
    }
  };
  const minutely = flushEveryMinute();

  return {
    record,
    count: (entry, amount) => {
      if (stop.signal.aborted) throw new Failure(AUDIT_FAILURES.closed);
      counts.add(entry, amount, clock.nowMs());
      if (counts.size >= AUDIT_LIMITS.countKeysMax) void flushOnce();
    },
    lookup: (lookup) => lookupRecords(catalog, lookup),
    close: async () => {
      stop.abort();
      await minutely;
      await flushing;
      await flushOnce();
      await queue.close();
      counts = new EventCounts();
    },
  };
}

/** What an entry says of a failure, for verbs that record their own refusals. */
export const auditedError = (error: unknown): Pick<AuditEntry, 'errorCode' | 'errorMessage'> =>
  isFailure(error)
    ? { errorCode: error.code, errorMessage: error.message }
    : { errorCode: 'InternalError', errorMessage: error instanceof Error ? error.message : String(error) };
