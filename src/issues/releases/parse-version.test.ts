import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compareSemantic, parseVersion } from './parse-version.ts';

describe('a version', () => {
  const check = (text: string, expected: object): void => expect(parseVersion(text)).toEqual(expected);
  test('says package, version and build by its form', () => {
    check('shop@1.2.3+45', { package: 'shop', version: '1.2.3', build: '45', short: '1.2.3 (45)', semver: '1.2.3' });
    check('@acme/shop@1.2.3', { package: '@acme/shop', version: '1.2.3', build: '', short: '1.2.3', semver: '1.2.3' });
    check('v2.1', { package: '', version: 'v2.1', build: '', short: 'v2.1', semver: '2.1.0' });
    check('app@1.0.0-rc.1', {
      package: 'app',
      version: '1.0.0-rc.1',
      build: '',
      short: '1.0.0-rc.1',
      semver: '1.0.0-rc.1',
    });
    const commit = '0123456789abcdef0123456789abcdef01234567';
    check(commit, { package: '', version: commit, build: '', short: '0123456789ab' });
    check('20260131', { package: '', version: '20260131', build: '', short: '20260131' });
    check('@', { package: '', version: '@', build: '', short: '@' });
  });

  test('of any text is read', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary-ascii' }), (text) => {
        const { package: name, version, build } = parseVersion(text);
        expect(text.startsWith(name)).toBe(true);
        expect(text.includes(version)).toBe(true);
        expect(text.endsWith(build)).toBe(true);
      }),
    );
  });

  test('is ordered by semver within a package, and not between packages', () => {
    const order = (a: string, b: string): number | undefined => {
      const compared = compareSemantic(parseVersion(a), parseVersion(b));
      return compared === undefined ? undefined : Math.sign(compared);
    };
    expect(order('a@1.9.0', 'a@1.10.0')).toBe(-1);
    expect(order('a@1.0.0-rc.1', 'a@1.0.0')).toBe(-1);
    expect(order('a@1.0.0+9', 'a@1.0.0+10')).toBe(-1);
    expect(order('a@1.0.0', 'a@1.0.0+1')).toBe(-1);
    expect(order('a@1.0.0+x', 'a@1.0.0+2')).toBe(-1);
    expect(order('a@1.0.0', 'a@1.0.0')).toBe(0);
    expect(order('a@1.0.0', 'b@2.0.0')).toBeUndefined();
    expect(order('a@abc', 'a@1.0.0')).toBeUndefined();
  });
});
