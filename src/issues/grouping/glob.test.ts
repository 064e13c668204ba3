import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compileGlob, type GlobOptions, isPlain } from './glob.ts';

function check(pattern: string, text: string, expected: boolean, options: GlobOptions = {}): void {
  test(`${JSON.stringify(pattern)} ${expected ? 'matches' : 'does not match'} ${JSON.stringify(text)}`, () => {
    expect(compileGlob(pattern, options)(text)).toBe(expected);
  });
}

const PATH: GlobOptions = { path: true };

describe('text', () => {
  check('', '', true);
  check('', 'a', false);
  check('abc', 'abc', true);
  check('abc', 'abcd', false);
  check('*', '', true);
  check('*', 'a/b', true);
  check('a*c', 'abbc', true);
  check('a*c', 'ac', true);
  check('a*c', 'acb', false);
  check('*b*', 'abc', true);
  check('a*b*a', 'aba', true);
  check('ab*ba', 'aba', false);
  check('a?c', 'abc', true);
  check('a?c', 'ac', false);
  check('[ab]x', 'bx', true);
  check('[!ab]x', 'bx', false);
  check('[a-c]x', 'cx', true);
  check('[a-c]x', 'dx', false);
  check('[]]', ']', true);
  check('-[[]Foo*', '-[Foo bar]', true);
  check('[unclosed', '[unclosed', true);
  check('std::*', 'std::vector<T>::push', true);
  check('\\*', '*', true);
  check('\\*', 'x', false);
  check('\\{a,b\\}', '{a,b}', true);
  check('{a,b}c', 'bc', true);
  check('{a,b}c', 'cc', false);
  check('x{,.*}', 'x', true);
  check('x{,.*}', 'x.y', true);
  check('x{,.*}', 'xy', false);
  check('{a}', '{a}', true);
  check('{a,b}{c,d}', 'bd', true);
  check('A*', 'abc', true, { ignoreCase: true });
  check('A*', 'abc', false);
});

describe('paths', () => {
  check('*.js', 'a/b.js', false, PATH);
  check('**.js', 'a/b.js', true, PATH);
  check('**/vendor/*.c', '/x/vendor/a.c', true, PATH);
  check('**/vendor/*.c', '/x/vendor/y/a.c', false, PATH);
  check('**/node_modules/**', '/app/node_modules/x/y.js', true, PATH);
  check('a/**/b', 'a/b', true, PATH);
  check('a/**/b', 'a/x/y/b', true, PATH);
  check('a/**/b', 'a/xb', false, PATH);
  check('a?b', 'a/b', false, PATH);
});

test('a pattern that is plain is its own text', () => {
  expect(['abc', 'a.b', 'a*', 'a?', 'a[b]', 'a{b}', 'a\\b'].map(isPlain)).toEqual([
    true,
    true,
    false,
    false,
    false,
    false,
    false,
  ]);
});

test('a text of letters and stars is matched as an expression would', () => {
  const piece = fc.constantFrom('a', 'b', '*', '?');
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), fc.stringMatching(/^[ab]{0,16}$/), (pieces, text) => {
      const expression = pieces.map((each) => (each === '*' ? '[^]*' : each === '?' ? '[^]' : each)).join('');
      expect(compileGlob(pieces.join(''))(text)).toBe(new RegExp(`^${expression}$`).test(text));
    }),
  );
});

test('a path is matched as an expression would', () => {
  const piece = fc.constantFrom('a', '/', '*', '**', '?');
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 8 }), fc.stringMatching(/^[a/]{0,10}$/), (pieces, text) => {
      // Stars beside stars are one run of stars, and folders between two slashes may be none: not compared here.
      const pattern = pieces.join('');
      fc.pre(!pattern.includes('***') && !pattern.includes('/**/'));
      const expression = pattern
        .split(/(\*\*|\*|\?)/)
        .map((each) => ({ '**': '[^]*', '*': '[^/]*', '?': '[^/]' })[each] ?? each)
        .join('');
      expect(compileGlob(pattern, PATH)(text)).toBe(new RegExp(`^${expression}$`).test(text));
    }),
  );
});

test('no pattern compiles to something that throws', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), fc.boolean(), (pattern, text, path) => {
      expect(typeof compileGlob(pattern, { path, ignoreCase: path })(text)).toBe('boolean');
    }),
  );
});

test('a pattern made to be slow is not', () => {
  const began = performance.now();
  expect(compileGlob(`${'a*?'.repeat(300)}b`, PATH)('a'.repeat(8192))).toBe(false);
  expect(compileGlob(`${'*a'.repeat(300)}b`)('a'.repeat(8192))).toBe(false);
  expect(performance.now() - began).toBeLessThan(2_000);
});
