import type {
  EventCondition,
  EventField,
  EventSelection,
  IssueEvents,
  NormalizedEvent,
  RecordedEvent,
  StoredEvent,
  TextPattern,
} from '../../src/issues/index.ts';
import type { EventInput } from './open-tracking.ts';

/** An event as a test gave it, and what became of it. */
export interface Kept {
  readonly row: RecordedEvent;
  readonly input: EventInput;
  readonly event: NormalizedEvent;
}

export interface EventsInMemory extends IssueEvents {
  readonly store: (events: readonly Kept[]) => void;
  /** How often events were asked for by condition. */
  readonly asked: () => number;
}

/** What the store of events answers, worked out in the plainest way. */
export function createEventsInMemory(): EventsInMemory {
  const kept: Kept[] = [];
  let asked = 0;
  const select = (selection: EventSelection): readonly Kept[] => {
    const hashIds = selection.hashIds === undefined ? undefined : new Set(selection.hashIds);
    return kept.filter(
      (one) =>
        selection.projectIds.includes(one.row.projectId) &&
        (hashIds === undefined || hashIds.has(one.row.hashId)) &&
        one.row.timeMs >= selection.fromMs &&
        one.row.timeMs <= selection.toMs &&
        (selection.condition === undefined || holds(selection.condition, one)),
    );
  };
  const newestFirst = (a: Kept, b: Kept): number =>
    b.row.timeMs - a.row.timeMs || b.row.eventId.localeCompare(a.row.eventId);
  const stepOf = ({ fromMs, toMs }: EventSelection, steps: number, timeMs: number): number =>
    Math.min(steps - 1, Math.floor(((timeMs - fromMs) / (toMs - fromMs)) * steps));
  return {
    store: (events) => {
      const known = new Set(kept.map(({ row }) => row.eventId));
      kept.push(...events.filter(({ row }) => !known.has(row.eventId)));
    },
    asked: () => asked,
    findHashes: async (selection) => {
      asked += 1;
      return [...new Set(select(selection).map(({ row }) => row.hashId))];
    },
    counts: async (selection, groups) => {
      const counts = new Map<number, { events: number; readonly users: Set<string> }>();
      for (const { row } of select(selection)) {
        const key = groups.get(row.hashId) ?? row.hashId;
        const count = counts.get(key) ?? { events: 0, users: new Set<string>() };
        count.events += 1;
        if (row.userKey !== '') count.users.add(row.userKey);
        counts.set(key, count);
      }
      return [...counts].map(([key, { events, users }]) => ({ key, events, users: users.size }));
    },
    trends: async (selection, groups, steps) => {
      const trends = new Map<number, number[]>();
      for (const { row } of select(selection)) {
        const key = groups.get(row.hashId) ?? row.hashId;
        const trend = trends.get(key) ?? Array.from({ length: steps }, () => 0);
        const step = stepOf(selection, steps, row.timeMs);
        trend[step] = (trend[step] ?? 0) + 1;
        trends.set(key, trend);
      }
      return trends;
    },
    histogram: async (selection, steps) => {
      const events = Array.from({ length: steps }, () => 0);
      for (const { row } of select(selection)) {
        const step = stepOf(selection, steps, row.timeMs);
        events[step] = (events[step] ?? 0) + 1;
      }
      return { timesMs: events.map((_, index) => index), events, users: events };
    },
    tags: async () => [],
    list: async (selection, { limit }) => [...select(selection)].sort(newestFirst).slice(0, limit).map(storedOf),
    pick: async (selection, which) => {
      const sorted = [...select(selection)].sort(newestFirst);
      if (which === 'oldest') sorted.reverse();
      const one = /^[0-9a-f]{32}$/.test(which) ? sorted.find(({ row }) => row.eventId === which) : sorted[0];
      return one === undefined ? undefined : { ...storedOf(one), event: one.event };
    },
    neighbours: async (selection, { eventId }) => {
      const sorted = [...select(selection)].sort(newestFirst).map(({ row }) => row.eventId);
      const at = sorted.indexOf(eventId);
      const [next, previous] = [sorted[at - 1], sorted[at + 1]];
      return {
        latest: sorted[0] ?? '',
        oldest: sorted.at(-1) ?? '',
        ...(next === undefined ? {} : { next }),
        ...(previous === undefined ? {} : { previous }),
      };
    },
    locate: async (eventId) =>
      kept
        .filter(({ row }) => row.eventId === eventId)
        .map(({ row: { projectId, hashId } }) => ({ projectId, hashId })),
    latestEventIds: async (_, hashIds) => {
      const latest = new Map<number, string>();
      for (const { row } of [...kept].sort(newestFirst)) {
        if (hashIds.includes(row.hashId) && !latest.has(row.hashId)) latest.set(row.hashId, row.eventId);
      }
      return latest;
    },
    attachments: async () => [],
    feedback: async () => [],
    feedbackCounts: async () => new Map(),
  };
}

export const storedOf = ({ row, input, event }: Kept): StoredEvent => ({
  ...row,
  inboxId: event.eventId,
  type: 'error',
  platform: event.platform,
  title: input.title ?? '',
  culprit: '',
  message: input.message ?? '',
  transaction: input.transaction ?? '',
  dist: '',
  serverName: '',
  traceId: '',
  spanId: '',
  sdk: '',
  tags: input.tags ?? {},
  retentionDays: 90,
  payload: JSON.stringify(event),
});

function holds(condition: EventCondition, one: Kept): boolean {
  switch (condition.type) {
    case 'all':
      return condition.conditions.every((inner) => holds(inner, one));
    case 'any':
      return condition.conditions.some((inner) => holds(inner, one));
    case 'has':
      return (fieldOf(condition.field, one) !== '') !== condition.isNegated;
    case 'match':
      return (
        condition.patterns.some((pattern) => isLike(fieldOf(condition.field, one), pattern)) !== condition.isNegated
      );
  }
}

function fieldOf(field: EventField, one: Kept): string {
  if (field.type === 'tag') return one.input.tags?.[field.key] ?? '';
  if (field.type === 'user') return field.name === 'email' ? (one.input.email ?? '') : '';
  const stored: Readonly<Record<string, unknown>> = { ...storedOf(one) };
  return String(stored[field.name] ?? '');
}

const isLike = (value: string, { pieces }: TextPattern): boolean =>
  new RegExp(`^${pieces.map((piece) => piece.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('.*')}$`, 'is').test(value);
