import type { Vault } from '../../vault/index.ts';
import { SNAPSHOT_KIND, snapshotOfItem } from '../snapshots/index.ts';
import type { Snapshot } from '../types.ts';

/** All snapshots that the vault holds, oldest first; items of another version are left out. */
export async function listSnapshots(vault: Pick<Vault, 'list'>, source?: string): Promise<readonly Snapshot[]> {
  const found: Snapshot[] = [];
  for await (const item of vault.list(SNAPSHOT_KIND)) {
    const snapshot = snapshotOfItem(item);
    if (snapshot !== undefined && (source === undefined || snapshot.source === source)) found.push(snapshot);
  }
  return found.sort((a, b) => a.begunMs - b.begunMs || (a.id < b.id ? -1 : 1));
}
