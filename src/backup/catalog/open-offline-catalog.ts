import type { Clock, Log } from '../../base/index.ts';
import type { Vault } from '../../vault/index.ts';
import { readSnapshot } from '../snapshots/index.ts';
import type { BackupCatalog, WalReader } from '../types.ts';
import { createWalArchive } from '../wal/index.ts';
import { listSnapshots } from './list-snapshots.ts';
import { pieceOfItem } from './piece-of-item.ts';

/** What is known of backups without any database: from the vault key and whichever zones the vault was opened over. */
export interface OfflineCatalog extends BackupCatalog {
  readonly sources: () => Promise<readonly string[]>;
  readonly wal: WalReader;
}

/** Reads the facts of all items once; what comes into the vault later is not seen. One zone is enough for it. */
export async function openOfflineCatalog(deps: {
  readonly vault: Vault;
  readonly clock: Clock;
  readonly log: Log;
}): Promise<OfflineCatalog> {
  const { vault } = deps;
  const archive = createWalArchive(deps);
  await archive.load();
  const snapshots = await listSnapshots(vault);
  return {
    sources: async () => [...new Set([...archive.sources(), ...snapshots.map(({ source }) => source)])].sort(),
    snapshots: async (source) => snapshots.filter((snapshot) => snapshot.source === source),
    content: (snapshot) => readSnapshot(vault, snapshot),
    stretches: archive.stretches,
    walPieces: async (source) => archive.living(source).wal.map(pieceOfItem),
    timelines: archive.timelines,
    namedPoints: archive.namedPoints,
    wal: { segment: archive.segment },
  };
}
