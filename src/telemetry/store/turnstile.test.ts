import { describe, expect, it } from 'vitest';
import { isFailure } from '../../base/index.ts';
import { TELEMETRY_FAILURES } from '../failures.ts';
import { createTurnstile } from './turnstile.ts';

const gate = (): { readonly open: () => void; readonly wait: Promise<void> } => {
  let open = (): void => undefined;
  const wait = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open, wait };
};

describe('the turnstile', () => {
  it('lets so many through at once, then the others in order', async () => {
    const turnstile = createTurnstile({ parallelMax: 2, queueMax: 10 });
    const gates = Array.from({ length: 5 }, gate);
    const entered: number[] = [];
    const passes = gates.map((one, index) =>
      turnstile.pass(undefined, async () => {
        entered.push(index);
        await one.wait;
      }),
    );
    await Promise.resolve();
    expect(entered).toEqual([0, 1]);
    gates[1]?.open();
    await passes[1];
    await Promise.resolve();
    expect(entered).toEqual([0, 1, 2]);
    for (const one of gates) one.open();
    await turnstile.drain();
    expect(entered).toEqual([0, 1, 2, 3, 4]);
  });

  it('refuses whoever finds the queue full', async () => {
    const turnstile = createTurnstile({ parallelMax: 1, queueMax: 1 });
    const held = gate();
    const first = turnstile.pass(undefined, () => held.wait);
    const second = turnstile.pass(undefined, () => Promise.resolve('second'));
    const error = await turnstile.pass(undefined, () => Promise.resolve()).catch((reason: unknown) => reason);
    expect(isFailure(error, TELEMETRY_FAILURES.queryBusy) && error.retryable).toBe(true);
    held.open();
    await first;
    expect(await second).toBe('second');
  });

  it('lets whoever gives up leave the queue, and gives the place to the next', async () => {
    const turnstile = createTurnstile({ parallelMax: 1, queueMax: 2 });
    const held = gate();
    const first = turnstile.pass(undefined, () => held.wait);
    const control = new AbortController();
    const leaver = turnstile.pass(control.signal, () => Promise.resolve('never')).catch((reason: unknown) => reason);
    const stayer = turnstile.pass(undefined, () => Promise.resolve('stayed'));
    control.abort();
    expect(isFailure(await leaver, TELEMETRY_FAILURES.queryCancelled)).toBe(true);
    held.open();
    await first;
    expect(await stayer).toBe('stayed');
  });

  it('goes on after work that fails', async () => {
    const turnstile = createTurnstile({ parallelMax: 1, queueMax: 1 });
    await expect(turnstile.pass(undefined, () => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
    expect(await turnstile.pass(undefined, () => Promise.resolve(1))).toBe(1);
  });
});
