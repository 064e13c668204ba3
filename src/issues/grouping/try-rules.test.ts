import { expect, test } from 'vitest';
import { Failure } from '../../base/index.ts';
import type { NormalizedEvent } from '../types.ts';
import { buildError, buildMessage, PLAIN_SETTINGS } from './build-event.ts';
import { createGrouping } from './create-grouping.ts';
import { ISSUES_GROUPING_LIMITS } from './limits.ts';
import { type TriedEvent, tryRules } from './try-rules.ts';

const { group } = createGrouping();

const error = (type: string, transaction: string, eventId: string): NormalizedEvent =>
  buildError(
    'python',
    { type, value: 'x', frames: [{ module: 'm', function: type, inApp: true }] },
    { transaction, eventId },
  );

const stored = (event: NormalizedEvent, issueId: string): TriedEvent => ({
  event,
  issueId,
  currentHash: group(event, PLAIN_SETTINGS).hashes[0] ?? '',
});

const EVENTS: readonly TriedEvent[] = [
  stored(error('A', '/one', 'a1'), '1'),
  stored(error('A', '/one', 'a2'), '1'),
  stored(error('A', '/two', 'a3'), '1'),
  stored(error('B', '/one', 'b1'), '2'),
  stored(error('C', '/one', 'c1'), '3'),
  stored(buildMessage('hi', { eventId: 'm1' }), '4'),
];

test('rules that change nothing leave everything where it is', () => {
  expect(tryRules(EVENTS, PLAIN_SETTINGS, group)).toMatchObject({
    events: 6,
    issues: 4,
    staying: 4,
    renewed: 0,
    splitting: 0,
    merging: 0,
    movedEvents: 0,
  });
});

test('a fingerprint with a variable splits', () => {
  const tried = tryRules(EVENTS, { ...PLAIN_SETTINGS, fingerprintRules: 'type:A -> a, {{ transaction }}' }, group);
  expect(tried).toMatchObject({ staying: 3, splitting: 1, merging: 0, movedEvents: 1 });
  expect(tried.splits[0]?.issueId).toBe('1');
  expect(tried.splits[0]?.into.map(({ events, exampleEventId }) => [events, exampleEventId])).toEqual([
    [2, 'a1'],
    [1, 'a3'],
  ]);
});

test('a fingerprint of its own merges', () => {
  const tried = tryRules(EVENTS, { ...PLAIN_SETTINGS, fingerprintRules: 'type:{B,C} -> both title="Both"' }, group);
  expect(tried).toMatchObject({ staying: 2, splitting: 0, merging: 1, movedEvents: 1 });
  expect(tried.merges[0]).toMatchObject({
    into: { title: 'Both', events: 2 },
    from: [{ issueId: '2' }, { issueId: '3' }],
  });
  expect(tried.merges[0]?.into.issueId).toBeUndefined();
});

test('events that get the hash of another issue move there', () => {
  const target = stored(buildMessage('known', { fingerprint: ['known'], eventId: 'k1' }), '9');
  const tried = tryRules([...EVENTS, target], { ...PLAIN_SETTINGS, fingerprintRules: 'type:B -> known' }, group);
  expect(tried.merges[0]?.into.issueId).toBe('9');
  expect(tried.merges[0]?.from.map(({ issueId }) => issueId).toSorted()).toEqual(['2', '9']);
});

test('issues that stay together under another hash are told apart from those that stay', () => {
  const tried = tryRules(EVENTS, { ...PLAIN_SETTINGS, fingerprintRules: 'type:B -> b' }, group);
  expect(tried).toMatchObject({ staying: 3, renewed: 1, splitting: 0, merging: 0 });
});

test('another version is tried like rules', () => {
  const tried = tryRules(EVENTS, { ...PLAIN_SETTINGS, version: 'title-1:2026-11-22' }, group);
  expect(tried).toMatchObject({ splitting: 1, renewed: 3, staying: 0 });
});

test('wrong rules and too many events are refused', () => {
  const codeOf = (act: () => unknown): string => {
    try {
      act();
    } catch (error_) {
      return error_ instanceof Failure ? error_.code : String(error_);
    }
    return 'nothing';
  };
  expect(codeOf(() => tryRules(EVENTS, { ...PLAIN_SETTINGS, fingerprintRules: 'nonsense' }, group))).toBe(
    'grouping.rule-invalid',
  );
  const [first] = EVENTS;
  const many = Array.from({ length: ISSUES_GROUPING_LIMITS.triedEventsMax + 1 }, () => first as TriedEvent);
  expect(codeOf(() => tryRules(many, PLAIN_SETTINGS, group))).toBe('grouping.tried-too-many');
});

test('no events is an answer too', () => {
  expect(tryRules([], PLAIN_SETTINGS, group)).toMatchObject({ events: 0, issues: 0, staying: 0 });
});
