import { expect, test } from 'vitest';
import { isFailure } from '../../base/index.ts';
import { acceptedMatchers, parseMatcher } from '../accepted-input.ts';
import { activeSilencesOf } from '../silences/active-silences.ts';
import type { Matcher, Route } from '../types.ts';
import { acceptedRouting } from './accept-routing.ts';
import { compileRouting } from './choose-targets.ts';
import { plainRoute } from './default-routing.ts';
import { groupOf } from './group-of.ts';
import { compileMatchers } from './match.ts';

const alert = {
  key: 'alarm:cpu',
  severity: 'high',
  source: 'alarm',
  labels: { service: 'api', severity: 'fake' },
} as const;

test('which alerts matchers take', () => {
  const check = (text: string, expected: boolean) =>
    expect(compileMatchers([parseMatcher(text)])(alert)).toBe(expected);
  check('service=api', true);
  check('service = "api"', true);
  check('service=ap', false);
  check('service!=api', false);
  check('service=~ap', false);
  check('service=~ap.*', true);
  check('service!~ap.*', false);
  check('team=', true);
  check('team!=x', true);
  check('team=~.+', false);
  check('severity=high', true);
  check('severity=fake', false);
  check('source=~alarm|backup', true);
  check('key=~alarm:.*', true);
  check('constructor=', true);
});

test('an expression that would take a backtracking engine for ever takes no time', () => {
  const matches = compileMatchers([{ label: 'service', operator: '=~', value: '(a+)+$' }]);
  expect(matches({ ...alert, labels: { service: `${'a'.repeat(50_000)}!` } })).toBe(false);
});

test('broken matchers are refused with what is wrong', () => {
  const refused = (work: () => unknown): boolean => {
    try {
      work();
    } catch (error) {
      return isFailure(error) && error.code === 'notify.input-invalid';
    }
    return false;
  };
  const matcher = (change: Partial<Matcher>): Matcher => ({ label: 'a', operator: '=', value: 'b', ...change });
  expect(refused(() => parseMatcher('no operator'))).toBe(true);
  expect(refused(() => parseMatcher('=value'))).toBe(true);
  expect(refused(() => acceptedMatchers('x', [matcher({ operator: '=~', value: '(' })], 1))).toBe(true);
  expect(refused(() => acceptedMatchers('x', [matcher({ label: '' })], 1))).toBe(true);
  expect(refused(() => acceptedMatchers('x', [], 1))).toBe(true);
  expect(
    refused(() =>
      acceptedMatchers(
        'x',
        Array.from({ length: 21 }, () => matcher({})),
        1,
      ),
    ),
  ).toBe(true);
  expect(refused(() => acceptedMatchers('x', [matcher({})], 1))).toBe(false);
});

const route = (name: string, matcher: string, change: Partial<Route> = {}): Route => ({
  ...plainRoute(name, [name]),
  matchers: [parseMatcher(matcher)],
  ...change,
});
const targets = (routes: readonly Route[], change: Partial<typeof alert> | object = {}, channels = ['ops', 'duty']) =>
  compileRouting({ version: 1, routes, fallback: plainRoute('default', ['ops']) })
    .targets({ ...alert, ...change }, channels)
    .map((target) => `${target.route.name}: ${target.channels.join(' ')}`);

test('the first route that matches takes the alert, later ones when it continues, the fallback when none does', () => {
  expect(targets([])).toEqual(['default: ops']);
  expect(targets([route('a', 'service=web')])).toEqual(['default: ops']);
  expect(targets([route('a', 'service=api'), route('b', 'service=api')])).toEqual(['a: a']);
  expect(targets([route('a', 'service=api', { continues: true }), route('b', 'service=api')])).toEqual([
    'a: a',
    'b: b',
  ]);
  expect(targets([route('a', 'service=api', { channels: [] })])).toEqual([]);
});

test('the alert of a channel goes by the others, by all of them when its routes know no other', () => {
  const failing = { source: 'notify', labels: { channel: 'ops' } };
  expect(targets([], failing)).toEqual(['default: duty']);
  expect(targets([], failing, ['ops'])).toEqual([]);
  const both = route('n', 'source=notify', { channels: ['ops', 'duty'] });
  expect(targets([both], failing, ['ops', 'duty', 'third'])).toEqual(['n: duty']);
});

test('what the probe raises goes to its channel alone, and nothing else does', () => {
  const canary = { labels: { 'tag.holdfast:probe': 'delivery' } };
  const all = route('all', 'severity=high', { continues: true });
  expect(targets([all], canary)).toEqual(['holdfast-probe: holdfast-probe']);
  expect(targets([all], { labels: { 'tag.holdfast:probe': 'other' } })).toEqual(['all: all']);
  const failing = { source: 'notify', labels: { channel: 'ops' } };
  expect(targets([], failing, ['ops', 'holdfast-probe'])).toEqual([]);
});

test('a group is named by its route, channel and values, in whatever order they are written', () => {
  const one = groupOf({ name: 'r', groupBy: ['service', 'severity'] }, 'c', alert);
  expect(groupOf({ name: 'r', groupBy: ['severity', 'service'] }, 'c', alert)).toEqual(one);
  expect(one.labels).toEqual({ service: 'api', severity: 'high' });
  expect(groupOf({ name: 'r', groupBy: ['service'] }, 'd', alert).id).not.toBe(
    groupOf({ name: 'r', groupBy: ['service'] }, 'c', alert).id,
  );
});

test('routes that cannot work are refused', () => {
  const accepted = (routes: readonly Route[]): boolean => {
    try {
      acceptedRouting({ version: 0, routes, fallback: plainRoute('default', []) }, ['ops']);
      return true;
    } catch (error) {
      if (isFailure(error)) return false;
      throw error;
    }
  };
  const good = plainRoute('a', ['ops']);
  expect(accepted([good])).toBe(true);
  expect(accepted([good, good])).toBe(false);
  expect(accepted([plainRoute('default', ['ops'])])).toBe(false);
  expect(accepted([plainRoute('a', ['nobody'])])).toBe(false);
  expect(accepted([plainRoute('holdfast-probe', ['ops'])])).toBe(false);
  expect(accepted([{ ...good, groupIntervalMs: 0 }])).toBe(false);
  expect(accepted([{ ...good, escalation: [{ afterMs: 5, channels: [] }] }])).toBe(false);
  const steps = [5, 5].map((afterMs) => ({ afterMs, channels: ['ops'] }));
  expect(accepted([{ ...good, escalation: steps }])).toBe(false);
});

test('an alert is held back until the last of its silences ends', () => {
  const test = compileMatchers([parseMatcher('service=api')]);
  const silences = activeSilencesOf([
    { id: 'a', untilMs: 5, test },
    { id: 'b', untilMs: 9, test },
    { id: 'c', untilMs: 99, test: () => false },
  ]);
  expect(silences.idsFor(alert)).toEqual(['a', 'b']);
  expect(silences.untilMsFor(alert)).toBe(9);
  expect(silences.untilMsFor({ ...alert, labels: {} })).toBeUndefined();
});
