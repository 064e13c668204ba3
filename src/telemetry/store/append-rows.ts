import { type Clock, Failure } from '../../base/index.ts';
import { TELEMETRY_FAILURES } from '../failures.ts';
import { TELEMETRY_LIMITS } from '../limits.ts';
import type { EncodePace } from './encode-pace.ts';
import type { TelemetryEngine } from './engine.ts';
import type { FreeDisk } from './free-disk.ts';
import { createGroupCommit, type GroupCommit } from './group-commit.ts';
import type { RowBuffer } from './row-buffer.ts';
import { createUnderWay } from './under-way.ts';

/** How the rows of one kind become rows of tables. */
export interface RowKind<Row> {
  readonly columns: readonly string[];
  /** The table that a row goes to; each has its own lane of inserts. */
  readonly tableOf: (row: Row) => string;
  /** Throws `telemetry.row-invalid` when a column cannot hold a row; returns about how many bytes they will take. */
  readonly check: (rows: readonly Row[]) => number;
  readonly estimateBytes: (row: Row) => number;
  readonly encode: (rows: readonly Row[], into: RowBuffer) => void;
  /** True where a skip index must be there with the row, because it is cheap and merges would come too late. */
  readonly indexOnInsert?: boolean;
}

export interface AppendRows<Row> {
  readonly append: (rows: readonly Row[]) => Promise<void>;
  /** Resolves when everything appended before is settled. */
  readonly drain: () => Promise<void>;
}

/** The memory that rows of all kinds share between being taken and being durable. */
export interface BytesInFlight {
  readonly now: () => number;
  /** Throws `telemetry.overloaded` when there is no room; returns how to give it back. */
  readonly take: (bytes: number) => () => void;
}

export function createBytesInFlight(max: number): BytesInFlight {
  let held = 0;
  return {
    now: () => held,
    take: (bytes) => {
      // One call larger than the limit must be able to pass when nothing else is under way.
      if (held !== 0 && held + bytes > max) {
        throw new Failure(
          TELEMETRY_FAILURES.overloaded,
          { limit: 'bytesInFlightMax', max, now: held },
          { retryAfterSeconds: TELEMETRY_LIMITS.retryAfterSeconds },
        );
      }
      held += bytes;
      return () => {
        held -= bytes;
      };
    },
  };
}

export interface AppendRowsDeps<Row> {
  readonly kind: RowKind<Row>;
  readonly engine: TelemetryEngine;
  readonly clock: Clock;
  readonly freeDisk: FreeDisk;
  readonly pace: EncodePace;
  readonly bytesInFlight: BytesInFlight;
}

/** A call is stored whole or, when the engine fails between two of its slices, in part: it is then rejected. */
export function createAppendRows<Row>(deps: AppendRowsDeps<Row>): AppendRows<Row> {
  const { kind, engine, clock } = deps;
  const { columns, indexOnInsert = false } = kind;
  const lanes = new Map<string, GroupCommit<Row>>();
  const laneOf = (table: string): GroupCommit<Row> => {
    const known = lanes.get(table);
    if (known !== undefined) return known;
    const insert = (bytes: Buffer, token: string): Promise<void> =>
      engine.insert({ table, columns, bytes, token, indexOnInsert });
    const fresh = createGroupCommit<Row>({ clock, encode: kind.encode, faultOf: engine.faultOf, insert });
    lanes.set(table, fresh);
    return fresh;
  };
  const underWay = createUnderWay();

  const append = async (rows: readonly Row[]): Promise<void> => {
    if (rows.length === 0) return;
    const giveBack = deps.bytesInFlight.take(kind.check(rows));
    try {
      await deps.freeDisk.check();
      await appendSlices(rows);
    } finally {
      giveBack();
    }
  };

  const appendSlices = async (rows: readonly Row[]): Promise<void> => {
    const settled: Promise<unknown>[] = [];
    for (const slice of slicesOf(rows, kind)) {
      await deps.pace.turn(slice.bytes);
      const stored = laneOf(slice.table).append(slice.rows);
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

  return { append: (rows) => underWay.track(append(rows)), drain: underWay.drain };
}

interface Slice<Row> {
  readonly table: string;
  /** About. */
  readonly bytes: number;
  readonly rows: readonly Row[];
}

/** Cuts a call by table, and into pieces that are encoded without holding up the process. */
function slicesOf<Row>(rows: readonly Row[], kind: RowKind<Row>): readonly Slice<Row>[] {
  const tables = new Set(rows.map(kind.tableOf));
  const [only, ...others] = tables;
  if (only !== undefined && others.length === 0) return cut(rows, only, kind);
  return [...tables].flatMap((table) =>
    cut(
      rows.filter((row) => kind.tableOf(row) === table),
      table,
      kind,
    ),
  );
}

function cut<Row>(rows: readonly Row[], table: string, kind: RowKind<Row>): readonly Slice<Row>[] {
  const slices: Slice<Row>[] = [];
  let start = 0;
  let bytes = 0;
  for (let index = 0; index < rows.length; index += 1) {
    const row = rows[index];
    bytes += row === undefined ? 0 : kind.estimateBytes(row);
    const full = bytes >= TELEMETRY_LIMITS.encodeSliceBytes || index + 1 - start >= TELEMETRY_LIMITS.insertRowsMax;
    if (full || index + 1 === rows.length) {
      slices.push({ table, bytes, rows: rows.slice(start, index + 1) });
      start = index + 1;
      bytes = 0;
    }
  }
  return slices;
}
