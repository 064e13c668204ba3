import { expect, test } from 'vitest';
import { buildError, buildMessage, PLAIN_SETTINGS } from './build-event.ts';
import { createGrouping } from './create-grouping.ts';

const { group } = createGrouping();

test('an exception is grouped by its frames in app and not by lines', () => {
  const at = (lineno: number) =>
    buildError('python', {
      type: 'ValueError',
      value: `bad ${lineno}`,
      frames: [
        { module: 'django.core', function: 'get_response', inApp: false, lineno: 1 },
        { module: 'shop.views', function: 'pay', inApp: true, lineno, contextLine: '    charge(card)' },
      ],
    });
  const first = group(at(10), PLAIN_SETTINGS);
  expect(first.hashes).toEqual(group(at(11), PLAIN_SETTINGS).hashes);
  expect(first.title).toBe('ValueError: bad 10');
  expect(first.culprit).toBe('shop.views in pay');
  expect(first.variants.map(({ id, contributes }) => [id, contributes])).toEqual([
    ['app', true],
    ['system', true],
  ]);
  expect(first.inApp).toEqual([[false, true]]);
});

test('a message is grouped without its values', () => {
  const one = group(buildMessage('user 17 paid 3.50'), PLAIN_SETTINGS);
  expect(one.hashes).toEqual(group(buildMessage('user 99123 paid 12'), PLAIN_SETTINGS).hashes);
  expect(one.hashes).not.toEqual(group(buildMessage('user 99123 left'), PLAIN_SETTINGS).hashes);
});
