import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countOf, hexIdOf, nestsDeeper, readJson } from './read-json.ts';

const depthOf = (value: unknown): number =>
  typeof value === 'object' && value !== null ? 1 + Math.max(0, ...Object.values(value).map(depthOf)) : 0;

describe('the depth of JSON', () => {
  it('is that of its brackets outside of strings', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const bytes = Buffer.from(JSON.stringify(value));
        const depth = depthOf(value);
        expect(nestsDeeper(bytes, depth)).toBe(false);
        if (depth > 0) expect(nestsDeeper(bytes, depth - 1)).toBe(true);
      }),
    );
  });

  it.each<[string, number, boolean]>([
    ['["[[[[", "\\"[[["]', 1, false],
    ['["\\\\", [1]]', 1, true],
    ['"[[[[', 1, false],
    ['', 0, false],
  ])('of %s is deeper than %i: %s', (text, max, expected) => {
    expect(nestsDeeper(Buffer.from(text), max)).toBe(expected);
  });

  it('keeps a payload out that would break whoever walks it', () => {
    expect(() => readJson(Buffer.from('['.repeat(100_000)), 'event')).toThrow(
      expect.objectContaining({ details: expect.objectContaining({ reason: 'too-deep' }) }),
    );
    expect(() => readJson(Buffer.from('{"secret":hunter2}'), 'event')).toThrow(
      expect.not.objectContaining({ message: expect.stringContaining('hunter2') }),
    );
  });
});

it('ids may have hyphens and capital letters, and are none when they are all zeros', () => {
  expect(hexIdOf('0123ABCD-0123-abcd-0123-0123abcd0123')).toBe('0123abcd0123abcd01230123abcd0123');
  for (const wrong of ['0'.repeat(32), 'abc', '', 7, null, undefined, 'g'.repeat(32), 'a'.repeat(33)]) {
    expect(hexIdOf(wrong)).toBeUndefined();
  }
});

it('counts are whole and never below zero', () => {
  expect([countOf(3), countOf('4'), countOf(2.9), countOf(-1), countOf('x'), countOf(null), countOf(1e300)]).toEqual([
    3,
    4,
    2,
    0,
    0,
    0,
    Number.MAX_SAFE_INTEGER,
  ]);
});
