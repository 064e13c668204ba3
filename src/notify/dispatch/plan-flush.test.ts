import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Alert } from '../types.ts';
import { dueAfter } from './due-after.ts';
import { planEscalation } from './plan-escalation.ts';
import { type FlushInput, type Member, planFlush } from './plan-flush.ts';

const NOW = 1_000_000;
const REPEAT = 10_000;

const alertOf = (key: string, change: Partial<Alert> = {}): Alert => ({
  key,
  state: 'firing',
  severity: 'high',
  source: 'test',
  title: key,
  body: '',
  labels: {},
  episode: `${key}-1`,
  firedMs: NOW - 100,
  seenMs: NOW,
  ...change,
});
const resolved = { state: 'resolved', resolvedMs: NOW } as const;
const acknowledged = { acknowledged: { atMs: NOW, by: 'ada', note: '' } };
const memberOf = (alert: Alert, told: Member['told'] = 'nothing', change: Partial<Member> = {}): Member => ({
  alert,
  told,
  toldEpisode: told === 'nothing' ? undefined : alert.episode,
  toldSeverity: told === 'nothing' ? undefined : alert.severity,
  ...change,
});
const plan = (members: readonly Member[], change: Partial<FlushInput> = {}) =>
  planFlush({
    members,
    route: { repeatIntervalMs: REPEAT },
    sentMs: undefined,
    flushedMs: undefined,
    silencedUntilMs: () => undefined,
    overCapUntilMs: undefined,
    nowMs: NOW,
    ...change,
  });
const shown = (members: readonly Member[], change: Partial<FlushInput> = {}) =>
  plan(members, change).message?.alerts.map(({ key, state }) => `${key} ${state}`);

test('what a group tells', () => {
  const check = (members: readonly Member[], expected: readonly string[] | undefined, change?: Partial<FlushInput>) =>
    expect(shown(members, change)).toEqual(expected);
  const a = alertOf('a');
  check([memberOf(a)], ['a firing']);
  check([memberOf(a, 'firing')], undefined);
  check([memberOf(a, 'firing', { toldEpisode: 'older' })], ['a firing']);
  check([memberOf(alertOf('a', { severity: 'critical' }), 'firing', { toldSeverity: 'low' })], ['a firing']);
  check([memberOf(alertOf('a', { severity: 'low' }), 'firing', { toldSeverity: 'high' })], undefined);
  check([memberOf(alertOf('a', resolved))], undefined);
  check([memberOf(alertOf('a', resolved), 'firing')], ['a resolved']);
  check([memberOf(alertOf('a', resolved), 'held')], undefined);
  check([memberOf(alertOf('a', acknowledged))], undefined);
  check([memberOf(a), memberOf(alertOf('b'), 'firing')], ['a firing', 'b firing']);
  check([memberOf(alertOf('b', resolved), 'firing'), memberOf(a)], ['a firing', 'b resolved']);
  check([memberOf(a)], undefined, { silencedUntilMs: () => NOW + 5 });
  check([memberOf(alertOf('a', resolved), 'firing')], ['a resolved'], { silencedUntilMs: () => NOW + 5 });
  check([memberOf(a, 'firing')], ['a firing'], { sentMs: NOW - REPEAT });
  check([memberOf(alertOf('a', acknowledged), 'firing')], undefined, { sentMs: NOW - REPEAT });
});

test('when a group is looked at again', () => {
  const check = (members: readonly Member[], expected: number | undefined, change?: Partial<FlushInput>) =>
    expect(plan(members, change).dueMs).toBe(expected);
  check([memberOf(alertOf('a'))], NOW + REPEAT);
  check([memberOf(alertOf('a', resolved), 'firing')], undefined);
  check([memberOf(alertOf('a', acknowledged), 'firing')], undefined);
  check([memberOf(alertOf('a'))], NOW + 7, { silencedUntilMs: () => NOW + 7 });
  check([memberOf(alertOf('a', resolved), 'firing')], NOW + 9, { overCapUntilMs: NOW + 9 });
});

test('past the cap beginnings are held back and ends wait', () => {
  const begun = memberOf(alertOf('a'));
  const ended = memberOf(alertOf('b', resolved), 'firing');
  const over = plan([begun, ended], { overCapUntilMs: NOW + 9 });
  expect(over.message).toBeUndefined();
  expect(over.held.map(({ key }) => key)).toEqual(['a']);
  expect(over.left).toEqual([]);
});

test('whatever the group, an end is told if and only if its beginning was, and nothing silenced begins', () => {
  const member = fc
    .record({
      isFiring: fc.boolean(),
      told: fc.constantFrom<Member['told']>('nothing', 'firing', 'held'),
      isSilenced: fc.boolean(),
      isAcknowledged: fc.boolean(),
    })
    .map((made) => made);
  fc.assert(
    fc.property(fc.array(member, { maxLength: 20 }), fc.boolean(), (made, isOverCap) => {
      const members = made.map(({ isFiring, told, isAcknowledged }, index) =>
        memberOf(
          alertOf(String(index), { ...(isFiring ? {} : resolved), ...(isAcknowledged ? acknowledged : {}) }),
          told,
        ),
      );
      const result = plan(members, {
        silencedUntilMs: ({ key }) => (made[Number(key)]?.isSilenced === true ? NOW + 5 : undefined),
        overCapUntilMs: isOverCap ? NOW + 60 : undefined,
      });
      const ends = members.filter((one) => one.alert.state === 'resolved' && one.told === 'firing').length;
      expect(result.message?.resolvedCount ?? 0).toBe(isOverCap ? 0 : ends);
      for (const { key } of [...result.told, ...result.held]) expect(made[Number(key)]?.isSilenced).toBe(false);
      // An end that was not told keeps its place, so it is told later.
      if (isOverCap)
        for (const one of members) if (one.told === 'firing') expect(result.left).not.toContain(one.alert.key);
    }),
  );
});

test('when a change makes a group due', () => {
  const route = { groupWaitMs: 5, groupIntervalMs: 60 };
  const critical = { state: 'firing', severity: 'critical' } as const;
  const high = { state: 'firing', severity: 'high' } as const;
  const end = { state: 'resolved', severity: 'high' } as const;
  const times = { dueMs: undefined, flushedMs: undefined, toldCritical: false };
  const check = (
    group: Parameters<typeof dueAfter>[0],
    alert: typeof critical | typeof high | typeof end,
    dueMs: number,
  ) => expect(dueAfter(group, route, { alert, nowMs: 100 })).toBe(dueMs);
  check(undefined, high, 105);
  check(undefined, critical, 100);
  check({ ...times, dueMs: 102 }, high, 102);
  check({ ...times, dueMs: 102 }, critical, 100);
  check({ ...times, flushedMs: 90 }, high, 150);
  check({ ...times, flushedMs: 90 }, end, 150);
  check({ ...times, flushedMs: 10 }, high, 105);
  check({ ...times, flushedMs: 10 }, end, 100);
  check({ ...times, flushedMs: 90, toldCritical: true }, critical, 150);
});

test('which steps of escalation are taken', () => {
  const steps = [
    { afterMs: 10, channels: ['b'] },
    { afterMs: 20, channels: ['c', 'b'] },
    { afterMs: 30, channels: ['d'] },
  ];
  const at = (nowMs: number, step: number, silencedUntilMs?: number) =>
    planEscalation({ steps, step, sinceMs: 0, silencedUntilMs, nowMs });
  expect(at(10, 0)).toEqual({ type: 'escalate', channels: ['b'], next: { step: 1, dueMs: 20 } });
  expect(at(5, 0)).toEqual({ type: 'wait', dueMs: 10 });
  expect(at(25, 0)).toEqual({ type: 'escalate', channels: ['b', 'c'], next: { step: 2, dueMs: 30 } });
  expect(at(99, 2)).toEqual({ type: 'escalate', channels: ['d'], next: undefined });
  expect(at(99, 2, 120)).toEqual({ type: 'wait', dueMs: 120 });
});
