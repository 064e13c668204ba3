import path from 'node:path';
import { ACCESS_MIGRATIONS, type Access, createAccess } from '../access/index.ts';
import { AUDIT_MIGRATIONS, type Audit, createAudit } from '../audit/index.ts';
import { BACKUP_MIGRATIONS } from '../backup/index.ts';
import { invariant, type Log } from '../base/index.ts';
import { openCatalog } from '../catalog/index.ts';
import { createRedactionTally, EVIDENCE_MIGRATIONS, type RedactionTally } from '../evidence/index.ts';
import {
  CLOUDWATCH_PROTOCOL,
  createAwsEdge,
  createBodyAdmission,
  createCloudWatchEdge,
  createIngestCounters,
  createIngestEdges,
  createSentryEdge,
  createSink,
  INGEST_PROTOCOLS,
} from '../ingest/index.ts';
import { createLogs, LOGS_MIGRATIONS, type Logs } from '../logs/index.ts';
import { ALARMS_MIGRATIONS, COLLECTORS_MIGRATIONS, METRIC_FILTERS_MIGRATIONS } from '../metrics/index.ts';
import { NOTIFY_MIGRATIONS } from '../notify/index.ts';
import { createRedactor, type Redactor } from '../redact/index.ts';
import type { TelemetryStore } from '../telemetry/index.ts';
import { clearSpool, createWorkbooks, WORKBOOKS_MIGRATIONS } from '../workbooks/index.ts';
import { openBackup } from './open-backup.ts';
import { openCollectors } from './open-collectors.ts';
import { ISSUES_MIGRATIONS, type OpenIssues, openIssues } from './open-issues.ts';
import { openMetrics } from './open-metrics.ts';
import { openNotify } from './open-notify.ts';
import { openVault } from './open-vault.ts';
import { openSentryApi } from './sentry-api.ts';
import type { StartDeps } from './start-holdfast.ts';

const MIGRATIONS = [
  ...AUDIT_MIGRATIONS,
  ...ACCESS_MIGRATIONS,
  ...EVIDENCE_MIGRATIONS,
  ...LOGS_MIGRATIONS,
  ...WORKBOOKS_MIGRATIONS,
  ...NOTIFY_MIGRATIONS,
  ...METRIC_FILTERS_MIGRATIONS,
  ...ALARMS_MIGRATIONS,
  ...BACKUP_MIGRATIONS,
  ...COLLECTORS_MIGRATIONS,
  ...ISSUES_MIGRATIONS,
];

export type Parts = Awaited<ReturnType<typeof openParts>>;

/** The areas over the engines, in the order in which they need each other. */
export async function openParts(
  deps: StartDeps,
  postgres: { readonly postgresUrl: string; readonly replicationUrl: string },
  telemetry: TelemetryStore,
) {
  const { stack, clock } = deps;
  const log: Log = deps.ownLog.log;
  const redactor = createRedactor();
  const accountId = accountIdOf(deps.data.installationId);
  const stores = await openStores(deps, { ...postgres, redactor, accountId });
  const { catalog, audit, access, keyFolder } = stores;
  const { authorize, canRead } = access;
  // Before whatever raises alerts, so that it stops after all of them.
  const notify = await openNotify({ ...deps, ...stores, telemetry, redactor, log });
  const logs = await createLogs({ catalog, telemetry, authorize, canRead, audit, clock, log: log.area('logs') });
  stack.push('logs', logs.close);
  const opened = await openVault({ ...deps, folder: deps.data.folder, keyFolder, log });
  const spoolFolder = path.join(deps.data.folder, 'spool');
  await clearSpool(spoolFolder);
  const { vault } = opened;
  const workbooks = createWorkbooks({
    catalog,
    vault,
    authorize,
    audit,
    clock,
    log: log.area('workbooks'),
    spoolFolder,
  });
  const tally = createRedactionTally({ catalog, authorize, clock, log: log.area('evidence') });
  stack.push('redaction counts', tally.close);
  const metrics = await openMetrics({
    ...{ ...deps, ...stores, telemetry, logs, alerting: notify.alerting, accountId, log, region: REGION },
  });
  const ownUrl = postgres.replicationUrl;
  const backup = openBackup({
    ...deps,
    ...stores,
    vault,
    alerting: notify.alerting,
    ownUrl,
    folder: deps.data.folder,
    log,
  });
  const collectors = await openCollectors({
    ...{ ...deps, ...metrics, catalog, redactor, backup, log, folder: deps.data.folder, alerting: notify.alerting },
  });
  const issues = await openIssues({
    ...{ ...deps, ...stores, telemetry, vault, redactor, tally, log, folder: deps.data.folder },
    alerting: notify.alerting,
  });
  const ingest = openIngest(deps, { ...stores, telemetry, redactor, logs, tally, metrics, issues, accountId });
  return {
    ...{ ...stores, ...opened, ...metrics, ...ingest, notify, backup, collectors, logs, issues },
    ...{ workbooks, tally, redactor },
    startedMs: clock.nowMs(),
  };
}

/** The region in ARNs of what has no caller. */
const REGION = 'us-east-1';

interface IngestParts {
  readonly access: Access;
  readonly audit: Audit;
  readonly telemetry: TelemetryStore;
  readonly redactor: Redactor;
  readonly logs: Logs;
  readonly tally: RedactionTally;
  readonly metrics: Awaited<ReturnType<typeof openMetrics>>;
  readonly issues: OpenIssues;
  readonly accountId: string;
}

/** Every way in, all over one sink. */
function openIngest(deps: StartDeps, parts: IngestParts) {
  const { clock } = deps;
  const { access, audit, telemetry, redactor, logs, metrics, issues, accountId } = parts;
  const { metricStore, traces, metricFilters, alarms } = metrics;
  const { authorize, authenticateBearer, accessKeyForSigning, noteFailedKey } = access;
  const counters = createIngestCounters([...INGEST_PROTOCOLS, 'cloudwatch-logs', CLOUDWATCH_PROTOCOL]);
  const onRedaction = parts.tally.add;
  const { groups } = logs;
  const { onStored } = metricFilters;
  const sink = createSink({
    ...{ groups, telemetry, redactor, authorize, audit, counters, clock, onRedaction, onStored },
  });
  const log = deps.ownLog.log.area('ingest');
  const shared = { sink, redactor, counters, admission: createBodyAdmission(), clock, log };
  const signing = { accountId, accessKeyForSigning, noteFailedKey };
  const signals = { metrics: metricStore, traces, authorize, audit, onRedaction };
  const sentry = createSentryEdge({
    ...{ sink, traces, audit, redactor, counters, onRedaction, clock, log },
    directory: issues.directory,
    metrics: metricStore,
    errors: issues.pipeline,
    sessions: issues.health.intake,
    monitors: issues.monitors.intake,
  });
  const edges = [
    // First, because `/api/<digits>/…` is nobody else's, and everything else under /api is the own API's.
    sentry,
    openSentryApi(issues, { access, admission: shared.admission, publicUrl: deps.options.publicUrl, clock, log }),
    ...createIngestEdges({ ...shared, authenticateBearer, signals }),
    createAwsEdge({ ...shared, ...signing, logs, metricFilters }),
    createCloudWatchEdge({ ...shared, ...signing, metrics: metricStore, alarms, authorize, audit, onRedaction }),
  ];
  return { counters, edges };
}

/** What everything else is authorized, audited and remembered by. */
async function openStores(
  deps: StartDeps,
  given: { readonly postgresUrl: string; readonly redactor: Redactor; readonly accountId: string },
) {
  const { options, stack, clock } = deps;
  const log: Log = deps.ownLog.log;
  const { redactor, accountId } = given;
  const catalog = await openCatalog({
    url: given.postgresUrl,
    migrations: MIGRATIONS,
    clock,
    log: log.area('catalog'),
  });
  stack.push('catalog', catalog.close);
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
  return { catalog, audit, access, bootstrap, keyFolder };
}

/** Twelve digits that tell this installation from another where AWS has an account number. */
function accountIdOf(installationId: string): string {
  const digits = BigInt(`0x${installationId.replaceAll('-', '')}`) % 1_000_000_000_000n;
  const text = String(digits).padStart(12, '0');
  invariant(/^\d{12}$/.test(text), 'an account id has twelve digits');
  return text;
}
