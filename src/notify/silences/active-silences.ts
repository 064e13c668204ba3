import type { Kysely, Selectable } from 'kysely';
import type { Memory } from '../context.ts';
import type { NotifyTables, SilencesTable } from '../migrations.ts';
import { type AlertTest, compileMatchers, type Matchable } from '../routing/match.ts';
import type { SilenceView } from '../types.ts';

export interface ActiveSilences {
  readonly count: number;
  /** Ids of the silences that hold this alert back now. */
  readonly idsFor: (alert: Matchable) => readonly string[];
  /** When the last of them ends; undefined when none holds it back. */
  readonly untilMsFor: (alert: Matchable) => number | undefined;
}

export interface TestedSilence {
  readonly id: string;
  readonly untilMs: number;
  readonly test: AlertTest;
}

export function activeSilencesOf(silences: readonly TestedSilence[]): ActiveSilences {
  const holding = (alert: Matchable): readonly TestedSilence[] => silences.filter(({ test }) => test(alert));
  return {
    count: silences.length,
    idsFor: (alert) => holding(alert).map(({ id }) => id),
    untilMsFor: (alert) => {
      const ends = holding(alert).map(({ untilMs }) => untilMs);
      return ends.length === 0 ? undefined : Math.max(...ends);
    },
  };
}

/** The silences that hold now. Their matchers never change, so each is compiled once. */
export async function loadActiveSilences(
  db: Kysely<NotifyTables>,
  memory: Memory,
  nowMs: number,
): Promise<ActiveSilences> {
  const rows = await db
    .selectFrom('notify_silences')
    .select(['id', 'matchers', 'until_ms'])
    .where('from_ms', '<=', nowMs)
    .where('until_ms', '>', nowMs)
    .execute();
  for (const id of memory.silenceTests.keys()) if (!rows.some((row) => row.id === id)) memory.silenceTests.delete(id);
  return activeSilencesOf(
    rows.map((row) => {
      const test = memory.silenceTests.get(row.id) ?? compileMatchers(row.matchers);
      memory.silenceTests.set(row.id, test);
      return { id: row.id, untilMs: row.until_ms, test };
    }),
  );
}

export function toSilence(row: Selectable<SilencesTable>, nowMs: number): SilenceView {
  const state = row.until_ms <= nowMs ? 'expired' : row.from_ms > nowMs ? 'pending' : 'active';
  return {
    id: row.id,
    matchers: row.matchers,
    fromMs: row.from_ms,
    untilMs: row.until_ms,
    comment: row.comment,
    createdBy: row.created_by,
    createdMs: row.created_ms,
    ...(row.expired_by === null ? {} : { expiredBy: row.expired_by }),
    state,
  };
}
