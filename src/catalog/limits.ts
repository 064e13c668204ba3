import { defineLimits } from '../base/index.ts';

export const CATALOG_LIMITS = defineLimits('catalog', {
  serverVersionMin: { value: 14, unit: 'count', reason: 'the oldest PostgreSQL whose behaviour is tested' },
  connections: { value: 12, unit: 'count', reason: 'more than the cores can use, fewer than a small server allows' },
  connectTimeoutMs: { value: 5000, unit: 'ms', reason: 'a caller should hear of a full or dead server soon' },
  idleConnectionMs: { value: 60_000, unit: 'ms', reason: 'an unused connection costs the server memory' },
  statementTimeoutMs: { value: 30_000, unit: 'ms', reason: 'no verb waits longer; a stuck statement frees its place' },
  lockTimeoutMs: { value: 10_000, unit: 'ms', reason: 'waiting for another transaction longer means a bug there' },
  idleInTransactionMs: { value: 60_000, unit: 'ms', reason: 'a forgotten transaction would hold back vacuum' },
  migrationLockTimeoutMs: { value: 60_000, unit: 'ms', reason: 'another start may be applying the same steps' },
  transactionAttempts: { value: 10, unit: 'count', reason: 'past it the contention is not chance' },
  transactionBackoffMs: { value: 5, unit: 'ms', reason: 'first pause after a collision; doubled each time' },
  transactionBackoffMaxMs: { value: 250, unit: 'ms', reason: 'a person waits for the answer' },
  serverConnections: { value: 50, unit: 'count', reason: 'the pool, tools of operators and replication beside it' },
  serverStartMs: { value: 120_000, unit: 'ms', reason: 'crash recovery replays up to a gigabyte of log' },
  serverInitMs: {
    value: 120_000,
    unit: 'ms',
    reason: 'laying out a data folder takes a second, on slow disks a minute',
  },
  serverStopFastMs: { value: 20_000, unit: 'ms', reason: 'a checkpoint at shutdown on a slow disk' },
  serverStopImmediateMs: { value: 5000, unit: 'ms', reason: 'an immediate shutdown writes nothing; longer means hung' },
  portAttempts: { value: 5, unit: 'count', reason: 'another program may take the free port between look and use' },
  serverLogBytes: {
    value: 8 * 1024 * 1024,
    unit: 'bytes',
    reason: 'weeks of a healthy server; one older file is kept',
  },
  serverLogCheckMs: { value: 60_000, unit: 'ms', reason: 'how often the size of the server log is looked at' },
  binaryProbeMs: {
    value: 10_000,
    unit: 'ms',
    reason: '`postgres --version` answers at once; a broken one must not hang',
  },
  asideRecoveryMs: {
    value: 24 * 60 * 60 * 1000,
    unit: 'ms',
    reason: 'a restored server replays up to a day of changes before it accepts connections',
  },
  asideLogLines: { value: 400, unit: 'count', reason: 'what a failure shows of the log of a server started aside' },
  asideLogLineBytes: { value: 4096, unit: 'bytes', reason: 'a longer line of a server log is cut' },
  initOutputBytes: { value: 64 * 1024, unit: 'bytes', reason: 'what is kept of the output of a helper program' },
});
