import { type Clock, Failure } from '../../base/index.ts';
import { TELEMETRY_FAILURES } from '../failures.ts';
import { TELEMETRY_LIMITS } from '../limits.ts';
import { LOGS_SCHEMA, logsTableOf } from '../schema/index.ts';
import type { LogRow, StorageClass } from '../types.ts';
import { checkLogRows, estimateRowBytes } from './check-log-rows.ts';
import { createEncodePace } from './encode-pace.ts';
import type { TelemetryEngine } from './engine.ts';
import type { FreeDisk } from './free-disk.ts';
import { createGroupCommit, type GroupCommit } from './group-commit.ts';
import { createUnderWay } from './under-way.ts';

export interface AppendLogs {
  readonly append: (rows: readonly LogRow[]) => Promise<void>;
  /** Resolves when everything appended before is settled. */
  readonly drain: () => Promise<void>;
  readonly bytesInFlight: () => number;
}

export interface AppendLogsDeps {
  readonly engine: TelemetryEngine;
  readonly clock: Clock;
  readonly freeDisk: FreeDisk;
  readonly bytesInFlightMax: number;
}

/** A call is stored whole or, when the engine fails between two of its slices, in part: it is then rejected. */
export function createAppendLogs(deps: AppendLogsDeps): AppendLogs {
  const { engine, clock } = deps;
  const columns = LOGS_SCHEMA.columns.map((column) => column.name);
  const laneOf = (storageClass: StorageClass): GroupCommit =>
    createGroupCommit({
      clock,
      faultOf: engine.faultOf,
      insert: (bytes, token) => engine.insert({ table: logsTableOf(storageClass), columns, bytes, token }),
    });
  const lanes: Readonly<Record<StorageClass, GroupCommit>> = {
    standard: laneOf('standard'),
    infrequent: laneOf('infrequent'),
  };
  const pace = createEncodePace();
  let bytesInFlight = 0;

  const underWay = createUnderWay();

  const append = async (rows: readonly LogRow[]): Promise<void> => {
    if (rows.length === 0) return;
    const estimate = checkLogRows(rows);
    refuseOverload({ now: bytesInFlight, more: estimate, max: deps.bytesInFlightMax });
    bytesInFlight += estimate;
    try {
      await deps.freeDisk.check();
      await appendSlices(rows);
    } finally {
      bytesInFlight -= estimate;
    }
  };

  const appendSlices = async (rows: readonly LogRow[]): Promise<void> => {
    const settled: Promise<unknown>[] = [];
    for (const slice of slicesOf(rows)) {
      await pace.turn(slice.bytes);
      const stored = lanes[slice.storageClass].append(slice.rows);
      settled.push(
        stored.then(
          () => undefined,
          (error: unknown) => ({ error }),
        ),
      );
    }
    for (const outcome of await Promise.all(settled)) {
      if (outcome !== undefined) throw (outcome as { readonly error: unknown }).error;
    }
  };

  return {
    append: (rows) => underWay.track(append(rows)),
    drain: underWay.drain,
    bytesInFlight: () => bytesInFlight,
  };
}

function refuseOverload(bytes: { readonly now: number; readonly more: number; readonly max: number }): void {
  // One call larger than the limit must be able to pass when nothing else is under way.
  if (bytes.now === 0 || bytes.now + bytes.more <= bytes.max) return;
  throw new Failure(
    TELEMETRY_FAILURES.overloaded,
    { limit: 'bytesInFlightMax', max: bytes.max, now: bytes.now },
    { retryAfterSeconds: TELEMETRY_LIMITS.retryAfterSeconds },
  );
}

interface Slice {
  readonly storageClass: StorageClass;
  /** About. */
  readonly bytes: number;
  readonly rows: readonly LogRow[];
}

/** Cuts a call by class, and into pieces that are encoded without holding up the process. */
function slicesOf(rows: readonly LogRow[]): readonly Slice[] {
  const first = rows[0]?.storageClass ?? 'standard';
  if (rows.every((row) => row.storageClass === first)) return cut(rows, first);
  return (['standard', 'infrequent'] as const).flatMap((storageClass) =>
    cut(
      rows.filter((row) => row.storageClass === storageClass),
      storageClass,
    ),
  );
}

function cut(rows: readonly LogRow[], storageClass: StorageClass): readonly Slice[] {
  const slices: Slice[] = [];
  let start = 0;
  let bytes = 0;
  for (let index = 0; index < rows.length; index += 1) {
    const row = rows[index];
    bytes += row === undefined ? 0 : estimateRowBytes(row);
    if (bytes >= TELEMETRY_LIMITS.encodeSliceBytes || index + 1 === rows.length) {
      slices.push({ storageClass, bytes, rows: rows.slice(start, index + 1) });
      start = index + 1;
      bytes = 0;
    }
  }
  return slices;
}
