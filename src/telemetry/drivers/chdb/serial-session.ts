import type { ChdbSession } from './load-engine.ts';

/** One session that answers statements in the order of the calls, as JSONCompact. */
export interface SerialSession {
  readonly run: (sql: string) => Promise<string>;
  readonly close: () => Promise<void>;
}

export function createSerialSession(session: ChdbSession): SerialSession {
  let tail: Promise<unknown> = Promise.resolve();
  return {
    run: (sql) => {
      const result = tail.then(async () => (await session.queryAsync(sql, { format: 'JSONCompact' })).text());
      tail = result.catch(() => undefined);
      return result;
    },
    close: async () => {
      await tail;
      session.close();
    },
  };
}
