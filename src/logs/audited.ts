import type { Actor } from '../access/index.ts';
import type { AuditEntry } from '../audit/index.ts';
import { isFailure } from '../base/index.ts';
import type { LogsContext } from './context.ts';

/** What a verb says of itself; the actor is added here. */
export interface AuditedCall {
  readonly eventName: string;
  readonly readOnly: boolean;
  readonly category?: 'Management' | 'Data';
  readonly parameters?: Readonly<Record<string, unknown>>;
  readonly logGroups: readonly string[];
}

const RESOURCES_MAX = 50;

export function auditEntry(actor: Actor, call: AuditedCall): AuditEntry {
  return {
    identity: {
      type: actor.type,
      id: actor.id,
      name: actor.name,
      sourceIp: actor.sourceIp,
      userAgent: actor.userAgent,
      ...(actor.sessionId === undefined ? {} : { sessionId: actor.sessionId }),
    },
    source: 'logs',
    eventName: call.eventName,
    readOnly: call.readOnly,
    ...(call.parameters === undefined ? {} : { requestParameters: call.parameters }),
    resources: call.logGroups.slice(0, RESOURCES_MAX).map((name) => ({ type: 'log-group', name })),
    ...(call.category === undefined ? {} : { category: call.category }),
  };
}

/** Leaves the record of a read before anything is read: no crash can leave a read without one. */
export const auditRead = (context: LogsContext, actor: Actor, call: Omit<AuditedCall, 'readOnly'>): Promise<void> =>
  context.audit.record(auditEntry(actor, { ...call, readOnly: true }));

/**
 * Does a change and records that it was done or why it failed, before the caller gets an answer. A crash between the
 * change and its record leaves a change that nobody was told of; refusals by access are recorded there.
 */
export async function auditedChange<Result>(
  context: LogsContext,
  actor: Actor,
  call: Omit<AuditedCall, 'readOnly'>,
  change: () => Promise<Result>,
): Promise<Result> {
  const entry = auditEntry(actor, { ...call, readOnly: false });
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
