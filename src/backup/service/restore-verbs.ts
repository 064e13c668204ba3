import path from 'node:path';
import type { Actor } from '../../access/index.ts';
import { Failure, formatDuration } from '../../base/index.ts';
import { BACKUP_FAILURES } from '../failures.ts';
import { applyRestore, describeTarget, gatherRestore, planRestore } from '../restore/index.ts';
import type { RestorePlan, RunningPostgres } from '../types.ts';
import { auditedChange } from './audited.ts';
import { type BackupContext, protectedOf } from './context.ts';
import type { Backup } from './types.ts';

type RestoreVerbs = Pick<Backup, 'planRestore' | 'applyRestore' | 'runSnapshot' | 'runProof' | 'cancelRun'>;
type Request = Parameters<Backup['planRestore']>[2];

/** What takes long: begun by a person, followed by its run. */
export function restoreVerbs(context: BackupContext): RestoreVerbs {
  const { access, runs } = context;
  const may = (actor: Actor, action: 'backup:Run' | 'backup:Read' | 'backup:Restore', name: string): Promise<void> =>
    access.authorize(actor, action, { type: 'database', name });
  return {
    runSnapshot: async (actor, name) => {
      await may(actor, 'backup:Run', name);
      const call = { eventName: 'RunSnapshot', source: name };
      return auditedChange(context, actor, call, async () => protectedOf(context, name).snapshotNow());
    },
    runProof: async (actor, name, { type, targetMs }) => {
      await may(actor, 'backup:Run', name);
      const call = { eventName: 'RunRestoreDrill', source: name, parameters: { choice: type, targetMs } };
      return auditedChange(context, actor, call, async () => protectedOf(context, name).proveNow(type, targetMs));
    },
    planRestore: async (actor, name, request) => {
      await may(actor, 'backup:Read', name);
      return planOf(context, name, request);
    },
    applyRestore: async (actor, name, request) => {
      await may(actor, 'backup:Restore', name);
      const parameters = { into: request.into, target: describeTarget(request.target), port: request.port };
      const call = { eventName: 'RestoreDatabase', source: name, parameters };
      return auditedChange(context, actor, call, async () => {
        if (!path.isAbsolute(request.into)) {
          const expected = "give the whole path of an empty folder on the server's machine";
          throw new Failure(BACKUP_FAILURES.sourceInvalid, { field: 'into', value: request.into, expected });
        }
        // Refused at once and not only in the run, when there is nothing to restore to.
        const plan = await planOf(context, name, request);
        return beginRestore(context, plan, request);
      });
    },
    cancelRun: async (actor, id) => {
      const run = runs.get(id);
      await may(actor, run.type === 'restore' ? 'backup:Restore' : 'backup:Run', run.source);
      const call = { eventName: 'CancelBackupRun', source: run.source, parameters: { run: id } };
      await auditedChange(context, actor, call, async () => runs.cancel(id));
    },
  };
}

async function planOf(context: BackupContext, name: string, request: Request): Promise<RestorePlan> {
  const rates = await protectedOf(context, name).rates();
  return planRestore({
    ...(await gatherRestore(context.backups, name)),
    ...{ source: name, ...request },
    ...(rates === undefined ? {} : { rates }),
  });
}

/** Servers that were started for people stay until Holdfast stops. */
const started = new WeakMap<BackupContext, RunningPostgres[]>();

function beginRestore(
  context: BackupContext,
  plan: RestorePlan,
  request: { readonly into: string; readonly port?: number },
) {
  const { archive: wal, vault, runner, clock, log, backups: catalog } = context;
  const { run } = context.runs.begin({ source: plan.source, type: 'restore' }, async ({ onProgress, signal }) => {
    const begunMs = clock.monotonicMs();
    const result = await applyRestore(
      { catalog, wal, vault, runner, clock, log },
      {
        ...{ plan, into: request.into, onProgress, signal },
        ...(request.port === undefined ? {} : { start: { port: request.port } }),
      },
    );
    if (result.server !== undefined) started.set(context, [...(started.get(context) ?? []), result.server]);
    const took = formatDuration(clock.monotonicMs() - begunMs);
    const where = result.server === undefined ? '' : `, and answers on port ${result.server.port}`;
    const summary = [
      `${plan.source} at ${describeTarget(plan.target)} stands in ${result.folder} after ${took}${where}.`,
      ...result.notes,
    ].join(' ');
    return { summary, result: result.folder };
  });
  return run;
}

/** Stops what was started for people. */
export async function stopRestored(context: BackupContext): Promise<void> {
  await Promise.all((started.get(context) ?? []).map((server) => server.stop()));
}
