import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { ACCESS_MIGRATIONS, type Access, type Actor, createAccess } from '../../src/access/index.ts';
import { AUDIT_MIGRATIONS, createAudit } from '../../src/audit/index.ts';
import { silentLog, systemClock } from '../../src/base/index.ts';
import { createSink, type IngestCounters } from '../../src/ingest/index.ts';
import { createLogs, LOGS_MIGRATIONS, type Logs, type Sink } from '../../src/logs/index.ts';
import {
  ALARMS_MIGRATIONS,
  type AlarmEngine,
  createAlarmEngine,
  createMetricFilters,
  createMetricStore,
  METRIC_FILTERS_MIGRATIONS,
  type MetricFilters,
  type MetricStore,
} from '../../src/metrics/index.ts';
import type { AlertInput } from '../../src/notify/index.ts';
import { createRedactor } from '../../src/redact/index.ts';
import { openChdbTelemetry } from '../../src/telemetry/drivers/chdb/index.ts';
import { serverForTest } from '../catalog/open-for-test.ts';
import { ACCOUNT, KEY, REGION } from './edge-server.ts';

export interface RealParts {
  readonly access: Access;
  readonly logs: Logs;
  readonly metrics: MetricStore;
  readonly metricFilters: MetricFilters;
  /** The filters as they come up after a restart, over the same catalog. */
  readonly reopenFilters: () => Promise<MetricFilters>;
  /** Alarms over these metrics; what they raise ends in the list. */
  readonly openAlarms: (raised: AlertInput[]) => Promise<AlarmEngine>;
  readonly sink: (counters: IngestCounters) => Sink;
  /** The first administrator, whose key is the `KEY` of these tests. */
  readonly admin: Actor;
  readonly close: () => Promise<void>;
}

/** The areas behind the edge as boot puts them together: chDB, PostgreSQL, redaction, access and audit. */
export async function openRealParts(): Promise<RealParts> {
  const clock = systemClock;
  const log = silentLog();
  const folder = await mkdtemp(path.join(os.tmpdir(), 'holdfast-aws-'));
  const postgres = await serverForTest();
  const catalog = await postgres.open([
    ...AUDIT_MIGRATIONS,
    ...ACCESS_MIGRATIONS,
    ...LOGS_MIGRATIONS,
    ...METRIC_FILTERS_MIGRATIONS,
    ...ALARMS_MIGRATIONS,
  ]);
  const redactor = createRedactor();
  const audit = createAudit({ catalog, redactor, clock, log, region: 'local', accountId: ACCOUNT });
  const access = await createAccess({ catalog, audit, clock, log, keyFolder: path.join(folder, 'keys') });
  await access.bootstrap({
    adminEmail: 'admin@example.test',
    adminPassword: 'correct horse battery staple',
    adminKey: `hf_${KEY.accessKeyId}_${KEY.secretAccessKey}`,
  });
  const { authorize, canRead } = access;
  const telemetry = await openChdbTelemetry({ folder: path.join(folder, 'telemetry'), clock, log });
  const logs = await createLogs({ catalog, telemetry, authorize, canRead, audit, clock, log });
  const metrics = createMetricStore({ telemetry, clock, log });
  const openFilters = (): Promise<MetricFilters> =>
    createMetricFilters({ catalog, groups: logs.groups, store: metrics, authorize, canRead, audit, clock, log });
  const metricFilters = await openFilters();
  const { onStored } = metricFilters;
  const origin = { sourceIp: '127.0.0.1', userAgent: 'test' };
  return {
    access,
    logs,
    metrics,
    metricFilters,
    reopenFilters: openFilters,
    openAlarms: (raised) =>
      createAlarmEngine({
        store: metrics,
        catalog,
        alerting: { raise: async (alert) => void raised.push(alert) },
        authorize,
        audit,
        clock,
        log,
        region: REGION,
        accountId: ACCOUNT,
      }),
    sink: (counters) =>
      createSink({ groups: logs.groups, telemetry, redactor, authorize, audit, counters, clock, onStored }),
    admin: await access.authenticateBearer(`hf_${KEY.accessKeyId}_${KEY.secretAccessKey}`, origin),
    close: async () => {
      await metricFilters.close();
      await logs.close();
      await telemetry.close();
      await access.close();
      await audit.close();
      await catalog.close();
      await postgres.remove();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
