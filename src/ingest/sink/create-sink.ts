import type { Actor, Authorize } from '../../access/index.ts';
import type { Audit } from '../../audit/index.ts';
import { type Clock, DAY_MS, Failure } from '../../base/index.ts';
import type { IncomingLogs, LogGroup, LogGroupVerbs, Sink, SinkRequest } from '../../logs/index.ts';
import type { StoredBatch } from '../../metrics/index.ts';
import type { RedactionReport, Redactor } from '../../redact/index.ts';
import type { LogRow, TelemetryStore } from '../../telemetry/index.ts';
import { type Admission, createAdmission } from '../admission.ts';
import { BODY_TOO_LONG, isBodyTooLong } from '../attributes.ts';
import type { IngestCounters } from '../counters.ts';
import { INGEST_FAILURES } from '../failures.ts';
import { INGEST_LIMITS } from '../limits.ts';
import { SLICE_MASK, startTimeSlice } from '../time-slice.ts';
import { createRowBuilder } from './build-row.ts';
import { type Cleaner, createCleaner } from './clean-record.ts';
import { createEventIds, type EventIds } from './event-id.ts';

export interface SinkDeps {
  readonly groups: Pick<LogGroupVerbs, 'forWrite' | 'noteWritten'>;
  readonly telemetry: Pick<TelemetryStore, 'appendLogs'>;
  readonly redactor: Redactor;
  readonly authorize: Authorize;
  readonly audit: Pick<Audit, 'count'>;
  readonly counters: IngestCounters;
  readonly clock: Clock;
  /** What was masked in one stored request; called once the rows are durable, so that a retry is not counted twice. */
  readonly onRedaction?: (report: RedactionReport, seen: { readonly records: number; readonly bytes: number }) => void;
  /**
   * Looks at the rows of one request as they are stored, once they are durable and before the sender is answered:
   * metric filters. It must not reject, because the rows are there whatever becomes of what it makes of them.
   */
  readonly onStored?: (batches: readonly StoredBatch[]) => Promise<void>;
  /** For a gauge of bytes in flight; by default the sink has its own. */
  readonly admission?: Admission;
}

/** The admission of the sink: what all protocols together may hold between their edge and the store. */
export const createSinkAdmission = (): Admission =>
  createAdmission({ bytesMax: INGEST_LIMITS.sinkBytesInFlightMax, measure: 'records' });

/**
 * The one way into the log store. The order is the promise: room is taken before any work; names are searched for
 * secrets before they can reach the audit log; every group is authorized before anything is created; every text is
 * redacted before the first byte is handed to the store; and the call resolves only when all rows are durable.
 * A crash before the append leaves at most empty groups and streams; a crash after it leaves stored rows whose
 * sender was not answered, so that it sends them again. Only `onStored` comes between the append and the answer.
 */
export function createSink(deps: SinkDeps): Sink {
  const cleaner = createCleaner(deps.redactor);
  const ids = createEventIds(deps.clock);
  const admission = deps.admission ?? createSinkAdmission();
  return async (request) => {
    const received = request.batches.reduce((sum, batch) => sum + batch.records.length, 0);
    refuseTooMany(request, received);
    const lease = admission.enter(request.bytes + received * INGEST_LIMITS.recordOverheadBytes);
    try {
      refuseSecretNames(request.batches, cleaner);
      await authorizeGroups(deps.authorize, request);
      const targets = await openTargets(deps.groups, request);
      const report: RedactionReport = { masksByRule: new Map(), maskedLength: 0, failedClosed: 0 };
      const written = await buildRows({ request, targets, cleaner, ids, report, clock: deps.clock });
      if (written.rows.length > 0) {
        await deps.telemetry.appendLogs(written.rows);
        await deps.onStored?.(written.batches.map((batch) => storedBatch(batch, written.rows)));
      }
      settle(deps, { request, written, report });
      return { accepted: written.rows.length, expired: received - written.rows.length };
    } finally {
      lease.release();
    }
  };
}

function refuseTooMany(request: SinkRequest, received: number): void {
  if (received > INGEST_LIMITS.recordsPerRequestMax) {
    throw new Failure(INGEST_FAILURES.tooManyRecords, { limit: INGEST_LIMITS.recordsPerRequestMax });
  }
  if (request.batches.length > INGEST_LIMITS.streamsPerRequestMax) {
    throw new Failure(INGEST_FAILURES.tooManyStreams, { limit: INGEST_LIMITS.streamsPerRequestMax });
  }
}

/** A masked name would be another group than the sender asked for, so such names are refused instead. */
function refuseSecretNames(batches: readonly IncomingLogs[], cleaner: Cleaner): void {
  for (const batch of batches) {
    for (const part of ['group', 'stream'] as const) {
      const report: RedactionReport = { masksByRule: new Map(), maskedLength: 0, failedClosed: 0 };
      const name = part === 'group' ? batch.logGroup : batch.logStream;
      cleaner.word(name, report);
      if (report.maskedLength > 0 || report.failedClosed > 0) {
        const rules = [...report.masksByRule.keys()].join(', ') || 'not searchable';
        throw new Failure(INGEST_FAILURES.nameHoldsSecret, { part, rules });
      }
    }
  }
}

async function authorizeGroups(authorize: Authorize, request: SinkRequest): Promise<void> {
  for (const name of new Set(request.batches.map((batch) => batch.logGroup))) {
    await authorize(request.actor, 'logs:Write', { type: 'log-group', name });
  }
}

async function openTargets(groups: SinkDeps['groups'], request: SinkRequest): Promise<readonly LogGroup[]> {
  const targets: LogGroup[] = [];
  for (const { logGroup, logStream } of request.batches) {
    targets.push(await groups.forWrite(request.actor, { logGroup, logStream, createMissing: request.createMissing }));
  }
  return targets;
}

/** What one batch became. */
interface WrittenBatch {
  readonly group: LogGroup;
  readonly logStream: string;
  /** Where its rows begin among those of the request. */
  readonly from: number;
  readonly records: number;
  readonly bytes: number;
  readonly firstNs: bigint;
  readonly lastNs: bigint;
}

interface Written {
  readonly rows: readonly LogRow[];
  readonly batches: readonly WrittenBatch[];
  readonly ingestTimeMs: number;
}

const storedBatch = ({ group, from, records }: WrittenBatch, rows: readonly LogRow[]): StoredBatch => ({
  group,
  rows: from === 0 && records === rows.length ? rows : rows.slice(from, from + records),
});

interface Building {
  readonly request: SinkRequest;
  readonly targets: readonly LogGroup[];
  readonly cleaner: Cleaner;
  readonly ids: EventIds;
  readonly report: RedactionReport;
  readonly clock: Clock;
}

async function buildRows(building: Building): Promise<Written> {
  const { request, targets, cleaner, report, ids, clock } = building;
  const ingestTimeMs = Math.floor(clock.nowMs());
  const slice = startTimeSlice(clock);
  const buildRow = createRowBuilder({ cleaner, report, ingestTimeMs });
  ids.start();
  const rows: LogRow[] = [];
  const batches: WrittenBatch[] = [];
  let position = 0;
  for (const [index, batch] of request.batches.entries()) {
    const group = targets[index];
    if (group === undefined) continue;
    const oldestNs = oldestKeptNs(group.retentionDays, ingestTimeMs);
    const before = rows.length;
    let bytes = 0;
    let firstNs: bigint | undefined;
    let lastNs: bigint | undefined;
    for (const record of batch.records) {
      position += 1;
      if ((position & SLICE_MASK) === 0 && slice.due()) await slice.rest();
      if (record.timeNs < oldestNs) continue;
      if (isBodyTooLong(record.body)) {
        throw new Failure(INGEST_FAILURES.recordRefused, { position, reason: BODY_TOO_LONG });
      }
      const row = buildRow(record, { group, logStream: batch.logStream, eventId: ids.next() });
      bytes += row.body.length;
      if (firstNs === undefined || record.timeNs < firstNs) firstNs = record.timeNs;
      if (lastNs === undefined || record.timeNs > lastNs) lastNs = record.timeNs;
      rows.push(row);
    }
    if (firstNs === undefined || lastNs === undefined) continue;
    batches.push({
      group,
      logStream: batch.logStream,
      from: before,
      records: rows.length - before,
      bytes,
      firstNs,
      lastNs,
    });
  }
  return { rows, batches, ingestTimeMs };
}

/** 0 days keeps for ever. */
const oldestKeptNs = (retentionDays: number, nowMs: number): bigint =>
  retentionDays === 0 ? 0n : BigInt(nowMs - retentionDays * DAY_MS) * 1_000_000n;

function settle(
  deps: SinkDeps,
  done: { readonly request: SinkRequest; readonly written: Written; readonly report: RedactionReport },
): void {
  const { request, written, report } = done;
  for (const batch of written.batches) {
    deps.groups.noteWritten({
      logGroup: batch.group.name,
      logStream: batch.logStream,
      firstEventMs: Number(batch.firstNs / 1_000_000n),
      lastEventMs: Number(batch.lastNs / 1_000_000n),
      ingestMs: written.ingestTimeMs,
      bytes: batch.bytes,
    });
    deps.audit.count(auditEntry(request.actor, request.protocol, batch.group.name), {
      events: batch.records,
      bytes: batch.bytes,
    });
  }
  const records = written.rows.length;
  const received = request.batches.reduce((sum, batch) => sum + batch.records.length, 0);
  deps.counters.accepted(request.protocol, { records, bytes: request.bytes });
  if (received > records) deps.counters.refused(request.protocol, { requests: 0, records: received - records });
  deps.onRedaction?.(report, { records, bytes: request.bytes });
}

const auditEntry = (actor: Actor, protocol: string, logGroup: string): Parameters<Audit['count']>[0] => ({
  identity: {
    type: actor.type,
    id: actor.id,
    name: actor.name,
    sourceIp: actor.sourceIp,
    userAgent: actor.userAgent,
    ...(actor.sessionId === undefined ? {} : { sessionId: actor.sessionId }),
  },
  source: 'logs',
  eventName: 'PutLogEvents',
  readOnly: false,
  requestParameters: { protocol },
  resources: [{ type: 'log-group', name: logGroup }],
  category: 'Data',
});
