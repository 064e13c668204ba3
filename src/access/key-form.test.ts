import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatKey, newKey, parseKey } from './key-form.ts';

test('a key is read into the id before the first underscore and the secret after it', () => {
  expect(parseKey('hf_test_0123456789abcdef')).toEqual({ id: 'test', secret: '0123456789abcdef' });
  expect(parseKey('hf_a1B2c3D4_wJalr/XUtnFEMI_K7MDENG+bPx=')).toEqual({
    id: 'a1B2c3D4',
    secret: 'wJalr/XUtnFEMI_K7MDENG+bPx=',
  });
});

test('made keys are read back and differ', () => {
  const [first, second] = [newKey(), newKey()];
  expect(parseKey(formatKey(first))).toEqual(first);
  expect(first).not.toEqual(second);
});

test.each([
  '',
  'hf_',
  'hf_test_',
  'hf_tes_0123456789abcdef',
  `hf_${'x'.repeat(41)}_0123456789abcdef`,
  'hf_test_0123456789abcde',
  `hf_test_${'x'.repeat(129)}`,
  'hf_test_0123456789abcdef\n',
  'hf_test_0123456789 abcdef',
  'HF_test_0123456789abcdef',
  ' hf_test_0123456789abcdef',
])('%j is no key', (token) => {
  expect(parseKey(token)).toBeUndefined();
});

test('whatever is read is written back the same', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.stringMatching(/^hf_[A-Za-z0-9]{4,40}_[\w+/=.~-]{16,128}$/)), (token) => {
      const parts = parseKey(token);
      return parts === undefined || formatKey(parts) === token;
    }),
    { verbose: true },
  );
});
