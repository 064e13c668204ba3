import path from 'node:path';
import type { Clock, Log, OptionValues } from '../base/index.ts';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../catalog/drivers/embedded/index.ts';
import { openChdbTelemetry } from '../telemetry/drivers/chdb/index.ts';
import type { TelemetryStore } from '../telemetry/index.ts';
import type { OPTIONS } from './options.ts';
import type { StopStack } from './stop-stack.ts';

export type Options = OptionValues<typeof OPTIONS>;

export interface EngineDeps {
  readonly options: Options;
  readonly folder: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly stack: StopStack;
  /** Called when an engine ends by itself and cannot be brought back. */
  readonly onLost: (part: string, reason: string) => void;
}

export interface Engines {
  readonly telemetry: TelemetryStore;
  readonly postgresUrl: string;
  /** Of a role that may replicate: the embedded server's superuser, or the role of your own URL. */
  readonly replicationUrl: string;
  /** For people: what runs, and whether it is embedded. */
  readonly telemetryName: string;
  readonly catalogName: string;
}

const RESTARTS_MAX = 3;
const RESTART_DELAY_MS = 500;

/** Starts the stores: embedded by default, by URL when one is given. Both start at the same time. */
export async function startEngines(deps: EngineDeps): Promise<Engines> {
  const [telemetry, postgres] = await Promise.all([startTelemetry(deps), startPostgres(deps)]);
  return { ...telemetry, ...postgres };
}

async function startTelemetry(deps: EngineDeps): Promise<Pick<Engines, 'telemetry' | 'telemetryName'>> {
  const { options, clock, log, stack } = deps;
  const url = options.clickhouseUrl;
  const cluster = options.clickhouseCluster;
  const open = async (): Promise<TelemetryStore> => {
    if (url === undefined) return openChdbTelemetry({ folder: path.join(deps.folder, 'telemetry'), clock, log });
    // Loaded only where it is used: the client of a cluster is not part of a start on embedded engines.
    const { openClickhouseTelemetry } = await import('../telemetry/drivers/clickhouse/index.ts');
    return openClickhouseTelemetry({ url, clock, log, ...(cluster === undefined ? {} : { cluster }) });
  };
  const telemetry = await open();
  stack.push('telemetry', () => telemetry.close());
  return { telemetry, telemetryName: url === undefined ? 'embedded' : 'your ClickHouse' };
}

async function startPostgres(
  deps: EngineDeps,
): Promise<Pick<Engines, 'postgresUrl' | 'replicationUrl' | 'catalogName'>> {
  const { options, stack } = deps;
  if (options.postgresUrl !== undefined) {
    const { postgresUrl } = options;
    return { postgresUrl, replicationUrl: postgresUrl, catalogName: 'your PostgreSQL' };
  }
  let current: EmbeddedPostgres | undefined;
  let restarts = 0;
  let isStopping = false;
  const start = (): Promise<EmbeddedPostgres> =>
    startEmbeddedPostgres({
      folder: path.join(deps.folder, 'postgres'),
      clock: deps.clock,
      log: deps.log,
      onExit: () => void bringBack(),
      ...(process.env.PATH === undefined ? {} : { searchPath: process.env.PATH }),
    });
  const bringBack = async (): Promise<void> => {
    if (isStopping) return;
    const url = current?.url;
    restarts += 1;
    deps.log.error({ restarts }, 'the embedded PostgreSQL ended by itself; it is started again');
    if (restarts > RESTARTS_MAX) return deps.onLost('the embedded PostgreSQL', `it ended ${restarts} times`);
    try {
      await deps.clock.sleep(RESTART_DELAY_MS);
      current = await start();
      // The pool of connections knows one address; a server that came back at another one is of no use to it.
      if (current.url !== url) deps.onLost('the embedded PostgreSQL', 'it came back on another port');
    } catch (error) {
      deps.onLost('the embedded PostgreSQL', error instanceof Error ? error.message : String(error));
    }
  };
  current = await start();
  stack.push('postgres', async () => {
    isStopping = true;
    await current?.stop();
  });
  return { postgresUrl: current.url, replicationUrl: current.superuserUrl, catalogName: 'embedded' };
}
