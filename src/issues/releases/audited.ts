import type { Actor } from '../../access/index.ts';
import type { AuditEntry } from '../../audit/index.ts';
import { isFailure } from '../../base/index.ts';
import type { ReleasesContext } from './context.ts';

/** What a verb says of itself; the actor is added here. */
export interface AuditedCall {
  readonly eventName: string;
  readonly parameters?: Readonly<Record<string, unknown>>;
  readonly release?: string;
}

function auditEntry(actor: Actor, call: AuditedCall): AuditEntry {
  const { type, id, name, sourceIp, userAgent, sessionId } = actor;
  return {
    identity: { type, id, name, sourceIp, userAgent, ...(sessionId === undefined ? {} : { sessionId }) },
    source: 'releases',
    eventName: call.eventName,
    readOnly: false,
    ...(call.parameters === undefined ? {} : { requestParameters: call.parameters }),
    ...(call.release === undefined ? {} : { resources: [{ type: 'release', name: call.release }] }),
  };
}

/** Does a change and records what came of it before the caller gets an answer; refusals by access are recorded there. */
export async function auditedChange<Result>(
  context: ReleasesContext,
  actor: Actor,
  call: AuditedCall,
  change: () => Promise<Result>,
): Promise<Result> {
  const entry = auditEntry(actor, call);
  let result: Result;
  try {
    result = await change();
  } catch (error) {
    const errorCode = isFailure(error) ? error.code : 'bug';
    const errorMessage = error instanceof Error ? error.message : String(error);
    await context.audit.record({ ...entry, errorCode, errorMessage });
    throw error;
  }
  await context.audit.record(entry);
  return result;
}
