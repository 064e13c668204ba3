import { Failure } from '../base/index.ts';
import { INGEST_FAILURES } from './failures.ts';
import { INGEST_LIMITS } from './limits.ts';

/** Bytes that one request holds. */
export interface Lease {
  /** Throws `ingest.overloaded` and adds nothing when there is no room. */
  readonly grow: (bytes: number) => void;
  /** Gives everything back; calling it again does nothing. */
  readonly release: () => void;
}

/** A limit on bytes in flight, shared by everything that holds them. */
export interface Admission {
  /** Throws `ingest.overloaded` when there is no room for `bytes` now; takes nothing. */
  readonly check: (bytes: number) => void;
  readonly enter: (bytes: number) => Lease;
  readonly bytesInFlight: () => number;
}

/**
 * Refuses work before it is done. One request alone is always admitted, whatever its size: bodies have limits of
 * their own, and a request that can never be admitted would be retried for ever.
 */
export function createAdmission(limit: { readonly bytesMax: number; readonly measure: string }): Admission {
  let inFlight = 0;
  const check = (bytes: number, own = 0): void => {
    if (inFlight === own || inFlight + bytes <= limit.bytesMax) return;
    throw new Failure(
      INGEST_FAILURES.overloaded,
      { bytesInFlight: inFlight, limitBytes: limit.bytesMax, measure: limit.measure },
      { retryAfterSeconds: INGEST_LIMITS.overloadRetryAfterSeconds },
    );
  };
  return {
    check: (bytes) => check(bytes),
    bytesInFlight: () => inFlight,
    enter: (bytes) => {
      let held = 0;
      const grow = (more: number): void => {
        check(more, held);
        held += more;
        inFlight += more;
      };
      grow(bytes);
      return {
        grow,
        release: () => {
          inFlight -= held;
          held = 0;
        },
      };
    },
  };
}

/** The admission that all HTTP edges share for the bodies they hold. */
export const createBodyAdmission = (): Admission =>
  createAdmission({ bytesMax: INGEST_LIMITS.wireBytesInFlightMax, measure: 'request bodies' });
