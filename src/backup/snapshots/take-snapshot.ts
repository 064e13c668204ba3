import { type Clock, Failure } from '../../base/index.ts';
import type { Vault } from '../../vault/index.ts';
import type { BaseBackupEvent, ReplicationConnection } from '../protocol/index.ts';
import type { BackupSource, Progress, Snapshot, WalPosition } from '../types.ts';
import { BACKUP_SNAPSHOT_FAILURES } from './failures.ts';
import { createFileCutter } from './file-cutter.ts';
import { createFileTable, type FileTable, type FinishedFile } from './file-table.ts';
import { BACKUP_SNAPSHOT_LIMITS } from './limits.ts';
import type { LoadedIndex } from './load-index.ts';
import { createProgressMeter, type ProgressMeter } from './measure-progress.ts';
import { createPackWriter, type PackWriter } from './pack-writer.ts';
import { createServerManifestReader, type ServerManifestReader, type WalRange } from './server-manifest.ts';
import { SNAPSHOT_KIND, snapshotFacts, snapshotId } from './snapshot-facts.ts';
import { encodeManifest } from './snapshot-manifest.ts';
import { createTarReader, type Refuse, type TarReader } from './tar-reader.ts';

export type SnapshotConnection = Pick<
  ReplicationConnection,
  'serverVersion' | 'isStandby' | 'identifySystem' | 'show' | 'walSegmentBytes' | 'baseBackup'
>;

export interface SnapshotRequest {
  readonly source: Pick<BackupSource, 'name' | 'systemId'>;
  readonly connection: SnapshotConnection;
  readonly vault: Pick<Vault, 'put' | 'extend'>;
  /** Of `loadIndex`; given up to this snapshot, because it learns the new chunks. */
  readonly index: LoadedIndex;
  readonly clock: Clock;
  readonly retainUntilMs: number;
  readonly throttleBytesPerSecond?: number;
  readonly fastCheckpoint?: boolean;
  readonly chunkBytes?: number;
  readonly packBytes?: number;
  readonly onProgress?: (progress: Progress) => void;
  readonly signal?: AbortSignal;
}

/**
 * Takes a base backup into the vault. Order of effects: packs and the locks of those that are built upon, while the
 * bytes arrive; then the lists of chunks; the manifest last, so that a snapshot is there only when it stands whole. A
 * crash before that leaves packs that the next attempt builds upon, or that expire with their lock.
 *
 * Each file is held to the server's manifest (SHA-256), and the manifest to its own checksum, before anything is
 * called a snapshot. Wrong page checksums on the source do not spoil the backup: they are told in `pageFailure`.
 */
export async function takeSnapshot(request: SnapshotRequest): Promise<Snapshot> {
  const { source, connection, clock, signal } = request;
  const begunMs = clock.nowMs();
  const { systemId } = await connection.identifySystem();
  if (source.systemId !== undefined && source.systemId !== systemId) {
    const details = { source: source.name, found: systemId, expected: source.systemId };
    throw new Failure(BACKUP_SNAPSHOT_FAILURES.sourceChanged, details);
  }
  const settings = await readSettings(connection);
  const walSegmentBytes = await connection.walSegmentBytes();
  const packs = createPackWriter({
    vault: request.vault,
    ...{ index: request.index.index, known: request.index.packs },
    ...{ source: source.name, systemId, signal },
    retainUntilMs: request.retainUntilMs,
    nowMs: clock.nowMs,
    packBytes: request.packBytes ?? BACKUP_SNAPSHOT_LIMITS.packBytes,
  });
  try {
    const receiver = createReceiver(request, packs);
    const received = await receiveBackup(request, receiver);
    const packIds = await packs.finish();
    signal?.throwIfAborted();
    const { files, start, stop, pageFailure } = received;
    const described: Omit<Snapshot, 'itemId' | 'retainUntilMs'> = {
      id: snapshotId(source.name, begunMs),
      ...{ source: source.name, systemId, serverVersion: connection.serverVersion, start, stop, begunMs },
      endedMs: clock.nowMs(),
      fromStandby: connection.isStandby,
      clusterBytes: received.clusterBytes,
      newBytes: packs.newBytes(),
      files: files.count(),
      ...{ walSegmentBytes, settings },
      ...(pageFailure === undefined ? {} : { pageFailure }),
    };
    const { id: itemId } = await request.vault.put(linesToBytes(encodeManifest(...onlyNeeded(packIds, received))), {
      kind: SNAPSHOT_KIND,
      facts: snapshotFacts(described),
      retainUntilMs: request.retainUntilMs,
      ...(signal ? { signal } : {}),
    });
    return { ...described, itemId, retainUntilMs: request.retainUntilMs };
  } catch (error) {
    await packs.abandon(error);
    throw error;
  }
}

/** Settings without which a restored server may refuse to recover, and what a restore wants to know of the source. */
const SETTINGS = [
  'max_connections',
  'max_worker_processes',
  'max_wal_senders',
  'max_prepared_transactions',
  'max_locks_per_transaction',
  'wal_level',
  'block_size',
  'data_checksums',
  'shared_preload_libraries',
  'track_commit_timestamp',
  'server_encoding',
  'lc_collate',
] as const;

async function readSettings(connection: SnapshotConnection): Promise<Readonly<Record<string, string>>> {
  const settings: Record<string, string> = {};
  for (const name of SETTINGS) {
    // A role without pg_read_all_settings is refused some, and versions differ in which there are.
    const value = await connection.show(name).catch((error: unknown) => {
      if (error instanceof Failure && error.details['sqlState'] !== undefined) return undefined;
      throw error;
    });
    if (value !== undefined) settings[name] = value;
  }
  return settings;
}

interface Received {
  readonly files: FileTable;
  readonly tablespaces: readonly { readonly oid: number; readonly location: string }[];
  readonly start: WalPosition;
  readonly stop: WalPosition;
  readonly clusterBytes: number;
  readonly pageFailure: string | undefined;
}

interface Receiver {
  readonly files: FileTable;
  readonly take: (event: BaseBackupEvent) => Promise<void> | undefined;
  /** Held to the server's manifest. `pageFailure` is what the server ended with, when it did not end well. */
  readonly finish: (pageFailure: string | undefined) => Received;
}

async function receiveBackup(request: SnapshotRequest, receiver: Receiver): Promise<Received> {
  const { connection, source, signal, throttleBytesPerSecond = 0, fastCheckpoint = true } = request;
  const events = connection.baseBackup({
    label: `holdfast ${source.name}`,
    fastCheckpoint,
    maxBytesPerSecond: throttleBytesPerSecond,
    ...(signal ? { signal } : {}),
  });
  let pageFailure: string | undefined;
  try {
    for await (const event of events) {
      const room = receiver.take(event);
      if (room !== undefined) await room;
    }
  } catch (error) {
    // The server sends everything, the manifest included, before it says that pages were wrong (SQLSTATE XX001).
    if (!(error instanceof Failure) || error.details['sqlState'] !== 'XX001') throw error;
    pageFailure = error.message.slice(0, 500);
  }
  return receiver.finish(pageFailure);
}

function createReceiver(request: SnapshotRequest, packs: PackWriter): Receiver {
  const { name } = request.source;
  const refuseArchive: Refuse = (reason) =>
    new Failure(BACKUP_SNAPSHOT_FAILURES.archiveInvalid, { source: name, reason });
  const files = createFileTable(name);
  const archives = createArchives(request, { packs, files, refuse: refuseArchive });
  const meter: ProgressMeter = createProgressMeter(request.clock, request.onProgress);
  const manifest = createManifestCheck(name, files);
  let start: Extract<BaseBackupEvent, { type: 'start' }> | undefined;
  let stop: WalPosition | undefined;
  let receivedBytes = 0;
  const take = (event: BaseBackupEvent): Promise<void> | undefined => {
    switch (event.type) {
      case 'start':
        start = event;
        meter.note('reading', 0, event.totalBytes);
        return undefined;
      case 'archive-start':
        archives.begin(event.tablespace?.oid);
        return undefined;
      case 'data':
        archives.push(event.bytes);
        receivedBytes += event.bytes.length;
        meter.note('reading', receivedBytes, start?.totalBytes);
        return packs.room();
      case 'archive-end':
        archives.end();
        return undefined;
      case 'manifest':
        manifest.push(event.bytes);
        return undefined;
      case 'progress':
        return undefined;
      case 'end':
        stop = event.position;
        return undefined;
    }
  };
  return {
    files,
    take,
    finish: (pageFailure) => {
      const range = manifest.end();
      meter.note('finishing', receivedBytes, receivedBytes);
      const end = stop ?? range?.end;
      if (start === undefined || end === undefined) throw refuseArchive('the server did not say where it ends');
      const tablespaces = start.tablespaces.map(({ oid, location }) => ({ oid, location }));
      const clusterBytes = archives.clusterBytes();
      return { files, tablespaces, start: start.position, stop: end, clusterBytes, pageFailure };
    },
  };
}

interface Archives {
  readonly begin: (tablespace: number | undefined) => void;
  readonly push: (bytes: Buffer) => void;
  readonly end: () => void;
  readonly clusterBytes: () => number;
}

/** Archives of the data folder and of tablespaces, whose files get the path that they have in a running cluster. */
function createArchives(
  request: SnapshotRequest,
  input: { readonly packs: PackWriter; readonly files: FileTable; readonly refuse: Refuse },
): Archives {
  const { packs, files, refuse } = input;
  const cutter = createFileCutter({
    chunkBytes: request.chunkBytes ?? BACKUP_SNAPSHOT_LIMITS.chunkBytes,
    placeChunk: packs.place,
    onRun: files.place,
  });
  let clusterBytes = 0;
  let reader: TarReader | undefined;
  return {
    begin: (tablespace) => {
      const prefix = tablespace === undefined ? '' : `pg_tblspc/${tablespace}/`;
      reader = createTarReader(
        {
          onEntry: ({ path, type, mode, sizeBytes, linkTarget }) => {
            if (path === '.') return;
            const full = `${prefix}${path}`;
            if (files.has(full)) throw refuse(`${full} comes twice`);
            files.begin({ path: full, type, mode, sizeBytes, linkTarget });
            clusterBytes += sizeBytes;
          },
          onBytes: cutter.push,
          onEnd: () => files.finish(cutter.end()),
        },
        refuse,
      );
    },
    push: (bytes) => {
      if (reader === undefined) throw refuse('bytes come before an archive');
      reader.push(bytes);
    },
    end: () => {
      reader?.end();
      reader = undefined;
    },
    clusterBytes: () => clusterBytes,
  };
}

interface ManifestCheck {
  readonly push: ServerManifestReader['push'];
  /** Throws `file-differs` and `manifest-invalid`. */
  readonly end: () => WalRange | undefined;
}

/** WAL is sent beside the manifest, which says only which range is needed; its records carry their own checksums. */
const isListed = (path: string): boolean => !path.startsWith('pg_wal/');

function createManifestCheck(source: string, files: FileTable): ManifestCheck {
  const refuse: Refuse = (reason) => new Failure(BACKUP_SNAPSHOT_FAILURES.manifestInvalid, { source, reason });
  let listed = 0;
  const manifest = createServerManifestReader((stated) => {
    const got = files.find(stated.path);
    const differs = (reason: string): Failure =>
      new Failure(BACKUP_SNAPSHOT_FAILURES.fileDiffers, { source, path: stated.path, reason });
    if (got === undefined || got.type !== 'file') throw differs('it did not come');
    if (got.sizeBytes !== stated.sizeBytes) throw differs(`${got.sizeBytes} bytes came of ${stated.sizeBytes}`);
    if (got.sha256 !== stated.sha256) throw differs('its SHA-256 is another one');
    if (isListed(stated.path)) listed += 1;
  }, refuse);
  return {
    push: manifest.push,
    end: () => {
      const { ranges } = manifest.end();
      let sent = 0;
      for (const { type, path } of files.entries()) if (type === 'file' && isListed(path)) sent += 1;
      if (sent !== listed) throw refuse(`${sent} files came, and it lists ${listed}`);
      return ranges.at(-1);
    },
  };
}

/** The index knows more packs than the snapshot needs; what the manifest names is kept and locked for it. */
function onlyNeeded(packIds: readonly string[], received: Received): Parameters<typeof encodeManifest> {
  const { files, tablespaces } = received;
  const numbers = new Map<number, number>();
  for (const pack of files.packs()) if (!numbers.has(pack)) numbers.set(pack, numbers.size);
  const packs = [...numbers.keys()].map((number) => packIds[number] ?? '');
  const renumbered = function* (): Generator<FinishedFile> {
    for (const file of files.files()) {
      yield { ...file, runs: file.runs.map((run) => ({ ...run, pack: numbers.get(run.pack) ?? -1 })) };
    }
  };
  return [{ tablespaces, packs }, renumbered()];
}

/** Lines gathered into pieces that the vault takes well. */
async function* linesToBytes(lines: Iterable<string>): AsyncGenerator<Uint8Array> {
  let text: string[] = [];
  let chars = 0;
  for (const line of lines) {
    text.push(line, '\n');
    chars += line.length + 1;
    if (chars < BACKUP_SNAPSHOT_LIMITS.packBlockBytes) continue;
    yield Buffer.from(text.join(''), 'utf8');
    text = [];
    chars = 0;
  }
  yield Buffer.from(text.join(''), 'utf8');
}
