import { type Clock, Failure, type Log } from '../../base/index.ts';
import { TELEMETRY_FAILURES } from '../failures.ts';
import { TELEMETRY_LIMITS } from '../limits.ts';
import type { TelemetryStatus, TelemetryStore } from '../types.ts';
import {
  type AppendRows,
  type AppendRowsDeps,
  createAppendRows,
  createBytesInFlight,
  type RowKind,
} from './append-rows.ts';
import { deleteErrorEvents } from './delete-error-events.ts';
import { deleteLogs } from './delete-logs.ts';
import { createEncodePace } from './encode-pace.ts';
import type { TelemetryEngine } from './engine.ts';
import { ERROR_EVENT_ROWS, ERROR_INBOX_ROWS, ERROR_SESSION_ROWS } from './error-rows.ts';
import { expireErrorInbox, expireMetrics } from './expire-metrics.ts';
import { createFreeDisk } from './free-disk.ts';
import { LOG_ROWS } from './log-rows.ts';
import { POINT_ROWS, SERIES_ROWS } from './metric-rows.ts';
import { migrate } from './migrate.ts';
import { createMutex } from './mutex.ts';
import { dropPartition, readPartitions } from './partitions.ts';
import { finishRehome, type RehomeStep, rehomeLogGroup } from './rehome-log-group.ts';
import { runQuery } from './run-query.ts';
import { SPAN_ROWS } from './span-rows.ts';
import { startTextIndexSweep } from './text-index-sweep.ts';

export interface TelemetryStoreSettings {
  readonly bytesInFlightMax?: number;
  readonly freeDiskBytesMin?: number;
  readonly indexSweepMs?: number;
  /** Told before each step of a rehome; tests stop the process here. */
  readonly onRehomeStep?: (step: RehomeStep) => Promise<void> | void;
}

export interface TelemetryStoreDeps extends TelemetryStoreSettings {
  readonly engine: TelemetryEngine;
  readonly clock: Clock;
  readonly log: Log;
}

/** The port over any engine. Makes or migrates the tables, and finishes what a crash cut short. */
export async function createTelemetryStore(deps: TelemetryStoreDeps): Promise<TelemetryStore> {
  const { engine, clock, log, bytesInFlightMax = TELEMETRY_LIMITS.bytesInFlightMax } = deps;
  const onRehomeStep = deps.onRehomeStep ?? (() => undefined);
  await migrate({ engine, log });
  await finishRehome({ engine, clock, log, onStep: onRehomeStep });

  const freeDisk = createFreeDisk({
    clock,
    read: engine.freeDiskBytes,
    bytesMin: deps.freeDiskBytesMin ?? TELEMETRY_LIMITS.freeDiskBytesMin,
  });
  const bytesInFlight = createBytesInFlight(bytesInFlightMax);
  const pipes = openPipes({ engine, clock, freeDisk, bytesInFlight });
  const { appendLogs } = pipes;
  // What moves or removes rows runs one at a time: a rehome counts on no other doing so.
  const exclusive = createMutex();
  /** Rows of a group that were taken before the call must be there to be moved or deleted. */
  const exclusiveAfterLogs = <T>(work: () => Promise<T>): Promise<T> =>
    exclusive(async () => {
      await appendLogs.drain();
      return await work();
    });
  const sweep = startTextIndexSweep({ engine, clock, log, exclusive, everyMs: deps.indexSweepMs });
  let closing: Promise<void> | undefined;
  const open = (): void => {
    if (closing !== undefined) throw new Failure(TELEMETRY_FAILURES.closed);
  };
  const guarded =
    <A extends readonly unknown[], R>(verb: (...args: A) => Promise<R>) =>
    async (...args: A): Promise<R> => {
      open();
      return await verb(...args);
    };

  return {
    ...appends(pipes, guarded),
    expireMetrics: guarded((nowMs) => exclusive(() => expireMetrics(engine, nowMs))),
    expireErrorInbox: guarded((beforeMs) => exclusive(() => expireErrorInbox(engine, beforeMs))),
    deleteErrorEvents: guarded((target) => exclusive(() => deleteErrorEvents(engine, target))),
    query: guarded((query) => runQuery(engine, query)) as TelemetryStore['query'],
    partitions: guarded(() => readPartitions(engine)),
    dropPartition: guarded((partition) => exclusive(() => dropPartition(engine, partition))),
    rehomeLogGroup: guarded((target) =>
      exclusiveAfterLogs(() => rehomeLogGroup({ engine, clock, log, onStep: onRehomeStep }, target)),
    ),
    deleteLogs: guarded((target) => exclusiveAfterLogs(() => deleteLogs(engine, target))),
    status: guarded(async () => ({
      ...(await readHoldings(engine)),
      bytesInFlight: bytesInFlight.now(),
      freeDiskBytes: await freeDisk.bytes(),
    })),
    close: () => {
      closing ??= (async () => {
        await sweep.stop();
        await pipes.drain();
        await exclusive(async () => undefined);
        await engine.close();
      })();
      return closing;
    },
  };
}

type Pipes = ReturnType<typeof openPipes>;
type Guarded = <A extends readonly unknown[], R>(verb: (...args: A) => Promise<R>) => (...args: A) => Promise<R>;

const appends = (pipes: Pipes, guarded: Guarded) => ({
  appendLogs: guarded(pipes.appendLogs.append),
  appendPoints: guarded(pipes.appendPoints.append),
  appendSeries: guarded(pipes.appendSeries.append),
  appendSpans: guarded(pipes.appendSpans.append),
  appendErrorInbox: guarded(pipes.appendErrorInbox.append),
  appendErrorEvents: guarded(pipes.appendErrorEvents.append),
  appendErrorSessions: guarded(pipes.appendErrorSessions.append),
});

/** One pipe for each kind of rows; memory and the event loop are shared among them. */
function openPipes(deps: Omit<AppendRowsDeps<never>, 'kind' | 'pace'>) {
  const pace = createEncodePace();
  const pipe = <Row>(kind: RowKind<Row>): AppendRows<Row> => createAppendRows({ ...deps, kind, pace });
  const pipes = {
    appendLogs: pipe(LOG_ROWS),
    appendPoints: pipe(POINT_ROWS),
    appendSeries: pipe(SERIES_ROWS),
    appendSpans: pipe(SPAN_ROWS),
    appendErrorInbox: pipe(ERROR_INBOX_ROWS),
    appendErrorEvents: pipe(ERROR_EVENT_ROWS),
    appendErrorSessions: pipe(ERROR_SESSION_ROWS),
  };
  return {
    ...pipes,
    drain: async (): Promise<void> => {
      await Promise.all(Object.values(pipes).map((rows) => rows.drain()));
    },
  };
}

async function readHoldings(
  engine: TelemetryEngine,
): Promise<Pick<TelemetryStatus, 'engine' | 'version' | 'rows' | 'bytesOnDisk'>> {
  const partitions = await readPartitions(engine);
  const version = await engine.read<{ readonly version: string }>('SELECT version() AS version');
  return {
    engine: engine.kind,
    version: version[0]?.version ?? '',
    rows: partitions.reduce((sum, partition) => sum + partition.rows, 0),
    bytesOnDisk: partitions.reduce((sum, partition) => sum + partition.bytesOnDisk, 0),
  };
}
