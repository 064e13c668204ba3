/**
 * base: what every area stands on and what knows nothing of the domain.
 *
 * Purpose: the failure registry, the option registry, limits, clock, ids, units, storable text and the
 * process's own log.
 * Invariants: nothing here imports another area; nothing runs on import; every error thrown on purpose
 * anywhere in the program is a `Failure` of a registered code.
 * It does not hold domain words, stores or protocols.
 */
export { BASE_FAILURES } from './base-failures.ts';
export { type Clock, createManualClock, type ManualClock, systemClock } from './clock.ts';
export {
  defineFailures,
  EXIT_CODES,
  type ExitName,
  Failure,
  type FailureDetails,
  type FailureOptions,
  type FailureSpec,
  invariant,
  isFailure,
  type RegisteredFailure,
  unreachable,
} from './failures.ts';
export { newId, newSecret } from './ids.ts';
export { defineLimits, type LimitSpec, limitSpecsOf } from './limits.ts';
export { createLog, type Log, type LogSettings, silentLog } from './log.ts';
export {
  defineOptions,
  type OptionSpec,
  type OptionTable,
  type OptionValues,
  readConfigFile,
  readOptions,
} from './options.ts';
export { clip, storableText } from './text.ts';
export {
  DAY_MS,
  formatBytes,
  formatDuration,
  GiB,
  HOUR_MS,
  KiB,
  MINUTE_MS,
  MiB,
  parseDurationMs,
  SECOND_MS,
} from './units.ts';
