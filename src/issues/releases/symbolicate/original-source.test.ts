import { describe, expect, test } from 'vitest';
import { originalSource } from './original-source.ts';

describe('a source that a map names', () => {
  const check = (source: string, minified: string, expected: object): void =>
    expect(originalSource(source, minified)).toEqual(expected);
  test('is shown as bundlers mean it', () => {
    check('../src/cart.ts', 'https://a.example/static/app.js', {
      absPath: 'https://a.example/src/cart.ts',
      filename: '../src/cart.ts',
      module: 'src/cart',
      isInternal: false,
    });
    check('webpack://shop/./src/cart.tsx?a1b2', 'https://a.example/app.js', {
      absPath: 'webpack://shop/./src/cart.tsx?a1b2',
      filename: './src/cart.tsx',
      module: 'src/cart',
      isInternal: false,
    });
    check('../src/server.ts', '/srv/app/dist/server.js', {
      absPath: '/srv/app/src/server.ts',
      filename: '../src/server.ts',
      module: 'src/server',
      isInternal: false,
    });
  });

  const internal = (source: string, expected: boolean): void =>
    expect(originalSource(source, 'https://a.example/static/app.js').isInternal, source).toBe(expected);
  test('is not of the app when it is of a dependency or of the bundler', () => {
    internal('../node_modules/react-dom/index.js', true);
    internal('webpack:///./node_modules/react/index.js', true);
    internal('webpack:///./~/react/index.js', true);
    internal('webpack:///webpack/bootstrap 1a2b', true);
    internal('webpack://shop/webpack/runtime/chunk loaded', true);
    internal('webpack:///(webpack)/buildin/global.js', true);
    internal('../.pnpm/lodash@4/lodash.js', true);
    internal('vite/preload-helper', true);
    internal('\u0000commonjsHelpers.js', true);
    internal('webpack:///./src/webpack/plugin.ts', false);
    internal('../src/vite/config.ts', false);
    internal('../src/my_node_modules.ts', false);
  });
});
