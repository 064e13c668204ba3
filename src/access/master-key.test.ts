import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { isFailure } from '../base/index.ts';
import { ACCESS_FAILURES } from './failures.ts';
import { createMasterKey } from './master-key.ts';

const key = createMasterKey(randomBytes(32), 'file');

test('a sealed secret opens for its own API key alone, and never in part', () => {
  const sealed = key.seal('a secret', 'id1');
  expect(key.unseal(sealed, 'id1')).toBe('a secret');
  expect(key.seal('a secret', 'id1')).not.toEqual(sealed);
  const refusal = (work: () => unknown): boolean => {
    try {
      work();
      return false;
    } catch (error) {
      return isFailure(error, ACCESS_FAILURES.masterKeyWrong);
    }
  };
  expect(refusal(() => key.unseal(sealed, 'id2'))).toBe(true);
  expect(refusal(() => createMasterKey(randomBytes(32), 'file').unseal(sealed, 'id1'))).toBe(true);
  for (let length = 0; length < sealed.length; length += 1) {
    expect(refusal(() => key.unseal(sealed.subarray(0, length), 'id1'))).toBe(true);
  }
  for (let at = 1; at < sealed.length; at += 1) {
    const torn = Buffer.from(sealed);
    torn[at] = (torn[at] ?? 0) ^ 1;
    expect(refusal(() => key.unseal(torn, 'id1'))).toBe(true);
  }
});

test('a CSRF token belongs to one session and one master key', () => {
  expect(key.csrfToken('s1')).toBe(key.csrfToken('s1'));
  expect(key.csrfToken('s1')).not.toBe(key.csrfToken('s2'));
  expect(createMasterKey(randomBytes(32), 'file').csrfToken('s1')).not.toBe(key.csrfToken('s1'));
});
