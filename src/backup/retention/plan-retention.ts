import { Failure, formatDuration } from '../../base/index.ts';
import type { Lsn, Snapshot } from '../types.ts';
import { chooseDailies } from './choose-dailies.ts';
import { BACKUP_RETENTION_FAILURES } from './failures.ts';
import { BACKUP_RETENTION_LIMITS } from './limits.ts';

export interface RetentionPolicy {
  /** How long every second stays restorable. */
  readonly windowMs: number;
  /** How long one snapshot per local day stays. */
  readonly dailyKeptMs: number;
  readonly timeZone: string;
}

/** Anything in the vault that is not a snapshot. */
export interface StoredThing {
  readonly id: string;
  readonly kind: string;
  readonly retainUntilMs: number;
  readonly createdMs: number;
}

export interface StoredWal extends StoredThing {
  readonly systemId: string;
  readonly timeline: number;
  readonly fromLsn: Lsn;
  readonly toLsn: Lsn;
  /** False for what a longer item holds too. */
  readonly living: boolean;
}

export interface StoredPoint extends StoredThing {
  readonly systemId: string;
  readonly name: string;
  readonly lsn: Lsn;
}

/** A list of chunks; it stays as long as one of its packs. */
export interface StoredList extends StoredThing {
  readonly packs: readonly string[];
}

/** All that the vault holds of one source. */
export interface RetentionStock {
  readonly snapshots: readonly Snapshot[];
  /** The packs of each snapshot, by the id of its manifest item. */
  readonly packsOf: ReadonlyMap<string, readonly string[]>;
  readonly packs: readonly StoredThing[];
  readonly lists: readonly StoredList[];
  readonly wal: readonly StoredWal[];
  readonly points: readonly StoredPoint[];
  readonly timelines: readonly (StoredThing & { readonly systemId: string })[];
}

export interface RetentionKeep {
  readonly what: string;
  readonly itemId: string;
  readonly kind: string;
  readonly class: 'window' | 'daily' | 'newest' | 'needed' | 'locked';
  /** When the reason ends, as far as it is known now. */
  readonly untilMs: number;
  /** A sentence for people. */
  readonly reason: string;
}

export interface RetentionExtension {
  readonly what: string;
  readonly itemId: string;
  readonly untilMs: number;
  readonly reason: string;
}

export interface RetentionRemoval {
  readonly what: string;
  readonly itemId: string;
  readonly kind: string;
  readonly reason: string;
}

/** What is done, as data: locks first, then removals in their order. */
export interface RetentionPlan {
  readonly source: string;
  readonly plannedMs: number;
  readonly keeps: readonly RetentionKeep[];
  readonly extensions: readonly RetentionExtension[];
  /** Manifests, then points and WAL, then lists, then packs: a crash in between leaves nothing that looks restorable and is not. */
  readonly removals: readonly RetentionRemoval[];
}

interface Verdict {
  readonly class: RetentionKeep['class'];
  readonly untilMs: number;
  readonly reason: string;
  /** The lock that the promise asks for. */
  readonly lockMs: number;
}

type Verdicts = ReadonlyMap<string, Verdict>;

/**
 * Decides, without changing anything, what stays and what goes. Pure: the same stock, time and policy give the same
 * plan. Throws `backup-retention.clock-implausible` when something was made later than now.
 */
export function planRetention(input: {
  readonly source: string;
  readonly nowMs: number;
  /** Undefined for a source that was taken out of backup: everything goes when its lock has passed. */
  readonly policy: RetentionPolicy | undefined;
  readonly stock: RetentionStock;
}): RetentionPlan {
  const { source, nowMs, policy, stock } = input;
  checkClock(nowMs, stock);
  const bases = policy === undefined ? new Map<string, Snapshot>() : windowBases(stock, nowMs, policy);
  const promised = policy === undefined ? new Map<string, Verdict>() : judgeSnapshots(stock, { nowMs, policy, bases });
  const verdicts = addLocked(stock.snapshots, promised, nowMs);
  const keeps: RetentionKeep[] = [];
  const removals: RetentionRemoval[] = [];
  const settle = (thing: Named, verdict: Verdict | undefined, gone: string): void => {
    const { what, id: itemId, kind } = thing;
    const kept = verdict ?? lockedVerdict(thing.retainUntilMs, nowMs);
    if (kept === undefined) removals.push({ what, itemId, kind, reason: gone });
    else keeps.push({ what, itemId, kind, class: kept.class, untilMs: kept.untilMs, reason: kept.reason });
  };
  for (const snapshot of stock.snapshots) settle(nameSnapshot(snapshot), verdicts.get(snapshot.itemId), NOT_PROMISED);
  const walVerdicts = judgeWal(stock, { bases, nowMs, policy });
  for (const point of stock.points) settle(namePoint(point), walVerdicts.get(point.id), BEFORE_WINDOW);
  for (const wal of stock.wal) {
    settle(nameWal(wal), walVerdicts.get(wal.id), wal.living ? BEFORE_WINDOW : SUPERSEDED);
  }
  const clusters = new Set(stock.snapshots.filter(({ itemId }) => verdicts.has(itemId)).map((one) => one.systemId));
  for (const timeline of stock.timelines) {
    const needed = clusters.has(timeline.systemId) ? neededBy('snapshots of its cluster', nowMs) : undefined;
    settle({ ...timeline, what: 'history of a timeline' }, needed, 'no snapshot of its cluster is left');
  }
  const packVerdicts = judgePacks(stock, verdicts);
  for (const list of stock.lists) settle({ ...list, what: 'list of chunks' }, judgeList(list, packVerdicts), UNUSED);
  for (const pack of stock.packs) settle({ ...pack, what: 'pack' }, packVerdicts.get(pack.id), UNUSED);
  const extensions = planExtensions(stock, { promised, walVerdicts, nowMs });
  return { source, plannedMs: nowMs, keeps, extensions, removals };
}

type Named = Pick<StoredThing, 'id' | 'kind' | 'retainUntilMs'> & { readonly what: string };

const NOT_PROMISED = 'the window does not need it, it is not the snapshot of its day, and its lock has passed';
const BEFORE_WINDOW = 'it lies before the snapshot that the window begins with, and its lock has passed';
const SUPERSEDED = 'a longer item holds the same WAL, and its lock has passed';
const UNUSED = 'no snapshot that is kept needs it, and its lock has passed';

const nameSnapshot = ({ id, itemId, retainUntilMs }: Snapshot): Named => ({
  ...{ what: `snapshot ${id}`, id: itemId, kind: 'backup-snapshot', retainUntilMs },
});
const namePoint = (point: StoredPoint): Named => ({ ...point, what: `named point ${point.name}` });
const hexLsn = (lsn: Lsn): string => `${(lsn >> 32n).toString(16)}/${(lsn & 0xffff_ffffn).toString(16)}`.toUpperCase();
const nameWal = (wal: StoredWal): Named => ({
  ...wal,
  what: `WAL ${wal.timeline} ${hexLsn(wal.fromLsn)} to ${hexLsn(wal.toLsn)}`,
});

function checkClock(nowMs: number, stock: RetentionStock): void {
  const made = [
    ...stock.snapshots.map((snapshot) => ({ what: `snapshot ${snapshot.id}`, ms: snapshot.endedMs })),
    ...stock.packs.map(({ createdMs }) => ({ what: 'a pack', ms: createdMs })),
    ...stock.wal.map(({ createdMs }) => ({ what: 'WAL', ms: createdMs })),
  ];
  const later = made.find(({ ms }) => ms > nowMs + BACKUP_RETENTION_LIMITS.clockToleranceMs);
  if (later === undefined) return;
  const at = (ms: number): string => new Date(ms).toISOString();
  const details = { now: at(nowMs), what: later.what, made: at(later.ms) };
  throw new Failure(BACKUP_RETENTION_FAILURES.clockImplausible, details);
}

const byEnd = (a: Snapshot, b: Snapshot): number => a.endedMs - b.endedMs || (a.id === b.id ? 0 : a.id < b.id ? -1 : 1);

/**
 * The snapshot that the window begins with, for each cluster that the source has been: the newest that ended before the
 * window, else the oldest there is. A cluster that is not the newest has none once all of it lies before the window.
 */
function windowBases(
  stock: RetentionStock,
  nowMs: number,
  { windowMs }: RetentionPolicy,
): ReadonlyMap<string, Snapshot> {
  const beginMs = nowMs - windowMs - BACKUP_RETENTION_LIMITS.windowMarginMs;
  const sorted = stock.snapshots.toSorted(byEnd);
  const newest = sorted.at(-1)?.systemId;
  const bases = new Map<string, Snapshot>();
  for (const systemId of new Set(sorted.map((snapshot) => snapshot.systemId))) {
    const mine = sorted.filter((snapshot) => snapshot.systemId === systemId);
    const walMs = stock.wal.filter((wal) => wal.systemId === systemId).map(({ createdMs }) => createdMs);
    const lastMs = Math.max(mine.at(-1)?.endedMs ?? 0, ...walMs.map((ms) => ms));
    const base = mine.findLast(({ endedMs }) => endedMs <= beginMs) ?? mine[0];
    if (base !== undefined && (systemId === newest || lastMs >= beginMs)) bases.set(systemId, base);
  }
  return bases;
}

function judgeSnapshots(
  stock: RetentionStock,
  input: {
    readonly nowMs: number;
    readonly policy: RetentionPolicy;
    readonly bases: ReadonlyMap<string, Snapshot>;
  },
): Verdicts {
  const { nowMs, policy, bases } = input;
  const verdicts = new Map<string, Verdict>();
  const dailies = chooseDailies(stock.snapshots, { nowMs, keptMs: policy.dailyKeptMs, timeZone: policy.timeZone });
  const newest = stock.snapshots.toSorted(byEnd).at(-1);
  const windowLockMs = nowMs + BACKUP_RETENTION_LIMITS.lockAheadMs;
  for (const snapshot of stock.snapshots) {
    const { itemId, systemId } = snapshot;
    const day = dailies.get(itemId);
    const dailyUntilMs = snapshot.endedMs + policy.dailyKeptMs;
    const base = bases.get(systemId);
    const inWindow = base !== undefined && byEnd(base, snapshot) <= 0;
    const lockMs = Math.max(day === undefined ? 0 : dailyUntilMs, inWindow ? windowLockMs : 0);
    if (day !== undefined) {
      const reason = `it is the snapshot of ${day}, kept for ${formatDuration(policy.dailyKeptMs)}`;
      verdicts.set(itemId, { class: 'daily', untilMs: dailyUntilMs, reason, lockMs });
    } else if (inWindow) {
      const reason =
        base === snapshot
          ? `the window of ${formatDuration(policy.windowMs)} begins with it: no newer snapshot ended before the window`
          : `it ended within the window of ${formatDuration(policy.windowMs)}`;
      const untilMs = snapshot.endedMs + policy.windowMs + BACKUP_RETENTION_LIMITS.windowMarginMs;
      verdicts.set(itemId, { class: 'window', untilMs: Math.max(untilMs, nowMs), reason, lockMs });
    } else if (snapshot === newest) {
      verdicts.set(itemId, { class: 'newest', untilMs: nowMs, reason: 'it is the newest there is', lockMs: 0 });
    }
  }
  return verdicts;
}

const lockedVerdict = (retainUntilMs: number, nowMs: number): Verdict | undefined =>
  retainUntilMs > nowMs
    ? {
        class: 'locked',
        untilMs: retainUntilMs,
        reason: `it is locked until ${new Date(retainUntilMs).toISOString()}`,
        lockMs: 0,
      }
    : undefined;

/** A manifest that its lock keeps must keep its packs too: what is listed can be restored. */
function addLocked(snapshots: readonly Snapshot[], promised: Verdicts, nowMs: number): Verdicts {
  const verdicts = new Map(promised);
  for (const { itemId, retainUntilMs } of snapshots) {
    const locked = lockedVerdict(retainUntilMs, nowMs);
    if (!verdicts.has(itemId) && locked !== undefined) verdicts.set(itemId, locked);
  }
  return verdicts;
}

const neededBy = (what: string, nowMs: number): Verdict => ({
  ...{ class: 'needed', untilMs: nowMs, reason: `${what} need it`, lockMs: 0 },
});

/**
 * WAL from the begin of the snapshot that the window begins with, on all timelines: a restore to before a promotion needs
 * the old one, and positions grow over promotions. Of a cluster without a snapshot yet, what is younger than the window.
 */
function judgeWal(
  stock: RetentionStock,
  input: {
    readonly bases: ReadonlyMap<string, Snapshot>;
    readonly nowMs: number;
    readonly policy: RetentionPolicy | undefined;
  },
): Verdicts {
  const { bases, nowMs, policy } = input;
  const verdicts = new Map<string, Verdict>();
  const known = new Set(stock.snapshots.map(({ systemId }) => systemId));
  const lockMs = nowMs + BACKUP_RETENTION_LIMITS.lockAheadMs;
  for (const wal of stock.wal) {
    const base = bases.get(wal.systemId);
    const isNew = policy !== undefined && !known.has(wal.systemId) && wal.createdMs > nowMs - policy.windowMs;
    if (!wal.living || !(base === undefined ? isNew : wal.toLsn > base.start.lsn)) continue;
    const reason =
      base === undefined ? 'its cluster has no snapshot yet' : `the window reaches it from the snapshot ${base.id}`;
    verdicts.set(wal.id, { class: 'window', untilMs: nowMs, reason, lockMs });
  }
  for (const point of stock.points) {
    const base = bases.get(point.systemId);
    if (base === undefined || point.lsn < base.start.lsn) continue;
    verdicts.set(point.id, { class: 'window', untilMs: nowMs, reason: 'it lies in the window', lockMs: 0 });
  }
  return verdicts;
}

function judgePacks(stock: RetentionStock, snapshots: Verdicts): Verdicts {
  const users = new Map<string, number>();
  const untilMs = new Map<string, number>();
  for (const { itemId } of stock.snapshots) {
    const verdict = snapshots.get(itemId);
    if (verdict === undefined) continue;
    for (const pack of new Set(stock.packsOf.get(itemId))) {
      users.set(pack, (users.get(pack) ?? 0) + 1);
      untilMs.set(pack, Math.max(untilMs.get(pack) ?? 0, verdict.untilMs));
    }
  }
  return new Map(
    [...users].map(([pack, count]) => {
      const reason = count === 1 ? 'a snapshot that is kept needs it' : `kept for the ${count} snapshots that need it`;
      return [pack, { class: 'needed' as const, untilMs: untilMs.get(pack) ?? 0, reason, lockMs: 0 }];
    }),
  );
}

const judgeList = (list: StoredList, packs: Verdicts): Verdict | undefined => {
  const kept = list.packs.flatMap((pack) => packs.get(pack) ?? []);
  if (kept.length === 0) return undefined;
  const reason = 'new snapshots recognize the chunks of packs that are kept by it';
  return { class: 'needed', untilMs: Math.max(...kept.map(({ untilMs }) => untilMs)), reason, lockMs: 0 };
};

/** Locks that are shorter than what is promised. Packs come before the manifests that name them. */
function planExtensions(
  stock: RetentionStock,
  input: { readonly promised: Verdicts; readonly walVerdicts: Verdicts; readonly nowMs: number },
): readonly RetentionExtension[] {
  const { promised, walVerdicts, nowMs } = input;
  const stepMs = nowMs + BACKUP_RETENTION_LIMITS.lockStepMs;
  const wanted = new Map<string, number>();
  const want = (id: string, untilMs: number): void => void wanted.set(id, Math.max(wanted.get(id) ?? 0, untilMs));
  for (const { itemId } of stock.snapshots) {
    const lockMs = promised.get(itemId)?.lockMs ?? 0;
    for (const id of [itemId, ...(stock.packsOf.get(itemId) ?? [])]) want(id, lockMs);
  }
  for (const list of stock.lists) want(list.id, Math.max(0, ...list.packs.map((pack) => wanted.get(pack) ?? 0)));
  for (const wal of stock.wal) want(wal.id, walVerdicts.get(wal.id)?.lockMs ?? 0);
  const extensionOf = (thing: Named): readonly RetentionExtension[] => {
    const untilMs = wanted.get(thing.id) ?? 0;
    if (untilMs <= thing.retainUntilMs) return [];
    const reason = `what is promised needs it until ${new Date(untilMs).toISOString()}, and its lock ends before`;
    return [{ what: thing.what, itemId: thing.id, untilMs: Math.max(untilMs, stepMs), reason }];
  };
  return [
    ...stock.packs.flatMap((pack) => extensionOf({ ...pack, what: 'pack' })),
    ...stock.lists.flatMap((list) => extensionOf({ ...list, what: 'list of chunks' })),
    ...stock.wal.flatMap((wal) => extensionOf(nameWal(wal))),
    ...stock.snapshots.flatMap((snapshot) => extensionOf(nameSnapshot(snapshot))),
  ];
}
