import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isFailure } from '../../../base/index.ts';
import { ISSUES_RELEASES_FAILURES } from '../failures.ts';
import { normalizeDebugId, readManifest } from './manifest.ts';

describe('a manifest', () => {
  test('says what its files are', () => {
    const text = JSON.stringify({
      release: 'shop@1',
      dist: 'web',
      files: {
        'files/_/_/a.js': {
          type: 'minified_source',
          url: '~/a.js',
          headers: { 'Debug-Id': '235D82E0BA4855E9806D50748F53991D', Sourcemap: 'a.js.map' },
        },
        'x.bin': { type: 'unheard_of' },
        'y.bin': 7,
      },
    });
    expect(readManifest(text)).toEqual({
      release: 'shop@1',
      dist: 'web',
      files: [
        {
          path: 'files/_/_/a.js',
          url: '~/a.js',
          type: 'minified_source',
          debugId: '235d82e0-ba48-55e9-806d-50748f53991d',
          sourceMapUrl: 'a.js.map',
        },
        { path: 'x.bin', url: '', type: 'other', debugId: '', sourceMapUrl: '' },
      ],
    });
  });

  test('of any JSON is read or refused by name', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.json(),
          fc.json().map((files) => `{"files":${files}}`),
          fc.string(),
        ),
        (text) => {
          try {
            expect(readManifest(text).files.every(({ path }) => typeof path === 'string')).toBe(true);
          } catch (error) {
            expect(isFailure(error, ISSUES_RELEASES_FAILURES.bundleRefused)).toBe(true);
          }
        },
      ),
    );
  });
});

test('a debug id is one, however it is written', () => {
  const id = '235d82e0-ba48-55e9-806d-50748f53991d';
  const check = (text: string, expected: string): void => expect(normalizeDebugId(text)).toBe(expected);
  check(id.toUpperCase(), id);
  check(id.replaceAll('-', ''), id);
  check(`${id}-0`, id);
  check(` ${id} `, id);
  check('not one', '');
  check('', '');
});
