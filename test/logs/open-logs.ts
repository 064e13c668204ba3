import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { createAuthorize } from '../../src/access/authorize.ts';
import type { Actor } from '../../src/access/index.ts';
import { canReadGroup } from '../../src/access/role-table.ts';
import { AUDIT_MIGRATIONS, type Audit, type AuditRecord, createAudit } from '../../src/audit/index.ts';
import { createManualClock, isFailure, type ManualClock, silentLog, systemClock } from '../../src/base/index.ts';
import type { Catalog } from '../../src/catalog/index.ts';
import { createLogs, LOGS_MIGRATIONS, type OpenLogs } from '../../src/logs/index.ts';
import { openChdbTelemetry } from '../../src/telemetry/drivers/chdb/index.ts';
import type { LogRow, TelemetryStore } from '../../src/telemetry/index.ts';
import { type ServerForTest, serverForTest } from '../catalog/open-for-test.ts';

/** 2026-03-01T12:00:00Z. */
export const NOON_MS = 1_772_366_400_000;
export const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;

export interface LogsForTest {
  readonly logs: OpenLogs;
  readonly telemetry: TelemetryStore;
  readonly catalog: Catalog;
  readonly audit: Audit;
  readonly clock: ManualClock;
  /** Closes the verbs alone and opens them again on the same data, as a restart does. */
  readonly reopen: (clock?: ManualClock) => Promise<LogsForTest>;
  /** Audit records of one event, newest first. */
  readonly records: (eventName: string) => Promise<readonly AuditRecord[]>;
  /** Stores rows as the sink does: target, append, note. */
  readonly write: (logGroup: string, rows: readonly Partial<LogRow>[], logStream?: string) => Promise<void>;
  readonly close: () => Promise<void>;
}

/** Real engines in folders of their own; only the clock of the verbs and of the audit log is set by hand. */
export async function openLogsForTest(): Promise<LogsForTest> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'holdfast-logs-'));
  const postgres = await serverForTest();
  const catalog = await postgres.open([...AUDIT_MIGRATIONS, ...LOGS_MIGRATIONS]);
  const telemetry = await openChdbTelemetry({
    folder,
    clock: systemClock,
    log: silentLog(),
    freeDiskBytesMin: 1,
    indexSweepMs: 3_600_000,
  });
  return await openVerbs({ folder, postgres, catalog, telemetry, clock: createManualClock(NOON_MS) });
}

interface Parts {
  readonly folder: string;
  readonly postgres: ServerForTest;
  readonly catalog: Catalog;
  readonly telemetry: TelemetryStore;
  readonly clock: ManualClock;
}

async function openVerbs(parts: Parts): Promise<LogsForTest> {
  const { catalog, telemetry, clock } = parts;
  const log = silentLog();
  const audit = createAudit({ catalog, clock, log, region: 'local', accountId: '000000000001' });
  const authorize = createAuthorize(audit);
  const logs = await createLogs({ catalog, telemetry, authorize, canRead: canReadGroup, audit, clock, log });
  const closeVerbs = async (): Promise<void> => {
    await logs.close();
    await audit.close();
  };
  return {
    ...parts,
    logs,
    audit,
    reopen: async (other = clock) => {
      await closeVerbs();
      return await openVerbs({ ...parts, clock: other });
    },
    records: async (eventName) => (await audit.lookup({ eventName, limit: 50 })).records,
    write: async (logGroup, rows, logStream = 'one') => {
      const group = await logs.groups.forWrite(admin, { logGroup, logStream, createMissing: true });
      const stored = rows.map((row) => rowOf(group, logStream, { ingestTimeMs: clock.nowMs(), ...row }));
      await telemetry.appendLogs(stored);
      const times = stored.map((row) => Number(row.timeNs / 1_000_000n));
      logs.groups.noteWritten({
        logGroup,
        logStream,
        firstEventMs: Math.min(...times),
        lastEventMs: Math.max(...times),
        ingestMs: clock.nowMs(),
        bytes: stored.reduce((sum, row) => sum + row.body.length, 0),
      });
    },
    close: async () => {
      await closeVerbs();
      await telemetry.close();
      await catalog.close();
      await parts.postgres.remove();
      await rm(parts.folder, { recursive: true, force: true });
    },
  };
}

let made = 0;
const rowOf = (
  group: { readonly name: string; readonly retentionDays: number; readonly storageClass: LogRow['storageClass'] },
  logStream: string,
  change: Partial<LogRow>,
): LogRow => {
  made += 1;
  return {
    timeNs: BigInt(NOON_MS) * 1_000_000n,
    ingestTimeMs: NOON_MS,
    logGroup: group.name,
    logStream,
    eventId: `e${String(made).padStart(12, '0')}`,
    service: '',
    severityNumber: 9,
    severityText: 'INFO',
    body: `body ${made}`,
    traceId: '',
    spanId: '',
    traceFlags: 0,
    scopeName: '',
    scopeVersion: '',
    eventName: '',
    resource: {},
    attributesString: {},
    attributesNumber: {},
    attributesBool: {},
    retentionDays: group.retentionDays,
    storageClass: group.storageClass,
    ...change,
  };
};

export const at = (ms: number): bigint => BigInt(ms) * 1_000_000n;

const person = (name: string, change: Partial<Actor>): Actor => ({
  type: 'person',
  id: name,
  name: `${name}@example.com`,
  roles: ['viewer'],
  readableLogGroups: [],
  sourceIp: '127.0.0.1',
  userAgent: 'test',
  ...change,
});

export const admin = person('admin', { roles: ['admin'] });
export const outsider = person('outsider', {});
export const reader = person('reader', { readableLogGroups: ['/app/*'] });
export const sender = person('sender', { type: 'key', roles: ['sender'] });

/** The code of the failure that a call ends with; undefined when it ends well. */
export const codeOf = (call: Promise<unknown>): Promise<string | undefined> =>
  call.then(
    () => undefined,
    (error: unknown) => {
      if (isFailure(error)) return error.code;
      throw error;
    },
  );
