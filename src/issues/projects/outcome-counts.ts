import { type Clock, DAY_MS, HOUR_MS, type Log } from '../../base/index.ts';
import type { Catalog } from '../../catalog/index.ts';
import type { OutcomeCount } from '../types.ts';
import { ISSUES_PROJECTS_LIMITS } from './limits.ts';
import type { ProjectsTables } from './migrations.ts';

export interface OutcomeCounts {
  readonly add: (counts: readonly OutcomeCount[]) => void;
  readonly keyUsed: (publicKey: string) => void;
  readonly lastAcceptedMs: (projectId: string) => number | undefined;
  readonly lastUsedMs: (publicKey: string) => number | undefined;
  /** Writes what was counted since the last time. Resolves when the database has all that was added before the call. */
  readonly flush: () => Promise<void>;
  /** Removes what is older than counts are kept. */
  readonly prune: () => Promise<void>;
}

interface Row {
  readonly project_id: number;
  readonly hour_ms: number;
  readonly category: string;
  readonly item_type: string;
  readonly outcome: string;
  readonly reason: string;
  quantity: number;
}

/** Rows of one statement; each has seven parameters, of which PostgreSQL takes 65,535. */
const ROWS_PER_STATEMENT = 2_000;
const OTHER = 'other';

/**
 * Sums of what became of what was sent. Counting costs no query: sums are written every few seconds, and a crash loses
 * at most those. Senders choose words that stand in them, so distinct sums of a project and an hour are bounded.
 */
export function createOutcomeCounts(deps: {
  readonly catalog: Catalog;
  readonly clock: Clock;
  readonly log: Log;
}): OutcomeCounts {
  const { clock } = deps;
  let sums = new Map<string, Row>();
  let accepted = new Map<string, number>();
  let used = new Map<string, number>();
  const lastAccepted = new Map<string, number>();
  const lastUsed = new Map<string, number>();
  let known = { hourMs: 0, perProject: new Map<string, Set<string>>() };
  let writing: Promise<void> = Promise.resolve();

  const addOne = (count: OutcomeCount, hourMs: number, nowMs: number): void => {
    if (!(count.quantity > 0)) return;
    if (hourMs !== known.hourMs) known = { hourMs, perProject: new Map() };
    const words = known.perProject.get(count.projectId) ?? new Set<string>();
    known.perProject.set(count.projectId, words);
    const row = rowOf(count, hourMs, words);
    const key = keyOf(row);
    const sum = sums.get(key);
    if (sum === undefined) sums.set(key, row);
    else sum.quantity += row.quantity;
    if (count.outcome !== 'accepted') return;
    accepted.set(count.projectId, nowMs);
    lastAccepted.set(count.projectId, nowMs);
  };

  const write = async (): Promise<void> => {
    const rows = [...sums.values()];
    const marks = { accepted, used };
    if (rows.length === 0 && marks.used.size === 0) return;
    [sums, accepted, used] = [new Map(), new Map(), new Map()];
    try {
      await store(deps.catalog, rows, marks);
    } catch (error) {
      // Nothing was written, for it is one transaction: what was taken goes back to what has come meanwhile.
      for (const row of rows) {
        const sum = sums.get(keyOf(row));
        if (sum === undefined) sums.set(keyOf(row), row);
        else sum.quantity += row.quantity;
      }
      for (const [id, ms] of marks.accepted) if (!accepted.has(id)) accepted.set(id, ms);
      for (const [id, ms] of marks.used) if (!used.has(id)) used.set(id, ms);
      throw error;
    }
  };

  return {
    add: (counts) => {
      const nowMs = clock.nowMs();
      const hourMs = nowMs - (nowMs % HOUR_MS);
      for (const count of counts) addOne(count, hourMs, nowMs);
    },
    keyUsed: (publicKey) => {
      const nowMs = clock.nowMs();
      used.set(publicKey, nowMs);
      lastUsed.set(publicKey, nowMs);
    },
    lastAcceptedMs: (projectId) => lastAccepted.get(projectId),
    lastUsedMs: (publicKey) => lastUsed.get(publicKey),
    flush: () => {
      const after = writing.catch(() => undefined).then(write);
      writing = after.catch(() => undefined);
      return after;
    },
    prune: async () => {
      const before = clock.nowMs() - ISSUES_PROJECTS_LIMITS.countsKeptDays * DAY_MS;
      await deps.catalog
        .db<ProjectsTables>()
        .deleteFrom('project_outcomes')
        .where('hour_ms', '<', before)
        .executeTakeFirst();
    },
  };
}

function rowOf(count: OutcomeCount, hourMs: number, words: Set<string>): Row {
  const max = ISSUES_PROJECTS_LIMITS.countWordCharsMax;
  const base = {
    project_id: Number(count.projectId),
    hour_ms: hourMs,
    category: count.category,
    outcome: count.outcome,
    quantity: Math.floor(count.quantity),
  };
  const item_type = storable(count.itemType).slice(0, max);
  const reason = storable(count.reason).slice(0, max);
  const word = `${item_type}\n${reason}`;
  if (words.has(word)) return { ...base, item_type, reason };
  if (words.size >= ISSUES_PROJECTS_LIMITS.countKeysPerHourMax) return { ...base, item_type: OTHER, reason: OTHER };
  words.add(word);
  return { ...base, item_type, reason };
}

/** Words of senders without what a terminal, a page or the database would take amiss. */
const storable = (text: string): string => text.replace(/[^\p{L}\p{N}_.:/ -]/gu, '?');

const keyOf = (row: Row): string =>
  `${row.project_id}\n${row.hour_ms}\n${row.category}\n${row.item_type}\n${row.outcome}\n${row.reason}`;

async function store(
  catalog: Catalog,
  rows: readonly Row[],
  marks: { readonly accepted: ReadonlyMap<string, number>; readonly used: ReadonlyMap<string, number> },
): Promise<void> {
  await catalog.transaction<ProjectsTables, void>(async (trx) => {
    // A project may have gone since it was counted for; its counts go with it.
    const ids = [...new Set(rows.map((row) => row.project_id))];
    const alive = new Set(
      ids.length === 0
        ? []
        : (await trx.selectFrom('projects').select('id').where('id', 'in', ids).execute()).map(({ id }) => id),
    );
    const kept = rows.filter((row) => alive.has(row.project_id));
    for (let at = 0; at < kept.length; at += ROWS_PER_STATEMENT) {
      await trx
        .insertInto('project_outcomes')
        .values(kept.slice(at, at + ROWS_PER_STATEMENT))
        .onConflict((conflict) =>
          conflict
            .columns(['project_id', 'hour_ms', 'category', 'item_type', 'outcome', 'reason'])
            .doUpdateSet((eb) => ({ quantity: eb('project_outcomes.quantity', '+', eb.ref('excluded.quantity')) })),
        )
        .execute();
    }
    for (const [id, ms] of marks.accepted) {
      await trx.updateTable('projects').set({ last_accepted_ms: ms }).where('id', '=', Number(id)).execute();
    }
    for (const [key, ms] of marks.used) {
      await trx.updateTable('project_keys').set({ last_used_ms: ms }).where('public_key', '=', key).execute();
    }
  });
}
