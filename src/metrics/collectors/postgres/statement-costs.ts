/** A row of pg_stat_statements: one statement of one user in one database. */
export interface StatementCounts {
  readonly fingerprint: string;
  readonly database: string;
  /** Of the row itself: user and level tell rows of one statement apart. */
  readonly row: string;
  readonly calls: number;
  readonly totalMs: number;
  readonly rows: number;
  readonly slowestMs: number;
}

export interface StatementCost {
  readonly fingerprint: string;
  readonly database: string;
  readonly calls: number;
  readonly totalMs: number;
  readonly rows: number;
  readonly slowestMs: number;
}

/**
 * What each statement cost between two readings, most time first. A row that is new counts whole: it was not there at
 * the reading before, so all of it is since then; unless that reading was not of all rows, and then nothing is known. One
 * that fell began anew in between, and counts what it has.
 */
export function costsBetween(
  before: { readonly counts: ReadonlyMap<string, StatementCounts>; readonly isWhole: boolean },
  now: ReadonlyMap<string, StatementCounts>,
): readonly StatementCost[] {
  const costs = new Map<string, StatementCost>();
  for (const [key, counts] of now) {
    const earlier = before.counts.get(key);
    if (earlier === undefined && !before.isWhole) continue;
    const base = earlier === undefined || earlier.calls > counts.calls ? NOTHING : earlier;
    const calls = counts.calls - base.calls;
    if (calls <= 0) continue;
    const known = costs.get(counts.fingerprint);
    costs.set(counts.fingerprint, {
      fingerprint: counts.fingerprint,
      database: counts.database,
      calls: calls + (known?.calls ?? 0),
      totalMs: Math.max(0, counts.totalMs - base.totalMs) + (known?.totalMs ?? 0),
      rows: Math.max(0, counts.rows - base.rows) + (known?.rows ?? 0),
      slowestMs: Math.max(counts.slowestMs, known?.slowestMs ?? 0),
    });
  }
  return [...costs.values()].sort((a, b) => b.totalMs - a.totalMs || b.calls - a.calls);
}

const NOTHING = { calls: 0, totalMs: 0, rows: 0 };
