import { expect, test } from 'vitest';
import { buildError, PLAIN_SETTINGS } from './build-event.ts';
import { createGrouping } from './create-grouping.ts';
import { explainGrouping } from './explain-grouping.ts';

const { group } = createGrouping();

test('an explanation shows what counts, what does not, and why', () => {
  const event = buildError('python', {
    type: 'ValueError',
    value: 'bad card',
    frames: [
      { module: 'django.core.handlers.base', function: 'get_response', inApp: false },
      { module: 'shop.views', function: 'pay', contextLine: '    charge(card)', inApp: true },
    ],
  });
  const [head, app] = explainGrouping(group(event, PLAIN_SETTINGS)).split('\n\n');
  expect(head?.split('\n').slice(0, 3)).toEqual([
    'title    ValueError: bad card',
    'where    shop.views in pay',
    'version  holdfast-1:2026-11-22',
  ]);
  expect(app?.split('\n').slice(1)).toEqual([
    '  + exception',
    '    + type "ValueError"',
    '    - value "bad card" (the stack says more)',
    '    + stacktrace',
    '      - frame (not in app)',
    '        + module "django.core.handlers.base"',
    '        + function "get_response"',
    '      + frame',
    '        + module "shop.views"',
    '        + function "pay"',
    '        + context-line "charge(card)"',
  ]);
});

test('what passed over is named with what went before it', () => {
  const event = buildError('python', { type: 'E', value: 'x' }, { message: { formatted: 'logged' } });
  expect(explainGrouping(group(event, PLAIN_SETTINGS))).toContain('- message (exception says more)');
});

test('texts of senders cannot write lines of their own', () => {
  const event = buildError(
    'python',
    { type: 'E', value: 'a\u001b[2J\nhash     forged' },
    { transaction: 'x\ntitle    forged' },
  );
  const lines = explainGrouping(group(event, PLAIN_SETTINGS)).split('\n');
  expect(lines.filter((line) => line.startsWith('hash') || line.startsWith('title'))).toHaveLength(2);
  expect(lines.join('\n')).not.toContain('\u001b');
});
