import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Frame, NormalizedEvent } from '../types.ts';
import { buildEvent, buildException, buildStack, buildThread, PLAIN_SETTINGS } from './build-event.ts';
import { createGrouping } from './create-grouping.ts';
import { GROUPING_VERSIONS } from './versions.ts';

const { group } = createGrouping();

const platform = fc.constantFrom(
  'javascript',
  'node',
  'python',
  'java',
  'ruby',
  'php',
  'go',
  'csharp',
  'native',
  'cocoa',
  'other',
  '',
);
const name = fc.oneof(
  fc.constantFrom('', 'main', 'Foo.bar', '<anonymous>', 'block in x', 'lambda$a$1', 'std::x<int>(a)', '?'),
  fc.string(),
);
const path = fc.oneof(
  fc.constantFrom('', 'https://x/y.js', '/a/node_modules/b.js', 'C:\\a\\b.cs', '<anonymous>'),
  fc.string(),
);

const frame: fc.Arbitrary<Partial<Frame>> = fc.record(
  {
    filename: path,
    absPath: path,
    module: name,
    package: path,
    function: name,
    rawFunction: name,
    platform,
    lineno: fc.nat(),
    colno: fc.nat(),
    inApp: fc.boolean(),
    contextLine: fc.string(),
  },
  { requiredKeys: [] },
);

const exception = fc
  .record({
    type: name,
    value: fc.string(),
    module: name,
    frames: fc.array(frame, { maxLength: 8 }),
    synthetic: fc.boolean(),
    isExceptionGroup: fc.boolean(),
    exceptionId: fc.option(fc.integer({ min: -1, max: 4 }), { nil: undefined }),
    parentId: fc.option(fc.integer({ min: -1, max: 4 }), { nil: undefined }),
    meta: fc.option(fc.constantFrom({ ns_error: { domain: 'x', code: 3 } }, { ns_error: 'odd' }), { nil: undefined }),
  })
  .map(({ synthetic, isExceptionGroup, exceptionId, parentId, meta, ...parts }) =>
    buildException({
      ...parts,
      mechanism: {
        synthetic,
        isExceptionGroup,
        ...(exceptionId === undefined ? {} : { exceptionId }),
        ...(parentId === undefined ? {} : { parentId }),
        ...(meta === undefined ? {} : { meta }),
      },
    }),
  );

const event: fc.Arbitrary<NormalizedEvent> = fc
  .record(
    {
      type: fc.constantFrom<NormalizedEvent['type']>(
        'error',
        'message',
        'csp',
        'hpkp',
        'expect-ct',
        'expect-staple',
        'nel',
      ),
      platform,
      transaction: fc.string(),
      message: fc.record({ formatted: fc.string(), template: fc.string() }),
      exceptions: fc.array(exception, { maxLength: 5 }),
      threads: fc.array(
        fc
          .record({ crashed: fc.boolean(), current: fc.boolean(), frames: fc.array(frame, { maxLength: 4 }) })
          .map(buildThread),
        { maxLength: 3 },
      ),
      stacktrace: fc.array(frame, { maxLength: 4 }).map(buildStack),
      template: fc.record({ filename: path, absPath: path, contextLine: fc.string() }),
      report: fc.dictionary(
        fc.constantFrom('blocked_uri', 'effective-directive', 'body', 'hostname', 'x'),
        fc.oneof(fc.string(), fc.webUrl()),
      ),
      fingerprint: fc.array(fc.oneof(fc.constantFrom('{{ default }}', '{{ type }}', '{{ x }}'), fc.string()), {
        maxLength: 3,
      }),
      checksum: fc.string(),
    },
    { requiredKeys: ['type', 'platform'] },
  )
  .map(buildEvent);

test('every event has a hash and a title, by every version', () => {
  fc.assert(
    fc.property(event, (each) => {
      for (const { id } of GROUPING_VERSIONS) {
        const result = group(each, { ...PLAIN_SETTINGS, version: id });
        expect(result.version).toBe(id);
        expect(result.hashes.length).toBeGreaterThan(0);
        expect(new Set(result.hashes).size).toBe(result.hashes.length);
        for (const hash of result.hashes) expect(hash).toMatch(/^[0-9a-f]{32}$/);
        expect(result.title).not.toBe('');
      }
    }),
    { numRuns: 150 },
  );
});

test('an event has the same hashes whenever it is asked', () => {
  const again = createGrouping();
  fc.assert(
    fc.property(event, (each) => {
      expect(again.group(structuredClone(each), PLAIN_SETTINGS).hashes).toEqual(group(each, PLAIN_SETTINGS).hashes);
    }),
    { numRuns: 50 },
  );
});

const changed = (each: NormalizedEvent, change: (frame: Frame, at: number) => Frame): NormalizedEvent => ({
  ...each,
  exceptions: each.exceptions.map((one) =>
    one.stacktrace === undefined ? one : { ...one, stacktrace: { frames: one.stacktrace.frames.map(change) } },
  ),
});

/** Frames that differ in more than their place in the file, so that moving lines makes no recursion of two calls. */
const calls = fc.uniqueArray(frame, {
  maxLength: 6,
  selector: (each) => `${each.function} ${each.module} ${each.filename}`,
});
const failure = fc.record({ platform, frames: calls, value: fc.string() }).map((parts) =>
  buildEvent({
    platform: parts.platform,
    exceptions: [buildException({ frames: parts.frames, value: parts.value })],
  }),
);

test('line numbers never matter', () => {
  fc.assert(
    fc.property(failure, fc.nat({ max: 100_000 }), (each, moved) => {
      const after = changed(each, (one) => ({ ...one, lineno: (one.lineno ?? 0) + moved, colno: moved }));
      expect(group(after, PLAIN_SETTINGS).hashes).toEqual(group(each, PLAIN_SETTINGS).hashes);
    }),
  );
});

test('the folder of a deployment never matters', () => {
  fc.assert(
    fc.property(
      fc.array(fc.stringMatching(/^[a-z]{1,8}$/), { minLength: 1, maxLength: 5 }),
      fc.nat(),
      fc.nat(),
      (files, left, right) => {
        const at = (release: number): NormalizedEvent =>
          buildEvent({
            platform: 'php',
            exceptions: [
              buildException({
                frames: files.map((file) => ({
                  filename: `/srv/releases/${release}/src/${file}.php`,
                  absPath: `/srv/releases/${release}/src/${file}.php`,
                  function: file,
                  inApp: true,
                })),
              }),
            ],
          });
        expect(group(at(left), PLAIN_SETTINGS).hashes).toEqual(group(at(right), PLAIN_SETTINGS).hashes);
      },
    ),
  );
});

test('what is told beside the failure never matters', () => {
  fc.assert(
    fc.property(event, fc.dictionary(fc.string(), fc.string()), fc.string(), (each, tags, text) => {
      const { transaction: _, ...told } = {
        ...each,
        tags,
        release: text,
        serverName: text,
        extra: { text },
        eventId: 'f'.repeat(32),
      };
      const beside: NormalizedEvent = {
        ...told,
        transaction: each.transaction,
        contexts: { x: { text } },
        user: { id: text },
      };
      const reversed = Object.fromEntries(Object.entries(beside).toReversed()) as unknown as NormalizedEvent;
      expect(group(reversed, PLAIN_SETTINGS).hashes).toEqual(group(each, PLAIN_SETTINGS).hashes);
    }),
  );
});

test('numbers in texts never matter where there is no stack', () => {
  fc.assert(
    fc.property(fc.nat(), fc.nat(), fc.float({ noNaN: true, noDefaultInfinity: true }), (left, right, part) => {
      const say = (value: number): NormalizedEvent =>
        buildEvent({
          exceptions: [buildException({ type: 'E', value: `order ${value} of user_1000${value} took ${part}s` })],
        });
      expect(group(say(left), PLAIN_SETTINGS).hashes).toEqual(group(say(right), PLAIN_SETTINGS).hashes);
    }),
  );
});

test('a stack of any depth with rules that reach far is grouped at once', () => {
  const deep = buildEvent({
    platform: 'native',
    exceptions: [buildException({ frames: Array.from({ length: 50_000 }, (_, at) => ({ function: `f${at}` })) })],
  });
  const began = performance.now();
  group(deep, { ...PLAIN_SETTINGS, enhancementRules: 'function:f* v-group ^-group\nfunction:f* v+app ^+app' });
  expect(performance.now() - began).toBeLessThan(3_000);
});
