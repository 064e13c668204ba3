import { describe, expect, test } from 'vitest';
import type { NormalizedEvent } from '../types.ts';
import { buildError, buildEvent, buildMessage, buildStack, buildThread, PLAIN_SETTINGS } from './build-event.ts';
import { createGrouping } from './create-grouping.ts';

const { group } = createGrouping();

function check(name: string, event: NormalizedEvent, title: string, culprit?: string): void {
  test(name, () => {
    const result = group(event, PLAIN_SETTINGS);
    expect(result.title).toBe(title);
    if (culprit !== undefined) expect(result.culprit).toBe(culprit);
  });
}

const frame = { module: 'shop.pay', function: 'charge', filename: 'pay.py', inApp: true };

describe('errors', () => {
  check(
    'type and text',
    buildError('python', { type: 'ValueError', value: 'bad', frames: [frame] }),
    'ValueError: bad',
    'shop.pay in charge',
  );
  check(
    'only the first line of the text',
    buildError('python', { type: 'E', value: '\n first \nsecond' }),
    'E: first',
    '',
  );
  check('type alone', buildError('python', { type: 'KeyboardInterrupt', value: '' }), 'KeyboardInterrupt');
  check(
    'the caught one of a chain',
    buildError('python', [
      { type: 'A', value: 'a' },
      { type: 'B', value: 'b' },
    ]),
    'B: b',
  );
  check(
    'a transaction goes before the place',
    buildError('python', { frames: [frame] }, { transaction: 'GET /cart' }),
    'Error',
    'GET /cart',
  );
  check(
    'JavaScript names the function first',
    buildError('javascript', { value: 'x', frames: [{ ...frame, platform: '' }] }),
    'Error: x',
    'charge(shop.pay)',
  );
  check(
    'a signal is named by the function',
    buildError('native', {
      type: 'SIGSEGV',
      value: 'Segfault',
      frames: [{ function: 'pay(int)' }],
      mechanism: { synthetic: true },
    }),
    'pay: Segfault',
    'pay',
  );
  check(
    'the newest frame in app',
    buildError('python', { frames: [frame, { ...frame, module: 'lib', inApp: false }] }),
    'Error',
    'shop.pay in charge',
  );
  check('no type', buildError('python', { type: '', value: 'went wrong' }), 'Error: went wrong');
  check(
    'the address of the request, without its query',
    buildError(
      'python',
      {},
      { request: { url: 'https://a.example/x?y=1', method: 'GET', query: [], headers: [], cookies: [] } },
    ),
    'Error',
    'a.example/x',
  );
});

describe('wrappers are looked through', () => {
  check(
    'React',
    buildError('javascript', [
      { type: 'TypeError', value: 'x is undefined' },
      {
        type: 'Error',
        value:
          'There was an error during concurrent rendering but React was able to recover by instead synchronously rendering the entire root.',
      },
    ]),
    'TypeError: x is undefined',
  );
  check(
    'RxJava',
    buildError('java', [
      { type: 'IOException', value: 'gone', module: 'java.io' },
      { type: 'UndeliverableException', value: 'java.io.IOException: gone', module: 'io.reactivex.exceptions' },
    ]),
    'IOException: gone',
  );
  check(
    'reflection',
    buildError('java', [
      { type: 'SQLException', value: 'gone', module: 'java.sql' },
      { type: 'InvocationTargetException', value: '', module: 'java.lang.reflect' },
      { type: 'ExecutionException', value: 'x', module: 'java.util.concurrent' },
    ]),
    'SQLException: gone',
  );
  check(
    'one that only looks like it',
    buildError('java', [
      { type: 'A', value: 'a' },
      { type: 'ExecutionException', value: 'x', module: 'com.shop' },
    ]),
    'ExecutionException: x',
  );
  check(
    'a wrapper with nothing in it',
    buildError('java', { type: 'ExecutionException', value: 'x', module: 'java.util.concurrent' }),
    'ExecutionException: x',
  );
});

describe('groups of exceptions', () => {
  const inner = { type: 'A', value: 'a', mechanism: { exceptionId: 1, parentId: 0 } };
  const root = {
    type: 'ExceptionGroup',
    value: '2 sub-exceptions',
    mechanism: { exceptionId: 0, isExceptionGroup: true },
  };
  check('of one kind are named by it', buildError('python', [inner, root]), 'A: a');
  check(
    'of several kinds by the group',
    buildError('python', [{ type: 'B', value: 'b', mechanism: { exceptionId: 2, parentId: 0 } }, inner, root]),
    'ExceptionGroup: 2 sub-exceptions',
  );
});

describe('messages and reports', () => {
  check('a message', buildMessage('cart 7 is lost\nmore', { logger: 'shop' }), 'cart 7 is lost');
  check(
    'a template with nothing filled in',
    buildEvent({ type: 'message', message: { formatted: '', template: 'cart %s is lost' } }),
    'cart %s is lost',
  );
  check(
    'a message with a stack',
    buildEvent({ type: 'message', platform: 'node', message: { formatted: 'hi' }, stacktrace: buildStack([frame]) }),
    'hi',
    'charge(shop.pay)',
  );
  check(
    'a thread',
    buildEvent({ threads: [buildThread({ current: true, frames: [frame] })] }),
    'charge',
    'shop.pay in charge',
  );
  check('nothing at all', buildEvent({}), '<unlabeled event>', '');
  check(
    'a blocked script',
    buildEvent({
      type: 'csp',
      report: {
        effective_directive: 'script-src-elem',
        blocked_uri: 'https://evil.example/x',
        violated_directive: 'script-src-elem',
      },
    }),
    'Blocked script from evil.example',
    'script-src-elem',
  );
  check(
    'a blocked inline style',
    buildEvent({ type: 'csp', report: { effective_directive: 'style-src', blocked_uri: 'inline' } }),
    'Blocked inline style',
  );
  check(
    'a network error',
    buildEvent({ type: 'nel', report: { url: 'https://a.example/x', phase: 'dns', type: 'dns.name_not_resolved' } }),
    'Network error: dns / dns.name_not_resolved',
    'a.example',
  );
  check(
    'a pin',
    buildEvent({ type: 'hpkp', report: { hostname: 'a.example' } }),
    'Public key pinning was violated for a.example',
    'a.example',
  );
});

test('long titles are cut', () => {
  const result = group(buildError('python', { type: 'E', value: 'x'.repeat(5_000) }), PLAIN_SETTINGS);
  expect(result.title).toHaveLength(256);
});
