import { Failure, type Log } from '../base/index.ts';
import { INGEST_FAILURES } from './failures.ts';
import type { EdgeContext } from './http.ts';

/**
 * What an edge answers for an error: failures as they are, anything else as a defect whose cause goes to the log of
 * the process only, because an unexpected message may quote what a sender sent.
 */
export function asFailure(error: unknown, to: { readonly log: Log; readonly context: EdgeContext }): Failure {
  if (error instanceof Failure) return error;
  const { requestId, url } = to.context;
  to.log.error({ err: error, requestId, path: url.pathname }, 'an ingest request failed unexpectedly');
  return new Failure(INGEST_FAILURES.defect, { requestId }, { cause: error });
}
