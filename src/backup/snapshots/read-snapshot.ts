import type { Vault } from '../../vault/index.ts';
import type { Snapshot, SnapshotContent, SnapshotFile } from '../types.ts';
import { type ManifestHead, openManifest } from './snapshot-manifest.ts';

/** The head of a manifest alone: which packs the snapshot needs. Reads its first object only. */
export async function readManifestHead(vault: Pick<Vault, 'get'>, itemId: string): Promise<ManifestHead> {
  const manifest = openManifest(vault.get(itemId), itemId);
  try {
    return await manifest.head();
  } finally {
    await manifest.close();
  }
}

/** What a snapshot holds. The files are read from the vault each time they are gone through, in the archive's order. */
export async function readSnapshot(vault: Pick<Vault, 'get'>, snapshot: Snapshot): Promise<SnapshotContent> {
  const { tablespaces } = await readManifestHead(vault, snapshot.itemId);
  return { snapshot, tablespaces, files: { [Symbol.asyncIterator]: () => filesOf(vault, snapshot.itemId) } };
}

async function* filesOf(vault: Pick<Vault, 'get'>, itemId: string): AsyncGenerator<SnapshotFile> {
  const manifest = openManifest(vault.get(itemId), itemId);
  try {
    await manifest.head();
    yield* manifest.files();
  } finally {
    await manifest.close();
  }
}
