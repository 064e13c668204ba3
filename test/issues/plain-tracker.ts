import { createHash } from 'node:crypto';
import type { Catalog, CatalogMigration } from '../../src/catalog/index.ts';
import type { IssueTracker } from '../../src/issues/types.ts';

/** Counts events by hash in PostgreSQL and does nothing else: what the pipeline needs of a tracker. */
export const PLAIN_TRACKER_MIGRATIONS: readonly CatalogMigration[] = [
  {
    name: 'plaintracker-0001-counts',
    statements: [
      'CREATE TABLE plain_hashes (hash text PRIMARY KEY, id bigint GENERATED ALWAYS AS IDENTITY, seen bigint NOT NULL)',
      'CREATE TABLE plain_mark (mark text NOT NULL)',
      "INSERT INTO plain_mark VALUES ('')",
    ],
  },
];

interface PlainTables {
  readonly plain_hashes: { readonly hash: string; readonly id: number; readonly seen: number };
  readonly plain_mark: { readonly mark: string };
}

export interface PlainTracker extends IssueTracker {
  /** Sum over all hashes. */
  readonly counted: () => Promise<number>;
  readonly countOf: (hashId: number) => Promise<number>;
}

export function createPlainTracker(catalog: Catalog): PlainTracker {
  const db = catalog.db<PlainTables>();
  return {
    assign: async (events) => {
      const hashes = events.map(({ grouping }) => grouping.hashes[0] ?? createHash('md5').digest('hex'));
      for (const hash of new Set(hashes)) {
        await db
          .insertInto('plain_hashes')
          .values({ hash, seen: 0 } as never)
          .onConflict((conflict) => conflict.doNothing())
          .execute();
      }
      const rows = await db.selectFrom('plain_hashes').selectAll().where('hash', 'in', hashes).execute();
      const ids = new Map(rows.map((row) => [row.hash, Number(row.id)]));
      return hashes.map((hash) => ({ hashId: ids.get(hash) ?? 0, issueId: String(ids.get(hash)) }));
    },
    record: async ({ events, mark }) => {
      await catalog.transaction<PlainTables, void>(async (trx) => {
        for (const { hashId } of events) {
          await trx
            .updateTable('plain_hashes')
            .set((row) => ({ seen: row('seen', '+', 1) }))
            .where('id', '=', hashId)
            .execute();
        }
        await trx.updateTable('plain_mark').set({ mark }).execute();
      });
    },
    mark: async () => (await db.selectFrom('plain_mark').select('mark').executeTakeFirstOrThrow()).mark,
    counted: async () => {
      const rows = await db.selectFrom('plain_hashes').select('seen').execute();
      return rows.reduce((sum, { seen }) => sum + Number(seen), 0);
    },
    countOf: async (hashId) =>
      Number(
        (await db.selectFrom('plain_hashes').select('seen').where('id', '=', hashId).executeTakeFirst())?.seen ?? 0,
      ),
  };
}
