import path from 'node:path';
import { ACCESS_MIGRATIONS, createAccess } from '../access/index.ts';
import { AUDIT_MIGRATIONS, createAudit } from '../audit/index.ts';
import { invariant, type Log } from '../base/index.ts';
import { openCatalog } from '../catalog/index.ts';
import { createRedactionTally, EVIDENCE_MIGRATIONS } from '../evidence/index.ts';
import {
  createAwsEdge,
  createBodyAdmission,
  createIngestCounters,
  createIngestEdges,
  createSink,
  INGEST_PROTOCOLS,
} from '../ingest/index.ts';
import { createLogs, LOGS_MIGRATIONS } from '../logs/index.ts';
import { createRedactor } from '../redact/index.ts';
import type { TelemetryStore } from '../telemetry/index.ts';
import { clearSpool, createWorkbooks, WORKBOOKS_MIGRATIONS } from '../workbooks/index.ts';
import { openVault } from './open-vault.ts';
import type { StartDeps } from './start-holdfast.ts';

export type Parts = Awaited<ReturnType<typeof openParts>>;

/** The areas over the engines, in the order in which they need each other. */
export async function openParts(deps: StartDeps, postgresUrl: string, telemetry: TelemetryStore) {
  const { options, stack, clock } = deps;
  const log: Log = deps.ownLog.log;
  const redactor = createRedactor();
  const migrations = [
    ...AUDIT_MIGRATIONS,
    ...ACCESS_MIGRATIONS,
    ...EVIDENCE_MIGRATIONS,
    ...LOGS_MIGRATIONS,
    ...WORKBOOKS_MIGRATIONS,
  ];
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
  const opened = await openVault({ options, folder: deps.data.folder, keyFolder, clock, log, stack });
  const spoolFolder = path.join(deps.data.folder, 'spool');
  await clearSpool(spoolFolder);
  const workbooks = createWorkbooks({
    catalog,
    vault: opened.vault,
    authorize,
    audit,
    clock,
    log: log.area('workbooks'),
    spoolFolder,
  });
  const tally = createRedactionTally({ catalog, authorize, clock, log: log.area('evidence') });
  stack.push('redaction counts', tally.close);
  const counters = createIngestCounters([...INGEST_PROTOCOLS, 'cloudwatch-logs']);
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
    workbooks,
    ...opened,
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
