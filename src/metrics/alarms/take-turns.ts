import type { Catalog } from '../../catalog/index.ts';

/**
 * The catalog with one transaction of alarms at a time. All of them touch the same few tables, so that in parallel
 * PostgreSQL would cancel most and have them tried again; in turn each takes its milliseconds once.
 */
export function takeTurns(catalog: Catalog): Catalog {
  let last: Promise<unknown> = Promise.resolve();
  return {
    ...catalog,
    transaction: (work) => {
      const mine = last.then(() => catalog.transaction(work));
      last = mine.catch(() => undefined);
      return mine;
    },
  };
}
