import { expect, test } from 'vitest';
import type { IssueResolution } from '../../types.ts';
import { findRegression } from './find-regression.ts';

const event = (release: string, receivedMs = 200) => ({ eventId: `${release}@${receivedMs}`, release, receivedMs });
const byNumber = { compare: (a: string, b: string) => Number(a) - Number(b) };

test('a resolution covers what came before it, and earlier releases where it names one', () => {
  const check = (resolution: IssueResolution, events: readonly ReturnType<typeof event>[], expected?: string): void =>
    expect(findRegression(resolution, events, byNumber)?.eventId).toBe(expected);
  const now: IssueResolution = { type: 'now', atMs: 100, by: 'ada' };
  check(now, [event('1', 99), event('1', 100)]);
  check(now, [event('1', 99), event('1', 101)], '1@101');
  check(now, [event('', 101)], '@101');
  check({ type: 'by-age', atMs: 100 }, [event('', 101)], '@101');
  const inRelease: IssueResolution = { type: 'in-release', release: '5', atMs: 100, by: 'ada' };
  check(inRelease, [event('4'), event(''), event('3')]);
  check(inRelease, [event('4'), event('5'), event('6')], '5@200');
  check(inRelease, [event('6', 50)]);
  const inNext: IssueResolution = { type: 'in-next-release', after: '5', atMs: 100, by: 'ada' };
  check(inNext, [event('4'), event('5'), event('')]);
  check(inNext, [event('5'), event('6')], '6@200');
});

test('the order of releases is asked once for each of them', () => {
  let asked = 0;
  const releases = {
    compare: () => {
      asked += 1;
      return -1;
    },
  };
  const resolution: IssueResolution = { type: 'in-release', release: '5', atMs: 0, by: 'ada' };
  findRegression(resolution, [event('4'), event('3'), event('4'), event('3')], releases);
  expect(asked).toBe(2);
});
