import { pieceOfItem } from '../../src/backup/catalog/piece-of-item.ts';
import { readSnapshot } from '../../src/backup/snapshots/index.ts';
import type { BackupCatalog, Snapshot } from '../../src/backup/types.ts';
import type { StreamBench } from './stream-bench.ts';

/** The catalog over a running stream and the snapshots that a test took. */
export const createBackupCatalogOver = (bench: StreamBench, snapshots: readonly Snapshot[]): BackupCatalog => ({
  snapshots: async () => snapshots,
  content: (snapshot) => readSnapshot(bench.vault, snapshot),
  stretches: bench.archive.stretches,
  walPieces: async (source) => bench.archive.living(source).wal.map(pieceOfItem),
  timelines: bench.archive.timelines,
  namedPoints: bench.archive.namedPoints,
});
