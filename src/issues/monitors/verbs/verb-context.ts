import { type Actor, auditIdentity } from '../../../access/index.ts';
import { auditedError } from '../../../audit/index.ts';
import { Failure } from '../../../base/index.ts';
import type { Project } from '../../types.ts';
import type { MonitorsContext } from '../context.ts';
import { MONITORS_FAILURES } from '../failures.ts';
import type { MonitorsTables } from '../migrations.ts';
import { type MonitorRow, readEnvironments, readMonitor, toMonitor } from '../monitor-rows.ts';
import type { Monitor, MonitorRef } from '../types.ts';

/** Throws `monitors.project-unknown`. */
export function knownProject(context: MonitorsContext, projectId: string): Project {
  const project = context.projects.byId(projectId);
  if (project === undefined) throw new Failure(MONITORS_FAILURES.projectUnknown, { projectId });
  return project;
}

export const authorizeRead = async (context: MonitorsContext, actor: Actor, projectId: string): Promise<Project> => {
  const project = knownProject(context, projectId);
  await context.authorize(actor, 'issues:Read', { type: 'project', name: project.slug });
  return project;
};

/** Throws `monitors.unknown`. */
export async function knownMonitor(db: Parameters<typeof readMonitor>[0], ref: MonitorRef): Promise<MonitorRow> {
  const monitor = await readMonitor(db, ref);
  if (monitor === undefined) throw new Failure(MONITORS_FAILURES.unknown, { slug: ref.slug });
  return monitor;
}

export async function viewMonitor(context: MonitorsContext, project: Project, row: MonitorRow): Promise<Monitor> {
  return toMonitor(row, project, await readEnvironments(context.catalog.db<MonitorsTables>(), [row.id]));
}

/**
 * A change of one monitor: authorized, done in its turn, and recorded (also when it failed) before the caller is
 * answered. A crash between the change and its record leaves a change of which the caller was not told.
 */
export async function auditedChange<Result>(
  context: MonitorsContext,
  actor: Actor,
  call: {
    readonly eventName: string;
    readonly action: 'issues:Respond' | 'issues:Manage';
    readonly ref: MonitorRef;
    readonly parameters?: Readonly<Record<string, unknown>>;
  },
  change: (project: Project) => Promise<Result>,
): Promise<Result> {
  const project = knownProject(context, call.ref.projectId);
  await context.authorize(actor, call.action, { type: 'project', name: project.slug });
  const entry = {
    identity: auditIdentity(actor),
    source: 'issues',
    eventName: call.eventName,
    readOnly: false,
    requestParameters: { project: project.slug, monitor: call.ref.slug, ...call.parameters },
    resources: [{ type: 'monitor', name: `${project.slug}/${call.ref.slug}` }],
  };
  let result: Result;
  try {
    result = await context.turns(() => change(project));
  } catch (error) {
    await context.audit.record({ ...entry, ...auditedError(error) });
    throw error;
  }
  await context.audit.record(entry);
  context.outbox.wake();
  return result;
}
