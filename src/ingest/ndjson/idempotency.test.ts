import { expect, it } from 'vitest';
import { createManualClock } from '../../base/index.ts';
import { INGEST_LIMITS } from '../limits.ts';
import { createIdempotency } from './idempotency.ts';

const body = Buffer.from('x');

it('runs once for repeats of a key, also for those that come while the first runs', async () => {
  const idempotency = createIdempotency<number>(createManualClock());
  let runs = 0;
  const run = async (): Promise<number> => {
    runs += 1;
    return runs;
  };
  const request = { scope: 'k', body };
  expect(await Promise.all([idempotency.once(request, run), idempotency.once(request, run)])).toEqual([1, 1]);
  expect(await idempotency.once(request, run)).toBe(1);
  expect(await idempotency.once({ scope: 'other', body }, run)).toBe(2);
});

it('refuses the same key with another body', async () => {
  const idempotency = createIdempotency<number>(createManualClock());
  await idempotency.once({ scope: 'k', body }, async () => 1);
  await expect(idempotency.once({ scope: 'k', body: Buffer.from('y') }, async () => 2)).rejects.toMatchObject({
    code: 'ingest.idempotency-key-reused',
  });
});

it('lets a request that failed be tried again', async () => {
  const idempotency = createIdempotency<number>(createManualClock());
  const failing = idempotency.once({ scope: 'k', body }, async () => {
    throw new Error('down');
  });
  await expect(failing).rejects.toThrow('down');
  expect(await idempotency.once({ scope: 'k', body }, async () => 2)).toBe(2);
});

it('forgets after its time and when too many newer keys came', async () => {
  const clock = createManualClock();
  const idempotency = createIdempotency<number>(clock);
  await idempotency.once({ scope: 'k', body }, async () => 1);
  await clock.advance(INGEST_LIMITS.idempotencyMs - 1);
  expect(await idempotency.once({ scope: 'k', body }, async () => 2)).toBe(1);
  await clock.advance(1);
  expect(await idempotency.once({ scope: 'k', body }, async () => 3)).toBe(3);
  for (let key = 0; key < INGEST_LIMITS.idempotencyKeysMax; key += 1) {
    await idempotency.once({ scope: `n${key}`, body }, async () => 0);
  }
  expect(await idempotency.once({ scope: 'k', body }, async () => 4)).toBe(4);
});
