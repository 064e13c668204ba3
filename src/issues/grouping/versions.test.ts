import { describe, expect, test } from 'vitest';
import type { ProjectSettings } from '../types.ts';
import { buildError, buildMessage, PLAIN_SETTINGS } from './build-event.ts';
import { createGrouping, groupingSettingsOf } from './create-grouping.ts';
import { DEFAULT_GROUPING_VERSION, GROUPING_VERSIONS } from './versions.ts';

const { group, previousHashesOf } = createGrouping();

const SETTINGS: ProjectSettings = {
  retentionDays: 90,
  groupingVersion: DEFAULT_GROUPING_VERSION,
  fingerprintRules: '',
  enhancementRules: '',
  allowedOrigins: [],
  limitsPerMinute: {},
  keeps: { attachments: false, replays: false, profiles: false, minidumps: false },
  resolveAfterDays: 0,
};

const error = (value: string, name: string, transaction = '/pay') =>
  buildError('python', { type: 'E', value, frames: [{ module: 'm', function: name, inApp: true }] }, { transaction });

const byTitle = { ...PLAIN_SETTINGS, version: 'title-1:2026-11-22' };

/** Hashes are stored for ever: a change of any of these is a change of a released version. */
describe('hashes that are stored somewhere', () => {
  function check(name: string, hashes: readonly string[], expected: readonly string[]): void {
    test(name, () => {
      expect(hashes).toEqual(expected);
    });
  }
  check('holdfast-1, an error', group(error('order 7', 'pay'), PLAIN_SETTINGS).hashes, [
    '8f8f5b7ceed883003d76726d24399479',
  ]);
  check('holdfast-1, a message', group(buildMessage('order 7 is lost'), PLAIN_SETTINGS).hashes, [
    'de30cd3e6760905c62fdfdf0a2d8e385',
  ]);
  check('holdfast-1, a fingerprint', group(buildMessage('x', { fingerprint: ['a', 'b'] }), PLAIN_SETTINGS).hashes, [
    'c4868a9d8495908c2d1f3dfea7318011',
  ]);
  check(
    'holdfast-1, a salted one',
    group(buildMessage('x', { fingerprint: ['{{ default }}', 'b'] }), PLAIN_SETTINGS).hashes,
    ['5bfdeec3e2ae21f6af63a073fe56ede1'],
  );
  check('holdfast-1, nothing', group(buildMessage(''), PLAIN_SETTINGS).hashes, ['5c7ee2074b65853f71fc5a01ce194ff2']);
  check('title-1, an error', group(error('order 7', 'pay'), byTitle).hashes, ['d07ac95c351b7264fbdc29d0e0806157']);
});

test('by title the stack does not matter, the text without values and the transaction do', () => {
  const hashes = (...parts: Parameters<typeof error>) => group(error(...parts), byTitle).hashes;
  expect(hashes('order 7', 'pay')).toEqual(hashes('order 9', 'refund'));
  expect(hashes('order 7', 'pay')).not.toEqual(hashes('cart 7', 'pay'));
  expect(hashes('order 7', 'pay')).not.toEqual(hashes('order 7', 'pay', '/refund'));
});

test('there is one default version', () => {
  expect(GROUPING_VERSIONS.filter(({ isDefault }) => isDefault).map(({ id }) => id)).toEqual([
    DEFAULT_GROUPING_VERSION,
  ]);
});

test('an unknown version is the default one', () => {
  const event = error('x', 'pay');
  const result = group(event, { ...PLAIN_SETTINGS, version: 'gone:1999-01-01' });
  expect(result).toEqual(group(event, PLAIN_SETTINGS));
});

test('hashes of the version before are told until its time is over', () => {
  const event = error('order 7', 'pay');
  const moved: ProjectSettings = { ...SETTINGS, previousGroupingVersion: byTitle.version, previousUntilMs: 1_000 };
  expect(previousHashesOf(event, moved, 999)).toEqual(group(event, byTitle).hashes);
  expect(previousHashesOf(event, moved, 1_000)).toEqual([]);
  expect(previousHashesOf(event, SETTINGS, 0)).toEqual([]);
  expect(previousHashesOf(event, { ...moved, groupingVersion: byTitle.version }, 0)).toEqual([]);
  expect(groupingSettingsOf(moved).version).toBe(DEFAULT_GROUPING_VERSION);
});
