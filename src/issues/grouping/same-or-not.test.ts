import { describe, expect, test } from 'vitest';
import type { Frame, NormalizedEvent } from '../types.ts';
import { buildError, buildEvent, buildMessage, buildStack, type ExceptionParts } from './build-event.ts';
import { app, createPairChecks, type Frames, library } from './pair-checks.ts';

/** Neither split nor lumped: Python, JavaScript, Java. */

const { same, different } = createPairChecks((name, isShared, expected) => {
  test(name, () => {
    expect(isShared()).toBe(expected);
  });
});

describe('Python', () => {
  const view = app({
    module: 'shop.views',
    function: 'pay',
    filename: 'shop/views.py',
    contextLine: '    charge(card)',
  });
  const error = (value: string, frames: Frames, type = 'ValueError') => buildError('python', { type, value, frames });
  const django = library({
    module: 'django.core.handlers.base',
    function: 'get_response',
    filename: 'django/core/handlers/base.py',
  });

  same('another line of the same file', error('a', [{ ...view, lineno: 10 }]), error('a', [{ ...view, lineno: 99 }]));
  same(
    'another folder of deployment',
    error('a', [{ ...view, absPath: '/srv/releases/20240101/shop/views.py' }]),
    error('a', [{ ...view, absPath: '/srv/releases/20250707/shop/views.py' }]),
  );
  same('another text of the error', error('user 7 has no card', [view]), error('user bob has no cart', [view]));
  same(
    'another version of the framework below',
    error('a', [django, view]),
    error('a', [{ ...django, function: '_get_response' }, view]),
  );
  same('other indentation of the line', error('a', [view]), error('a', [{ ...view, contextLine: '\tcharge(card)  ' }]));
  same(
    'other locals',
    error('a', [{ ...view, vars: { card: '1' } }]),
    error('a', [{ ...view, vars: { card: '2', more: true } }]),
  );
  different('another function', error('a', [view]), error('a', [{ ...view, function: 'refund' }]));
  different('another type from the same place', error('a', [view]), error('a', [view], 'KeyError'));
  different(
    'another line of source in the same function',
    error('a', [view]),
    error('a', [{ ...view, contextLine: 'refund(card)' }]),
  );
  different(
    'another caller in app',
    error('a', [view]),
    error('a', [app({ module: 'shop.jobs', function: 'nightly' }), view]),
  );
  same(
    'a recursion that goes deeper',
    error(
      'a',
      Array.from({ length: 4 }, () => ({ ...view, lineno: 4 })),
    ),
    error(
      'a',
      Array.from({ length: 900 }, () => ({ ...view, lineno: 4 })),
    ),
  );
  same(
    'messages logged with the same template',
    buildMessage('cart 7 of bob lost', {
      message: { formatted: 'cart 7 of bob lost', template: 'cart %s of %s lost' },
    }),
    buildMessage('cart 9 of eve lost', {
      message: { formatted: 'cart 9 of eve lost', template: 'cart %s of %s lost' },
    }),
  );
  different(
    'messages logged with a template that says nothing',
    buildMessage('disk is full', { message: { formatted: 'disk is full', template: '%s' } }),
    buildMessage('login refused', { message: { formatted: 'login refused', template: '%s' } }),
  );
  different(
    'errors with the same last frame in a library, from two places in app',
    error('a', [view, library({ module: 'requests.sessions', function: 'send' })]),
    error('a', [{ ...view, function: 'refund' }, library({ module: 'requests.sessions', function: 'send' })]),
  );
  same(
    'errors of a library from one place in app, deeper in the library or not',
    error('a', [view, library({ module: 'requests.api', function: 'get' })]),
    error('a', [
      view,
      library({ module: 'requests.api', function: 'get' }),
      library({ module: 'requests.sessions', function: 'send' }),
    ]),
  );
});

describe('JavaScript in browsers', () => {
  const at = (host: string, parts: Partial<Frame>): Partial<Frame> => ({
    absPath: `https://${host}/static/app.js`,
    filename: '/static/app.js',
    inApp: true,
    ...parts,
  });
  const error = (frames: Frames, value = 'x is undefined', type = 'TypeError') =>
    buildError('javascript', { type, value, frames });

  same(
    'another host',
    error([at('a.example', { function: 'pay' }), at('a.example', { function: 'charge' })]),
    error([at('b.example', { function: 'pay' }), at('b.example', { function: 'charge' })]),
  );
  same(
    'Chrome and Firefox name methods differently',
    error([at('a', { function: 'Object.pay' })]),
    error([at('a', { function: 'pay' })]),
  );
  same(
    'Safari shows native frames',
    error([
      at('a', { function: 'pay' }),
      { function: 'forEach', filename: '[native code]', absPath: '[native code]', inApp: true },
      at('a', { function: 'each' }),
    ]),
    error([at('a', { function: 'pay' }), at('a', { function: 'each' })]),
  );
  different('another function', error([at('a', { function: 'pay' })]), error([at('a', { function: 'refund' })]));
  different(
    'single frames without a function count by their texts',
    error([at('a', { lineno: 1 })], 'cart is undefined'),
    error([at('a', { lineno: 1 })], 'user is undefined'),
  );
  same(
    'single frames without a function, from two builds',
    error([at('a', { lineno: 1, colno: 4711 })], 'cart is undefined'),
    error([at('b', { lineno: 1, colno: 815 })], 'cart is undefined'),
  );
  const mapped = (name: string, line: string): Partial<Frame> => ({
    filename: './src/cart.ts',
    absPath: 'webpack:///./src/cart.ts',
    module: 'src/cart',
    function: name,
    contextLine: line,
    sourceMap: 'app.js.map',
    inApp: true,
  });
  same(
    'names in source maps of two builds differ',
    error([mapped('t', '  return total(items);')]),
    error([mapped('total', '  return total(items);')]),
  );
  different(
    'mapped lines differ',
    error([mapped('t', '  return total(items);')]),
    error([mapped('t', '  return tax(items);')]),
  );
  same(
    'a bundle of another build in an Electron app',
    error([{ absPath: 'app:///main.3f2a9c1b.js', filename: 'app:///main.3f2a9c1b.js', function: 'pay', inApp: true }]),
    error([{ absPath: 'app:///main.9d8e7f60.js', filename: 'app:///main.9d8e7f60.js', function: 'pay', inApp: true }]),
  );
  same(
    'helpers of the transpiler between',
    error([
      mapped('pay', 'charge(card)'),
      { ...mapped('asyncGeneratorStep', 'gen.next()'), module: '@babel/runtime/helpers/asyncToGenerator' },
    ]),
    error([mapped('pay', 'charge(card)')]),
  );
});

describe('Node.js', () => {
  const handler = app({
    module: 'shop.routes:pay',
    filename: '/srv/shop/routes/pay.js',
    function: 'handle',
    contextLine: 'await charge(card)',
  });
  const error = (frames: Frames, parts: ExceptionParts = {}) =>
    buildError('node', { type: 'Error', value: 'declined', frames, ...parts });
  same(
    'what runs the task',
    error([
      { filename: 'node:internal/process/task_queues', function: 'process.processTicksAndRejections', inApp: true },
      handler,
    ]),
    error([handler]),
  );
  same(
    'a library below that an SDK took for the app',
    error([app({ filename: '/srv/shop/node_modules/express/lib/router.js', function: 'next' }), handler]),
    error([app({ filename: '/srv/shop/node_modules/express/lib/layer.js', function: 'handle_request' }), handler]),
  );
  same(
    'another pod',
    error([handler], { value: 'connect to 10.1.2.3 failed' }),
    error([handler], { value: 'connect to 10.9.9.9 failed' }),
  );
  const captured = (formatted: string, frames: Frames): NormalizedEvent =>
    buildEvent({ type: 'message', platform: 'node', message: { formatted }, stacktrace: buildStack(frames) });
  different(
    'two messages captured in one function',
    captured('cache is cold', [handler]),
    captured('queue is full', [handler]),
  );
  same(
    'one message with numbers, with a stack and without',
    captured('17 jobs wait', [handler]),
    buildMessage('19 jobs wait', { platform: 'node' }),
  );
  const synthetic = (value: string): NormalizedEvent =>
    buildError(
      'node',
      { type: '', value, frames: [handler], mechanism: { synthetic: true } },
      { message: { formatted: value } },
    );
  different('two messages written as made-up exceptions', synthetic('cache is cold'), synthetic('queue is full'));
  same(
    'a message written as a made-up exception, or as a message',
    synthetic('cache is cold'),
    captured('cache is cold', [handler]),
  );
});

describe('Java', () => {
  const service = app({ module: 'com.shop.Cart', function: 'total', filename: 'Cart.java' });
  const error = (frames: Frames, type = 'NullPointerException', value = '') =>
    buildError('java', { type, value, module: 'java.lang', frames });
  same(
    'proxies that were generated in another run',
    error([app({ module: 'com.shop.Cart$$EnhancerBySpringCGLIB$$8f3a2c1', function: 'total' }), service]),
    error([app({ module: 'com.shop.Cart$$EnhancerBySpringCGLIB$$11bbaa2', function: 'total' }), service]),
  );
  same(
    'lambdas that were numbered differently',
    error([
      app({ module: 'com.shop.Main$$Lambda$14/0x000000080', function: 'run' }),
      app({ module: 'com.shop.Main', function: 'lambda$main$0' }),
      service,
    ]),
    error([
      app({ module: 'com.shop.Main$$Lambda$99/0x000000081', function: 'run' }),
      app({ module: 'com.shop.Main', function: 'lambda$main$3' }),
      service,
    ]),
  );
  same(
    'reflection before and after it was made fast',
    error([library({ module: 'sun.reflect.GeneratedMethodAccessor12', function: 'invoke' }), service]),
    error([library({ module: 'sun.reflect.GeneratedMethodAccessor77', function: 'invoke' }), service]),
  );
  different(
    'another class',
    error([service]),
    error([{ ...service, module: 'com.shop.Order', filename: 'Order.java' }]),
  );
  const wrapped = (cause: string) =>
    buildError('java', [
      { type: cause, value: 'x', module: 'java.sql', frames: [app({ module: 'com.shop.Db', function: 'query' })] },
      {
        type: 'ServiceException',
        value: 'failed',
        module: 'com.shop',
        frames: [app({ module: 'com.shop.Api', function: 'call' })],
      },
    ]);
  different('wrappers of different causes', wrapped('SQLTimeoutException'), wrapped('SQLSyntaxErrorException'));
  same('wrappers of the same cause', wrapped('SQLTimeoutException'), wrapped('SQLTimeoutException'));
});
