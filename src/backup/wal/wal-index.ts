import type { Lsn, NamedPoint, TimelineHistory, WalPosition, WalStretch } from '../types.ts';
import { WAL_KINDS, type WalItem } from './wal-facts.ts';

export interface StoredTimeline {
  readonly id: string;
  readonly history: TimelineHistory;
  readonly retainUntilMs: number;
}

export interface StoredPoint {
  readonly id: string;
  readonly point: NamedPoint;
  readonly retainUntilMs: number;
}

/** What the vault holds of one source's WAL, in memory; made anew from the facts of the items at each start. */
export interface WalIndex {
  readonly add: (item: WalItem) => void;
  readonly addTimeline: (timeline: StoredTimeline) => void;
  readonly addPoint: (point: StoredPoint) => void;
  readonly noteLock: (id: string, retainUntilMs: number) => void;
  readonly forget: (ids: ReadonlySet<string>) => void;
  /** Items that no other one contains, in order of timeline and position. */
  readonly living: () => readonly WalItem[];
  /** Items that together hold `[fromLsn, toLsn)`, or as much of it as is known from `fromLsn` on without a hole. */
  readonly cover: (timeline: number, fromLsn: Lsn, toLsn: Lsn) => readonly WalItem[];
  readonly stretches: () => readonly WalStretch[];
  /** The end of what is held on the newest timeline, and the record before it. */
  readonly end: () => (WalPosition & { readonly lastRecordLsn: Lsn | undefined }) | undefined;
  readonly timelines: () => readonly StoredTimeline[];
  readonly points: () => readonly StoredPoint[];
}

const byPosition = (a: WalItem, b: WalItem): number => {
  if (a.timeline !== b.timeline) return a.timeline - b.timeline;
  if (a.fromLsn !== b.fromLsn) return a.fromLsn < b.fromLsn ? -1 : 1;
  // The longer one first, so that those within it come after it; of equals the higher level stays.
  if (a.toLsn !== b.toLsn) return a.toLsn > b.toLsn ? -1 : 1;
  return b.level - a.level || (a.kind === WAL_KINDS.segment ? -1 : 1);
};

export function createWalIndex(): WalIndex {
  let items: WalItem[] = [];
  let sorted = true;
  const unconfirmed = new Map<string, WalItem[]>();
  const confirmed = new Set<string>();
  const timelines = new Map<number, StoredTimeline>();
  const points = new Map<string, StoredPoint>();
  const settle = (): readonly WalItem[] => {
    if (!sorted) items = withoutContained(items.sort(byPosition));
    sorted = true;
    return items;
  };
  const push = (item: WalItem): void => {
    const last = items.at(-1);
    // The usual case, the next part of a stream, keeps the order and contains nothing.
    const follows = last !== undefined && last.timeline === item.timeline && item.fromLsn >= last.toLsn;
    if (!follows) sorted = false;
    items.push(item);
  };
  const add = (item: WalItem): void => {
    if (item.provisional !== undefined && !confirmed.has(item.provisional)) {
      unconfirmed.set(item.provisional, [...(unconfirmed.get(item.provisional) ?? []), item]);
      return;
    }
    push(item);
    if (item.confirms === undefined) return;
    confirmed.add(item.confirms);
    for (const waiting of unconfirmed.get(item.confirms) ?? []) push(waiting);
    unconfirmed.delete(item.confirms);
  };
  return {
    add,
    addTimeline: (timeline) => void timelines.set(timeline.history.timeline, timeline),
    addPoint: (point) => void points.set(point.id, point),
    noteLock: (id, retainUntilMs) => {
      items = items.map((item) => (item.id === id ? { ...item, retainUntilMs } : item));
      for (const [key, stored] of timelines) if (stored.id === id) timelines.set(key, { ...stored, retainUntilMs });
    },
    forget: (ids) => {
      items = items.filter((item) => !ids.has(item.id));
      for (const [key, stored] of timelines) if (ids.has(stored.id)) timelines.delete(key);
      for (const key of points.keys()) if (ids.has(key)) points.delete(key);
    },
    living: settle,
    cover: (timeline, fromLsn, toLsn) => coverOf(settle(), timeline, fromLsn, toLsn),
    stretches: () => stretchesOf(settle()),
    end: () => endOf(settle()),
    timelines: () => [...timelines.values()].sort((a, b) => a.history.timeline - b.history.timeline),
    points: () => [...points.values()],
  };
}

function withoutContained(items: readonly WalItem[]): WalItem[] {
  const kept: WalItem[] = [];
  let timeline = 0;
  let reach = 0n;
  for (const item of items) {
    if (item.timeline !== timeline) reach = 0n;
    timeline = item.timeline;
    if (item.toLsn <= reach) continue;
    reach = item.toLsn;
    kept.push(item);
  }
  return kept;
}

/** The first index whose item is not before `timeline`/`lsn`, by halving. */
function lowerBound(items: readonly WalItem[], timeline: number, lsn: Lsn): number {
  let low = 0;
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const item = items[middle];
    const isBefore =
      item !== undefined && (item.timeline < timeline || (item.timeline === timeline && item.toLsn <= lsn));
    if (isBefore) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Both begins and ends rise along the list, because nothing in it contains another. */
function coverOf(items: readonly WalItem[], timeline: number, fromLsn: Lsn, toLsn: Lsn): readonly WalItem[] {
  const found: WalItem[] = [];
  let reach = fromLsn;
  for (let index = lowerBound(items, timeline, fromLsn); index < items.length; index += 1) {
    const item = items[index];
    if (item === undefined || item.timeline !== timeline || item.fromLsn > reach || reach >= toLsn) break;
    found.push(item);
    reach = item.toLsn;
  }
  return found;
}

function stretchesOf(items: readonly WalItem[]): readonly WalStretch[] {
  const stretches: WalStretch[] = [];
  for (const item of items) {
    const last = stretches.at(-1);
    const joins = last !== undefined && last.timeline === item.timeline && item.fromLsn <= last.toLsn;
    const firstCommitMs = least(joins ? last.firstCommitMs : undefined, item.firstCommitMs);
    const lastCommitMs = most(joins ? last.lastCommitMs : undefined, item.lastCommitMs);
    const stretch: WalStretch = {
      source: item.source,
      systemId: item.systemId,
      timeline: item.timeline,
      fromLsn: joins ? last.fromLsn : item.fromLsn,
      toLsn: item.toLsn,
      ...(firstCommitMs === undefined ? {} : { firstCommitMs }),
      ...(lastCommitMs === undefined ? {} : { lastCommitMs }),
    };
    if (joins) stretches[stretches.length - 1] = stretch;
    else stretches.push(stretch);
  }
  return stretches;
}

const least = (a: number | undefined, b: number | undefined): number | undefined =>
  a === undefined ? b : b === undefined ? a : Math.min(a, b);
const most = (a: number | undefined, b: number | undefined): number | undefined =>
  a === undefined ? b : b === undefined ? a : Math.max(a, b);

function endOf(items: readonly WalItem[]): ReturnType<WalIndex['end']> {
  const last = items.at(-1);
  if (last === undefined) return undefined;
  const record = items.findLast((item) => item.timeline === last.timeline && item.lastRecordLsn !== undefined);
  return { timeline: last.timeline, lsn: last.toLsn, lastRecordLsn: record?.lastRecordLsn };
}
