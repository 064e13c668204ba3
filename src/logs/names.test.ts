import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkGroupName, checkStreamName, checkTags, fitsPattern, RETENTION_DAYS } from './names.ts';

const accepts = (work: () => void): boolean => {
  try {
    work();
    return true;
  } catch {
    return false;
  }
};

describe('names', () => {
  const check = (kind: 'group' | 'stream', name: string, expected: boolean): void => {
    it(`${kind} ${JSON.stringify(name.slice(0, 20))} is ${expected ? 'allowed' : 'refused'}`, () => {
      expect(accepts(() => (kind === 'group' ? checkGroupName(name) : checkStreamName(name)))).toBe(expected);
    });
  };
  check('group', '/aws/lambda/my-func_1.x#2', true);
  check('group', 'aws/lambda', false);
  check('group', 'x'.repeat(512), true);
  check('group', 'x'.repeat(513), false);
  check('group', '', false);
  check('group', 'größe', false);
  check('group', 'a\n', false);
  check('group', 'a*', false);
  check('stream', '2026/03/01/[$LATEST]abc def ü', true);
  check('stream', 'a:b', false);
  check('stream', 'a*', false);
  check('stream', '\u0000', false);
  check('stream', 'x'.repeat(513), false);
});

it('retention offers the 22 values of CloudWatch and for ever', () => {
  expect(RETENTION_DAYS).toHaveLength(23);
  expect([...RETENTION_DAYS].sort((a, b) => a - b)).toEqual(RETENTION_DAYS);
});

it('tags keep to the rules of TagResource', () => {
  expect(accepts(() => checkTags('/g', { 'cost center': 'a+b@c/d=1' }))).toBe(true);
  expect(accepts(() => checkTags('/g', { 'AWS:x': '' }))).toBe(false);
  expect(accepts(() => checkTags('/g', { '': 'x' }))).toBe(false);
  expect(accepts(() => checkTags('/g', { k: 'x'.repeat(257) }))).toBe(false);
  expect(accepts(() => checkTags('/g', { k: '<b>' }))).toBe(false);
});

describe('group patterns', () => {
  const check = (pattern: string, name: string, expected: boolean): void => {
    it(`${pattern} ${expected ? 'fits' : 'does not fit'} ${name}`, () => {
      expect(fitsPattern(pattern, name)).toBe(expected);
    });
  };
  check('*', '', true);
  check('/app/*', '/app/', true);
  check('/app/*', '/ap', false);
  check('*a*b*', 'xxaxxbxx', true);
  check('*a*b*', 'xxbxxaxx', false);
  check('aba*aba', 'aba', false);
  check('a*a*a', 'aa', false);
  check('exact', 'exact', true);
  check('exact', 'exactly', false);

  it('agrees with a regular expression', () => {
    const piece = fc.string({ unit: fc.constantFrom('a', 'b', '*'), maxLength: 6 });
    fc.assert(
      fc.property(piece, fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 8 }), (pattern, name) => {
        expect(fitsPattern(pattern, name)).toBe(new RegExp(`^${pattern.replaceAll('*', '.*')}$`).test(name));
      }),
      { numRuns: 2000 },
    );
  });
});
