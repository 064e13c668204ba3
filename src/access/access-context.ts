import { type Audit, auditedError } from '../audit/index.ts';
import type { Clock, Log } from '../base/index.ts';
import type { Catalog } from '../catalog/index.ts';
import type { KeyStore } from './key-store.ts';
import type { MasterKey } from './master-key.ts';
import type { PasswordHasher } from './password-hash.ts';
import { auditIdentity } from './service.ts';
import type { Throttle } from './throttle.ts';
import type { Actor, Authorize } from './types.ts';

/** What the verbs of access stand on. */
export interface AccessContext {
  readonly catalog: Catalog;
  readonly audit: Audit;
  readonly clock: Clock;
  readonly log: Log;
  readonly authorize: Authorize;
  readonly masterKey: MasterKey;
  readonly hasher: PasswordHasher;
  readonly throttle: Throttle;
  readonly keyStore: KeyStore;
}

export interface AuditedCall {
  readonly eventName: string;
  readonly readOnly?: boolean;
  readonly requestParameters?: Readonly<Record<string, unknown>>;
  readonly resources?: readonly { readonly type: string; readonly name: string }[];
}

/** Does the work and leaves one record of it, also when it fails; returns only after the record is durable. */
export async function audited<Result>(
  { audit, log }: AccessContext,
  actor: Actor,
  call: AuditedCall,
  work: () => Promise<Result>,
): Promise<Result> {
  const entry = { readOnly: false, ...call, identity: auditIdentity(actor), source: 'access' };
  let result: Result;
  try {
    result = await work();
  } catch (error) {
    const recorded = audit.record({ ...entry, ...auditedError(error) });
    await recorded.catch((reason: unknown) => log.error({ err: reason }, 'a failed call could not be audited'));
    throw error;
  }
  await audit.record(entry);
  return result;
}
