import { Failure } from '../../base/index.ts';
import { TELEMETRY_FAILURES } from '../failures.ts';
import { TELEMETRY_LIMITS } from '../limits.ts';
import type { EngineSelect } from './engine.ts';
import { ENGINE_ERRORS, nameEngineError } from './engine-errors.ts';

/** The settings of the engine that bound one query; both drivers send the same. */
export const querySettings = (query: EngineSelect): Readonly<Record<string, string | number>> => ({
  max_execution_time: query.timeoutMs / 1000,
  timeout_overflow_mode: 'throw',
  max_memory_usage: query.memoryBytesMax,
  max_bytes_before_external_group_by: Math.trunc(query.memoryBytesMax / 2),
  max_bytes_before_external_sort: Math.trunc(query.memoryBytesMax / 2),
  max_result_rows: TELEMETRY_LIMITS.queryResultRowsMax,
  max_result_bytes: TELEMETRY_LIMITS.queryResultBytesMax,
  result_overflow_mode: 'throw',
  max_query_size: TELEMETRY_LIMITS.queryTextBytesMax * 4,
  output_format_json_quote_64bit_integers: 1,
  output_format_json_escape_forward_slashes: 0,
  output_format_write_statistics: 1,
  log_queries: 0,
});

/** What the engine's error on a query means to the one who asked. */
export function queryFailure(error: unknown, query: EngineSelect): Failure {
  const { code, name } = nameEngineError(error);
  const { timeoutMs, memoryBytesMax } = query;
  if (query.signal?.aborted === true || code === ENGINE_ERRORS.cancelled) {
    return new Failure(TELEMETRY_FAILURES.queryCancelled, {}, { cause: error });
  }
  if (code === ENGINE_ERRORS.timeout)
    return new Failure(TELEMETRY_FAILURES.queryTimeout, { timeoutMs }, { cause: error });
  if (code === ENGINE_ERRORS.memory) {
    return new Failure(TELEMETRY_FAILURES.queryMemory, { memoryBytesMax }, { cause: error });
  }
  if ((ENGINE_ERRORS.tooManyRows as readonly (number | undefined)[]).includes(code)) {
    const { queryResultRowsMax: rowsMax, queryResultBytesMax: bytesMax } = TELEMETRY_LIMITS;
    return new Failure(TELEMETRY_FAILURES.queryTooManyRows, { rowsMax, bytesMax }, { cause: error });
  }
  return new Failure(TELEMETRY_FAILURES.queryRefused, { engineError: name }, { cause: error });
}
