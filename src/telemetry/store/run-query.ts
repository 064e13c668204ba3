import { Failure, invariant } from '../../base/index.ts';
import { TELEMETRY_FAILURES } from '../failures.ts';
import { TELEMETRY_LIMITS } from '../limits.ts';
import type { TelemetryQuery, TelemetryResult } from '../types.ts';
import type { TelemetryEngine } from './engine.ts';

/** Runs one SELECT within the limits. What the query asks for beyond the ceilings is cut to them. */
export async function runQuery<Row>(engine: TelemetryEngine, query: TelemetryQuery): Promise<TelemetryResult<Row>> {
  invariant(/^\s*(SELECT|WITH|EXPLAIN)\b/i.test(query.sql), 'a telemetry query must be one SELECT');
  if (query.signal?.aborted === true) throw new Failure(TELEMETRY_FAILURES.queryCancelled);
  return await engine.select<Row>({
    sql: query.sql,
    params: query.params ?? {},
    signal: query.signal,
    timeoutMs: Math.min(query.timeoutMs ?? TELEMETRY_LIMITS.queryTimeoutMs, TELEMETRY_LIMITS.queryTimeoutMsMax),
    memoryBytesMax: Math.min(
      query.memoryBytesMax ?? TELEMETRY_LIMITS.queryMemoryBytes,
      TELEMETRY_LIMITS.queryMemoryBytesMax,
    ),
  });
}
