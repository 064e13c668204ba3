import { describe, expect, test } from 'vitest';
import { orderReleases } from './order.ts';

const release = (version: string, atMs: number, isArchived = false) => ({ version, atMs, isArchived });

describe('the releases of a project', () => {
  test('are ordered by semver before date, and by date where there is no semver', () => {
    const { compare } = orderReleases([
      release('a@1.10.0', 1),
      release('a@1.9.1', 9),
      release('abc', 5),
      release('def', 7),
    ]);
    expect(compare('a@1.9.1', 'a@1.10.0')).toBeLessThan(0);
    expect(compare('abc', 'def')).toBeLessThan(0);
    expect(compare('a@1.10.0', 'abc')).toBeLessThan(0);
    expect(compare('def', 'def')).toBe(0);
  });

  test('have one that nobody knows yet as the latest', () => {
    const { compare, has } = orderReleases([release('abc', 5)]);
    expect(has('new')).toBe(false);
    expect(compare('abc', 'new')).toBeLessThan(0);
    expect(compare('new', 'newer')).toBe(0);
  });

  test('have the highest version as the newest, also when a fix of an old line was made last', () => {
    expect(orderReleases([release('a@2.0.0', 5), release('a@1.9.1', 9)]).newest).toBe('a@2.0.0');
    expect(orderReleases([release('abc', 5), release('def', 7)]).newest).toBe('def');
    expect(orderReleases([release('a@2.0.0', 5, true), release('a@1.9.1', 9)]).newest).toBe('a@1.9.1');
    expect(orderReleases([release('a@9.0.0', 5), release('b@1.0.0', 9)]).newest).toBe('b@1.0.0');
    expect(orderReleases([]).newest).toBeUndefined();
  });
});
