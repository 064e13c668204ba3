import { describe, expect, test } from 'vitest';
import type { Issue } from '../types.ts';
import { type EventFacts, frameLine } from './event-facts.ts';
import { matchesFilters, severityOf, triggerOf, worsened } from './match-rule.ts';
import type { RuleFilters, TagFilter } from './types.ts';

const ISSUE = { level: 'error', priority: 'medium' } as Issue;
const EVENT = { environment: 'production', tags: { tenant: 'big-one', empty: '' } } as unknown as EventFacts;

describe('filters', () => {
  const check = (filters: RuleFilters, expected: boolean, event: EventFacts | undefined = EVENT) =>
    expect(matchesFilters(filters, ISSUE, event)).toBe(expected);

  test('hold when all that are given hold, and a list when one of it does', () => {
    check({}, true);
    check({ levels: ['fatal', 'error'] }, true);
    check({ levels: ['fatal'] }, false);
    check({ priorities: ['high'] }, false);
    check({ levels: ['error'], priorities: ['high', 'medium'] }, true);
    check({ environments: ['dev', 'production'] }, true);
    check({ environments: ['dev'] }, false);
    check({ environments: ['production'], levels: ['info'] }, false);
  });

  test('of an event that cannot be read do not hold', () => {
    expect(matchesFilters({ environments: ['production'] }, ISSUE, undefined)).toBe(false);
    expect(matchesFilters({ tags: [{ key: 'a', operator: 'absent' }] }, ISSUE, undefined)).toBe(false);
    expect(matchesFilters({ levels: ['error'], tags: [] }, ISSUE, undefined)).toBe(true);
  });

  test('of tags compare the whole value, with stars for anything', () => {
    const tag = (filter: TagFilter, expected: boolean) => check({ tags: [filter] }, expected);
    tag({ key: 'tenant', operator: '=', value: 'big-one' }, true);
    tag({ key: 'tenant', operator: '=', value: 'big' }, false);
    tag({ key: 'tenant', operator: '=', value: 'big-*' }, true);
    tag({ key: 'tenant', operator: '!=', value: 'big-*' }, false);
    tag({ key: 'missing', operator: '!=', value: 'x' }, true);
    tag({ key: 'missing', operator: '=', value: '*' }, false);
    tag({ key: 'empty', operator: 'exists' }, true);
    tag({ key: 'empty', operator: 'absent' }, false);
    tag({ key: 'missing', operator: 'absent' }, true);
  });
});

test('an ignore that ends is an issue that comes back, and ends of issues set off nothing', () => {
  expect(triggerOf('unignored')).toBe('regressed');
  expect([triggerOf('resolved'), triggerOf('ignored')]).toEqual([undefined, undefined]);
});

test('the severity goes by the level, a step lower for low priority, and never beyond the ends', () => {
  const check = (level: Issue['level'], priority: Issue['priority'], expected: string) =>
    expect(severityOf({ level, priority })).toBe(expected);
  check('fatal', 'high', 'critical');
  check('error', 'medium', 'high');
  check('error', 'low', 'medium');
  check('debug', 'low', 'info');
  expect([worsened('critical'), worsened('high'), worsened('info')]).toEqual(['critical', 'critical', 'low']);
});

test('the line of an event is the own frame nearest to where it happened', () => {
  const frame = (name: string, inApp: boolean) => ({
    ...{ filename: `${name}.ts`, absPath: '', module: '', package: '', function: name, rawFunction: '', platform: '' },
    ...{ inApp, preContext: [], postContext: [] },
  });
  const stacktrace = { frames: [frame('main', true), frame('own', true), frame('library', false)] };
  const event = { exceptions: [], threads: [], stacktrace };
  expect(frameLine(event)).toBe('own at own.ts');
  expect(frameLine({ ...event, stacktrace: { frames: [frame('library', false)] } })).toBe('library at library.ts');
  expect(frameLine({ exceptions: [], threads: [] })).toBeUndefined();
  const thread = { id: '1', name: '', crashed: true, current: false, stacktrace };
  expect(frameLine({ exceptions: [], threads: [thread] })).toBe('own at own.ts');
});
