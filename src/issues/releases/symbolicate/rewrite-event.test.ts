import { describe, expect, test } from 'vitest';
import type { Frame, NormalizedEvent } from '../../types.ts';
import { isMappable, rewriteEvent } from './rewrite-event.ts';

const frame = (changes: Partial<Frame>): Frame => ({
  filename: 'app.min.js',
  absPath: 'https://a.example/static/app.min.js',
  module: '',
  package: '',
  function: '?',
  rawFunction: '',
  platform: '',
  lineno: 1,
  colno: 10,
  preContext: [],
  postContext: [],
  ...changes,
});

const eventOf = (frames: readonly Frame[]): NormalizedEvent => ({
  eventId: 'a'.repeat(32),
  projectId: '1',
  type: 'error',
  timeMs: 1,
  receivedMs: 1,
  platform: 'javascript',
  level: 'error',
  logger: '',
  transaction: '',
  serverName: '',
  release: '',
  dist: '',
  environment: 'production',
  exceptions: [
    {
      type: 'Error',
      value: '',
      module: '',
      mechanism: { type: 'generic', synthetic: false, isExceptionGroup: false },
      stacktrace: { frames },
    },
  ],
  threads: [],
  breadcrumbs: [],
  tags: {},
  contexts: {},
  extra: {},
  modules: {},
  sdk: { name: '', version: '' },
  traceId: '',
  spanId: '',
  debugImages: [],
  remarks: [],
  other: {},
});

const mapped = (source: string, names: { readonly declared?: string; readonly called?: string }) => ({
  position: {
    source,
    line: 7,
    column: 3,
    functionName: names.declared ?? '',
    calledName: names.called ?? '',
    preContext: [],
    postContext: [],
    contextLine: 'throw it',
  },
  mapName: '~/static/app.min.js.map',
  by: 'debug-id' as const,
});

describe('frames that were mapped', () => {
  const outer = frame({ function: 'Object.n', colno: 20 });
  const inner = frame({ function: 'n', colno: 30 });
  const rewrite = (of: ReadonlyMap<Frame, ReturnType<typeof mapped>>) =>
    rewriteEvent(eventOf([outer, inner]), of).exceptions[0];

  test('are named by declaration, else by the call of the frame before, else as the runtime did', () => {
    const named = (declared: string, called: string): string | undefined =>
      rewrite(
        new Map([
          [outer, mapped('../src/a.ts', { called })],
          [inner, mapped('../src/b.ts', { declared })],
        ]),
      )?.stacktrace?.frames[1]?.function;
    expect(named('priceOf', 'other')).toBe('priceOf');
    expect(named('', 'priceOf')).toBe('priceOf');
    expect(named('<anonymous>', 'priceOf')).toBe('priceOf');
    expect(named('', '')).toBe('n');
  });

  test('keep what was, and are of the app unless they are of a dependency', () => {
    const exception = rewrite(
      new Map([
        [outer, mapped('../node_modules/x/y.js', {})],
        [inner, mapped('../src/b.ts', {})],
      ]),
    );
    expect(exception?.rawStacktrace?.frames).toEqual([outer, inner]);
    expect(exception?.stacktrace?.frames.map(({ inApp }) => inApp)).toEqual([false, true]);
    expect(exception?.stacktrace?.frames[1]).toMatchObject({
      rawFunction: 'n',
      lineno: 7,
      contextLine: 'throw it',
      sourceMap: '~/static/app.min.js.map',
      data: { mappedBy: 'debug-id', minified: { lineno: 1, colno: 30 } },
    });
  });

  test('of an event without any leave it as it is', () => {
    const event = eventOf([outer]);
    expect(rewriteEvent(event, new Map())).toBe(event);
  });
});

test('only frames of JavaScript with a file and a line can be mapped, and only once', () => {
  const check = (changes: Partial<Frame>, expected: boolean): void =>
    expect(isMappable(eventOf([]), frame(changes)), JSON.stringify(changes)).toBe(expected);
  check({}, true);
  check({ platform: 'node', absPath: '/srv/app.js' }, true);
  check({ platform: 'python' }, false);
  check({ absPath: 'node:internal/timers' }, false);
  check({ absPath: '<anonymous>' }, false);
  check({ absPath: 'chrome-extension://abc/x.js' }, false);
  check({ absPath: '', filename: '' }, false);
  check({ lineno: 0 }, false);
  check({ sourceMap: '~/a.map' }, false);
});
