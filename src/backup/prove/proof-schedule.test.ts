import { describe, expect, test } from 'vitest';
import { chooseTarget, type TargetChoice } from './choose-target.ts';
import { DEFAULT_CADENCE, nextProof } from './proof-schedule.ts';
import { seededRandom } from './seeded-random.ts';

const DAY = 86_400_000;
const report = (choice: 'newest' | 'random-second' | 'random-day', begunMs: number, passed = true) => ({
  choice,
  begunMs,
  passed,
});

describe('the next proof', () => {
  test('is the one that waited longest past its time', () => {
    const nowMs = 100 * DAY;
    const check = (reports: Parameters<typeof nextProof>[0], expected: string, dueMs: number): void =>
      expect(nextProof(reports, { cadence: DEFAULT_CADENCE, nowMs })).toEqual({ choice: expected, dueMs });
    check([], 'newest', nowMs);
    check([report('newest', nowMs - DAY / 2)], 'random-second', nowMs);
    const fresh = [report('newest', nowMs - DAY / 2), report('random-second', nowMs), report('random-day', nowMs)];
    check(fresh, 'newest', nowMs + DAY / 2);
    check(
      [report('newest', nowMs), report('random-second', nowMs, false), report('random-day', nowMs)],
      'random-second',
      nowMs + 3_600_000,
    );
  });

  test('is at once, and of all kinds in turn, where proofs run continuously', () => {
    const cadence = { newest: 0, 'random-second': 0, 'random-day': 0 };
    const reports = [report('newest', 3), report('random-second', 2), report('random-day', 1)];
    expect(nextProof(reports, { cadence, nowMs: 10 })).toEqual({ choice: 'random-day', dueMs: 10 });
  });
});

describe('the target of a proof', () => {
  const snapshot = {
    id: 's',
    itemId: 'i',
    source: 'shop',
    systemId: '1',
    serverVersion: 180_000,
    start: { timeline: 1, lsn: 40n },
    stop: { timeline: 1, lsn: 400n },
    begunMs: 0,
    endedMs: 1000,
    fromStandby: false,
    clusterBytes: 1,
    newBytes: 1,
    files: 1,
    walSegmentBytes: 1024,
    retainUntilMs: 0,
    settings: {},
  };
  const choice = (more: Partial<TargetChoice>): TargetChoice => ({
    source: 'shop',
    choice: 'random-second',
    snapshots: [snapshot],
    stretches: [{ source: 'shop', systemId: '1', timeline: 1, fromLsn: 0n, toLsn: 9000n, lastCommitMs: 9000 }],
    timelines: [],
    nowMs: 10_000,
    windowMs: 5000,
    random: seededRandom(1),
    ...more,
  });

  test('lies in the window and in what is restorable, wherever the numbers fall', () => {
    for (const number of [0, 0.25, 0.5, 0.999999]) {
      const { targetMs } = chooseTarget(choice({ random: () => number }));
      expect(targetMs).toBeGreaterThanOrEqual(5000);
      expect(targetMs).toBeLessThanOrEqual(9000);
    }
  });

  test('is refused where nothing can be restored', () => {
    expect(() => chooseTarget(choice({ snapshots: [] }))).toThrow(/no proof of shop is possible: there is no snapshot/);
    expect(() => chooseTarget(choice({ stretches: [] }))).toThrow(/no second of the window/);
    expect(() => chooseTarget(choice({ choice: 'given' }))).toThrow(/needs the time/);
  });
});
