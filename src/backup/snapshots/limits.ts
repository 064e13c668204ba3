import { DAY_MS, defineLimits, GiB, KiB, MiB } from '../../base/index.ts';

/** Limits of snapshots: what they are cut into, and what taking and reading them costs in memory. */
export const BACKUP_SNAPSHOT_LIMITS = defineLimits('backup-snapshot', {
  chunkBytes: {
    value: 16 * KiB,
    unit: 'bytes',
    reason:
      'two pages of PostgreSQL: with 2 % of the pages changed a day 8 KiB stores a tenth less and needs twice the memory for its index (docs/formats/backup.md)',
  },
  packBytes: { value: 64 * MiB, unit: 'bytes', reason: 'few items to lock and to list; 1600 for 100 GB' },
  packBlockBytes: { value: MiB, unit: 'bytes', reason: 'handed to the vault at once' },
  packQueueBytes: {
    value: 16 * MiB,
    unit: 'bytes',
    reason: 'read from the server and not yet taken by the vault; then the server waits',
  },
  packsInFlight: { value: 2, unit: 'count', reason: 'one is filled while the vault finishes the one before it' },
  packLivePercentMin: {
    value: 25,
    unit: 'count',
    reason:
      'a pack of which the newest snapshot needs less percent is not built upon: its chunks are stored anew, so that a restore reads at most four times what it writes',
  },
  listedPacks: { value: 4, unit: 'count', reason: 'a snapshot that is killed loses at most 256 MiB of its work' },
  indexChunksMax: {
    value: 32 * 1024 * 1024,
    unit: 'count',
    reason:
      'chunks that are recognized, 512 GiB of a cluster: about 60 bytes each, 1.9 GiB of memory; past it they are stored again',
  },
  indexBytesMax: { value: 64 * MiB, unit: 'bytes', reason: 'one list of chunks in memory; larger is not ours' },
  extendAheadMsMax: {
    value: 7 * DAY_MS,
    unit: 'ms',
    reason: 'a pack is locked that much longer than asked, so that daily snapshots do not lengthen its lock each day',
  },
  extendsInFlight: { value: 4, unit: 'count', reason: 'locks that are lengthened at once' },
  filesMax: { value: 10_000_000, unit: 'count', reason: 'about 300 bytes of memory each while a snapshot is taken' },
  pathBytesMax: { value: 4 * KiB, unit: 'bytes', reason: 'the longest path of a file system' },
  lineBytesMax: { value: MiB, unit: 'bytes', reason: 'one line of a manifest; chunks of large files take several' },
  lineChunksMax: { value: 8192, unit: 'count', reason: 'chunks on one line of the manifest' },
  serverLineBytesMax: { value: 64 * KiB, unit: 'bytes', reason: "one line of the server's manifest: one file" },
  fileBytesMax: {
    value: 64 * GiB,
    unit: 'bytes',
    reason: 'one file of a cluster; relations are cut at 1 GiB, larger ones are foreign files',
  },
  readBlockBytes: { value: 4 * MiB, unit: 'bytes', reason: 'one object of the vault; read whole anyway' },
  readCacheBytes: { value: 128 * MiB, unit: 'bytes', reason: 'blocks kept by one reader of packs' },
  progressMs: { value: 500, unit: 'ms', reason: 'as often as a person can read it' },
});
