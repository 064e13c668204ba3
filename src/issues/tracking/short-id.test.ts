import fc from 'fast-check';
import { expect, test } from 'vitest';
import { acceptedShortId, shortIdOf } from './short-id.ts';

test('a short id is the slug and the number in base 32 without letters that are read as others', () => {
  const check = (number: number, expected: string): void => expect(shortIdOf('shop', number)).toBe(expected);
  check(1, 'SHOP-1');
  check(18, 'SHOP-J');
  check(31, 'SHOP-Z');
  check(32, 'SHOP-10');
  check(47, 'SHOP-1F');
});

test('a short id is found however people type it, and look-alikes are what they look like', () => {
  expect(acceptedShortId('shop-1f')).toBe('SHOP-1F');
  expect(acceptedShortId('my-shop-lO')).toBe('MY-SHOP-10');
  expect(acceptedShortId('17')).toBeUndefined();
  expect(acceptedShortId('shop 1')).toBeUndefined();
});

test('no two numbers share a short id, and each is found again', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 2 ** 40 }), fc.integer({ min: 1, max: 2 ** 40 }), (a, b) => {
      expect(shortIdOf('s', a) === shortIdOf('s', b)).toBe(a === b);
      expect(acceptedShortId(shortIdOf('s', a).toLowerCase())).toBe(shortIdOf('s', a));
    }),
  );
});
