import { createHash } from 'node:crypto';
import { type Clock, Failure } from '../../base/index.ts';
import { INGEST_FAILURES } from '../failures.ts';
import { INGEST_LIMITS } from '../limits.ts';

export interface IdempotentRequest {
  /** Actor, target and the sender's key: keys of different senders never meet. */
  readonly scope: string;
  readonly body: Buffer;
}

/**
 * Remembers the answers of requests that carry an Idempotency-Key, so that a repeat is answered the same without
 * storing twice, also while the first is still running. In memory and bounded: a restart, more than
 * `idempotencyKeysMax` newer keys or `idempotencyMs` make it forget. A request that failed may be tried again.
 */
export interface Idempotency<Result> {
  /** Throws `ingest.idempotency-key-reused` when the key came with another body before. */
  readonly once: (request: IdempotentRequest, run: () => Promise<Result>) => Promise<Result>;
}

interface Remembered<Result> {
  readonly bodyHash: string;
  readonly untilMs: number;
  readonly result: Promise<Result>;
}

export function createIdempotency<Result>(clock: Clock): Idempotency<Result> {
  const answers = new Map<string, Remembered<Result>>();
  return {
    once: async ({ scope, body }, run) => {
      const bodyHash = createHash('sha256').update(body).digest('base64');
      const known = answers.get(scope);
      if (known !== undefined && known.untilMs > clock.monotonicMs()) {
        if (known.bodyHash !== bodyHash) throw new Failure(INGEST_FAILURES.idempotencyKeyReused);
        return known.result;
      }
      const result = run();
      answers.delete(scope);
      answers.set(scope, { bodyHash, untilMs: clock.monotonicMs() + INGEST_LIMITS.idempotencyMs, result });
      if (answers.size > INGEST_LIMITS.idempotencyKeysMax) {
        // A Map iterates in order of insertion, so the first key is the oldest.
        for (const oldest of answers.keys()) {
          answers.delete(oldest);
          break;
        }
      }
      try {
        return await result;
      } catch (error) {
        if (answers.get(scope)?.result === result) answers.delete(scope);
        throw error;
      }
    },
  };
}
