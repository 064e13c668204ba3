import { type Actor, auditIdentity } from '../../access/index.ts';
import type { Audit } from '../../audit/index.ts';
import { isFailure } from '../../base/index.ts';

/** Does a change and records what came of it before the caller gets an answer; refusals by access are recorded there. */
export async function auditedChange<Result>(
  { audit }: { readonly audit: Audit },
  actor: Actor,
  call: {
    readonly eventName: string;
    readonly source: string;
    readonly parameters?: Readonly<Record<string, unknown>>;
  },
  change: () => Promise<Result>,
): Promise<Result> {
  const entry = {
    ...{ identity: auditIdentity(actor), source: 'backup', eventName: call.eventName, readOnly: false },
    requestParameters: { source: call.source, ...call.parameters },
    resources: [{ type: 'database', name: call.source }],
  };
  let result: Result;
  try {
    result = await change();
  } catch (error) {
    const errorCode = isFailure(error) ? error.code : 'bug';
    await audit.record({ ...entry, errorCode, errorMessage: error instanceof Error ? error.message : String(error) });
    throw error;
  }
  await audit.record(entry);
  return result;
}
