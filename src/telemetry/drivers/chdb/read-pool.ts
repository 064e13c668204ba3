import { randomUUID } from 'node:crypto';
import { type Clock, Failure } from '../../../base/index.ts';
import { TELEMETRY_FAILURES } from '../../failures.ts';
import { TELEMETRY_LIMITS } from '../../limits.ts';
import { sqlText } from '../../schema/index.ts';
import { createTurnstile, type EngineSelect, queryFailure, querySettings, readResult } from '../../store/index.ts';
import type { TelemetryResult } from '../../types.ts';
import { bindParams } from './bind-params.ts';
import type { ChdbSession } from './load-engine.ts';

/**
 * A few sessions for reading; each runs one query at a time. A query is stopped in the engine by its mark,
 * a comment that only this query has, from a session that does nothing else.
 */
export interface ReadPool {
  readonly select: <Row>(query: EngineSelect) => Promise<TelemetryResult<Row>>;
  readonly close: () => Promise<void>;
}

export interface ReadPoolDeps {
  readonly clock: Clock;
  readonly openSession: () => ChdbSession;
  /** Runs one statement on the session that is kept for stopping others. */
  readonly control: (sql: string) => Promise<void>;
  readonly parallelMax?: number;
  readonly queueMax?: number;
}

interface Reader {
  readonly session: ChdbSession;
  settings: string;
}

export function createReadPool(deps: ReadPoolDeps): ReadPool {
  const { parallelMax = TELEMETRY_LIMITS.queryParallelMax, queueMax = TELEMETRY_LIMITS.queryQueueMax } = deps;
  const turnstile = createTurnstile({ parallelMax, queueMax });
  const idle: Reader[] = [];

  const runNext = async <Row>(sql: string, query: EngineSelect): Promise<TelemetryResult<Row>> => {
    const reader = idle.pop() ?? { session: deps.openSession(), settings: '' };
    try {
      const result = await runOn<Row>(reader, sql, query, deps);
      idle.push(reader);
      return result;
    } catch (error) {
      // A failed query may leave a part of its result in the session, which would come before the next one's:
      // data of one reader in the answer to another. So the session ends with it; a new one costs half
      // a millisecond.
      reader.session.close();
      throw error;
    }
  };

  return {
    select: async <Row>(query: EngineSelect): Promise<TelemetryResult<Row>> => {
      const sql = bindParams(query.sql, query.params);
      return await turnstile.pass(query.signal, () => runNext<Row>(sql, query));
    },
    close: async () => {
      await turnstile.drain();
      for (const reader of idle) reader.session.close();
    },
  };
}

async function runOn<Row>(
  reader: Reader,
  sql: string,
  query: EngineSelect,
  deps: ReadPoolDeps,
): Promise<TelemetryResult<Row>> {
  const mark = `/* holdfast:${randomUUID()} */`;
  let ended = false;
  const stop = async (): Promise<void> => {
    // Again until it has ended: the first time may come before the engine has begun with the query.
    while (!ended) {
      await deps.control(`KILL QUERY WHERE startsWith(query, ${sqlText(mark)}) ASYNC`).catch(() => undefined);
      await deps.clock.sleep(TELEMETRY_LIMITS.queryKillRepeatMs);
    }
  };
  const onAbort = (): void => void stop();
  try {
    await setSettings(reader, query);
    query.signal?.addEventListener('abort', onAbort, { once: true });
    refuseAborted(query.signal);
    const result = await reader.session.queryAsync(`${mark} ${sql}`, { format: 'JSONCompact' });
    refuseAborted(query.signal);
    return readResult<Row>(result.text());
  } catch (error) {
    throw error instanceof Failure ? error : queryFailure(error, query);
  } finally {
    ended = true;
    query.signal?.removeEventListener('abort', onAbort);
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
