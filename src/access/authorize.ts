import type { Audit } from '../audit/index.ts';
import { Failure } from '../base/index.ts';
import { ACCESS_FAILURES } from './failures.ts';
import { isAllowed } from './role-table.ts';
import { auditIdentity } from './service.ts';
import type { Authorize } from './types.ts';

/** The refusal is on record before the caller hears of it. */
export const createAuthorize =
  (audit: Audit): Authorize =>
  async (actor, action, object) => {
    if (isAllowed(actor, action, object)) return;
    const [source = 'access'] = action.split(':');
    const failure = new Failure(ACCESS_FAILURES.forbidden, {
      name: actor.name,
      action,
      object: `${object.type} ${object.name}`,
    });
    await audit.record({
      identity: auditIdentity(actor),
      source,
      eventName: 'Authorize',
      readOnly: true,
      requestParameters: { action },
      resources: [object],
      errorCode: 'AccessDenied',
      errorMessage: failure.message,
    });
    throw failure;
  };
