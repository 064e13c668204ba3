import { DAY_MS, defineLimits, GiB, KiB, MINUTE_MS, MiB, SECOND_MS } from '../base/index.ts';

/** Limits of the telemetry store. */
export const TELEMETRY_LIMITS = defineLimits('telemetry', {
  bytesInFlightMax: {
    value: 256 * MiB,
    unit: 'bytes',
    reason: 'rows that are taken but not yet durable live in memory; past this, senders must wait',
  },
  freeDiskBytesMin: {
    value: 2 * GiB,
    unit: 'bytes',
    reason: 'merges need room to write the merged part beside its sources; a full disk would stop them and reads too',
  },
  freeDiskCheckMs: {
    value: SECOND_MS,
    unit: 'ms',
    reason: 'asking the file system for every call would cost more than the check is worth',
  },
  insertRowsMax: {
    value: 131_072,
    unit: 'count',
    reason: 'one insert must stay one block of the engine, or its retry could not be recognized as the same insert',
  },
  insertBytesMax: {
    value: 64 * MiB,
    unit: 'bytes',
    reason: 'the engine parses one insert in memory; more bytes an insert do not make it faster',
  },
  insertRetriesMax: {
    value: 3,
    unit: 'count',
    reason: 'a passing fault of the engine is over by then; later the sender knows better than we do',
  },
  insertRetryDelayMs: {
    value: 100,
    unit: 'ms',
    reason: 'first pause before an insert is tried again; doubled each time',
  },
  insertTimeoutMs: {
    value: 2 * MINUTE_MS,
    unit: 'ms',
    reason: 'a server that has not answered by then has lost the request',
  },
  insertDeduplicationWindow: {
    value: 1000,
    unit: 'count',
    reason: 'inserts whose tokens the engine remembers; far more than can happen between an insert and its retry',
  },
  encodeSliceBytes: {
    value: 4 * MiB,
    unit: 'bytes',
    reason: 'rows encoded before other work of the process gets its turn, about 20 ms',
  },
  encodeBufferKeepBytes: {
    value: 32 * MiB,
    unit: 'bytes',
    reason: 'a buffer that grew past this for one burst is given back instead of kept for the next insert',
  },
  retryAfterSeconds: {
    value: 2,
    unit: 's',
    reason: 'a full queue drains in about that time at the measured rate',
  },
  diskFullRetryAfterSeconds: {
    value: 60,
    unit: 's',
    reason: 'disk space comes back when retention drops a partition or somebody acts, not within seconds',
  },
  queryTimeoutMs: {
    value: MINUTE_MS,
    unit: 'ms',
    reason: 'wall time of a query that does not say its own',
  },
  queryTimeoutMsMax: {
    value: 15 * MINUTE_MS,
    unit: 'ms',
    reason: 'no query may ask for more; the same as the ceiling of CloudWatch Logs Insights was for years',
  },
  queryMemoryBytes: {
    value: GiB,
    unit: 'bytes',
    reason: 'memory of a query that does not say its own; larger groupings go to disk before they reach it',
  },
  queryMemoryBytesMax: {
    value: 4 * GiB,
    unit: 'bytes',
    reason: 'no query may ask for more, so that reading cannot starve writing',
  },
  queryResultRowsMax: {
    value: 1_000_000,
    unit: 'count',
    reason: 'a result is held in memory as objects; exports page through time instead',
  },
  queryResultBytesMax: {
    value: 256 * MiB,
    unit: 'bytes',
    reason: 'a result is held in memory as text before it is parsed, and a string ends at 512 MiB',
  },
  queryParallelMax: {
    value: 3,
    unit: 'count',
    reason: 'each running query holds a thread of the process; two cores do not answer more at once any sooner',
  },
  queryParallelServerMax: {
    value: 16,
    unit: 'count',
    reason: 'the same for a ClickHouse server, which has its own limits and more cores',
  },
  queryQueueMax: {
    value: 200,
    unit: 'count',
    reason: 'queries that wait for a free session; past it the asker is told to come back',
  },
  queryKillRepeatMs: {
    value: 50,
    unit: 'ms',
    reason: 'a cancelled query that the engine had not begun with is stopped at the next try',
  },
  queryTextBytesMax: {
    value: 256 * KiB,
    unit: 'bytes',
    reason: 'the default of the engine for the text of a query, parameters apart',
  },
  engineMemoryBytesMax: {
    value: 8 * GiB,
    unit: 'bytes',
    reason:
      'the embedded engine shares the machine with PostgreSQL and the program; half of the memory when that is less',
  },
  maintenanceTimeoutMs: {
    value: 30 * MINUTE_MS,
    unit: 'ms',
    reason: 'rewriting the parts of a large partition; longer means that something hangs',
  },
  indexSweepMs: {
    value: 15 * SECOND_MS,
    unit: 'ms',
    reason: 'how often parts without a text index are looked for',
  },
  indexSweepAgeSecondsMin: {
    value: 10,
    unit: 's',
    reason: 'a younger part is likely to be merged, and gets its index then',
  },
  indexSweepRowsMin: {
    value: 50_000,
    unit: 'count',
    reason: 'rows without index in one partition that a search for one word would have to read whole',
  },
  timeSecondsMax: {
    value: 9_223_286_400,
    unit: 's',
    reason: 'the last whole day that 64 bits of nanoseconds since 1970 can hold',
  },
  retentionDaysMax: {
    value: 65_535,
    unit: 'days',
    reason: 'the column is 16 bits wide',
  },
  lockFreshMs: {
    value: DAY_MS,
    unit: 'ms',
    reason: 'a lock file without a readable process id older than this is taken for torn',
  },
});
