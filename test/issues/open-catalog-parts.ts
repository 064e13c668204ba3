import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { ACCESS_MIGRATIONS, type Access, type Actor, createAccess, systemActor } from '../../src/access/index.ts';
import { AUDIT_MIGRATIONS, type Audit, createAudit } from '../../src/audit/index.ts';
import { silentLog, systemClock } from '../../src/base/index.ts';
import type { Catalog, CatalogMigration } from '../../src/catalog/index.ts';
import type { Project } from '../../src/issues/index.ts';
import type { AlertInput, Alerting } from '../../src/notify/index.ts';
import { serverForTest } from '../catalog/open-for-test.ts';

export const ADMIN: Actor = systemActor('test');
export const RESPONDER: Actor = { ...ADMIN, type: 'person', id: 'p-1', name: 'resa@example.org', roles: ['responder'] };
export const VIEWER: Actor = { ...RESPONDER, id: 'p-2', name: 'vic@example.org', roles: ['viewer'] };

export interface CatalogParts {
  readonly catalog: Catalog;
  readonly audit: Audit;
  readonly access: Access;
  readonly close: () => Promise<void>;
}

/** A real PostgreSQL with the tables given, and real rights and audit over it. */
export async function openCatalogParts(migrations: readonly CatalogMigration[]): Promise<CatalogParts> {
  const keyFolder = await mkdtemp(path.join(os.tmpdir(), 'holdfast-issues-'));
  const postgres = await serverForTest();
  const catalog = await postgres.open([...AUDIT_MIGRATIONS, ...ACCESS_MIGRATIONS, ...migrations]);
  const shared = { catalog, clock: systemClock, log: silentLog() };
  const audit = createAudit({ ...shared, region: 'local', accountId: '000000000001' });
  const access = await createAccess({ ...shared, audit, keyFolder });
  return {
    catalog,
    audit,
    access,
    close: async () => {
      await access.close();
      await audit.close();
      await catalog.close();
      await postgres.remove();
      await rm(keyFolder, { recursive: true, force: true });
    },
  };
}

export const projectOf = (id: string, slug: string, change: Partial<Project> = {}): Project => ({
  ...{ id, slug, name: slug, platform: 'node', createdMs: 0, isInternal: false },
  settings: {
    ...{ retentionDays: 30, groupingVersion: 'newest', fingerprintRules: '', enhancementRules: '' },
    ...{ allowedOrigins: ['*'], limitsPerMinute: {}, resolveAfterDays: 0 },
    keeps: { attachments: true, replays: true, profiles: true, minidumps: false },
  },
  ...change,
});

export const directoryOf = (projects: readonly Project[]) => ({
  byId: (id: string) => projects.find((project) => project.id === id),
  all: () => projects,
});

export interface HeardAlerts extends Alerting {
  /** What notify would tell of, in its order; the same raise twice is heard once. */
  readonly heard: AlertInput[];
  /** Refuses what comes, as a notify whose store is away. */
  isAway: boolean;
}

/** A notify that only listens. */
export function createHeardAlerts(): HeardAlerts {
  const heard: AlertInput[] = [];
  const ids = new Set<string>();
  const alerts: HeardAlerts = {
    heard,
    isAway: false,
    raise: async (alert) => {
      if (alerts.isAway) throw new Error('away');
      if (alert.id !== undefined && ids.has(alert.id)) return;
      ids.add(alert.id ?? '');
      heard.push(alert);
    },
  };
  return alerts;
}
