import type { Actor } from '../access/index.ts';
import type { AuditEntry } from '../audit/index.ts';
import { isFailure } from '../base/index.ts';
import type { WorkbooksContext } from './context.ts';

/** What a verb says of itself; the actor is added here. */
export interface AuditedCall {
  readonly eventName: string;
  readonly category?: 'Management' | 'Data';
  readonly parameters?: Readonly<Record<string, unknown>>;
  readonly workbook?: string;
}

function auditEntry(actor: Actor, call: AuditedCall, readOnly: boolean): AuditEntry {
  return {
    identity: {
      type: actor.type,
      id: actor.id,
      name: actor.name,
      sourceIp: actor.sourceIp,
      userAgent: actor.userAgent,
      ...(actor.sessionId === undefined ? {} : { sessionId: actor.sessionId }),
    },
    source: 'workbooks',
    eventName: call.eventName,
    readOnly,
    ...(call.parameters === undefined ? {} : { requestParameters: call.parameters }),
    ...(call.workbook === undefined ? {} : { resources: [{ type: 'workbook', name: call.workbook }] }),
    ...(call.category === undefined ? {} : { category: call.category }),
  };
}

/** Leaves the record of a read before anything is read: no crash can leave a read without one. */
export const auditRead = (context: WorkbooksContext, actor: Actor, call: AuditedCall): Promise<void> =>
  context.audit.record(auditEntry(actor, call, true));

/**
 * Does a change and records what came of it, before the caller gets an answer. A crash between the two leaves a change
 * that nobody was told of; refusals by access are recorded there.
 */
export async function auditedChange<Result>(
  context: WorkbooksContext,
  actor: Actor,
  call: AuditedCall,
  change: () => Promise<{ readonly result: Result; readonly response?: Readonly<Record<string, unknown>> }>,
): Promise<Result> {
  const entry = auditEntry(actor, call, false);
  let done: Awaited<ReturnType<typeof change>>;
  try {
    done = await change();
  } catch (error) {
    const errorCode = isFailure(error) ? error.code : 'bug';
    const errorMessage = error instanceof Error ? error.message : String(error);
    await context.audit.record({ ...entry, errorCode, errorMessage });
    throw error;
  }
  await context.audit.record({
    ...entry,
    ...(done.response === undefined ? {} : { responseElements: done.response }),
  });
  return done.result;
}
