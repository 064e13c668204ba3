import { describe, expect, test } from 'vitest';
import type { EventException, Frame, StoredEvent } from '../../console/src/api/issue-types.ts';
import { formatTime } from '../../console/src/base/format.ts';
import { checkInCommand } from '../../console/src/crons/check-in-command.ts';
import { activityInWords } from '../../console/src/issues/activity-words.ts';
import { asCurl } from '../../console/src/issues/as-curl.ts';
import { ignoreInWords } from '../../console/src/issues/ignore-choices.ts';
import { EMPTY_IGNORE, readCondition } from '../../console/src/issues/ignore-draft.ts';
import { complete, suggestionsFor, tokenAt, withCondition } from '../../console/src/issues/query-words.ts';
import { chainText, isMinified, linesOf, placeFrames } from '../../console/src/issues/stack.ts';
import { stepsOfSpan } from '../../console/src/issues/steps.ts';
import { queryOf, queryParameter } from '../../console/src/issues/views.ts';
import { draftOf, EMPTY_DRAFT, readDraft, readTag } from '../../console/src/projects/alert-draft.ts';
import { filtersInWords, triggerInWords } from '../../console/src/projects/alert-words.ts';
import { SDK_SNIPPETS, snippetFor } from '../../console/src/projects/snippets.ts';
import { sourceMapCommands } from '../../console/src/projects/source-map-commands.ts';
import { rateText } from '../../console/src/releases/rate-text.ts';
import { parseSearch, stringifySearch } from '../../console/src/search-params.ts';

const NOW = Date.UTC(2026, 10, 22, 17, 6, 0);
const inUtc = (ms: number): string => formatTime(ms, 'utc', 'minute');

describe('a query of issues', () => {
  test('is completed by the word under the cursor, and quotes hold a word together', () => {
    expect(tokenAt('is:unresolved lev', 17)).toEqual({ start: 14, end: 17, text: 'lev' });
    expect(tokenAt('message:"a b" x', 11)).toEqual({ start: 0, end: 13, text: 'message:"a b"' });
    const [first] = suggestionsFor('lev', [], []);
    expect(first).toMatchObject({ text: 'level:', isWhole: false });
    const token = tokenAt('is:unresolved lev', 17);
    expect(complete('is:unresolved lev', token, { text: 'level:', help: '', isWhole: false })).toEqual({
      text: 'is:unresolved level:',
      cursor: 20,
    });
  });

  test('offers the values of a key, quotes those with spaces, and keeps a negation', () => {
    expect(suggestionsFor('!level:er', [], []).map(({ text }) => text)).toEqual(['!level:error']);
    expect(suggestionsFor('release:1', ['shop 1.0'], []).map(({ text }) => text)).toEqual(['release:"shop 1.0"']);
    expect(suggestionsFor('tenant', [], ['tenant']).map(({ text }) => text)).toEqual(['tenant:']);
  });

  test('takes a condition once', () => {
    expect(withCondition('is:unresolved', 'os.name', 'Mac OS')).toBe('is:unresolved os.name:"Mac OS"');
    expect(withCondition('level:error', 'level', 'error')).toBe('level:error');
  });

  test('stands in the address: nothing is the first view, a blank is everything', () => {
    expect(queryOf(undefined)).toBe('is:unresolved');
    expect(queryParameter('is:unresolved')).toBeUndefined();
    const address = stringifySearch({ q: queryParameter(''), project: ['shop', 'web'] });
    const read = parseSearch(address);
    expect(queryOf(String(read.q))).toBe('');
    expect(read.project).toEqual(['shop', 'web']);
  });
});

const frame = (rest: Partial<Frame>): Frame => ({
  ...{ filename: '', absPath: '', module: '', package: '', function: '', rawFunction: '', platform: '' },
  ...{ preContext: [], postContext: [] },
  ...rest,
});
const exception = (type: string, value: string, frames: readonly Frame[]): EventException => ({
  ...{ type, value, module: '', mechanism: { type: 'generic', synthetic: false, isExceptionGroup: false } },
  stacktrace: { frames: [...frames] },
});

describe('a stack trace', () => {
  const trace = {
    frames: [
      frame({ filename: 'lib/run.js' }),
      frame({ filename: 'lib/next.js' }),
      frame({ filename: 'shop/pay.js', inApp: true }),
      frame({ filename: 'lib/post.js' }),
    ],
  };

  test('folds what is not of the application, unless nothing is', () => {
    const lines = linesOf(placeFrames(trace, undefined), false);
    expect(lines.map((line) => (line.type === 'frame' ? line.placed.index : line.frames.length))).toEqual([2, 2, 1]);
    expect(lines.map(({ type }) => type)).toEqual(['folded', 'frame', 'folded']);
    expect(linesOf(placeFrames(trace, [false, false, false, false]), false)).toHaveLength(4);
    expect(linesOf(placeFrames(trace, undefined), true)).toHaveLength(4);
  });

  test('believes the rules of grouping more than the SDK', () => {
    expect(placeFrames(trace, [true, false, false, false]).map(({ isInApp }) => isInApp)).toEqual([
      true,
      false,
      false,
      false,
    ]);
  });

  test('is copied as a terminal prints it: caught first, newest call first', () => {
    const cause = exception('HTTPError', '503', [frame({ filename: 'net.js', function: 'get', lineno: 3, colno: 7 })]);
    const caught = exception('KeyError', "'charge'", [frame({ filename: 'a.js' }), frame({ filename: 'b.js' })]);
    expect(chainText([cause, caught])).toBe(
      "KeyError: 'charge'\n  at b.js\n  at a.js\nCaused by: HTTPError: 503\n  at get (net.js:3:7)",
    );
  });

  test('is minified by the look of its file, and never once it was mapped', () => {
    expect(isMinified(frame({ filename: 'app.min.js' }))).toBe(true);
    expect(isMinified(frame({ absPath: 'https://x/assets/index-8f21bc07.js', colno: 12 }))).toBe(true);
    expect(isMinified(frame({ filename: 'app.js', colno: 40_112 }))).toBe(true);
    expect(isMinified(frame({ filename: 'src/pay.js', colno: 12 }))).toBe(false);
    expect(isMinified(frame({ filename: 'src/pay.py', colno: 900 }))).toBe(false);
    expect(isMinified(frame({ filename: 'app.min.js', sourceMap: '~/app.min.js.map' }))).toBe(false);
  });
});

test('a request becomes a command that a shell takes as it is', () => {
  const request: NonNullable<StoredEvent['request']> = {
    ...{ url: 'https://shop.example/pay', method: 'post', query: [['q', 'a b']], cookies: [['lang', 'de']] },
    headers: [
      ['Host', 'shop.example'],
      ['X-Name', "O'Neil"],
    ],
    body: { a: 1 },
  };
  expect(asCurl(request)).toBe(
    `curl -X POST 'https://shop.example/pay?q=a+b' \\\n  -H 'X-Name: O'\\''Neil' \\\n  -b 'lang=de' \\\n  --data-raw '{"a":1}'`,
  );
});

describe('ignoring', () => {
  const read = (draft: Partial<typeof EMPTY_IGNORE>) =>
    readCondition({ ...EMPTY_IGNORE, ...draft }, () => undefined, NOW);

  test('says its condition in words, and nothing at all is for ever', () => {
    expect(ignoreInWords({}, inUtc)).toBe('for ever');
    expect(ignoreInWords({ count: 100, countWindowMs: 3_600_000, untilMs: NOW }, inUtc)).toBe(
      'until 2026-11-22 17:06 or until it happens 100 more times within 1 h',
    );
  });

  test('is read from a length, a count and a window', () => {
    expect(read({ until: '3d', count: '50', countWindow: '1h' })).toEqual({
      condition: { untilMs: NOW + 3 * 86_400_000, count: 50, countWindowMs: 3_600_000 },
      wrong: {},
    });
  });

  test('says which field cannot be read, and takes no time that is past', () => {
    expect(Object.keys(read({ until: 'soon', users: '0', usersWindow: 'x' }).wrong)).toEqual([
      'until',
      'users',
      'usersWindow',
    ]);
    expect(readCondition({ ...EMPTY_IGNORE, until: 'yesterday' }, () => NOW - 1, NOW).wrong.until).toBeDefined();
  });
});

test('what happened to an issue is told in words, also what is not known yet', () => {
  const say = (type: string, detail: Record<string, unknown> = {}): string =>
    activityInWords({ id: '1', issueId: '1', atMs: NOW, by: 'Ann', type, detail }, inUtc);
  expect(say('resolved', { resolution: { type: 'in-next-release', after: 'shop@1.0' } })).toBe(
    'resolved it in the release after shop@1.0',
  );
  expect(say('ignored', { condition: { untilEscalating: true } })).toBe('ignored it until it escalates');
  expect(say('merged', { issues: [{ shortId: 'SHOP-2' }], count: 1 })).toBe('merged SHOP-2 into it');
  expect(say('unmerged', { into: 'SHOP-9', hashes: ['a', 'b'] })).toBe('took 2 hashes out of it, now SHOP-9');
  expect(say('escalating', { eventsInHour: 4000, expectedAtMost: 80.4 })).toContain('4,000 events in an hour');
  expect(say('moved-elsewhere')).toBe('moved elsewhere');
});

describe('an alert rule', () => {
  test('is read back as it was written', () => {
    const rule = {
      ...{ name: 'Checkout', isEnabled: true, severity: 'critical' as const },
      triggers: [{ type: 'new' as const }, { type: 'frequency' as const, events: 100, windowMs: 3_600_000 }],
      filters: { levels: ['error' as const], tags: [{ key: 'tier', operator: '!=' as const, value: 'free' }] },
    };
    expect(readDraft(draftOf(rule))).toEqual(rule);
  });

  test('says in words what is missing', () => {
    expect(readDraft(EMPTY_DRAFT)).toBe('A rule needs a name.');
    expect(readDraft({ ...EMPTY_DRAFT, name: 'x', triggers: [] })).toContain('at least one thing');
    expect(readDraft({ ...EMPTY_DRAFT, name: 'x', triggers: ['users'], users: 'many' })).toContain('whole number');
    expect(readDraft({ ...EMPTY_DRAFT, name: 'x', triggers: ['frequency'], eventsWindow: '10s' })).toContain(
      'a minute',
    );
    expect(readDraft({ ...EMPTY_DRAFT, name: 'x', tags: '= nothing' })).toContain('“= nothing”');
  });

  test('knows tags that are there, are not, are like and are not like', () => {
    expect(readTag('vip')).toEqual({ key: 'vip', operator: 'exists' });
    expect(readTag('!bot')).toEqual({ key: 'bot', operator: 'absent' });
    expect(readTag('browser.name = Safari*')).toEqual({ key: 'browser.name', operator: '=', value: 'Safari*' });
    expect(readTag('tier!=free')).toEqual({ key: 'tier', operator: '!=', value: 'free' });
    expect(readTag('a b')).toBeUndefined();
  });

  test('is told in words', () => {
    expect(triggerInWords({ type: 'users', users: 25, windowMs: 3_600_000 })).toBe(
      'an issue affects 25 or more users in 1 h',
    );
    expect(filtersInWords({ levels: ['error', 'fatal'], environments: ['production'] })).toBe(
      'level error or fatal, environment production',
    );
  });
});

describe('what is copied from a project', () => {
  const DSN = 'http://0123456789abcdef0123456789abcdef@holdfast.example:8100/7';

  test('has the DSN in every SDK, once and whole', () => {
    for (const { id, blocks } of SDK_SNIPPETS) {
      const text = blocks.map((block) => block.text(DSN)).join('\n');
      expect(text, id).toContain(DSN);
      expect(text.replaceAll(DSN, ''), id).not.toMatch(/undefined|\[object/);
    }
    const next = SDK_SNIPPETS.find(({ id }) => id === 'nextjs')
      ?.blocks.at(-1)
      ?.text(DSN);
    expect(next).toContain("sentryUrl: 'http://holdfast.example:8100'");
    expect(new Set(SDK_SNIPPETS.map(({ id }) => id)).size).toBe(SDK_SNIPPETS.length);
  });

  test('begins with the platform of the project, else its language, else the browser', () => {
    expect(snippetFor('python-django').id).toBe('django');
    expect(snippetFor('python-tornado').id).toBe('python');
    expect(snippetFor('cobol').id).toBe('browser');
  });

  test('names release and project for uploads, quoted', () => {
    const text = sourceMapCommands({ origin: 'https://h.example', slug: 'web', release: "it's@1" });
    expect(text).toContain('SENTRY_PROJECT=web');
    expect(text).toContain("--release 'it'\\''s@1' ./dist");
    expect(sourceMapCommands({ origin: 'https://h.example', slug: 'web', release: '' })).not.toContain('--release');
  });

  test('makes the address of check-ins of the DSN, a path before the project included', () => {
    const path = '/api/7/cron/nightly-backup/0123456789abcdef0123456789abcdef/?status=ok';
    expect(checkInCommand(DSN)).toBe(`curl 'http://holdfast.example:8100${path}'`);
    expect(checkInCommand(DSN.replace('/7', '/hf/7'))).toBe(`curl 'http://holdfast.example:8100/hf${path}'`);
    expect(checkInCommand('<DSN>')).toContain('<address of the server>');
  });
});

test('a crash-free rate is never rounded up to what it is not', () => {
  expect(rateText(1)).toBe('100 %');
  expect(rateText(0.99999)).toBe('99.99 %');
  expect(rateText(0.9752)).toBe('97.5 %');
  expect(rateText(0)).toBe('0.0 %');
});

test('a span is cut into round bars where they fit', () => {
  const hour = 3_600_000;
  expect(stepsOfSpan(14 * 24 * hour)).toBe(56);
  expect(stepsOfSpan(24 * hour)).toBe(48);
  expect(stepsOfSpan(hour)).toBe(60);
  expect(stepsOfSpan(7.3 * hour)).toBe(60);
});
