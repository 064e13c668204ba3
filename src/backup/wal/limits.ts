import { DAY_MS, defineLimits, HOUR_MS, MINUTE_MS, MiB, SECOND_MS } from '../../base/index.ts';

export const BACKUP_WAL_LIMITS = defineLimits('backup-wal', {
  recordBytesMax: { value: 1020 * MiB, unit: 'bytes', reason: 'the longest record that PostgreSQL writes' },
  recordHeldBytesMax: {
    value: 16 * MiB,
    unit: 'bytes',
    reason: 'of a record that is not whole yet; the rest of a longer one goes to the vault as provisional parts',
  },
  partMsMax: {
    value: SECOND_MS,
    unit: 'ms',
    reason: 'the time in which a change is to be in a write quorum; later parts are counted and shown',
  },
  partLingerMs: {
    value: 400,
    unit: 'ms',
    reason: 'how long bytes wait for company; leaves the rest of the second to the zones',
  },
  partBytesMax: { value: 4 * MiB, unit: 'bytes', reason: 'one object of the vault; a full part goes at once' },
  partsInFlight: { value: 3, unit: 'count', reason: 'parts on their way to the zones; hides the time of a remote one' },
  pendingBytesMax: {
    value: 32 * MiB,
    unit: 'bytes',
    reason: 'verified WAL that waits for the vault; past it the server is slowed by TCP',
  },
  partsMergedAt: {
    value: 128,
    unit: 'count',
    reason: 'small parts of a segment that become one; keeps a start after a quiet day fast',
  },
  partLockMs: {
    value: 2 * HOUR_MS,
    unit: 'ms',
    reason: 'a part is superseded by a merged one or by its segment; until then its lock is renewed',
  },
  lockRenewMs: { value: HOUR_MS, unit: 'ms', reason: 'a living part whose lock ends within it gets a longer one' },
  walMarginMs: {
    value: 2 * DAY_MS,
    unit: 'ms',
    reason: 'beyond the window: WAL from the snapshot before its begin, and a snapshot that came late',
  },
  tendMs: { value: MINUTE_MS, unit: 'ms', reason: 'how often locks are renewed and left-over segments compacted' },
  segmentsWaitingMax: {
    value: 2,
    unit: 'count',
    reason: 'whole segments held in memory for compaction; later ones are read back from their parts',
  },
  statusMs: { value: 5 * SECOND_MS, unit: 'ms', reason: 'how often the server hears from us when nothing moves' },
  silentMs: {
    value: 40 * SECOND_MS,
    unit: 'ms',
    reason: 'no message although replies were asked for; the connection is dead',
  },
  slotCheckMs: { value: 5 * SECOND_MS, unit: 'ms', reason: 'how often the WAL held back on the source is read' },
  backoffMinMs: { value: 250, unit: 'ms', reason: 'the first pause after a lost connection or a refusing vault' },
  backoffMaxMs: { value: 15 * SECOND_MS, unit: 'ms', reason: 'the longest pause; blindness is said within a minute' },
  retryAfterRefusalMs: {
    value: 30 * SECOND_MS,
    unit: 'ms',
    reason: 'the pause after a refusal that somebody has to mend, such as a wrong password',
  },
  heartbeatMs: { value: SECOND_MS, unit: 'ms', reason: 'every second is to be restorable on an idle cluster too' },
  heartbeatStatementMs: { value: 5 * SECOND_MS, unit: 'ms', reason: 'a row lock or a full disk on the source' },
  heartbeatsWaitingMax: { value: 600, unit: 'count', reason: 'beats that are not durable yet; the oldest are dropped' },
  lagSamplesMax: { value: 8192, unit: 'count', reason: 'lags of the last hour that the percentiles are taken from' },
  lagWindowMs: { value: HOUR_MS, unit: 'ms', reason: 'the time that the percentiles tell of' },
  clockSkewAlarmMs: {
    value: 2 * SECOND_MS,
    unit: 'ms',
    reason: 'beyond it a second that a person names is not the second that they mean',
  },
  gapsListedMax: { value: 100, unit: 'count', reason: 'gaps in a status; the newest' },
  pointsPerPushMax: { value: 10_000, unit: 'count', reason: 'named points in one piece of WAL; each becomes an item' },
});
