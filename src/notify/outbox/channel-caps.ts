import type { Kysely, Transaction } from 'kysely';
import { clip, MINUTE_MS } from '../../base/index.ts';
import { NOTIFY_LIMITS } from '../limits.ts';
import type { NotifyTables } from '../migrations.ts';
import { isWorse } from '../severity.ts';
import type { Alert, AlertSeverity } from '../types.ts';

/** How much one channel may still be sent in this minute, and what it is not told because of that. */
export interface ChannelCap {
  /** When it may be sent something again; undefined when it may now. */
  readonly overUntilMs: () => number | undefined;
  readonly count: () => void;
  readonly hold: (alert: Pick<Alert, 'severity' | 'title'>) => void;
  readonly stored: () => CapState;
}

export interface CapState {
  readonly windowMs: number;
  readonly windowCount: number;
  readonly heldCount: number;
  readonly heldSeverity: AlertSeverity | undefined;
  readonly heldTitles: readonly string[];
}

/** Titles of held alerts that a digest spells out. */
const HELD_TITLES_MAX = 10;

/** Counts by the whole minute of the clock. `waiting` is what lies in the outbox for the channel already. */
export function createCap(before: CapState, given: { readonly waiting: number; readonly nowMs: number }): ChannelCap {
  const windowMs = Math.floor(given.nowMs / MINUTE_MS) * MINUTE_MS;
  let state: CapState = before.windowMs === windowMs ? before : { ...before, windowMs, windowCount: 0 };
  let { waiting } = given;
  return {
    overUntilMs: () =>
      state.windowCount >= NOTIFY_LIMITS.perChannelPerMinute || waiting >= NOTIFY_LIMITS.waitingPerChannelMax
        ? windowMs + MINUTE_MS
        : undefined,
    count: () => {
      waiting += 1;
      state = { ...state, windowCount: state.windowCount + 1 };
    },
    hold: ({ severity, title }) => {
      const isWorst = state.heldSeverity === undefined || isWorse(severity, state.heldSeverity);
      state = {
        ...state,
        heldCount: state.heldCount + 1,
        heldSeverity: isWorst ? severity : state.heldSeverity,
        heldTitles: isWorst
          ? [clip(title, 200), ...state.heldTitles].slice(0, HELD_TITLES_MAX)
          : [...state.heldTitles, clip(title, 200)].slice(0, HELD_TITLES_MAX),
      };
    },
    stored: () => state,
  };
}

export async function loadCaps(
  trx: Transaction<NotifyTables>,
  given: { readonly channels: readonly string[]; readonly nowMs: number },
): Promise<ReadonlyMap<string, ChannelCap>> {
  const names = [...new Set(given.channels)];
  const rows = await trx
    .selectFrom('notify_channels')
    .select(['name', 'window_ms', 'window_count', 'held_count', 'held_severity', 'held_titles'])
    .where('name', 'in', names)
    .execute();
  const waiting = await waitingByChannel(trx);
  return new Map(
    rows.map((row) => {
      const before: CapState = {
        windowMs: row.window_ms,
        windowCount: row.window_count,
        heldCount: row.held_count,
        heldSeverity: row.held_severity ?? undefined,
        heldTitles: row.held_titles,
      };
      return [row.name, createCap(before, { waiting: waiting.get(row.name) ?? 0, nowMs: given.nowMs })];
    }),
  );
}

export async function waitingByChannel(db: Kysely<NotifyTables>): Promise<ReadonlyMap<string, number>> {
  const rows = await db
    .selectFrom('notify_deliveries')
    .select((eb) => ['channel', eb.fn.countAll<number>().as('count')])
    .where('state', '=', 'waiting')
    .groupBy('channel')
    .execute();
  return new Map(rows.map(({ channel, count }) => [channel, count]));
}

export async function storeCaps(trx: Transaction<NotifyTables>, caps: ReadonlyMap<string, ChannelCap>): Promise<void> {
  for (const [name, cap] of caps) {
    const state = cap.stored();
    await trx
      .updateTable('notify_channels')
      .set({
        window_ms: state.windowMs,
        window_count: state.windowCount,
        held_count: state.heldCount,
        held_severity: state.heldSeverity ?? null,
        held_titles: JSON.stringify(state.heldTitles),
      })
      .where('name', '=', name)
      .execute();
  }
}
