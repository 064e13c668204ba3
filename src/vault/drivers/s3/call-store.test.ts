import { expect, test } from 'vitest';
import { createManualClock, silentLog } from '../../../base/index.ts';
import { createStoreCaller, type StoreCaller } from './call-store.ts';
import { VAULT_S3_LIMITS } from './limits.ts';

const ATTEMPT_MS = 1000;
const slowDown = (): Error =>
  Object.assign(new Error('slow down'), { name: 'SlowDown', $metadata: { httpStatusCode: 503 } });

function setUp(): { readonly clock: ReturnType<typeof createManualClock>; readonly caller: StoreCaller } {
  const clock = createManualClock();
  const caller = createStoreCaller({ location: 's3://bucket/', clock, log: silentLog(), attemptMs: ATTEMPT_MS });
  return { clock, caller };
}

/** Moves the clock until the call has ended; answers how far. */
async function untilEnd(clock: ReturnType<typeof createManualClock>, call: Promise<unknown>): Promise<number> {
  let ended = false;
  const end = (): void => {
    ended = true;
  };
  call.then(end, end);
  const fromMs = clock.monotonicMs();
  for (let step = 0; step < 100_000 && !ended; step += 1) await clock.advance(10);
  return clock.monotonicMs() - fromMs;
}

test('throttling is tried again a bounded number of times, with waits that stay in their bounds', async () => {
  const { clock, caller } = setUp();
  let attempts = 0;
  const call = caller.call(
    'PutObject',
    () => {
      attempts += 1;
      return Promise.reject(slowDown());
    },
    undefined,
  );
  const tookMs = await untilEnd(clock, call);
  await expect(call).rejects.toMatchObject({ code: 'vault.zone-away', retryable: true });
  expect(attempts).toBe(VAULT_S3_LIMITS.attemptsMax);
  const fullMs = VAULT_S3_LIMITS.backoffMs * (2 ** (VAULT_S3_LIMITS.attemptsMax - 1) - 1);
  expect(tookMs).toBeGreaterThanOrEqual(fullMs / 2);
  expect(tookMs).toBeLessThanOrEqual(fullMs + 100);
});

test('an attempt that is not answered is ended, and the next one may succeed', async () => {
  const { clock, caller } = setUp();
  let attempts = 0;
  const call = caller.call(
    'GetObject',
    (signal) => {
      attempts += 1;
      if (attempts === 2) return Promise.resolve('bytes');
      return new Promise<string>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
    },
    undefined,
  );
  const tookMs = await untilEnd(clock, call);
  expect(await call).toBe('bytes');
  expect(tookMs).toBeGreaterThanOrEqual(ATTEMPT_MS);
});

test('a refusal is not tried again', async () => {
  const { caller } = setUp();
  let attempts = 0;
  const denied = Object.assign(new Error('no'), { name: 'AccessDenied', $metadata: { httpStatusCode: 403 } });
  const call = caller.call(
    'DeleteObject',
    () => {
      attempts += 1;
      return Promise.reject(denied);
    },
    undefined,
  );
  await expect(call).rejects.toMatchObject({ name: 'StoreRefusal', message: 'DeleteObject: 403 AccessDenied' });
  expect(attempts).toBe(1);
});

test.each([
  ['at once', 0],
  ['in the wait for the next attempt', 1],
])('an abort %s is what comes out, and nothing is tried again', async (_, turns) => {
  const { caller } = setUp();
  const abort = new AbortController();
  let attempts = 0;
  const call = caller.call(
    'PutObject',
    () => {
      attempts += 1;
      return Promise.reject(slowDown());
    },
    abort.signal,
  );
  for (let turn = 0; turn < turns; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  abort.abort(new Error('enough'));
  await expect(call).rejects.toThrow('enough');
  expect(attempts).toBe(1);
});
