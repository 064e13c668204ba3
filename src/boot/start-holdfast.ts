import type { IncomingMessage, ServerResponse } from 'node:http';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { ACCESS_MIGRATIONS, type BootstrapResult, createAccess, systemActor } from '../access/index.ts';
import { createApi, loadConsoleFiles } from '../api/index.ts';
import { AUDIT_MIGRATIONS, createAudit } from '../audit/index.ts';
import { type Clock, invariant, type Log, SECOND_MS } from '../base/index.ts';
import { openCatalog } from '../catalog/index.ts';
import { createProbeClients, logProbes } from '../drills/index.ts';
import { createEvidence, createRedactionTally, EVIDENCE_MIGRATIONS } from '../evidence/index.ts';
import {
  createAwsEdge,
  createBodyAdmission,
  createIngestCounters,
  createIngestEdges,
  createSink,
  type EdgeContext,
  type HttpEdge,
} from '../ingest/index.ts';
import { createLogs, LOGS_MIGRATIONS } from '../logs/index.ts';
import { createRedactor, REDACTION_RULES } from '../redact/index.ts';
import type { TelemetryStore } from '../telemetry/index.ts';
import type { DataFolder } from './data-folder.ts';
import { type Options, startEngines } from './engines.ts';
import { createHealth, type HealthHandler } from './health.ts';
import { type HttpServer, startHttpServer } from './http-server.ts';
import type { OwnLog } from './own-log.ts';
import { makeProbeKeys } from './probe-keys.ts';
import { startRetentionSweep } from './retention-sweep.ts';
import type { StopStack } from './stop-stack.ts';

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
  const address = `http://${options.host.includes(':') ? `[${options.host}]` : options.host}:${server.port}`;
  const engines = await startEngines({ options, folder: deps.data.folder, clock, log, stack, onLost: deps.onLost });
  const parts = await openParts(deps, engines.postgresUrl, engines.telemetry);
  const { telemetry } = engines;
  const keys = await makeProbeKeys(parts.access, systemActor('boot'), clock);
  const clients = createProbeClients({ origin: () => address, nowMs: clock.nowMs });
  const probes = logProbes({
    ...parts,
    ...keys,
    telemetry,
    clients,
    actor: systemActor('probe'),
    dataFolder: deps.data.folder,
    clock,
    cadenceMs: options.probeCadenceSeconds * SECOND_MS,
  });
  const { access, audit, logs, catalog } = parts;
  const evidence = createEvidence({
    catalog,
    authorize: access.authorize,
    audit,
    probes,
    clock,
    log: log.area('evidence'),
  });
  const consoleFiles = await loadConsoleFiles(consoleFolder());
  const api = createApi({
    ...parts,
    authorize: access.authorize,
    evidence,
    rules: REDACTION_RULES,
    version: deps.version,
    isHttps: options.publicUrl?.startsWith('https:') === true,
    log: log.area('api'),
    clock,
    system: async () => ({
      version: deps.version,
      startedMs: parts.startedMs,
      dataFolder: deps.data.folder,
      address: options.publicUrl ?? address,
      telemetry: await telemetry.status(),
      catalog: { engine: 'PostgreSQL', ...(await catalog.status()) },
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
  const sweep = startRetentionSweep({
    retention: logs.retention,
    everyMinutes: options.retentionSweepMinutes,
    clock,
    log: log.area('retention'),
  });
  stack.push('retention', sweep.stop);
  served.isReady = true;
  await evidence.start();
  stack.push('evidence', evidence.close);
  stack.push('requests', async () => {
    served.isReady = false;
    await server.stop();
  });
  const [telemetryStatus, catalogStatus] = await Promise.all([telemetry.status(), catalog.status()]);
  return {
    address: options.publicUrl ?? address,
    telemetry: `${telemetryStatus.engine} ${telemetryStatus.version}, ${engines.telemetryName}, ${telemetryStatus.rows} records`,
    catalog: `PostgreSQL ${catalogStatus.serverVersion}, ${engines.catalogName}`,
    freeDiskBytes: telemetryStatus.freeDiskBytes,
    bootstrap: parts.bootstrap,
    keyFolder: parts.keyFolder,
    consoleIsBuilt: consoleFiles.isBuilt,
  };
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

/** The areas over the engines, in the order in which they need each other. */
async function openParts(deps: StartDeps, postgresUrl: string, telemetry: TelemetryStore) {
  const { options, stack, clock } = deps;
  const log: Log = deps.ownLog.log;
  const redactor = createRedactor();
  const migrations = [...AUDIT_MIGRATIONS, ...ACCESS_MIGRATIONS, ...EVIDENCE_MIGRATIONS, ...LOGS_MIGRATIONS];
  const catalog = await openCatalog({ url: postgresUrl, migrations, clock, log: log.area('catalog') });
  stack.push('catalog', catalog.close);
  const accountId = accountIdOf(deps.data.installationId);
  const audit = createAudit({ catalog, redactor, clock, log: log.area('audit'), region: 'local', accountId });
  stack.push('audit', audit.close);
  const keyFolder = path.join(deps.data.folder, 'keys');
  const access = await createAccess({ catalog, audit, clock, log: log.area('access'), keyFolder });
  stack.push('access', access.close);
  const bootstrap = await access.bootstrap({
    adminEmail: options.adminEmail,
    ...(options.adminPassword === undefined ? {} : { adminPassword: options.adminPassword }),
    ...(options.adminKey === undefined ? {} : { adminKey: options.adminKey }),
  });
  const { authorize, canRead } = access;
  const logs = await createLogs({ catalog, telemetry, authorize, canRead, audit, clock, log: log.area('logs') });
  stack.push('logs', logs.close);
  const tally = createRedactionTally({ catalog, authorize, clock, log: log.area('evidence') });
  stack.push('redaction counts', tally.close);
  const counters = createIngestCounters(['otlp', 'cloudwatch-logs', 'ndjson']);
  const sink = createSink({
    groups: logs.groups,
    telemetry,
    redactor,
    authorize,
    audit,
    counters,
    clock,
    onRedaction: tally.add,
  });
  const shared = { sink, redactor, counters, admission: createBodyAdmission(), clock, log: log.area('ingest') };
  const edges = [
    ...createIngestEdges({ ...shared, authenticateBearer: access.authenticateBearer }),
    createAwsEdge({
      ...shared,
      logs,
      accountId,
      accessKeyForSigning: access.accessKeyForSigning,
      noteFailedKey: access.noteFailedKey,
    }),
  ];
  return {
    catalog,
    audit,
    access,
    logs,
    tally,
    counters,
    redactor,
    edges,
    bootstrap,
    keyFolder,
    startedMs: clock.nowMs(),
  };
}

/** Twelve digits that tell this installation from another where AWS has an account number. */
function accountIdOf(installationId: string): string {
  const digits = BigInt(`0x${installationId.replaceAll('-', '')}`) % 1_000_000_000_000n;
  const text = String(digits).padStart(12, '0');
  invariant(/^\d{12}$/.test(text), 'an account id has twelve digits');
  return text;
}
