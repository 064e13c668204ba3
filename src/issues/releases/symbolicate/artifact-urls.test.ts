import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { candidateUrls, inlineMap, resolveUrls, sourceMapReference } from './artifact-urls.ts';

describe('the addresses that a file may have been uploaded under', () => {
  const check = (path: string, expected: readonly string[]): void => expect(candidateUrls(path)).toEqual(expected);
  test('are itself and that of any host, with and without its query', () => {
    check('https://a.example/s/app.js?v=7#x', [
      'https://a.example/s/app.js?v=7',
      '~/s/app.js?v=7',
      'https://a.example/s/app.js',
      '~/s/app.js',
    ]);
    check('app:///dist/app.js', ['app:///dist/app.js', '~/dist/app.js']);
    check('/srv/app/server.js', ['/srv/app/server.js', '~/srv/app/server.js']);
    check('C:\\srv\\server.js', ['C:\\srv\\server.js', '~/srv/server.js']);
    check('webpack:///./src/a.ts', ['webpack:///./src/a.ts']);
    check('', []);
  });
});

describe('a reference from one file to another', () => {
  const check = (base: string, reference: string, expected: readonly string[]): void =>
    expect(resolveUrls(base, reference)).toEqual(expected);
  test('is resolved as browsers do', () => {
    check('~/s/app.js', 'app.js.map', ['~/s/app.js.map']);
    check('~/s/app.js', '../maps/app.js.map?x=1', ['~/maps/app.js.map']);
    check('~/s/app.js', '/maps/a b.map', ['~/maps/a b.map']);
    check('https://a.example/s/app.js', 'app.js.map', ['https://a.example/s/app.js.map', '~/s/app.js.map']);
    check('~/s/app.js', 'https://cdn.example/app.js.map', ['https://cdn.example/app.js.map', '~/app.js.map']);
    check('not an address', 'x.map', []);
  });
});

describe('the comment that names a source map', () => {
  const check = (text: string, expected: string | undefined): void => expect(sourceMapReference(text)).toBe(expected);
  test('is the last one at the end of the file', () => {
    check('a();\n//# sourceMappingURL=a.js.map\n', 'a.js.map');
    check('a();\r\n//@ sourceMappingURL=a.js.map\r\n', 'a.js.map');
    check('//# sourceMappingURL=old.map\na();\n//# sourceMappingURL=new.map\n//# debugId=1', 'new.map');
    check('a("//# sourceMappingURL=x.map")', undefined);
    check(`//# sourceMappingURL=far.map\n${'a();\n'.repeat(50)}`, undefined);
    check('', undefined);
  });

  test('may hold the map itself', () => {
    const map = '{"version":3}';
    const reference = `data:application/json;charset=utf-8;base64,${Buffer.from(map).toString('base64')}`;
    expect(inlineMap(reference)?.toString()).toBe(map);
    expect(inlineMap('app.js.map')).toBeUndefined();
  });

  test('is looked for in any text without harm', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary-ascii' }), (text) => {
        const found = sourceMapReference(text);
        expect(found === undefined || text.includes(found)).toBe(true);
        for (const url of candidateUrls(text)) expect(url).not.toBe('');
        expect(resolveUrls('~/a/b.js', text).every((url) => url !== '')).toBe(true);
      }),
    );
  });
});
