import { expect, test } from 'vitest';
import { isFailure } from '../base/index.ts';
import { ACCESS_FAILURES } from './failures.ts';
import { ACCESS_LIMITS } from './limits.ts';
import { addressKey, createThrottle } from './throttle.ts';

test('addresses are counted as their owners are: IPv4 whole, IPv6 by /64', () => {
  const check = (sourceIp: string, expected: string) => expect(addressKey(sourceIp)).toBe(expected);
  check('192.0.2.1', '192.0.2.1');
  check('::ffff:192.0.2.1', '192.0.2.1');
  check('2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64');
  check('2001:0db8:0001:0002::1', '2001:db8:1:2::/64');
  check('2001:db8::1', '2001:db8:0:0::/64');
  check('::1', '0:0:0:0::/64');
});

const isThrottled = (attempt: Promise<void>): Promise<boolean> =>
  attempt.then(
    () => false,
    (error: unknown) => isFailure(error, ACCESS_FAILURES.tooManyAttempts) && (error.retryAfterSeconds ?? 0) > 0,
  );

test('a right password forgets the wrong ones before it', async () => {
  const throttle = createThrottle();
  for (let round = 0; round < 3; round += 1) {
    for (let wrong = 0; wrong < ACCESS_LIMITS.signInsPerAddressAndPerson - 1; wrong += 1) {
      await throttle.beforeSignIn('192.0.2.1', 'a@x');
    }
    await throttle.beforeSignIn('192.0.2.1', 'a@x');
    await throttle.afterSignIn('192.0.2.1', 'a@x');
  }
  expect(await isThrottled(throttle.beforeSignIn('192.0.2.1', 'a@x'))).toBe(false);
});

test('one address may not try many people, nor many addresses one person', async () => {
  const byAddress = createThrottle();
  for (let person = 0; person < ACCESS_LIMITS.signInsPerAddress; person += 1) {
    await byAddress.beforeSignIn('192.0.2.1', `${person}@x`);
  }
  expect(await isThrottled(byAddress.beforeSignIn('192.0.2.1', 'new@x'))).toBe(true);
  expect(await isThrottled(byAddress.beforeSignIn('192.0.2.2', 'new@x'))).toBe(false);
  const byPerson = createThrottle();
  for (let address = 0; address < ACCESS_LIMITS.signInsPerPerson; address += 1) {
    await byPerson.beforeSignIn(`10.0.0.${address}`, 'a@x');
  }
  expect(await isThrottled(byPerson.beforeSignIn('10.0.1.1', 'a@x'))).toBe(true);
});
