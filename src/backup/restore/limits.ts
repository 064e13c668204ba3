import { defineLimits, GiB, MiB } from '../../base/index.ts';

export const BACKUP_RESTORE_LIMITS = defineLimits('backup-restore', {
  packReaders: {
    value: 3,
    unit: 'count',
    reason: 'packs read at once: hides the latency of a remote zone, little memory',
  },
  fileCheckers: { value: 2, unit: 'count', reason: 'files held to their SHA-256 at once, while others are written' },
  syncers: { value: 8, unit: 'count', reason: 'files synced at once; disks order them better in groups' },
  checkQueue: { value: 256, unit: 'count', reason: 'written files that wait for their check, still in the page cache' },
  openFiles: { value: 128, unit: 'count', reason: 'well below the limit of open files of a plain process' },
  checkBytes: {
    value: MiB,
    unit: 'bytes',
    reason: 'one read of the check of a file; the event loop waits for its hash',
  },
  walReaders: { value: 3, unit: 'count', reason: 'segments read at once, each of 16 MiB and held whole' },
  diskMarginBytes: {
    value: GiB / 4,
    unit: 'bytes',
    reason: 'the restored server writes WAL and temporary files of its own',
  },
  walFilesKept: {
    value: 4,
    unit: 'count',
    reason: 'segments that recovery holds twice: beside and in the place where the server reads them',
  },
  progressMs: { value: 250, unit: 'ms', reason: 'how often progress is told; a person reads no faster' },
  progressWindowMs: {
    value: 10_000,
    unit: 'ms',
    reason: 'the rate is that of the last seconds, so that time left is true',
  },
  journalBytes: { value: 64 * MiB, unit: 'bytes', reason: 'a line for each pack of a cluster of 30 TB' },
  namesShown: { value: 10, unit: 'count', reason: 'what a failure lists of names, times and ranges' },
  repairRounds: {
    value: 2,
    unit: 'count',
    reason: 'a file torn by a power cut is written anew; damage that stays is told',
  },
  recoveryPollMs: { value: 250, unit: 'ms', reason: 'how often the progress of recovery is looked at' },
});
