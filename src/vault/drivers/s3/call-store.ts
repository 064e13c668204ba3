import { randomInt } from 'node:crypto';
import { type Clock, Failure, type Log } from '../../../base/index.ts';
import { VAULT_FAILURES } from '../../failures.ts';
import { AttemptTimeout, classifyError, StoreRefusal, type StoreVerdict } from './classify-error.ts';
import { VAULT_S3_FAILURES } from './failures.ts';
import { VAULT_S3_LIMITS } from './limits.ts';

/**
 * The one layer that times requests and retries them; the SDK's own retries are off, so that the attempts do not
 * multiply. What comes out is the answer, a `Failure`, or a `StoreRefusal` when the store refused for good, which the
 * verbs read with `verdictOf`.
 */
export interface StoreCaller {
  /** Retries throttling, 5xx, time-outs and cut connections, with backoff and jitter. */
  readonly call: <T>(operation: string, attempt: Attempt<T>, signal: AbortSignal | undefined) => Promise<T>;
  /** A single attempt, for what must not be sent twice unseen; its errors are the SDK's own. */
  readonly once: <T>(operation: string, attempt: Attempt<T>, signal: AbortSignal | undefined) => Promise<T>;
  /** Retries a whole step that holds one `once`, so that it can look for what an attempt left before the next one. */
  readonly repeat: <T>(operation: string, step: () => Promise<T>, signal: AbortSignal | undefined) => Promise<T>;
}

export type Attempt<T> = (signal: AbortSignal) => Promise<T>;

export interface CallerDeps {
  readonly location: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly attemptMs: number;
}

export function createStoreCaller(deps: CallerDeps): StoreCaller {
  const { clock, location, log } = deps;
  const away = (operation: string, verdict: StoreVerdict): Failure =>
    new Failure(VAULT_FAILURES.zoneAway, { zone: location, reason: `${operation}: ${verdict.reason}` });

  const once = async <T>(operation: string, attempt: Attempt<T>, signal: AbortSignal | undefined): Promise<T> => {
    signal?.throwIfAborted();
    const timer = new AbortController();
    const late = new AbortController();
    void clock.sleep(deps.attemptMs, timer.signal).then(
      () => late.abort(new AttemptTimeout(`${operation} was not answered within ${deps.attemptMs} ms`)),
      () => undefined,
    );
    try {
      return await attempt(signal === undefined ? late.signal : AbortSignal.any([signal, late.signal]));
    } catch (error) {
      if (signal?.aborted === true) throw signal.reason;
      throw late.signal.aborted ? late.signal.reason : error;
    } finally {
      timer.abort();
    }
  };

  const repeat = async <T>(operation: string, step: () => Promise<T>, signal: AbortSignal | undefined): Promise<T> => {
    for (let number = 1; ; number += 1) {
      try {
        return await step();
      } catch (error) {
        if (signal?.aborted === true) throw signal.reason;
        if (error instanceof Failure || error instanceof StoreRefusal) throw error;
        const verdict = classifyError(error);
        if (verdict.type === 'away') throw away(operation, verdict);
        if (verdict.type === 'redirect') {
          throw new Failure(VAULT_S3_FAILURES.redirected, { zone: location, status: verdict.status });
        }
        if (verdict.type !== 'transient') throw new StoreRefusal(operation, verdict);
        if (number >= VAULT_S3_LIMITS.attemptsMax) throw away(operation, verdict);
        log.debug({ zone: location, operation, attempt: number, reason: verdict.reason }, 'store is asked again');
        await clock.sleep(waitMs(number, verdict.retryAfterMs), signal);
      }
    }
  };
  return {
    once,
    repeat,
    call: (operation, attempt, signal) => repeat(operation, () => once(operation, attempt, signal), signal),
  };
}

/** Half of an exponential wait is fixed, half is random, so that clients that failed together come back apart. */
function waitMs(number: number, retryAfterMs: number | undefined): number {
  const fullMs = Math.min(VAULT_S3_LIMITS.backoffMs * 2 ** (number - 1), VAULT_S3_LIMITS.backoffMsMax);
  const jitteredMs = fullMs / 2 + randomInt(Math.ceil(fullMs / 2) + 1);
  return Math.min(Math.max(jitteredMs, retryAfterMs ?? 0), VAULT_S3_LIMITS.backoffMsMax);
}

/** What a definite refusal says; `undefined` for a failure that is already named. */
export const verdictOf = (error: unknown): StoreVerdict['type'] | undefined =>
  error instanceof Failure ? undefined : classifyError(error).type;

/** The last word on errors that no verb expected: every call of the driver ends in an answer or a named failure. */
export function namedFailure(location: string, error: unknown, signal?: AbortSignal): unknown {
  if (error instanceof Failure || signal?.aborted === true) return error;
  // A wrong-state bug must stay one, and not look like the store's fault.
  if (error instanceof Error && error.message.startsWith('invariant broken')) return error;
  const verdict = classifyError(error);
  // Rights that were taken away or credentials that do not fit come back without a change here.
  if (verdict.type === 'denied' || verdict.type === 'transient' || verdict.type === 'away') {
    return new Failure(VAULT_FAILURES.zoneAway, { zone: location, reason: verdict.reason });
  }
  return new Failure(VAULT_S3_FAILURES.storeRefused, { zone: location, reason: verdict.reason });
}
