import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { type ClickHouseClient, ClickHouseLogLevel, type ClickHouseSettings, createClient } from '@clickhouse/client';
import type { Clock, Log } from '../../../base/index.ts';
import { Failure, isFailure, SECOND_MS } from '../../../base/index.ts';
import { TELEMETRY_FAILURES } from '../../failures.ts';
import { TELEMETRY_LIMITS } from '../../limits.ts';
import { EMBEDDED_TOPOLOGY, LOGS_SCHEMA, onCluster, sqlText, systemTable, type Topology } from '../../schema/index.ts';
import {
  createTelemetryStore,
  createTurnstile,
  type EngineInsert,
  type EngineSelect,
  faultOf,
  insertSettings,
  nameEngineError,
  queryFailure,
  querySettings,
  readResult,
  type TelemetryEngine,
  type TelemetryStoreSettings,
} from '../../store/index.ts';
import type { TelemetryResult, TelemetryStore } from '../../types.ts';

export interface ClickhouseTelemetryOptions extends TelemetryStoreSettings {
  /** `http://user:password@host:8123`; the database of the tables is always the schema's. */
  readonly url: string;
  /** Name of a cluster in the servers' configuration. Without it, the tables are those of a single server. */
  readonly cluster?: string;
  readonly clock: Clock;
  readonly log: Log;
}

/** Opens the store on a ClickHouse server or cluster over HTTP. Throws `telemetry.engine-unavailable`. */
export async function openClickhouseTelemetry(options: ClickhouseTelemetryOptions): Promise<TelemetryStore> {
  const topology: Topology =
    options.cluster === undefined ? EMBEDDED_TOPOLOGY : { type: 'cluster', cluster: options.cluster };
  const engine = openClickhouseEngine(options.url, topology);
  try {
    return await createTelemetryStore({ ...options, engine, log: options.log.area('telemetry') });
  } catch (error) {
    await engine.close();
    throw isFailure(error) ? error : startFailure(error, options.url);
  }
}

/** Writing, reading and maintenance have connections of their own, so that none waits for another's. */
function openClickhouseEngine(url: string, topology: Topology): TelemetryEngine {
  const { database } = LOGS_SCHEMA;
  const writing = connect(url, { timeoutMs: TELEMETRY_LIMITS.insertTimeoutMs, connections: 4, compressed: true });
  const reading = connect(url, {
    timeoutMs: TELEMETRY_LIMITS.queryTimeoutMsMax + GRACE_MS,
    connections: TELEMETRY_LIMITS.queryParallelServerMax,
    database,
  });
  const maintenance = connect(url, { timeoutMs: TELEMETRY_LIMITS.maintenanceTimeoutMs, connections: 4 });
  const turnstile = createTurnstile({
    parallelMax: TELEMETRY_LIMITS.queryParallelServerMax,
    queueMax: TELEMETRY_LIMITS.queryQueueMax,
  });

  const insert = async ({ table, columns, bytes, token, indexOnInsert }: EngineInsert): Promise<void> => {
    const { stream } = await writing.exec({
      query: `INSERT INTO ${database}.${table} (${columns.join(', ')}) FORMAT JSONCompactEachRow`,
      values: Readable.from([bytes], { objectMode: false }),
      clickhouse_settings: asSettings({
        ...insertSettings({ token, indexOnInsert }),
        max_execution_time: TELEMETRY_LIMITS.insertTimeoutMs / SECOND_MS,
        wait_end_of_query: 1,
        ...(topology.type === 'cluster' ? CLUSTER_INSERT_SETTINGS : {}),
      }),
    });
    // The answer is empty; its end says that the insert is done.
    await finished(stream.resume());
  };
  const command = async (sql: string): Promise<void> => {
    await maintenance.command({ query: sql, clickhouse_settings: asSettings(COMMAND_SETTINGS) });
  };
  const read = async <Row>(sql: string): Promise<readonly Row[]> => {
    const settings = asSettings({ output_format_json_quote_64bit_integers: 1, log_queries: 0 });
    const result = await maintenance.query({ query: sql, format: 'JSONCompact', clickhouse_settings: settings });
    return readResult<Row>(await result.text()).rows;
  };

  return {
    kind: 'ClickHouse',
    topology,
    insert,
    command,
    read,
    faultOf,
    select: (query) => turnstile.pass(query.signal, () => select(reading, query, { command, topology, url })),
    freeDiskBytes: async () => {
      const rows = await read<{ readonly free: string }>(
        `SELECT min(free_space) AS free FROM ${systemTable(topology, 'disks')}`,
      );
      return Number(rows[0]?.free ?? 0);
    },
    close: async () => {
      await turnstile.drain();
      await Promise.all([writing.close(), reading.close(), maintenance.close()]);
    },
  };
}

interface SelectDeps {
  readonly command: (sql: string) => Promise<void>;
  readonly topology: Topology;
  readonly url: string;
}

async function select<Row>(
  client: ClickHouseClient,
  query: EngineSelect,
  deps: SelectDeps,
): Promise<TelemetryResult<Row>> {
  const queryId = `holdfast-${randomUUID()}`;
  // Ends the waiting when the server is gone; the server itself keeps to its own limit before that.
  const lost = AbortSignal.timeout(query.timeoutMs + GRACE_MS);
  const kill = (): void => {
    deps
      .command(`KILL QUERY${onCluster(deps.topology)} WHERE query_id = ${sqlText(queryId)} ASYNC`)
      .catch(() => undefined);
  };
  query.signal?.addEventListener('abort', kill, { once: true });
  try {
    const result = await client.query({
      query: query.sql,
      query_params: query.params,
      query_id: queryId,
      format: 'JSONCompact',
      abort_signal: query.signal === undefined ? lost : AbortSignal.any([query.signal, lost]),
      // A server stops a reading query by itself when its connection closes; the KILL is for proxies between.
      clickhouse_settings: asSettings({
        ...querySettings(query),
        readonly: 2,
        // Otherwise a query that is stopped on its way would end in the middle of a result that began well.
        wait_end_of_query: 1,
        cancel_http_readonly_queries_on_client_close: 1,
      }),
    });
    return readResult<Row>(await result.text());
  } catch (error) {
    if (lost.aborted) {
      kill();
      throw new Failure(TELEMETRY_FAILURES.queryTimeout, { timeoutMs: query.timeoutMs }, { cause: error });
    }
    const answered = nameEngineError(error).code !== undefined || query.signal?.aborted === true;
    throw answered ? queryFailure(error, query) : startFailure(error, deps.url);
  } finally {
    query.signal?.removeEventListener('abort', kill);
  }
}

/** How much longer than its limit a query may take to tell that it was stopped. */
const GRACE_MS = 10 * SECOND_MS;

/** An insert is acknowledged when the shard has it, on a majority of its replicas. */
const CLUSTER_INSERT_SETTINGS = {
  distributed_foreground_insert: 1,
  insert_quorum: 'auto',
  insert_quorum_parallel: 1,
} as const;

const COMMAND_SETTINGS = {
  distributed_ddl_task_timeout: TELEMETRY_LIMITS.maintenanceTimeoutMs / SECOND_MS,
  distributed_ddl_output_mode: 'throw',
  wait_end_of_query: 1,
  log_queries: 0,
} as const;

function connect(
  url: string,
  settings: {
    readonly timeoutMs: number;
    readonly connections: number;
    readonly database?: string;
    readonly compressed?: boolean;
  },
): ClickHouseClient {
  return createClient({
    url,
    application: 'holdfast',
    request_timeout: settings.timeoutMs,
    max_open_connections: settings.connections,
    compression: { request: settings.compressed ?? false, response: true },
    // A list of many groups does not fit into a URL.
    use_multipart_params_auto: true,
    ...(settings.database === undefined ? {} : { database: settings.database }),
    // Its own log would quote queries; what goes wrong is thrown to us anyway.
    log: { level: ClickHouseLogLevel.OFF },
  });
}

function startFailure(error: unknown, url: string): Failure {
  const { code, name: engineError } = nameEngineError(error);
  // The host alone: the URL may carry a password.
  const where = URL.canParse(url) ? new URL(url).host : 'the configured URL';
  const spec = code === undefined ? TELEMETRY_FAILURES.engineUnavailable : TELEMETRY_FAILURES.engineRefused;
  return new Failure(spec, { engineError, where }, { cause: error });
}

/** The client's type names each setting of the engine; ours are made by name, and the server checks them. */
const asSettings = (settings: Readonly<Record<string, string | number>>): ClickHouseSettings =>
  settings as ClickHouseSettings;
