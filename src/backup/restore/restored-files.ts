import path from 'node:path';
import { Failure } from '../../base/index.ts';
import type { SnapshotContent, SnapshotFile } from '../types.ts';
import { type ChunkRuns, createChunkRuns } from './chunk-runs.ts';
import { BACKUP_RESTORE_FAILURES } from './failures.ts';
import { SIDE_FOLDER, TABLESPACES_FOLDER } from './restore-folder.ts';

export interface RestoredFile {
  /** As the snapshot names it. */
  readonly path: string;
  readonly place: string;
  readonly mode: number;
  readonly sizeBytes: number;
  readonly sha256: string | undefined;
  /** Bytes that come out of packs; the rest are holes. */
  readonly packedBytes: number;
}

export interface RestoredTablespace {
  readonly oid: number;
  /** The link in the data folder, and where it leads. */
  readonly link: string;
  readonly folder: string;
  readonly bytes: number;
}

export interface RestoreLayout {
  readonly folders: readonly { readonly place: string; readonly mode: number }[];
  readonly files: readonly RestoredFile[];
  readonly runs: ChunkRuns;
  readonly tablespaces: readonly RestoredTablespace[];
  readonly totalBytes: number;
  readonly packedBytes: number;
}

/** Where `pg_control` waits until everything else is written: without it no server starts over the folder. */
export const CONTROL_FILE = 'global/pg_control';
export const waitingControlFile = (sideFolder: string): string => path.join(sideFolder, 'pg_control');

/** They would start a standby, or tell of a server and of places that are not here. */
const LEFT_OUT: ReadonlySet<string> = new Set([
  'standby.signal',
  'recovery.signal',
  'tablespace_map',
  'postmaster.pid',
  'postmaster.opts',
]);

/** Reads the manifest of a snapshot into the folders, files and runs of a restore. */
export async function layOutRestore(request: {
  readonly folder: string;
  readonly sideFolder: string;
  readonly content: SnapshotContent;
  /** Folders for tablespaces, by the oid or by the location on the source; the others go below the restore folder. */
  readonly tablespaces: Readonly<Record<string, string>>;
}): Promise<RestoreLayout> {
  const { content, folder } = request;
  const places = new Map<number, string>();
  for (const { oid, location } of content.tablespaces) {
    const chosen = request.tablespaces[String(oid)] ?? request.tablespaces[location];
    places.set(oid, chosen === undefined ? path.join(folder, TABLESPACES_FOLDER, String(oid)) : path.resolve(chosen));
  }
  const bytesOf = new Map<number, number>();
  const folders: { readonly place: string; readonly mode: number }[] = [];
  const files: RestoredFile[] = [];
  const runs = createChunkRuns();
  let totalBytes = 0;
  let allPackedBytes = 0;
  for await (const file of content.files) {
    if (LEFT_OUT.has(file.path) || file.type === 'link') continue;
    const { place, oid } = placeOf(file, request, places);
    if (file.type === 'folder') {
      folders.push({ place, mode: file.mode });
      continue;
    }
    const packedBytes = addRuns(runs, file, files.length);
    files.push({
      path: file.path,
      place: file.path === CONTROL_FILE ? waitingControlFile(request.sideFolder) : place,
      mode: file.mode,
      sizeBytes: file.sizeBytes,
      sha256: file.sha256,
      packedBytes,
    });
    totalBytes += file.sizeBytes;
    allPackedBytes += packedBytes;
    if (oid !== undefined) bytesOf.set(oid, (bytesOf.get(oid) ?? 0) + file.sizeBytes);
  }
  const tablespaces = [...places].map(([oid, target]) => ({
    oid,
    link: path.join(folder, 'pg_tblspc', String(oid)),
    folder: target,
    bytes: bytesOf.get(oid) ?? 0,
  }));
  return { folders, files, runs, tablespaces, totalBytes, packedBytes: allPackedBytes };
}

function addRuns(runs: ChunkRuns, file: SnapshotFile, number: number): number {
  let fileOffset = 0;
  let packedBytes = 0;
  for (const { pack, offset, length } of file.chunks) {
    // A chunk without a pack is a hole; the file is made at its full size, so zeros stand there already.
    if (pack !== '') {
      runs.add(pack, { packOffset: offset, length, file: number, fileOffset });
      packedBytes += length;
    }
    fileOffset += length;
  }
  return packedBytes;
}

function placeOf(
  file: SnapshotFile,
  request: { readonly folder: string; readonly content: SnapshotContent },
  places: ReadonlyMap<number, string>,
): { readonly place: string; readonly oid?: number } {
  const parts = file.path.split('/');
  const isUnsafe =
    file.path.includes('\0') ||
    parts.some((part) => part === '' || part === '.' || part === '..') ||
    parts[0] === SIDE_FOLDER;
  if (isUnsafe) {
    const snapshot = request.content.snapshot.id;
    throw new Failure(BACKUP_RESTORE_FAILURES.pathUnsafe, { snapshot, path: JSON.stringify(file.path) });
  }
  const oid = parts[0] === 'pg_tblspc' && parts.length > 1 ? Number(parts[1]) : undefined;
  const target = oid === undefined ? undefined : places.get(oid);
  if (oid === undefined || target === undefined) return { place: path.join(request.folder, ...parts) };
  return { place: path.join(target, ...parts.slice(2)), oid };
}
