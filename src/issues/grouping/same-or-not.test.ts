import { describe, expect, test } from 'vitest';
import type { Frame, NormalizedEvent } from '../types.ts';
import {
  buildError,
  buildEvent,
  buildException,
  buildMessage,
  buildStack,
  buildThread,
  type ExceptionParts,
  PLAIN_SETTINGS,
} from './build-event.ts';
import { createGrouping } from './create-grouping.ts';

/** Neither split nor lumped: pairs of events of which people would say that they are, or are not, the same failure. */

const { group } = createGrouping();

/** An event finds its issue by any of its hashes. */
function share(left: NormalizedEvent, right: NormalizedEvent): boolean {
  const hashes = new Set(group(left, PLAIN_SETTINGS).hashes);
  return group(right, PLAIN_SETTINGS).hashes.some((hash) => hashes.has(hash));
}

function same(name: string, left: NormalizedEvent, right: NormalizedEvent): void {
  test(`same: ${name}`, () => {
    expect(share(left, right)).toBe(true);
  });
}

function different(name: string, left: NormalizedEvent, right: NormalizedEvent): void {
  test(`not the same: ${name}`, () => {
    expect(share(left, right)).toBe(false);
  });
}

type Frames = readonly Partial<Frame>[];

const app = (parts: Partial<Frame>): Partial<Frame> => ({ inApp: true, ...parts });
const library = (parts: Partial<Frame>): Partial<Frame> => ({ inApp: false, ...parts });

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

describe('Ruby, PHP, Go, C#', () => {
  const ruby = (frames: Frames) => buildError('ruby', { type: 'NoMethodError', value: 'x', frames });
  const template = (suffix: string) =>
    app({
      filename: 'app/views/home/index.html.erb',
      function: `_app_views_home_index_html_erb__${suffix}`,
      contextLine: '<%= @cart.total %>',
    });
  same(
    'templates compiled by another process',
    ruby([template('346152682_70230')]),
    ruby([template('998877665_11042')]),
  );
  const block = (levels: string) =>
    app({ filename: 'app/models/cart.rb', function: `block ${levels}in total`, contextLine: 'items.sum(&:price)' });
  same('blocks of Ruby 3.3 and 3.4', ruby([block('')]), ruby([block('(2 levels) ')]));
  different('blocks in two files', ruby([block('')]), ruby([{ ...block(''), filename: 'app/models/order.rb' }]));

  const php = (frames: Frames) => buildError('php', { type: 'ErrorException', value: 'x', frames });
  same(
    'views compiled in another folder',
    php([
      app({
        filename: '/srv/a/storage/framework/views/3f2a9c1b3f2a9c1b3f2a9c1b3f2a9c1b3f2a9c1b.php',
        contextLine: '<?php echo e($cart->total); ?>',
      }),
    ]),
    php([
      app({
        filename: '/srv/b/storage/framework/views/99aa9c1b3f2a9c1b3f2a9c1b3f2a9c1b3f2a0000.php',
        contextLine: '<?php echo e($cart->total); ?>',
      }),
    ]),
  );
  same(
    'closures that moved by some lines',
    php([
      app({
        filename: '/app/routes/web.php',
        function: '{closure:App\\routes():12}',
        contextLine: 'return $cart->total();',
      }),
    ]),
    php([
      app({
        filename: '/app/routes/web.php',
        function: '{closure:App\\routes():19}',
        contextLine: 'return $cart->total();',
      }),
    ]),
  );

  const go = (frames: Frames, type = '*errors.errorString') => buildError('go', { type, value: 'x', frames });
  const handler = (name: string) => app({ module: 'example.com/shop/api', function: name, filename: 'api.go' });
  different('two handlers written in one function', go([handler('routes.func1')]), go([handler('routes.func2')]));
  same(
    'a library under another version',
    go([
      library({
        module: 'github.com/x/y',
        function: 'Do',
        absPath: '/go/pkg/mod/github.com/x/y@v1.0.0/y.go',
        filename: 'y.go',
      }),
      handler('pay'),
    ]),
    go([
      library({
        module: 'github.com/x/y',
        function: 'Do',
        absPath: '/go/pkg/mod/github.com/x/y@v1.0.9/y.go',
        filename: 'y.go',
      }),
      handler('pay'),
    ]),
  );

  const sharp = (name: string) =>
    buildError('csharp', {
      type: 'System.NullReferenceException',
      value: 'x',
      frames: [app({ module: 'Shop.Cart', function: name })],
    });
  same('state machines numbered differently', sharp('<LoadAsync>d__12.MoveNext'), sharp('<LoadAsync>d__13.MoveNext'));
  different('two lambdas of one method', sharp('<Main>b__0_0'), sharp('<Main>b__0_1'));
});

describe('native', () => {
  const crash = (frames: Frames, value = 'Segfault') =>
    buildError('native', { type: 'SIGSEGV', value, frames, mechanism: { synthetic: true } });
  const at = (name: string, parts: Partial<Frame> = {}) => ({
    function: name,
    package: '/opt/shop/bin/shop',
    ...parts,
  });
  same(
    'addresses of another start',
    crash([at('pay', { instructionAddr: '0x1' })]),
    crash([at('pay', { instructionAddr: '0x2' })]),
  );
  same(
    'compilers that write arguments differently',
    crash([at('Cart::total(int) const')]),
    crash([at('Cart::total(long) const')]),
  );
  same(
    'a hot and a cold part of a function',
    crash([at('pay'), at('charge')]),
    crash([at('pay'), at('charge.cold.1')]),
  );
  different('two functions', crash([at('pay')]), crash([at('refund')]));
  same('different signals at one place', crash([at('pay')], 'Segfault'), crash([at('pay')], 'Bus error'));
  same(
    'what a panic does after it happened',
    crash([
      at('shop::pay'),
      at('core::panicking::panic_fmt'),
      at('rust_begin_unwind'),
      at('std::panicking::begin_panic_handler'),
    ]),
    crash([at('shop::pay'), at('core::panicking::panic_fmt'), at('std::panicking::rust_panic_with_hook')]),
  );
  different('crashes without any function, by their texts', crash([{}], 'Segfault'), crash([{}], 'Bus error'));
});

describe('messages and reports', () => {
  same(
    'ids',
    buildMessage('order 7c1811ed-e98f-4c9c-a9f9-58c757ff494f lost'),
    buildMessage('order 00000000-0000-4000-8000-000000000000 lost'),
  );
  same(
    'dates',
    buildMessage('nothing since 2024-01-01T00:00:00Z'),
    buildMessage('nothing since Mon Jan 02 2006 15:04:05 GMT+0100'),
  );
  same('what follows the second line', buildMessage('a\nb\nc'), buildMessage('a\nb\nd'));
  different('words', buildMessage('order lost'), buildMessage('order found'));
  same('levels', buildMessage('order lost', { level: 'error' }), buildMessage('order lost', { level: 'info' }));

  const csp = (report: NormalizedEvent['report'] & object) =>
    buildEvent({ type: 'csp', platform: 'javascript', report });
  const blocked = (uri: string, directive = 'script-src', page = 'https://shop.example/a') =>
    csp({ effective_directive: directive, blocked_uri: uri, document_uri: page, violated_directive: directive });
  same('two files of one host', blocked('https://evil.example/a.js'), blocked('https://evil.example/b.js'));
  same(
    'two pages',
    blocked('https://evil.example/a.js'),
    blocked('https://evil.example/a.js', 'script-src', 'https://shop.example/b'),
  );
  different('two hosts', blocked('https://evil.example/a.js'), blocked('https://bad.example/a.js'));
  different('two directives', blocked('https://evil.example/a'), blocked('https://evil.example/a', 'img-src'));
  same(
    'the report in two spellings',
    csp({ 'csp-report': { 'effective-directive': 'img-src', 'blocked-uri': 'https://evil.example/x' } }),
    csp({ body: { effectiveDirective: 'img-src', blockedURL: 'https://evil.example/y' } }),
  );
  const nel = (type: string, url: string) =>
    buildEvent({ type: 'nel', report: { type: 'network-error', url, body: { phase: 'connection', type } } });
  same('two pages of a host', nel('tcp.refused', 'https://a.example/x'), nel('tcp.refused', 'https://a.example/y'));
  different(
    'two kinds of network errors',
    nel('tcp.refused', 'https://a.example/x'),
    nel('tcp.timed_out', 'https://a.example/x'),
  );
  const pin = (type: 'hpkp' | 'expect-ct' | 'expect-staple', hostname: string) =>
    buildEvent({ type, report: { hostname } });
  different('two hosts with wrong pins', pin('hpkp', 'a.example'), pin('hpkp', 'b.example'));
  different('two kinds of reports of one host', pin('expect-ct', 'a.example'), pin('expect-staple', 'a.example'));
});

describe('groups, threads, templates', () => {
  const task = (type: string, id: number): ExceptionParts => ({
    type,
    value: `${id}`,
    frames: [app({ module: 'shop.tasks', function: `run_${type}` })],
    mechanism: { exceptionId: id, parentId: 0 },
  });
  const root: ExceptionParts = {
    type: 'ExceptionGroup',
    value: '',
    mechanism: { exceptionId: 0, isExceptionGroup: true },
  };
  const of = (...parts: readonly ExceptionParts[]) => buildError('python', [...parts, root]);
  same('one or many of one kind', of(task('A', 1)), of(task('A', 3), task('A', 2), task('A', 1)));
  same('in another order', of(task('A', 2), task('B', 1)), of(task('B', 2), task('A', 1)));
  different('another kind among them', of(task('A', 1)), of(task('A', 2), task('B', 1)));

  const threads = (crashed: string, other: string) =>
    buildEvent({
      threads: [
        buildThread({ id: '1', crashed: true, frames: [app({ module: 'm', function: crashed })] }),
        buildThread({ id: '2', frames: [app({ module: 'm', function: other })] }),
      ],
    });
  same('what other threads did', threads('pay', 'idle'), threads('pay', 'sleep'));
  different('where the thread crashed', threads('pay', 'idle'), threads('refund', 'idle'));
  const thrown = (name: string): NormalizedEvent =>
    buildEvent({
      exceptions: [
        buildException({ type: 'SIGSEGV', value: 'Segfault', threadId: '2', mechanism: { synthetic: true } }),
      ],
      threads: [
        buildThread({ id: '1', frames: [app({ module: 'm', function: 'idle' })] }),
        buildThread({ id: '2', frames: [app({ module: 'm', function: name })] }),
      ],
    });
  different('exceptions whose stack stands with the thread', thrown('pay'), thrown('refund'));

  const template = (contextLine: string, lineno: number) =>
    buildEvent({ template: { filename: 'cart.html', absPath: '/srv/x/cart.html', contextLine, lineno } });
  same('a line of a template that moved', template('{{ cart.total }}', 3), template('{{ cart.total }}', 9));
  different('two lines of a template', template('{{ cart.total }}', 3), template('{{ cart.tax }}', 3));
});
