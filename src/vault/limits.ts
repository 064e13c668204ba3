import { DAY_MS, defineLimits, GiB, HOUR_MS, KiB, MINUTE_MS, MiB, SECOND_MS } from '../base/index.ts';

export const VAULT_LIMITS = defineLimits('vault', {
  nameCharsMax: { value: 200, unit: 'count', reason: 'below the 255 bytes of a file name on every file system' },
  kindCharsMax: { value: 40, unit: 'count', reason: 'part of the object name' },
  factsBytesMax: { value: 16 * KiB, unit: 'bytes', reason: 'facts are listed and read whole' },
  chunkBytes: {
    value: 4 * MiB,
    unit: 'bytes',
    reason: 'few requests for large items, little memory; an item of one chunk is a single object',
  },
  objectBytesMax: {
    value: 8 * MiB,
    unit: 'bytes',
    reason: 'a chunk with its record, or a record of the most chunks; drivers hold whole objects in memory',
  },
  itemBytesMax: { value: 32 * GiB, unit: 'bytes', reason: 'the record of its 8192 chunks fits into one object' },
  chunksInFlight: { value: 3, unit: 'count', reason: 'one is filled, one sealed, one written; bounds the memory' },
  piecesKept: {
    value: 6,
    unit: 'count',
    reason: 'memory for chunks that is used again, of two long items at once; 24 MiB',
  },
  zoneLagBytesMax: {
    value: 32 * MiB,
    unit: 'bytes',
    reason:
      'what may wait for one zone beyond what waits for a quorum; past it items go on without it, and catch-up brings the rest',
  },
  zoneBacklogObjectsMax: {
    value: 10_000,
    unit: 'count',
    reason: 'missing copies remembered per zone; past it the whole zone is compared instead',
  },
  putMsMax: { value: 12 * HOUR_MS, unit: 'ms', reason: 'ends before the provisional lock of the first chunk' },
  provisionalLockMs: {
    value: 2 * DAY_MS,
    unit: 'ms',
    reason: 'chunks of an unfinished item; what is left of a broken upload can be removed after it',
  },
  retentionMsMax: { value: 36_525 * DAY_MS, unit: 'ms', reason: 'a hundred years; a wrong unit would lock for ever' },
  zoneWriteMs: {
    value: 2 * MINUTE_MS,
    unit: 'ms',
    reason: 'one object of 8 MiB over a slow line; then the zone is away',
  },
  zoneReadMs: {
    value: MINUTE_MS,
    unit: 'ms',
    reason: 'one object of 8 MiB over a slow line; then another zone is asked',
  },
  catchUpIntervalMs: { value: 30 * SECOND_MS, unit: 'ms', reason: 'how soon missing copies are tried again' },
  compareIntervalMs: {
    value: 6 * HOUR_MS,
    unit: 'ms',
    reason: 'how often the names and locks of all zones are compared',
  },
  scrubBytesPerSecond: { value: 32 * MiB, unit: 'per second', reason: 'leaves most of a disk to the work' },
  scrubIntervalMs: { value: 14 * DAY_MS, unit: 'ms', reason: 'latent rot is found within it (docs/durability.md)' },
  scrubCheckpointObjects: { value: 256, unit: 'count', reason: 'work repeated after a restart' },
  problemsListedMax: {
    value: 1000,
    unit: 'count',
    reason: 'problems that a report lists one by one; the rest are counted',
  },
  expiryPlanItemsMax: { value: 100_000, unit: 'count', reason: 'one plan is held in memory; the next takes the rest' },
  expiryPlanMsMax: {
    value: HOUR_MS,
    unit: 'ms',
    reason: 'the living items that a plan was made with may have changed',
  },
  clockToleranceMs: { value: 5 * MINUTE_MS, unit: 'ms', reason: 'NTP steps and zones written by several machines' },
  clockDriftMsMax: { value: HOUR_MS, unit: 'ms', reason: 'wall clock against steady clock within one run' },
  clockGapMsMax: { value: 30 * DAY_MS, unit: 'ms', reason: 'a longer pause between two runs has to be confirmed' },
  clockMarkMs: { value: HOUR_MS, unit: 'ms', reason: 'how often the time is noted in the zones' },
  lockReadBytesMax: { value: 4 * KiB, unit: 'bytes', reason: 'a lock file is one line' },
  diskFreeBytesMin: {
    value: 256 * MiB,
    unit: 'bytes',
    reason: 'locks can still be extended on a disk that is nearly full',
  },
  keysMax: { value: 100, unit: 'count', reason: 'an item is looked up under the name that each key gives it' },
});
