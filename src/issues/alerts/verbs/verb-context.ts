import { type Actor, auditIdentity } from '../../../access/index.ts';
import { auditedError } from '../../../audit/index.ts';
import { Failure } from '../../../base/index.ts';
import type { Project } from '../../types.ts';
import type { IssueAlertsContext } from '../context.ts';
import { ISSUE_ALERTS_FAILURES } from '../failures.ts';

/** Throws `issue-alerts.project-unknown`. */
function knownProject(context: IssueAlertsContext, projectId: string): Project {
  const project = context.projects.byId(projectId);
  if (project === undefined) throw new Failure(ISSUE_ALERTS_FAILURES.projectUnknown, { projectId });
  return project;
}

export async function authorizeRead(context: IssueAlertsContext, actor: Actor, projectId: string): Promise<Project> {
  const project = knownProject(context, projectId);
  await context.authorize(actor, 'issues:Read', { type: 'project', name: project.slug });
  return project;
}

/**
 * A change of the rules of a project: authorized, done in its turn, and recorded (also when it failed) before the
 * caller is answered. A crash between the change and its record leaves a change of which the caller was not told.
 */
export async function auditedChange<Result>(
  context: IssueAlertsContext,
  actor: Actor,
  call: {
    readonly eventName: string;
    readonly projectId: string;
    readonly parameters: Readonly<Record<string, unknown>>;
  },
  change: (project: Project) => Promise<Result>,
): Promise<Result> {
  const project = knownProject(context, call.projectId);
  await context.authorize(actor, 'issues:Manage', { type: 'project', name: project.slug });
  const entry = {
    identity: auditIdentity(actor),
    source: 'issues',
    eventName: call.eventName,
    readOnly: false,
    requestParameters: { project: project.slug, ...call.parameters },
    resources: [{ type: 'project', name: project.slug }],
  };
  let result: Result;
  try {
    result = await context.inTurn(() => change(project));
  } catch (error) {
    await context.audit.record({ ...entry, ...auditedError(error) });
    throw error;
  }
  await context.audit.record(entry);
  return result;
}
