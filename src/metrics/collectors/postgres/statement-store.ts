import type { Catalog } from '../../../catalog/index.ts';
import { METRICS_COLLECTORS_LIMITS as LIMITS } from '../limits.ts';
import type { CollectorsTables } from '../migrations.ts';

export interface StatementText {
  readonly fingerprint: string;
  readonly database: string;
  /** Normalized and redacted. */
  readonly text: string;
}

/** Texts of statements, so that a point of last week still says of what it is. */
export interface StatementStore {
  readonly load: (source: string) => Promise<readonly StatementText[]>;
  /** Writes texts or that they were seen again, and forgets the oldest beyond the limit. */
  readonly note: (source: string, statements: readonly StatementText[], seenMs: number) => Promise<void>;
}

export function createStatementStore(catalog: Pick<Catalog, 'db'>): StatementStore {
  const db = () => catalog.db<CollectorsTables>();
  return {
    load: (source) =>
      db()
        .selectFrom('collector_statements')
        .select(['fingerprint', 'database', 'text'])
        .where('source', '=', source)
        .orderBy('seen_ms', 'desc')
        .limit(LIMITS.statementsKeptMax)
        .execute(),
    note: async (source, statements, seenMs) => {
      if (statements.length === 0) return;
      await db()
        .insertInto('collector_statements')
        .values(statements.map((statement) => ({ source, ...statement, first_ms: seenMs, seen_ms: seenMs })))
        .onConflict((conflict) => conflict.columns(['source', 'fingerprint']).doUpdateSet({ seen_ms: seenMs }))
        .execute();
      await db()
        .deleteFrom('collector_statements')
        .where('source', '=', source)
        .where((where) =>
          where.or([
            where('seen_ms', '<', seenMs - LIMITS.statementsKeptMs),
            where(
              'fingerprint',
              'in',
              where
                .selectFrom('collector_statements')
                .select('fingerprint')
                .where('source', '=', source)
                .orderBy('seen_ms', 'desc')
                .orderBy('fingerprint')
                .limit(1_000_000)
                .offset(LIMITS.statementsKeptMax),
            ),
          ]),
        )
        .execute();
    },
  };
}
