import { type Clock, DAY_MS } from '../../base/index.ts';
import type { Catalog } from '../../catalog/index.ts';
import type { OutcomeCount } from '../types.ts';
import { ISSUES_PROJECTS_LIMITS } from './limits.ts';
import type { ProjectsTables } from './migrations.ts';
import { type TakenCounts, WaitingCounts } from './waiting-counts.ts';

export interface OutcomeCounts {
  readonly add: (counts: readonly OutcomeCount[]) => void;
  readonly keyUsed: (publicKey: string) => void;
  readonly lastUsedMs: (publicKey: string) => number | undefined;
  /** Writes what was counted since the last time. Resolves when the database has all that was added before the call. */
  readonly flush: () => Promise<void>;
  /** Removes what is older than counts are kept. */
  readonly prune: () => Promise<void>;
}

/** Rows of one statement; each has seven parameters, of which PostgreSQL takes 65,535. */
const ROWS_PER_STATEMENT = 2_000;

interface CountsDeps {
  readonly catalog: Catalog;
  readonly clock: Clock;
}

/**
 * Sums of what became of what was sent. Counting costs no query: sums are written every few seconds, and a crash loses
 * at most those. Senders choose words that stand in them, so distinct sums of a project and an hour are bounded.
 */
export function createOutcomeCounts(deps: CountsDeps): OutcomeCounts {
  const { catalog, clock } = deps;
  const waiting = new WaitingCounts();
  const lastUsed = new Map<string, number>();
  let writing: Promise<void> = Promise.resolve();
  const write = async (): Promise<void> => {
    const taken = waiting.take();
    if (taken.rows.length === 0 && taken.used.size === 0) return;
    try {
      await store(catalog, taken);
    } catch (error) {
      // Nothing was written, for it is one transaction: what was taken goes back to what has come meanwhile.
      waiting.putBack(taken);
      throw error;
    }
  };
  return {
    add: (counts) => waiting.add(counts, clock.nowMs()),
    keyUsed: (publicKey) => {
      const nowMs = clock.nowMs();
      waiting.used(publicKey, nowMs);
      lastUsed.set(publicKey, nowMs);
    },
    lastUsedMs: (publicKey) => lastUsed.get(publicKey),
    flush: () => {
      const after = writing.catch(() => undefined).then(write);
      writing = after.catch(() => undefined);
      return after;
    },
    prune: async () => {
      const before = clock.nowMs() - ISSUES_PROJECTS_LIMITS.countsKeptDays * DAY_MS;
      const db = catalog.db<ProjectsTables>();
      await db.deleteFrom('project_outcomes').where('hour_ms', '<', before).execute();
    },
  };
}

async function store(catalog: Catalog, { rows, accepted, used }: TakenCounts): Promise<void> {
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
    for (const [id, ms] of accepted) {
      await trx.updateTable('projects').set({ last_accepted_ms: ms }).where('id', '=', Number(id)).execute();
    }
    for (const [key, ms] of used) {
      await trx.updateTable('project_keys').set({ last_used_ms: ms }).where('public_key', '=', key).execute();
    }
  });
}
