import type { ChdbSession } from './load-engine.ts';

/** One session that answers statements in the order of the calls, as JSONCompact. */
export interface SerialSession {
  readonly run: (sql: string) => Promise<string>;
  readonly close: () => Promise<void>;
}

export function createSerialSession(openSession: () => ChdbSession): SerialSession {
  let session = openSession();
  let tail: Promise<unknown> = Promise.resolve();
  const runNow = async (sql: string): Promise<string> => {
    try {
      return (await session.queryAsync(sql, { format: 'JSONCompact' })).text();
    } catch (error) {
      // A failed statement may leave a part of its result, which would come before the next one's.
      session.close();
      session = openSession();
      throw error;
    }
  };
  return {
    run: (sql) => {
      const result = tail.then(() => runNow(sql));
      tail = result.catch(() => undefined);
      return result;
    },
    close: async () => {
      await tail;
      session.close();
    },
  };
}
