import { describe, expect, test } from 'vitest';
import type { Frame, NormalizedEvent } from '../types.ts';
import {
  buildError,
  buildEvent,
  buildException,
  buildMessage,
  buildThread,
  type ExceptionParts,
} from './build-event.ts';
import { app, createPairChecks, type Frames, library } from './pair-checks.ts';

/** Neither split nor lumped: other platforms, messages, reports, groups, threads and templates. */

const { same, different } = createPairChecks((name, isShared, expected) => {
  test(name, () => {
    expect(isShared()).toBe(expected);
  });
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
