import type { Backup, SourceInput } from '../backup/index.ts';
import { formatLsn } from '../backup/index.ts';
import {
  backupRunBody,
  findingsBody,
  namedPointsBody,
  proofRequestBody,
  restoreApplyBody,
  restorePlanBody,
  restoreReportsBody,
  restoreTargetBody,
  retentionBody,
  type SourceInputBody,
  snapshotsBody,
  sourceBody,
  sourceChangeBody,
  sourceInputBody,
  sourceStatusBody,
  sourceStatusesBody,
} from './backup-contract.ts';
import { planOut, reportOut, runOut, snapshotOut, sourceOut, statusOut, targetIn } from './backup-out.ts';
import { type ApiApp, addRoute } from './route.ts';

/** Databases under backup: what stands, what is restorable, and every verb on it. */
export function addBackupRoutes(app: ApiApp, backup: Backup): void {
  addSourceRoutes(app, backup);
  addReadingRoutes(app, backup);
  addAdviceRoutes(app, backup);
  addRunRoutes(app, backup);
  addRestoreRoutes(app, backup);
}

const SOURCE = '/backup/sources/{source}';

/** Zod says `undefined` where the verbs expect no property at all. */
const given = <Input extends object>(input: Input): Partial<SourceInput> =>
  Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined));

function addSourceRoutes(app: ApiApp, backup: Backup): void {
  addRoute(
    app,
    {
      method: 'get',
      path: '/backup',
      summary: 'Every database with its stream, snapshots and problems',
      answer: sourceStatusesBody,
    },
    async ({ actor }) => {
      const sources = await backup.sources(actor);
      const statuses = await Promise.all(sources.map(({ name }) => backup.status(actor, name)));
      return { sources: statuses.map(statusOut) };
    },
  );
  addRoute(
    app,
    {
      method: 'post',
      path: '/backup/sources',
      summary: 'Put a PostgreSQL cluster under backup',
      body: sourceInputBody,
      answer: sourceBody,
    },
    async ({ actor, body }) => {
      const { name, url, ...rest }: SourceInputBody = body;
      return sourceOut(await backup.addSource(actor, { ...given(rest), name, url }));
    },
  );
  addRoute(
    app,
    {
      method: 'patch',
      path: SOURCE,
      summary: 'Change how a cluster is backed up',
      body: sourceChangeBody,
      answer: sourceBody,
    },
    async ({ actor, param, body }) => sourceOut(await backup.changeSource(actor, param('source'), given(body))),
  );
  addRoute(
    app,
    {
      method: 'delete',
      path: SOURCE,
      summary: 'End the backup of a cluster; what is stored stays until its locks end',
    },
    async ({ actor, param }) => {
      await backup.removeSource(actor, param('source'));
      return undefined;
    },
  );
}

function addReadingRoutes(app: ApiApp, backup: Backup): void {
  addRoute(
    app,
    {
      method: 'get',
      path: SOURCE,
      summary: 'One database with its stream, snapshots and problems',
      answer: sourceStatusBody,
    },
    async ({ actor, param }) => statusOut(await backup.status(actor, param('source'))),
  );
  addRoute(
    app,
    { method: 'get', path: `${SOURCE}/snapshots`, summary: 'Its snapshots, newest first', answer: snapshotsBody },
    async ({ actor, param }) => ({ snapshots: (await backup.snapshots(actor, param('source'))).map(snapshotOut) }),
  );
  addRoute(
    app,
    {
      method: 'get',
      path: `${SOURCE}/points`,
      summary: 'Named restore points seen in its WAL',
      answer: namedPointsBody,
    },
    async ({ actor, param }) => ({
      points: (await backup.namedPoints(actor, param('source'))).map(({ name, timeMs, position }) => ({
        ...{ name, timeMs, timeline: position.timeline, lsn: formatLsn(position.lsn) },
      })),
    }),
  );
  addRoute(
    app,
    {
      method: 'get',
      path: `${SOURCE}/reports`,
      summary: 'Reports of restore drills, newest first',
      answer: restoreReportsBody,
    },
    async ({ actor, param }) => ({ reports: (await backup.reports(actor, param('source'))).map(reportOut) }),
  );
}

function addAdviceRoutes(app: ApiApp, backup: Backup): void {
  addRoute(
    app,
    { method: 'get', path: `${SOURCE}/check`, summary: 'What would go wrong, and the remedy', answer: findingsBody },
    async ({ actor, param }) => ({
      findings: (await backup.check(actor, param('source'))).map((finding) => ({ ...finding })),
    }),
  );
  addRoute(
    app,
    {
      method: 'get',
      path: `${SOURCE}/retention`,
      summary: 'What is kept, what would be removed, and why',
      answer: retentionBody,
    },
    async ({ actor, param }) => {
      const { keeps, removals } = await backup.planRetention(actor, param('source'));
      return { keeps: keeps.map((keep) => ({ ...keep })), removals: removals.map((removal) => ({ ...removal })) };
    },
  );
}

function addRunRoutes(app: ApiApp, backup: Backup): void {
  addRoute(
    app,
    { method: 'post', path: `${SOURCE}/snapshots`, summary: 'Take a snapshot now', answer: backupRunBody },
    async ({ actor, param }) => runOut(await backup.runSnapshot(actor, param('source'))),
  );
  addRoute(
    app,
    {
      method: 'post',
      path: `${SOURCE}/proofs`,
      summary: 'Prove now that a restore works',
      body: proofRequestBody,
      answer: backupRunBody,
    },
    async ({ actor, param, body }) => {
      const { choice: type, targetMs } = body;
      const choice = { type, ...(targetMs === undefined ? {} : { targetMs }) };
      return runOut(await backup.runProof(actor, param('source'), choice));
    },
  );
  addRoute(
    app,
    {
      method: 'get',
      path: '/backup/runs/{id}',
      summary: 'How a snapshot, restore or proof goes',
      answer: backupRunBody,
    },
    async ({ actor, param }) => runOut(await backup.run(actor, param('id'))),
  );
  addRoute(
    app,
    { method: 'delete', path: '/backup/runs/{id}', summary: 'Cancel a snapshot, restore or proof' },
    async ({ actor, param }) => {
      await backup.cancelRun(actor, param('id'));
      return undefined;
    },
  );
}

function addRestoreRoutes(app: ApiApp, backup: Backup): void {
  addRoute(
    app,
    {
      method: 'post',
      path: `${SOURCE}/restore/plan`,
      summary: 'What a restore would read, write and lose',
      body: restoreTargetBody,
      answer: restorePlanBody,
    },
    async ({ actor, param, body }) => planOut(await backup.planRestore(actor, param('source'), targetIn(body))),
  );
  addRoute(
    app,
    {
      method: 'post',
      path: `${SOURCE}/restore`,
      summary: "Restore into a folder of the server's machine",
      body: restoreApplyBody,
      answer: backupRunBody,
    },
    async ({ actor, param, body }) => {
      const { into, port } = body;
      const request = { ...targetIn(body), into, ...(port === undefined ? {} : { port }) };
      return runOut(await backup.applyRestore(actor, param('source'), request));
    },
  );
}
