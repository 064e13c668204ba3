import { expect, it } from 'vitest';
import { readHexId } from './hex-id.ts';

const check = (text: string | undefined, expected: string): void => {
  expect(readHexId(text, 16), String(text)).toBe(expected);
};

it('keeps an id in lower case and drops what is none', () => {
  check('00f067aa0ba902b7', '00f067aa0ba902b7');
  check('00F067AA0BA902B7', '00f067aa0ba902b7');
  check('0000000000000000', '');
  check('00f067aa0ba902b', '');
  check('00f067aa0ba902bg', '');
  check('00f067aa-ba902b7', '');
  check('', '');
  check(undefined, '');
});
