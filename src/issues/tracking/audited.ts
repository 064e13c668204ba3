import { type Actor, auditIdentity } from '../../access/index.ts';
import { auditedError } from '../../audit/index.ts';
import type { TrackingContext } from './context.ts';

/** What a change says of itself; the actor is added here. */
export interface AuditedCall {
  readonly eventName: string;
  readonly issues: readonly string[];
  readonly parameters?: Readonly<Record<string, unknown>>;
}

/**
 * Does a change and records what came of it, before the caller gets an answer. A crash between the two leaves a change
 * that nobody was told of; refusals by access are recorded there.
 */
export async function auditedChange<Result>(
  context: TrackingContext,
  actor: Actor,
  call: AuditedCall,
  change: () => Promise<Result>,
): Promise<Result> {
  const entry = {
    identity: auditIdentity(actor),
    source: 'issues',
    eventName: call.eventName,
    readOnly: false,
    resources: call.issues.map((name) => ({ type: 'issue', name })),
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
