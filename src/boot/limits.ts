import { defineLimits, MiB } from '../base/index.ts';

export const BOOT_LIMITS = defineLimits('boot', {
  freeDiskAtStartBytesMin: {
    value: 512 * MiB,
    unit: 'bytes',
    reason: 'below it the engines could not finish their first merges and checkpoints',
  },
  drainMs: { value: 4000, unit: 'ms', reason: 'requests under way get this long to end after SIGTERM' },
  partStopMs: {
    value: 5000,
    unit: 'ms',
    reason: 'each part gets this long to stop, so that all have stopped within ten seconds',
  },
  headersMs: {
    value: 20_000,
    unit: 'ms',
    reason: 'a client that sends its headers slower holds a connection for nothing',
  },
  requestMs: {
    value: 1_800_000,
    unit: 'ms',
    reason: 'the largest workbook over a slow line; ingestion holds its senders to a pace of its own',
  },
  keepAliveMs: {
    value: 65_000,
    unit: 'ms',
    reason: 'longer than the 60 s of common load balancers, so that they close first',
  },
  connectionsMax: { value: 2000, unit: 'count', reason: 'file descriptors and memory of one small machine' },
  headerBytesMax: { value: 65_536, unit: 'bytes', reason: 'presigned requests and long cookies fit, floods do not' },
  ownLogBytesMax: { value: 64 * MiB, unit: 'bytes', reason: "the process's own log is turned over once at this size" },
});
