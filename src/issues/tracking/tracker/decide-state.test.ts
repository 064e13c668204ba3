import { expect, test } from 'vitest';
import { DAY_MS } from '../../../base/index.ts';
import type { IgnoreCondition } from '../../types.ts';
import { type Arrival, decideByTime, decideState, escalationThreshold, type IssueState } from './decide-state.ts';

const NOW_MS = 1_000_000_000;
const state = (change: Partial<IssueState>): IssueState => ({
  status: 'unresolved',
  substatus: 'ongoing',
  stateMs: 0,
  resolution: null,
  ignore: null,
  ...change,
});
const resolved = state({
  status: 'resolved',
  substatus: null,
  resolution: { type: 'now', atMs: 5, by: 'ada' },
});
const ignored = (condition: IgnoreCondition): IssueState =>
  state({
    status: 'ignored',
    substatus: condition.untilEscalating === true ? 'until-escalating' : 'until-condition',
    ignore: { condition, atMs: 5, by: 'ada', timesSeen: 100 },
  });
const arrival = (change: Partial<Arrival>): Arrival => ({
  isFirst: false,
  timesSeen: 101,
  hourEvents: 1,
  hourThreshold: 10,
  eventId: 'e',
  ...change,
});

test('events move an issue, tell of it, and leave what it was behind', () => {
  const check = (before: IssueState, came: Partial<Arrival>, expected: string): void => {
    const move = decideState(before, arrival(came), NOW_MS);
    const shown = move === undefined ? 'stays' : `${move.state.status} ${move.state.substatus} ${move.signal}`;
    expect(shown).toBe(expected);
    if (move === undefined) return;
    expect(move.state).toMatchObject({ stateMs: NOW_MS, resolution: null, ignore: null });
  };
  check(state({ substatus: 'new' }), { isFirst: true }, 'unresolved new new');
  check(state({ substatus: 'new' }), { hourEvents: 1_000 }, 'stays');
  check(state({}), { hourEvents: 10 }, 'stays');
  check(state({}), { hourEvents: 11 }, 'unresolved escalating escalating');
  check(state({ substatus: 'escalating' }), { hourEvents: 1_000 }, 'stays');
  check(state({ substatus: 'regressed' }), { hourEvents: 1_000 }, 'stays');
  check(resolved, {}, 'stays');
  check(resolved, { hourEvents: 1_000 }, 'stays');
  check(resolved, { regression: { eventId: 'e', release: '' } }, 'unresolved regressed regressed');
  check(ignored({}), { hourEvents: 1_000, timesSeen: 10_000 }, 'stays');
  check(ignored({ untilEscalating: true }), { hourEvents: 10 }, 'stays');
  check(ignored({ untilEscalating: true }), { hourEvents: 11 }, 'unresolved escalating escalating');
  check(ignored({ count: 2 }), { timesSeen: 101 }, 'stays');
  check(ignored({ count: 2 }), { timesSeen: 102 }, 'unresolved ongoing unignored');
  check(ignored({ count: 2, countWindowMs: 60_000 }), { timesSeen: 500, windowEvents: 1 }, 'stays');
  check(ignored({ count: 2, countWindowMs: 60_000 }), { windowEvents: 2 }, 'unresolved ongoing unignored');
  check(ignored({ users: 2 }), { windowUsers: 1 }, 'stays');
  check(ignored({ users: 2 }), { windowUsers: 2 }, 'unresolved ongoing unignored');
  check(ignored({ untilMs: NOW_MS + 1 }), {}, 'stays');
  check(ignored({ untilMs: NOW_MS }), {}, 'unresolved ongoing unignored');
  // The first that comes true ends it.
  check(ignored({ users: 9, count: 2 }), { timesSeen: 102, windowUsers: 1 }, 'unresolved ongoing unignored');
  check(ignored({ untilEscalating: true, count: 500 }), { hourEvents: 11 }, 'unresolved escalating escalating');
});

test('time alone moves what is no news any more, and ends ignores', () => {
  const check = (before: IssueState, expected: string): void => {
    const move = decideByTime(before, NOW_MS);
    expect(move === undefined ? 'stays' : `${move.state.substatus} ${move.signal}`).toBe(expected);
  };
  const weekAgoMs = NOW_MS - 7 * DAY_MS;
  for (const substatus of ['new', 'regressed', 'escalating'] as const) {
    check(state({ substatus, stateMs: weekAgoMs + 1 }), 'stays');
    check(state({ substatus, stateMs: weekAgoMs }), 'ongoing undefined');
  }
  check(state({ stateMs: 0 }), 'stays');
  check(resolved, 'stays');
  check(ignored({ untilMs: NOW_MS + 1 }), 'stays');
  check(ignored({ untilMs: NOW_MS }), 'ongoing unignored');
  check(ignored({ count: 1 }), 'stays');
});

test('an escalation is a multiple of the busiest hour, with a floor', () => {
  expect([0, 1, 3, 4, 100].map(escalationThreshold)).toEqual([10, 10, 10, 12, 300]);
});
