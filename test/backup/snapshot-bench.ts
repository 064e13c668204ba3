/** Hands for tests of snapshots: take one into a vault of three zones, and write it back as files. */
import { createHash } from 'node:crypto';
import { mkdir, open, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type BaseBackupEvent, openReplication } from '../../src/backup/protocol/index.ts';
import {
  createPackReader,
  loadIndex,
  readSnapshot,
  type SnapshotConnection,
  type SnapshotRequest,
  takeSnapshot,
} from '../../src/backup/snapshots/index.ts';
import type { Snapshot } from '../../src/backup/types.ts';
import type { VaultStore } from '../../src/vault/index.ts';
import type { Bench } from '../vault/three-zones.ts';
import type { TestPostgres } from './postgres.ts';

export const SOURCE = 'shop';

export interface Taken {
  readonly snapshot: Snapshot;
  /** The list of files as the server sent it. */
  readonly serverManifest: Buffer;
}

export async function snapshotOf(
  server: TestPostgres,
  deps: { readonly vault: VaultStore; readonly bench: Bench },
  more: Partial<SnapshotRequest> & { readonly spoil?: (event: BaseBackupEvent) => BaseBackupEvent } = {},
): Promise<Taken> {
  const opened = await openReplication({ url: server.url, applicationName: 'holdfast-test' });
  const manifest: Buffer[] = [];
  const connection: SnapshotConnection = {
    ...opened,
    baseBackup: async function* (options) {
      for await (const event of opened.baseBackup(options)) {
        if (event.type === 'manifest') manifest.push(Buffer.from(event.bytes));
        yield more.spoil === undefined ? event : more.spoil(event);
      }
    },
  };
  try {
    const { systemId } = await opened.identifySystem();
    const snapshot = await takeSnapshot({
      source: { name: SOURCE },
      connection,
      vault: deps.vault,
      index: await loadIndex(deps.vault, { source: SOURCE, systemId }),
      clock: deps.bench.clock,
      retainUntilMs: deps.bench.clock.nowMs() + 3 * 86_400_000,
      ...more,
    });
    return { snapshot, serverManifest: Buffer.concat(manifest) };
  } finally {
    await opened.close();
  }
}

/** Writes the files of a snapshot into an empty folder; tablespaces become folders of it. Checks each SHA-256. */
export async function writeSnapshot(vault: VaultStore, snapshot: Snapshot, folder: string): Promise<number> {
  const { files } = await readSnapshot(vault, snapshot);
  const packs = createPackReader(vault);
  let written = 0;
  for await (const file of files) {
    const at = path.join(folder, file.path);
    if (file.type === 'folder') await mkdir(at, { recursive: true, mode: file.mode });
    else if (file.type === 'link') {
      await mkdir(path.dirname(at), { recursive: true });
      // A test folder stands in for the tablespace's own place.
      if (file.path.startsWith('pg_tblspc/')) await mkdir(at, { recursive: true });
      else await symlink(file.linkTarget ?? '', at);
    } else {
      await mkdir(path.dirname(at), { recursive: true });
      const handle = await open(at, 'wx', file.mode);
      const hash = createHash('sha256');
      for (const chunk of file.chunks) {
        for await (const piece of packs.read(chunk)) {
          hash.update(piece);
          await handle.write(piece);
        }
      }
      await handle.close();
      if (hash.digest('hex') !== file.sha256) throw new Error(`${file.path} came back as something else`);
      written += 1;
    }
  }
  return written;
}

export const writeManifest = (taken: Taken, folder: string): Promise<void> =>
  writeFile(path.join(folder, 'backup_manifest'), taken.serverManifest);
