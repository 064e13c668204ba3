import { type Actor, auditIdentity } from '../../access/index.ts';
import { auditedError } from '../../audit/index.ts';
import type { ProjectsContext } from './context.ts';

/**
 * Does a change and records what came of it, before the caller gets an answer. A crash between the two leaves a change
 * that nobody was told of; refusals by access are recorded there.
 */
export async function auditedChange<Result>(
  context: ProjectsContext,
  actor: Actor,
  call: {
    readonly eventName: string;
    readonly project: string;
    readonly parameters?: Readonly<Record<string, unknown>>;
  },
  change: () => Promise<Result>,
): Promise<Result> {
  const entry = {
    identity: auditIdentity(actor),
    source: 'issues',
    eventName: call.eventName,
    readOnly: false,
    resources: [{ type: 'project', name: call.project }],
    ...(call.parameters === undefined ? {} : { requestParameters: call.parameters }),
  };
  let result: Result;
  try {
    result = await change();
  } catch (error) {
    await context.audit.record({ ...entry, ...auditedError(error) });
    throw error;
  }
  await context.audit.record(entry);
  return result;
}
