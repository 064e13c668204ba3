import { expect, test } from 'vitest';
import { isFailure } from '../base/index.ts';
import { ACCESS_FAILURES } from './failures.ts';
import { createHashQueue } from './hash-queue.ts';
import { createPasswordHasher, loadArgon2 } from './password-hash.ts';

const argon2 = await loadArgon2();

test.each([
  ['argon2id', argon2, '$argon2id$v=19$m=19456,t=2,p=1$'],
  ['scrypt', undefined, '$scrypt$n=32768,r=8,p=3$'],
] as const)('%s takes the right password alone, and salts each hash', async (_name, module, prefix) => {
  const hasher = createPasswordHasher(module);
  const [first, second] = await Promise.all([hasher.hash('geheim-Straße-é'), hasher.hash('geheim-Straße-é')]);
  expect(first.startsWith(prefix)).toBe(true);
  expect(first).not.toBe(second);
  expect(await hasher.verify(first, 'geheim-Straße-e\u0301')).toBe(true);
  expect(await hasher.verify(first, 'geheim-Straße-e')).toBe(false);
  expect(await hasher.verify(first, '')).toBe(false);
  expect(await hasher.verifyNobody('geheim-Straße-é')).toBe(false);
});

test('a hash of scrypt is still taken where argon2 is installed, the other way round is named', async () => {
  const stored = await createPasswordHasher(undefined).hash('a password');
  expect(await createPasswordHasher(argon2).verify(stored, 'a password')).toBe(true);
  for (const form of ['$argon2id$v=19$m=1,t=1,p=1$a$b', '$md5$x', '', '$scrypt$n=1$a$b']) {
    const error = await createPasswordHasher(undefined)
      .verify(form, 'x')
      .catch((reason: unknown) => reason);
    expect(isFailure(error, ACCESS_FAILURES.passwordFormUnknown), form).toBe(true);
  }
});

test('few hashes run at once, a bounded number waits in order, the rest is refused', async () => {
  const run = createHashQueue({ atOnce: 2, waiting: 3 });
  const order: number[] = [];
  const ends: (() => void)[] = [];
  let running = 0;
  let runningMax = 0;
  const start = (index: number) =>
    run(async () => {
      order.push(index);
      running += 1;
      runningMax = Math.max(runningMax, running);
      await new Promise<void>((resolve) => ends.push(resolve));
      running -= 1;
      if (index === 1) throw new Failing();
    });
  class Failing extends Error {}
  const all = [0, 1, 2, 3, 4, 5].map((index) =>
    start(index).then(
      () => 'done',
      (error: unknown) => (isFailure(error, ACCESS_FAILURES.busy) ? 'busy' : 'failed'),
    ),
  );
  for (let ended = 0; ended < 5; ended += 1) {
    await expect.poll(() => ends.length).toBeGreaterThan(0);
    ends.shift()?.();
  }
  expect(await Promise.all(all)).toEqual(['done', 'failed', 'done', 'done', 'done', 'busy']);
  expect(order).toEqual([0, 1, 2, 3, 4]);
  expect(runningMax).toBe(2);
});
