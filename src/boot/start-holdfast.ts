import type { IncomingMessage, ServerResponse } from 'node:http';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BootstrapResult, systemActor } from '../access/index.ts';
import { type ConsoleFiles, createApi, loadConsoleFiles, vaultStatus } from '../api/index.ts';
import { type Clock, SECOND_MS } from '../base/index.ts';
import {
  backupProbes,
  createProbeClients,
  errorProbes,
  logProbes,
  metricsProbes,
  vaultProbes,
} from '../drills/index.ts';
import { createEvidence, type Evidence } from '../evidence/index.ts';
import type { EdgeContext, HttpEdge } from '../ingest/index.ts';
import { REDACTION_RULES } from '../redact/index.ts';
import type { DataFolder } from './data-folder.ts';
import { type Engines, type Options, startEngines } from './engines.ts';
import { createHealth, type HealthHandler } from './health.ts';
import { type HttpServer, startHttpServer } from './http-server.ts';
import { issueApi } from './issue-api.ts';
import { zoneFacts } from './open-backup.ts';
import { openParts, type Parts } from './open-parts.ts';
import type { OwnLog } from './own-log.ts';
import { makeProbeKeys } from './probe-keys.ts';
import { startRetentionSweep } from './retention-sweep.ts';
import type { StopStack } from './stop-stack.ts';
import { vaultViewOf } from './vault-view.ts';
import { openZone, planFolder } from './zones.ts';

export interface StartDeps {
  readonly options: Options;
  readonly data: DataFolder;
  readonly ownLog: OwnLog;
  readonly clock: Clock;
  readonly version: string;
  readonly stack: StopStack;
  /** Called when the program cannot go on. */
  readonly onLost: (part: string, reason: string) => void;
}

export interface Running {
  readonly address: string;
  readonly telemetry: string;
  readonly catalog: string;
  readonly freeDiskBytes: number;
  readonly bootstrap: BootstrapResult;
  readonly keyFolder: string;
  readonly consoleIsBuilt: boolean;
}

/** What the HTTP port serves; empty until everything behind it is open. */
interface Served {
  edges: readonly HttpEdge[];
  fallback: (request: IncomingMessage, response: ServerResponse, context: EdgeContext) => Promise<boolean>;
  health: HealthHandler | undefined;
  isReady: boolean;
}

/**
 * Starts every part in its order, each pushed on the stack that stops them in reverse. The port is taken first, so that
 * a port in use is told before any engine is touched; until the end it answers that Holdfast is starting.
 */
export async function startHoldfast(deps: StartDeps): Promise<Running> {
  const { options, stack, clock } = deps;
  const log = deps.ownLog.log;
  const served: Served = { edges: [], fallback: () => Promise.resolve(false), health: undefined, isReady: false };
  const server = await listen(deps, served);
  stack.push('port', () => server.stop());
  const host = options.host.includes(':') ? `[${options.host}]` : options.host;
  const own = `http://${host}:${server.port}`;
  const engines = await startEngines({ options, folder: deps.data.folder, clock, log, stack, onLost: deps.onLost });
  const parts = await openParts(deps, engines, engines.telemetry);
  const evidence = await openEvidence(deps, parts, engines, own);
  const consoleFiles = await loadConsoleFiles(consoleFolder());
  serve(served, { deps, parts, evidence, engines, consoleFiles, address: options.publicUrl ?? own });
  const { retention } = parts.logs;
  const everyMinutes = options.retentionSweepMinutes;
  const sweep = startRetentionSweep({
    retention,
    telemetry: engines.telemetry,
    others: [parts.issues.sweep],
    everyMinutes,
    clock,
    log: log.area('retention'),
  });
  stack.push('retention', sweep.stop);
  await parts.backup.start();
  parts.collectors.start();
  await parts.issues.start();
  served.isReady = true;
  await evidence.start();
  stack.push('evidence', evidence.close);
  stack.push('requests', () => {
    served.isReady = false;
    return server.stop();
  });
  const [telemetry, catalog] = await Promise.all([engines.telemetry.status(), parts.catalog.status()]);
  return {
    address: options.publicUrl ?? own,
    telemetry: `${telemetry.engine} ${telemetry.version}, ${engines.telemetryName}, ${telemetry.rows} records`,
    catalog: `PostgreSQL ${catalog.serverVersion}, ${engines.catalogName}`,
    freeDiskBytes: telemetry.freeDiskBytes,
    bootstrap: parts.bootstrap,
    keyFolder: parts.keyFolder,
    consoleIsBuilt: consoleFiles.isBuilt,
  };
}

/** The trust page's source, with the probes of the log path; their clients speak to the server's own port. */
async function openEvidence(deps: StartDeps, parts: Parts, engines: Engines, own: string): Promise<Evidence> {
  const { clock, options } = deps;
  const { access, audit, catalog } = parts;
  const forProbes = {
    ...parts,
    ...(await makeProbeKeys(access, systemActor('boot'), clock)),
    telemetry: engines.telemetry,
    clients: createProbeClients({ origin: () => own, nowMs: clock.nowMs }),
    actor: systemActor('probe'),
    dataFolder: deps.data.folder,
    clock,
    cadenceMs: options.probeCadenceSeconds * SECOND_MS,
  };
  const log = deps.ownLog.log.area('evidence');
  const ofVault = vaultProbes({
    vault: parts.vault,
    keys: parts.keys,
    openFolderZone: (name, folder) => openZone(planFolder(name, folder), { clock, log, create: true }),
    durability: async () => (await vaultStatus(vaultViewOf(parts, clock))).durability,
    drillFolder: path.join(deps.data.folder, 'drill'),
    clock,
    log,
    cadenceMs: options.probeCadenceSeconds * SECOND_MS,
  });
  const ofBackup = backupProbes({
    ...{ backup: parts.backup, clock, zones: () => zoneFacts(parts.vault), actor: systemActor('probe') },
    cadenceMs: options.probeCadenceSeconds * SECOND_MS,
  });
  const { projects, tracking, pipeline } = parts.issues;
  const ofErrors = errorProbes({
    ...{ projects, pipeline, issues: tracking.verbs, notify: parts.notify, clock, origin: () => own },
    ...{ actor: systemActor('probe'), cadenceMs: options.probeCadenceSeconds * SECOND_MS },
  });
  const all = [...logProbes(forProbes), ...metricsProbes(forProbes), ...ofErrors, ...ofVault, ...ofBackup];
  return createEvidence({ catalog, authorize: access.authorize, audit, probes: all, clock, log });
}

interface Serving {
  readonly deps: StartDeps;
  readonly parts: Parts;
  readonly evidence: Evidence;
  readonly engines: Engines;
  readonly consoleFiles: ConsoleFiles;
  readonly address: string;
}

/** Puts the edges, the API, the console and health behind the port. */
function serve(served: Served, { deps, parts, evidence, engines, consoleFiles, address }: Serving): void {
  const { telemetry } = engines;
  const api = createApi({
    ...parts,
    authorize: parts.access.authorize,
    evidence,
    vaultView: vaultViewOf(parts, deps.clock),
    rules: REDACTION_RULES,
    version: deps.version,
    isHttps: deps.options.publicUrl?.startsWith('https:') === true,
    log: deps.ownLog.log.area('api'),
    clock: deps.clock,
    errorTracking: issueApi(parts.issues, {
      ...{ catalog: parts.catalog, authorize: parts.access.authorize, clock: deps.clock },
      ...{ publicUrl: deps.options.publicUrl, own: address },
    }),
    system: async () => ({
      version: deps.version,
      startedMs: parts.startedMs,
      dataFolder: deps.data.folder,
      address,
      telemetry: await telemetry.status(),
      catalog: { engine: 'PostgreSQL', ...(await parts.catalog.status()) },
      ingest: [...parts.counters.list()],
    }),
  });
  served.edges = parts.edges;
  served.fallback = async (request, response, context) => {
    if (consoleFiles.answer(request, response, context.url.pathname)) return true;
    await api(request, response, context);
    return true;
  };
  const reader = systemActor('metrics');
  served.health = createHealth({
    isReady: () => served.isReady,
    ingest: parts.counters.list,
    telemetry: telemetry.status,
    promises: () => evidence.promises(reader),
  });
}

/** dist/boot and src/boot lie equally deep below the checkout. */
const consoleFolder = (): string => fileURLToPath(new URL('../../console/dist', import.meta.url));

async function listen(deps: StartDeps, served: Served): Promise<HttpServer> {
  const { options, clock } = deps;
  return startHttpServer({
    host: options.host,
    port: options.port,
    edges: () => served.edges,
    clock,
    log: deps.ownLog.log.area('http'),
    fallback: async (request, response, context) => {
      if (await served.health?.(context.url.pathname, response)) return;
      if (served.isReady && (await served.fallback(request, response, context))) return;
      const isAlive = context.url.pathname === '/healthz';
      response.writeHead(isAlive ? 200 : 503, { 'Content-Type': 'application/json', 'Retry-After': '1' });
      response.end(`${JSON.stringify({ status: isAlive ? 'alive' : 'starting or stopping' })}\n`);
    },
  });
}
