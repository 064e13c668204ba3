import { Failure } from '../../base/index.ts';
import type { Group, GroupingSettings, NormalizedEvent } from '../types.ts';
import { checkGroupingSettings } from './check-rules.ts';
import { ISSUES_GROUPING_FAILURES } from './failures.ts';
import { ISSUES_GROUPING_LIMITS } from './limits.ts';

/** What rules would change, found on stored events without storing anything. */

export interface TriedEvent {
  readonly event: NormalizedEvent;
  /** The hash that it is stored under. */
  readonly currentHash: string;
  /** The issue that owns that hash now. */
  readonly issueId: string;
}

/** Where events of an issue would go. */
export interface TriedGroup {
  /** The issue that has the hash already; absent where a new issue would begin. */
  readonly issueId?: string;
  readonly hash: string;
  readonly title: string;
  readonly events: number;
  /** An event of it, for looking at. */
  readonly exampleEventId: string;
}

export interface TriedSplit {
  readonly issueId: string;
  readonly into: readonly TriedGroup[];
}

export interface TriedMerge {
  readonly into: TriedGroup;
  readonly from: readonly { readonly issueId: string; readonly events: number; readonly exampleEventId: string }[];
}

export interface TriedRules {
  readonly events: number;
  readonly issues: number;
  /** Issues for which nothing changes. */
  readonly staying: number;
  /** Issues whose events stay together but under another hash: with the next event a new issue begins. */
  readonly renewed: number;
  readonly splitting: number;
  readonly merging: number;
  /** Events that would come to another issue than the one that they are in. */
  readonly movedEvents: number;
  /** The largest first, as many as the limit names. */
  readonly splits: readonly TriedSplit[];
  readonly merges: readonly TriedMerge[];
}

interface Cell {
  readonly issueId: string;
  readonly key: string;
  readonly hash: string;
  readonly title: string;
  readonly exampleEventId: string;
  events: number;
}

/**
 * Groups the events with the new settings and compares. An event whose new hash is owned by an issue goes there, as it
 * would when it came in; others of one new hash are a new issue together. Settings that are wrong are refused.
 */
export function tryRules(events: readonly TriedEvent[], settings: GroupingSettings, group: Group): TriedRules {
  checkGroupingSettings(settings);
  const { triedEventsMax: max } = ISSUES_GROUPING_LIMITS;
  if (events.length > max) throw new Failure(ISSUES_GROUPING_FAILURES.triedTooMany, { count: events.length, max });
  const owners = new Map(events.map(({ currentHash, issueId }) => [currentHash, issueId]));
  const cells = new Map<string, Cell>();
  const unchanged = new Set<string>();
  for (const tried of events) {
    const result = group(tried.event, settings);
    if (result.hashes.includes(tried.currentHash)) unchanged.add(tried.issueId);
    const known = result.hashes.find((hash) => owners.has(hash));
    const hash = known ?? result.hashes[0] ?? '';
    const key = known === undefined ? `new:${hash}` : `issue:${owners.get(known) ?? ''}`;
    const id = `${tried.issueId}\0${key}`;
    const cell = cells.get(id);
    if (cell === undefined) {
      const { issueId, event } = tried;
      cells.set(id, { issueId, key, hash, title: result.title, exampleEventId: event.eventId, events: 1 });
    } else cell.events++;
  }
  return compare([...cells.values()], { events: events.length, unchanged });
}

function compare(
  cells: readonly Cell[],
  seen: { readonly events: number; readonly unchanged: ReadonlySet<string> },
): TriedRules {
  const byIssue = gather(cells, (cell) => cell.issueId);
  const byKey = gather(cells, (cell) => cell.key);
  const splits = [...byIssue.values()].filter((list) => list.length > 1);
  const merges = [...byKey.values()].filter((list) => list.length > 1);
  const touched = new Set([...splits, ...merges].flat().map((cell) => cell.issueId));
  const untouched = [...byIssue.keys()].filter((issueId) => !touched.has(issueId));
  const renewed = untouched.filter((issueId) => !seen.unchanged.has(issueId)).length;
  return {
    events: seen.events,
    issues: byIssue.size,
    staying: untouched.length - renewed,
    renewed,
    splitting: splits.length,
    merging: merges.length,
    movedEvents: sum([...splits, ...merges].flatMap((list) => movedOf(list))),
    splits: largest(splits).map((list) => ({ issueId: list[0]?.issueId ?? '', into: bySize(list).map(groupOf) })),
    merges: largest(merges).map(mergeOf),
  };
}

function gather(cells: readonly Cell[], keyOf: (cell: Cell) => string): ReadonlyMap<string, readonly Cell[]> {
  const lists = new Map<string, Cell[]>();
  for (const cell of cells) {
    const key = keyOf(cell);
    const list = lists.get(key);
    if (list === undefined) lists.set(key, [cell]);
    else list.push(cell);
  }
  return lists;
}

/** Of a list that changes, all that is not the largest part moves away from it, or to it. */
const movedOf = (list: readonly Cell[]): readonly number[] =>
  bySize(list)
    .slice(1)
    .map((cell) => cell.events);

const sum = (numbers: readonly number[]): number => numbers.reduce((total, each) => total + each, 0);

const bySize = (list: readonly Cell[]): readonly Cell[] => list.toSorted((left, right) => right.events - left.events);

const largest = (lists: readonly (readonly Cell[])[]): readonly (readonly Cell[])[] =>
  lists
    .toSorted((left, right) => sum(right.map((cell) => cell.events)) - sum(left.map((cell) => cell.events)))
    .slice(0, ISSUES_GROUPING_LIMITS.triedExamplesMax);

function groupOf(cell: Cell): TriedGroup {
  const { hash, title, events, exampleEventId } = cell;
  const known = cell.key.startsWith('issue:') ? { issueId: cell.key.slice('issue:'.length) } : {};
  return { ...known, hash, title, events, exampleEventId };
}

function mergeOf(list: readonly Cell[]): TriedMerge {
  const sorted = bySize(list);
  const [first] = sorted;
  const events = sum(list.map((cell) => cell.events));
  const into = first === undefined ? undefined : groupOf(first);
  return {
    into: { ...(into ?? { hash: '', title: '', exampleEventId: '' }), events },
    from: sorted.map(({ issueId, events: count, exampleEventId }) => ({ issueId, events: count, exampleEventId })),
  };
}
