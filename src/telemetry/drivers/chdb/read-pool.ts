import { randomUUID } from 'node:crypto';
import { Failure } from '../../../base/index.ts';
import { TELEMETRY_FAILURES } from '../../failures.ts';
import { TELEMETRY_LIMITS } from '../../limits.ts';
import { sqlText } from '../../schema/index.ts';
import { type EngineSelect, queryFailure, querySettings, readResult } from '../../store/index.ts';
import type { TelemetryResult } from '../../types.ts';
import { bindParams } from './bind-params.ts';
import type { ChdbSession } from './load-engine.ts';

/**
 * A few sessions for reading. Each runs one query at a time; the others wait in one queue. A query is stopped
 * in the engine by its mark, a comment that only this query has, from the session that does nothing else.
 */
export interface ReadPool {
  readonly select: <Row>(query: EngineSelect) => Promise<TelemetryResult<Row>>;
  readonly close: () => Promise<void>;
}

export interface ReadPoolDeps {
  readonly openSession: () => ChdbSession;
  /** Runs one statement on the session that is kept for stopping others. */
  readonly control: (sql: string) => Promise<void>;
  readonly parallelMax?: number;
  readonly queueMax?: number;
}

interface Reader {
  session: ChdbSession;
  settings: string;
}
interface Waiter {
  readonly take: (reader: Reader) => void;
}

export function createReadPool(deps: ReadPoolDeps): ReadPool {
  const { parallelMax = TELEMETRY_LIMITS.queryParallelMax, queueMax = TELEMETRY_LIMITS.queryQueueMax } = deps;
  const idle: Reader[] = [];
  const all: Reader[] = [];
  const waiting: Waiter[] = [];
  const running = new Set<Promise<unknown>>();

  const acquire = (signal: AbortSignal | undefined): Promise<Reader> => {
    const free = idle.pop() ?? (all.length < parallelMax ? openReader() : undefined);
    if (free !== undefined) return Promise.resolve(free);
    if (waiting.length >= queueMax) {
      throw new Failure(
        TELEMETRY_FAILURES.queryBusy,
        { waiting: waiting.length },
        { retryAfterSeconds: TELEMETRY_LIMITS.retryAfterSeconds },
      );
    }
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        waiting.splice(waiting.indexOf(waiter), 1);
        reject(new Failure(TELEMETRY_FAILURES.queryCancelled));
      };
      const waiter: Waiter = {
        take: (reader) => {
          signal?.removeEventListener('abort', leave);
          resolve(reader);
        },
      };
      waiting.push(waiter);
      signal?.addEventListener('abort', leave, { once: true });
    });
  };

  const openReader = (): Reader => {
    const reader: Reader = { session: deps.openSession(), settings: '' };
    all.push(reader);
    return reader;
  };

  const release = (reader: Reader): void => {
    const next = waiting.shift();
    if (next === undefined) idle.push(reader);
    else next.take(reader);
  };

  /**
   * A failed query may leave a part of its result in the session, which would come before the next one's: data
   * of one reader in the answer to another. So the session ends with it; a new one costs half a millisecond.
   */
  const renew = (reader: Reader): void => {
    reader.session.close();
    reader.session = deps.openSession();
    reader.settings = '';
  };

  const select = async <Row>(query: EngineSelect): Promise<TelemetryResult<Row>> => {
    const sql = bindParams(query.sql, query.params);
    const reader = await acquire(query.signal);
    try {
      return await runOn<Row>(reader, sql, query, deps.control);
    } catch (error) {
      renew(reader);
      throw error;
    } finally {
      release(reader);
    }
  };

  return {
    select: <Row>(query: EngineSelect): Promise<TelemetryResult<Row>> => {
      const result = select<Row>(query);
      const settled = result.then(
        () => undefined,
        () => undefined,
      );
      running.add(settled);
      void settled.then(() => running.delete(settled));
      return result;
    },
    close: async () => {
      await Promise.all(running);
      for (const reader of all) reader.session.close();
    },
  };
}

async function runOn<Row>(
  reader: Reader,
  sql: string,
  query: EngineSelect,
  control: (sql: string) => Promise<void>,
): Promise<TelemetryResult<Row>> {
  const mark = `/* holdfast:${randomUUID()} */`;
  const stop = (): void => {
    // Losing this race is fine: the query has ended, and its result is dropped below.
    control(`KILL QUERY WHERE startsWith(query, ${sqlText(mark)}) ASYNC`).catch(() => undefined);
  };
  try {
    await setSettings(reader, query);
    query.signal?.addEventListener('abort', stop, { once: true });
    refuseAborted(query.signal);
    const result = await reader.session.queryAsync(`${mark} ${sql}`, { format: 'JSONCompact' });
    refuseAborted(query.signal);
    return readResult<Row>(result.text());
  } catch (error) {
    throw error instanceof Failure ? error : queryFailure(error, query);
  } finally {
    query.signal?.removeEventListener('abort', stop);
  }
}

/** Settings stay with the session: they are sent only when they differ from the last query's. */
async function setSettings(reader: Reader, query: EngineSelect): Promise<void> {
  const settings = Object.entries(querySettings(query))
    .map(([name, value]) => `${name} = ${typeof value === 'number' ? value : sqlText(value)}`)
    .join(', ');
  if (settings === reader.settings) return;
  await reader.session.queryAsync(`SET ${settings}`);
  // From here on the session can read and change its limits, and nothing else.
  if (reader.settings === '') await reader.session.queryAsync('SET readonly = 2');
  reader.settings = settings;
}

function refuseAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw new Failure(TELEMETRY_FAILURES.queryCancelled);
}
