import { describe, expect, test } from 'vitest';
import type { Frame, GroupingComponent, GroupingResult, NormalizedEvent } from '../types.ts';
import { buildError, type ExceptionParts, PLAIN_SETTINGS } from './build-event.ts';
import { createGrouping } from './create-grouping.ts';

const { group } = createGrouping();

const withRules = (event: NormalizedEvent, enhancementRules: string): GroupingResult =>
  group(event, { ...PLAIN_SETTINGS, enhancementRules });

/** Four frames, the oldest first: `main` calls `load` calls `parse` calls `fail`. */
const stack = (parts: ExceptionParts = {}, frame: Partial<Frame> = {}): NormalizedEvent =>
  buildError('other', {
    type: 'ParseError',
    value: 'bad input',
    frames: ['main', 'load', 'parse', 'fail'].map((name) => ({ module: 'app', function: name, inApp: true, ...frame })),
    ...parts,
  });

const frames = (component: GroupingComponent): readonly GroupingComponent[] =>
  component.values.flatMap((value) =>
    typeof value === 'string' ? [] : value.id === 'frame' ? [value] : frames(value),
  );

function counted(result: GroupingResult, variant: string): readonly string[] {
  const component = result.variants.find(({ id }) => id === variant)?.component;
  if (component === undefined) return [];
  return frames(component)
    .filter((frame) => frame.contributes)
    .map(
      (frame) =>
        frame.values.flatMap((value) => (typeof value !== 'string' && value.id === 'function' ? value.values : []))[0],
    )
    .map(String);
}

describe('rules decide which frames count', () => {
  function check(rules: string, app: string, system: string = app): void {
    test(rules, () => {
      const result = withRules(stack(), rules);
      expect(counted(result, 'app').join(' ')).toBe(app);
      expect(counted(result, 'system').join(' ')).toBe(system);
    });
  }
  check('', 'main load parse fail');
  check('function:load -app', 'main parse fail', 'main load parse fail');
  check('function:load -group', 'main parse fail');
  check('function:load ^-group', 'main load');
  check('function:load ^-group -group', 'main');
  check('function:load v-group', 'load parse fail');
  check('function:load v-app ^-app', 'load', 'main load parse fail');
  check('function:* -group\nfunction:parse +group', 'parse');
  check('function:* -app\nfunction:parse +app', 'parse', 'main load parse fail');
  check('family:all max-frames=2', 'parse fail');
  check('family:all max-frames=2\nfunction:main max-frames=1', 'fail');
  check('function:nothing max-frames=1', 'main load parse fail');
  check('[ function:main ] | function:load -group', 'main parse fail');
  check('[ function:main ] | function:parse -group', 'main load parse fail');
  check('function:parse | [ function:fail ] -group', 'main load fail');
  check('!function:load -group', 'load');
  check('function:{load,parse} category=io\ncategory:io -group', 'main fail');
  check('function:load category=io\n[ category:io ] | function:parse -group', 'main load fail');
  check('error.type:ParseError function:load -group', 'main parse fail');
  check('error.type:Other function:load -group', 'main load parse fail');
  check('error.value:"bad *" function:load -group', 'main parse fail');
  check('error.mechanism:generic function:load -group', 'main parse fail');
  check('family:native function:load -group', 'main load parse fail');
  check('family:other,native function:load -group', 'main parse fail');
  check('module:app function:fail -app\napp:no -group', 'main load parse');
  check('module:a?p function:[fl]* -group', 'main parse');
  check('path:**/x.py -group', 'main load parse fail');
});

test('a rule does not see what it did itself', () => {
  const result = withRules(
    stack(),
    'function:main category=x\n[ category:x ] | function:* category=x\ncategory:x -group',
  );
  expect(counted(result, 'system')).toEqual(['parse', 'fail']);
});

test('all frames taken away leave the text of the error', () => {
  const result = withRules(stack(), 'function:* -group');
  expect(result.variants.map(({ id, contributes }) => [id, contributes])).toEqual([['default', true]]);
  expect(result.hashes).toEqual(withRules(stack({ frames: [] }), '').hashes);
});

test('fewer frames than min-frames do not count', () => {
  expect(withRules(stack(), 'family:all min-frames=5').variants[0]?.id).toBe('default');
  expect(withRules(stack(), 'family:all min-frames=4').variants[0]?.id).toBe('app');
});

test('rules of the project go after built-in ones', () => {
  const vendored = stack({}, { absPath: '/srv/app/node_modules/mine/index.py' });
  expect(counted(withRules(vendored, ''), 'app')).toEqual([]);
  expect(counted(withRules(vendored, 'path:**/node_modules/mine/** +app'), 'app')).toEqual([
    'main',
    'load',
    'parse',
    'fail',
  ]);
});

test('what rules decide is told for the page', () => {
  expect(withRules(stack(), 'function:load -app').inApp).toEqual([[true, false, true, true]]);
});

test('hints name the rule', () => {
  const result = withRules(stack(), 'function:load    -app');
  const app = result.variants.find(({ id }) => id === 'app')?.component;
  expect(app === undefined ? [] : frames(app)[1]?.hint).toBe('not in app by the rule function:load -app');
});

describe('built-in rules know libraries', () => {
  function check(platform: string, frame: Partial<Frame>, isInApp: boolean): void {
    const name = [platform, frame.absPath, frame.module, frame.package, frame.function].filter(Boolean).join(' ');
    test(`${name} is ${isInApp ? '' : 'not '}in app`, () => {
      const event = buildError(platform, {
        frames: [
          { inApp: true, filename: 'x', function: 'caller' },
          { inApp: true, filename: 'x', function: 'f', ...frame },
        ],
      });
      expect(group(event, PLAIN_SETTINGS).inApp[0]?.[1]).toBe(isInApp);
    });
  }
  check('node', { absPath: '/srv/node_modules/express/lib/router.js' }, false);
  check('node', { absPath: 'node_modules/express/lib/router.js' }, false);
  check('node', { absPath: 'node:internal/process/task_queues' }, false);
  check('node', { absPath: '/srv/src/app.js' }, true);
  check('javascript', { absPath: 'https://cdn.jsdelivr.net/npm/x.js' }, false);
  check('javascript', { absPath: 'chrome-extension://abc/x.js' }, false);
  check('javascript', { absPath: 'webpack:///./node_modules/react/index.js' }, false);
  check('python', { absPath: '/usr/lib/python3.12/json/decoder.py' }, false);
  check('python', { absPath: '/srv/venv/lib/python3.12/site-packages/x/y.py' }, false);
  check('python', { absPath: '<frozen importlib._bootstrap>' }, false);
  check('python', { module: 'django.core.handlers' }, false);
  check('python', { module: 'shop.django_extras', absPath: '/srv/shop/x.py' }, true);
  check('ruby', { absPath: '/usr/local/bundle/gems/rails-7.1/x.rb' }, false);
  check('php', { absPath: '/var/www/vendor/laravel/framework/x.php' }, false);
  check('php', { absPath: '/var/www/app/Cart.php' }, true);
  check('go', { absPath: '/root/go/pkg/mod/github.com/x/y@v1/y.go' }, false);
  check('go', { absPath: '/usr/local/go/src/net/http/server.go', module: 'net/http' }, false);
  check('go', { absPath: '/home/me/go/src/example.com/shop/main.go', module: 'example.com/shop' }, true);
  check('java', { module: 'java.util.HashMap' }, false);
  check('java', { module: 'org.springframework.web.Servlet' }, false);
  check('java', { module: 'kotlinx.coroutines.Job' }, false);
  check('java', { module: 'com.shop.Cart' }, true);
  check('java', { module: 'javafarm.Cow' }, true);
  check('csharp', { module: 'System.Linq.Enumerable' }, false);
  check('csharp', { module: 'SystemShop.Cart' }, true);
  check('cocoa', { package: '/System/Library/Frameworks/UIKit.framework/UIKit' }, false);
  check('cocoa', { package: '/private/var/containers/Bundle/Application/1/Shop.app/Shop' }, true);
  check('native', { package: 'C:\\Windows\\System32\\ntdll.dll' }, false);
  check('native', { function: 'std::vector<int>::at(unsigned long)' }, false);
  check('native', { package: '/opt/shop/shop', function: 'pay' }, true);
});
