import { describe, expect, test } from 'vitest';
import type { Snapshot, WalStretch } from '../types.ts';
import { planRestore, type RestoreRequest } from './plan-restore.ts';
import { restorableRanges } from './restorable-ranges.ts';

const SEGMENT = 16n * 1024n * 1024n;
const T0 = Date.UTC(2026, 0, 1);

const snapshotAt = (id: string, segment: number, minutes: number, more: Partial<Snapshot> = {}): Snapshot => ({
  id,
  itemId: `item-${id}`,
  source: 'shop',
  systemId: '1',
  serverVersion: 150_000,
  start: { timeline: 1, lsn: BigInt(segment) * SEGMENT + 40n },
  stop: { timeline: 1, lsn: BigInt(segment) * SEGMENT + 400n },
  begunMs: T0 + minutes * 60_000 - 1000,
  endedMs: T0 + minutes * 60_000,
  fromStandby: false,
  clusterBytes: 1_000_000,
  newBytes: 0,
  files: 10,
  walSegmentBytes: Number(SEGMENT),
  retainUntilMs: 0,
  settings: {},
  ...more,
});

const piece = (from: number, to: number, minutes: number, timeline = 1): WalStretch => ({
  source: 'shop',
  systemId: '1',
  timeline,
  fromLsn: BigInt(from) * SEGMENT,
  toLsn: BigInt(to) * SEGMENT,
  lastCommitMs: T0 + minutes * 60_000,
});

const request = (more: Partial<RestoreRequest>): RestoreRequest => ({
  source: 'shop',
  snapshots: [snapshotAt('one', 10, 10), snapshotAt('two', 20, 20)],
  stretches: [piece(9, 15, 15), piece(15, 25, 25), piece(25, 30, 30)],
  timelines: [],
  namedPoints: [],
  target: { type: 'latest' },
  ...more,
});

const at = (minutes: number, inclusive = true) => ({ type: 'time', timeMs: T0 + minutes * 60_000, inclusive }) as const;

describe('a plan', () => {
  test('takes the newest snapshot before the target and no more WAL than the target needs', () => {
    const plan = planRestore(request({ target: at(22) }));
    expect(plan.snapshot.id).toBe('two');
    expect(plan.wal.map(({ segmentNumber }) => Number(segmentNumber))).toEqual([20, 21, 22, 23, 24]);
    expect(plan.walEnd).toEqual({ timeline: 1, lsn: 25n * SEGMENT });
    expect(planRestore(request({ target: at(12) })).snapshot.id).toBe('one');
  });

  test('needs a commit behind its target, or the very last one', () => {
    expect(planRestore(request({ target: at(30) })).toEndOfWal).toBe(true);
    expect(planRestore(request({ target: at(29.9) })).toEndOfWal).toBe(false);
    expect(() => planRestore(request({ target: at(30.1) }))).toThrow(/last known commit is of 2026-01-01 00:30:00/);
    expect(() => planRestore(request({ target: at(9) }))).toThrow(/before the oldest snapshot/);
  });

  test('takes an older snapshot when WAL is missing behind the newer one, and refuses when none reaches', () => {
    const gap = [piece(9, 15, 15), piece(16, 25, 25)];
    expect(planRestore(request({ stretches: gap, target: at(15) })).snapshot.id).toBe('one');
    expect(() => planRestore(request({ stretches: gap, target: at(17) }))).toThrow(/WAL is missing from 0\/F000000/);
    expect(planRestore(request({ stretches: gap, target: at(22) })).snapshot.id).toBe('two');
  });

  test('counts on the last segment that a backup of a primary carries whole, and not on that of a standby', () => {
    const stretches = [piece(21, 30, 30)];
    expect(planRestore(request({ stretches, target: at(25) })).snapshot.id).toBe('two');
    const snapshots = [snapshotAt('two', 20, 20, { fromStandby: true })];
    expect(() => planRestore(request({ snapshots, stretches, target: at(25) }))).toThrow(/WAL is missing/);
  });

  test('of a kept snapshot needs no WAL', () => {
    const plan = planRestore(request({ stretches: [], target: { type: 'snapshot', id: 'one' } }));
    expect([plan.wal.length, plan.toEndOfWal, plan.walEnd]).toEqual([0, false, undefined]);
    expect(() => planRestore(request({ target: { type: 'snapshot', id: 'three' } }))).toThrow(/no snapshot three/);
    expect(() => planRestore(request({ snapshots: [] }))).toThrow(/no snapshot of shop/);
  });

  test('to a name that was given twice is refused when the earlier one would be hit', () => {
    const point = (minutes: number, segment: number) => ({
      name: 'release',
      timeMs: T0 + minutes * 60_000,
      position: { timeline: 1, lsn: BigInt(segment) * SEGMENT + 5n },
    });
    const target = { type: 'name', name: 'release' } as const;
    expect(planRestore(request({ namedPoints: [point(11, 11), point(22, 22)], target })).snapshot.id).toBe('two');
    const both = request({ namedPoints: [point(21, 21), point(22, 22)], target });
    expect(() => planRestore(both)).toThrow(/more than once/);
  });

  test('is estimated from measured rates', () => {
    const rates = { restoreBytesPerSecond: 1_000_000, replayBytesPerSecond: 1e12, startMs: 500 };
    const plan = planRestore(request({ target: { type: 'snapshot', id: 'one' }, rates }));
    expect(plan.estimatedMs).toBe(1500);
  });
});

describe('after a promotion', () => {
  const forked = request({
    // The old primary wrote on behind the switch at segment 22.
    stretches: [piece(9, 20, 20), piece(20, 24, 24), piece(22, 28, 28, 2)],
    timelines: [{ timeline: 2, text: '', parents: [{ timeline: 1, switchLsn: 22n * SEGMENT }] }],
  });

  test('the newest history is followed, and the branch that was left can be asked for', () => {
    expect(planRestore(forked).walEnd).toEqual({ timeline: 2, lsn: 28n * SEGMENT });
    expect(planRestore({ ...forked, timeline: 1 }).walEnd).toEqual({ timeline: 1, lsn: 24n * SEGMENT });
    expect(restorableRanges(forked)).toEqual([
      { fromMs: T0 + 600_000, toMs: T0 + 28 * 60_000, timeline: 2 },
      { fromMs: T0 + 600_000, toMs: T0 + 24 * 60_000, timeline: 1 },
    ]);
  });

  test('what lacks before the switch is a gap, unless the new timeline holds a copy of it', () => {
    const lost = { ...forked, stretches: [piece(9, 20, 20), piece(22, 28, 28, 2)] };
    expect(() => planRestore(lost)).toThrow(/WAL is missing from 0\/14000190 to 0\/16000000 on timeline 1/);
    const copied = { ...forked, stretches: [piece(9, 21, 21), piece(21, 28, 28, 2)] };
    expect(planRestore(copied).walEnd?.timeline).toBe(2);
  });

  test('a snapshot of the branch that was left is not used for the newest', () => {
    const snapshots = [snapshotAt('one', 10, 10), snapshotAt('left', 23, 23)];
    expect(planRestore({ ...forked, snapshots }).snapshot.id).toBe('one');
    expect(planRestore({ ...forked, snapshots, timeline: 1 }).snapshot.id).toBe('left');
  });
});
