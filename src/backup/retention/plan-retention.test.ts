import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DAY_MS, HOUR_MS } from '../../base/index.ts';
import type { Snapshot } from '../types.ts';
import { localDays, retainUntilOf } from './choose-dailies.ts';
import { BACKUP_RETENTION_FAILURES } from './failures.ts';
import { planRetention, type RetentionPlan, type RetentionPolicy, type RetentionStock } from './plan-retention.ts';

const START = Date.UTC(2026, 2, 20);
const policy: RetentionPolicy = { windowMs: DAY_MS, dailyKeptMs: 10 * DAY_MS, timeZone: 'Europe/Berlin' };

interface World {
  nowMs: number;
  lsn: bigint;
  snapshots: Snapshot[];
  readonly packsOf: Map<string, string[]>;
  packs: RetentionStock['packs'][number][];
  lists: RetentionStock['lists'][number][];
  wal: RetentionStock['wal'][number][];
  /** Everything that was ever promised by being taken. */
  readonly everTaken: Snapshot[];
  readonly walAt: { readonly lsn: bigint; readonly ms: number }[];
}

const newWorld = (): World => ({
  ...{ nowMs: START, lsn: 0n, snapshots: [], packsOf: new Map(), packs: [], lists: [], wal: [], everTaken: [] },
  walAt: [],
});

const stockOf = (world: World): RetentionStock => ({ ...world, points: [], timelines: [] });

function takeSnapshot(world: World, reused: number): void {
  const { nowMs } = world;
  const number = world.everTaken.length;
  const retainUntilMs = retainUntilOf(world.snapshots, { nowMs, policy });
  const itemId = `manifest-${number}`;
  const fresh = `pack-${number}`;
  world.packs.push({ id: fresh, kind: 'backup-pack', retainUntilMs, createdMs: nowMs });
  world.lists.push({ id: `list-${number}`, kind: 'backup-index', retainUntilMs, createdMs: nowMs, packs: [fresh] });
  const old = world.packs.slice(-1 - reused, -1).map(({ id }) => id);
  world.packs = world.packs.map((pack) =>
    old.includes(pack.id) ? { ...pack, retainUntilMs: Math.max(pack.retainUntilMs, retainUntilMs) } : pack,
  );
  world.packsOf.set(itemId, [...old, fresh]);
  const position = { timeline: 1, lsn: world.lsn };
  const snapshot: Snapshot = {
    ...{ id: `s-${String(number).padStart(4, '0')}`, itemId, source: 'shop', systemId: '1', serverVersion: 150000 },
    ...{ start: position, stop: position, begunMs: nowMs, endedMs: nowMs, fromStandby: false, clusterBytes: 1 },
    ...{ newBytes: 1, files: 1, walSegmentBytes: 1, retainUntilMs, settings: {} },
  };
  world.snapshots.push(snapshot);
  world.everTaken.push(snapshot);
}

function writeWal(world: World): void {
  const retainUntilMs = world.nowMs + policy.windowMs + HOUR_MS;
  const wal = { kind: 'backup-wal', systemId: '1', timeline: 1, fromLsn: world.lsn, toLsn: world.lsn + 10n };
  world.wal.push({ ...wal, id: `wal-${world.lsn}`, retainUntilMs, createdMs: world.nowMs, living: true });
  world.lsn += 10n;
  world.walAt.push({ lsn: world.lsn, ms: world.nowMs });
}

/** As the vault does it: locks grow, and what is locked is not removed, which the plan must not ask for. */
function apply(world: World, plan: RetentionPlan): void {
  const untilOf = new Map(plan.extensions.map(({ itemId, untilMs }) => [itemId, untilMs]));
  const lock = <T extends { readonly retainUntilMs: number }>(thing: T, id: string): T => ({
    ...thing,
    retainUntilMs: Math.max(thing.retainUntilMs, untilOf.get(id) ?? 0),
  });
  world.snapshots = world.snapshots.map((snapshot) => lock(snapshot, snapshot.itemId));
  world.packs = world.packs.map((pack) => lock(pack, pack.id));
  world.lists = world.lists.map((list) => lock(list, list.id));
  world.wal = world.wal.map((wal) => lock(wal, wal.id));
  const gone = new Set(plan.removals.map(({ itemId }) => itemId));
  for (const thing of [...world.packs, ...world.lists, ...world.wal]) {
    if (gone.has(thing.id)) expect(thing.retainUntilMs).toBeLessThanOrEqual(world.nowMs);
  }
  world.snapshots = world.snapshots.filter(({ itemId }) => !gone.has(itemId));
  world.packs = world.packs.filter(({ id }) => !gone.has(id));
  world.lists = world.lists.filter(({ id }) => !gone.has(id));
  world.wal = world.wal.filter(({ id }) => !gone.has(id));
}

function checkPromises(world: World): void {
  const { nowMs, everTaken } = world;
  const packs = new Map(world.packs.map((pack) => [pack.id, pack]));
  for (const { itemId, retainUntilMs } of world.snapshots) {
    for (const pack of world.packsOf.get(itemId) ?? []) {
      expect(packs.has(pack)).toBe(true);
      // Whoever can remove what is not locked must not be able to break a snapshot that is locked.
      if (retainUntilMs > nowMs) expect(packs.get(pack)?.retainUntilMs).toBeGreaterThan(nowMs);
    }
  }
  const held = new Set(world.wal.map(({ fromLsn }) => fromLsn));
  const firstMs = everTaken[0]?.endedMs ?? Number.POSITIVE_INFINITY;
  for (let at = Math.max(nowMs - policy.windowMs, firstMs); at <= nowMs; at += HOUR_MS) {
    const base = world.snapshots.filter(({ endedMs }) => endedMs <= at).at(-1);
    expect(base).toBeDefined();
    const reach = world.walAt.filter(({ ms }) => ms <= at).at(-1)?.lsn ?? 0n;
    const lost: bigint[] = [];
    for (let lsn = base?.start.lsn ?? 0n; lsn < reach; lsn += 10n) if (!held.has(lsn)) lost.push(lsn);
    expect(lost).toEqual([]);
  }
  const dayOf = localDays(policy.timeZone);
  const kept = new Set(world.snapshots.map(({ endedMs }) => dayOf(endedMs)));
  for (const { endedMs } of everTaken) {
    const first = everTaken.find((other) => dayOf(other.endedMs) === dayOf(endedMs));
    if (first !== undefined && first.endedMs + policy.dailyKeptMs > nowMs) expect(kept.has(dayOf(endedMs))).toBe(true);
  }
}

const step = fc.record({
  hours: fc.integer({ min: 1, max: 40 }),
  snapshot: fc.boolean(),
  reused: fc.integer({ min: 0, max: 6 }),
  wal: fc.integer({ min: 0, max: 3 }),
});

describe('retention', () => {
  test('whatever happened, every promised second and day stays restorable and nothing that is needed goes', () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 60 }), (steps) => {
        const world = newWorld();
        for (const { hours, snapshot, reused, wal } of steps) {
          world.nowMs += hours * HOUR_MS;
          for (let count = 0; count < wal; count += 1) writeWal(world);
          if (snapshot) takeSnapshot(world, reused);
          apply(world, planRetention({ source: 'shop', nowMs: world.nowMs, policy, stock: stockOf(world) }));
          checkPromises(world);
        }
      }),
      { numRuns: 150 },
    );
  });

  test('what is not promised goes once its lock has passed, manifests before WAL before packs', () => {
    const world = newWorld();
    const ordered: string[] = [];
    for (let hour = 0; hour < 30 * 24; hour += 6) {
      world.nowMs = START + hour * HOUR_MS;
      writeWal(world);
      takeSnapshot(world, 1);
      const plan = planRetention({ source: 'shop', nowMs: world.nowMs, policy, stock: stockOf(world) });
      const kinds = plan.removals.map(({ kind }) => kind);
      const rank = ['backup-snapshot', 'backup-wal', 'backup-index', 'backup-pack'];
      expect(kinds).toEqual(kinds.toSorted((a, b) => rank.indexOf(a) - rank.indexOf(b)));
      for (const { reason } of [...plan.removals, ...plan.keeps]) expect(reason).toMatch(/^[a-z].{10,}/);
      ordered.push(...kinds);
      apply(world, plan);
    }
    expect(new Set(ordered)).toEqual(new Set(['backup-snapshot', 'backup-wal', 'backup-index', 'backup-pack']));
    // Ten days of one each, and those of the window with its margin and the step by which locks grow.
    expect(world.snapshots.length).toBeLessThan(10 + 4 * 4 + 4);
    expect(world.wal.length).toBeLessThan(4 * 5);
  });

  test('a source that was taken out of backup loses nothing before its lock has passed, and all after it', () => {
    const world = newWorld();
    writeWal(world);
    takeSnapshot(world, 0);
    const at = (nowMs: number): RetentionPlan =>
      planRetention({ source: 'shop', nowMs, policy: undefined, stock: stockOf(world) });
    expect(at(START).removals).toEqual([]);
    expect(at(START + 11 * DAY_MS).removals).toHaveLength(4);
    expect(at(START + 11 * DAY_MS).extensions).toEqual([]);
  });

  test('a clock that is before what was made removes nothing', () => {
    const world = newWorld();
    world.nowMs = START + DAY_MS;
    takeSnapshot(world, 0);
    const attempt = () => planRetention({ source: 'shop', nowMs: START, policy, stock: stockOf(world) });
    expect(attempt).toThrowError(expect.objectContaining({ code: BACKUP_RETENTION_FAILURES.clockImplausible.code }));
  });

  test('a time zone that nobody knows is refused', () => {
    const world = newWorld();
    takeSnapshot(world, 0);
    const attempt = () =>
      planRetention({ source: 's', nowMs: START, policy: { ...policy, timeZone: 'Mars/Base' }, stock: stockOf(world) });
    expect(attempt).toThrowError(expect.objectContaining({ code: BACKUP_RETENTION_FAILURES.timeZoneUnknown.code }));
  });
});
