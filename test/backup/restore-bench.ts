/**
 * Backups of a real server made by hand: a low-level copy cut into packs, and the server's own WAL files. They stand
 * for what the snapshot and WAL parts give, so that restores are tested without them as well.
 */
import { createHash } from 'node:crypto';
import { chmod, mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { parseLsn, parseTimelineHistory } from '../../src/backup/protocol/index.ts';
import type { RestoreDeps } from '../../src/backup/restore/index.ts';
import { walFileName } from '../../src/backup/restore/wal-files.ts';
import type {
  BackupCatalog,
  Snapshot,
  SnapshotFile,
  TimelineHistory,
  WalReader,
  WalStretch,
} from '../../src/backup/types.ts';
import { silentLog, systemClock } from '../../src/base/index.ts';
import { createPostgresRunner } from '../../src/catalog/drivers/embedded/index.ts';
import type { TestPostgres } from './postgres.ts';

export const SOURCE = 'shop';
const SEGMENT = 16 * 1024 * 1024;
const CHUNK = 32 * 1024;
const PACK = 512 * 1024;

/** Damages the bytes of a file on their way into a snapshot. */
export type AlterFile = (name: string, bytes: Buffer) => void;

export interface RestoreBench {
  readonly snapshot: (server: TestPostgres, alter?: AlterFile) => Promise<Snapshot>;
  /** Notes the WAL of the server up to now as one stretch of its timeline. */
  readonly noteWal: (server: TestPostgres) => Promise<WalStretch>;
  readonly catalog: BackupCatalog;
  readonly wal: WalReader;
  readonly packs: Map<string, Buffer>;
  readonly stretches: WalStretch[];
  readonly namedPoints: Awaited<ReturnType<BackupCatalog['namedPoints']>>[number][];
  readonly walFiles: Map<string, Buffer>;
  readonly deps: RestoreDeps;
  readonly newFolder: () => Promise<string>;
  readonly remove: () => Promise<void>;
}

export async function newRestoreBench(): Promise<RestoreBench> {
  const root = await mkdtemp(path.join(os.tmpdir(), 'holdfast-restore-'));
  // Servers run as another user than root, which has to reach what it restores.
  await chmod(root, 0o755);
  const packs = new Map<string, Buffer>();
  const contents = new Map<
    string,
    { files: readonly SnapshotFile[]; tablespaces: readonly { oid: number; location: string }[] }
  >();
  const snapshots: Snapshot[] = [];
  const stretches: WalStretch[] = [];
  const timelines: TimelineHistory[] = [];
  const namedPoints: Awaited<ReturnType<BackupCatalog['namedPoints']>>[number][] = [];
  const walFiles = new Map<string, Buffer>();
  const catalog: BackupCatalog = {
    snapshots: async () => snapshots,
    content: async (snapshot) => {
      const found = contents.get(snapshot.id);
      return {
        snapshot,
        tablespaces: found?.tablespaces ?? [],
        files: (async function* () {
          yield* found?.files ?? [];
        })(),
      };
    },
    stretches: async () => stretches,
    timelines: async () => timelines,
    namedPoints: async () => namedPoints,
  };
  const wal: WalReader = {
    segment: async (_source, timeline, number, size) => walFiles.get(walFileName(timeline, number, size)),
  };
  let folders = 0;
  const runner = createPostgresRunner({ folder: path.join(root, 'programs'), clock: systemClock });
  return {
    catalog,
    wal,
    packs,
    stretches,
    namedPoints,
    walFiles,
    deps: {
      catalog,
      wal,
      runner,
      clock: systemClock,
      log: silentLog(),
      vault: {
        get: async function* (id, options = {}) {
          const bytes = packs.get(id);
          if (bytes === undefined) throw new Error(`no pack ${id}`);
          const { offset, length } = options.range ?? { offset: 0, length: bytes.length };
          const end = Math.min(bytes.length, offset + length);
          for (let at = offset; at < end; at += 100_000) yield bytes.subarray(at, Math.min(end, at + 100_000));
        },
      },
    },
    snapshot: async (server, alter) => {
      const { snapshot, files, tablespaces } = await copyServer(server, packs, alter);
      snapshots.push(snapshot);
      contents.set(snapshot.id, { files, tablespaces });
      return snapshot;
    },
    noteWal: async (server) => {
      const stretch = await readServerWal(server, walFiles, timelines);
      stretches.push(stretch);
      return stretch;
    },
    newFolder: async () => {
      folders += 1;
      return path.join(root, `restored-${folders}`);
    },
    remove: () => rm(root, { recursive: true, force: true }),
  };
}

async function copyServer(server: TestPostgres, packs: Map<string, Buffer>, alter: AlterFile = () => undefined) {
  const client = new pg.Client({ connectionString: server.url });
  await client.connect();
  try {
    const begunMs = Date.now();
    const started = await client.query<{ lsn: string }>(`SELECT pg_backup_start('bench', true)::text AS lsn`);
    const paths = (await readdir(server.dataFolder, { recursive: true, withFileTypes: true }))
      .map((entry) => ({ entry, file: path.relative(server.dataFolder, path.join(entry.parentPath, entry.name)) }))
      .filter(({ file }) => !/^(pg_wal|pg_replslot|pg_tblspc)\/|^postmaster|pg_internal|^pgsql_tmp/.test(file));
    const bytesOf = new Map<string, Buffer>();
    for (const { entry, file } of paths) {
      const bytes = entry.isFile()
        ? await readFile(path.join(server.dataFolder, file)).catch(() => undefined)
        : undefined;
      if (bytes === undefined) continue;
      alter(file, bytes);
      bytesOf.set(file, bytes);
    }
    const spaces = await client.query<{ oid: number; location: string }>(
      `SELECT oid::int, pg_tablespace_location(oid) AS location FROM pg_tablespace WHERE pg_tablespace_location(oid) <> ''`,
    );
    for (const { oid, location } of spaces.rows) {
      for (const entry of await readdir(location, { recursive: true, withFileTypes: true })) {
        const file = path.relative(location, path.join(entry.parentPath, entry.name));
        if (entry.isFile()) bytesOf.set(`pg_tblspc/${oid}/${file}`, await readFile(path.join(location, file)));
      }
    }
    const stopped = await client.query<{ lsn: string; labelfile: string; tli: number; version: string }>(
      `SELECT lsn::text, labelfile, (SELECT timeline_id FROM pg_control_checkpoint()) AS tli,
              current_setting('server_version_num') AS version FROM pg_backup_stop(false)`,
    );
    const stop = stopped.rows[0];
    if (stop === undefined) throw new Error('no stop');
    bytesOf.set('backup_label', Buffer.from(stop.labelfile));
    const startLsn = parseLsn(started.rows[0]?.lsn ?? '');
    const stopLsn = parseLsn(stop.lsn);
    for (let number = startLsn / BigInt(SEGMENT); number <= (stopLsn - 1n) / BigInt(SEGMENT); number += 1n) {
      const name = walFileName(stop.tli, number, SEGMENT);
      bytesOf.set(`pg_wal/${name}`, await readFile(path.join(server.dataFolder, 'pg_wal', name)));
    }
    const folders = paths.filter(({ entry }) => entry.isDirectory()).map(({ file }) => folderOf(file));
    const files = [...folders, ...cutFiles(bytesOf, packs)];
    const clusterBytes = [...bytesOf.values()].reduce((sum, { length }) => sum + length, 0);
    const endedMs = Number(
      (await client.query<{ ms: string }>(`SELECT extract(epoch FROM clock_timestamp()) * 1000 AS ms`)).rows[0]?.ms,
    );
    const snapshot: Snapshot = {
      id: `${SOURCE}-${begunMs}`,
      itemId: `item-${begunMs}`,
      source: SOURCE,
      systemId: 'test',
      serverVersion: Number(stop.version),
      start: { timeline: stop.tli, lsn: startLsn },
      stop: { timeline: stop.tli, lsn: stopLsn },
      begunMs,
      endedMs,
      fromStandby: false,
      clusterBytes,
      newBytes: clusterBytes,
      files: files.length,
      walSegmentBytes: SEGMENT,
      retainUntilMs: begunMs + 86_400_000,
      settings: { max_connections: '100' },
    };
    return { snapshot, files, tablespaces: spaces.rows };
  } finally {
    await client.end();
  }
}

const folderOf = (file: string): SnapshotFile => ({
  path: file,
  type: 'folder',
  mode: 0o700,
  sizeBytes: 0,
  chunks: [],
});

function cutFiles(bytesOf: ReadonlyMap<string, Buffer>, packs: Map<string, Buffer>): SnapshotFile[] {
  const known = new Map<string, { pack: string; offset: number; length: number }>();
  let parts: Buffer[] = [];
  let length = 0;
  let name = `pack-${packs.size}`;
  const seal = (): void => {
    packs.set(name, Buffer.concat(parts));
    parts = [];
    length = 0;
    name = `pack-${packs.size}`;
  };
  const files = [...bytesOf].map(([file, bytes]): SnapshotFile => {
    const chunks = [];
    for (let at = 0; at < bytes.length; at += CHUNK) {
      const chunk = bytes.subarray(at, at + CHUNK);
      if (chunk.every((byte) => byte === 0)) {
        chunks.push({ pack: '', offset: 0, length: chunk.length });
        continue;
      }
      const key = createHash('sha256').update(chunk).digest('hex');
      const place = known.get(key) ?? { pack: name, offset: length, length: chunk.length };
      if (!known.has(key)) {
        known.set(key, place);
        parts.push(chunk);
        length += chunk.length;
      }
      chunks.push(place);
      if (length >= PACK) seal();
    }
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    return { path: file, type: 'file', mode: 0o600, sizeBytes: bytes.length, sha256, chunks };
  });
  seal();
  return files;
}

async function readServerWal(
  server: TestPostgres,
  walFiles: Map<string, Buffer>,
  timelines: TimelineHistory[],
): Promise<WalStretch> {
  const [row] = await server.query<{ lsn: string; tli: number; ms: string; first: string }>(
    `SELECT pg_current_wal_flush_lsn()::text AS lsn, pg_walfile_name(pg_current_wal_lsn() - 1) AS first,
            extract(epoch FROM (pg_last_committed_xact()).timestamp) * 1000 AS ms`,
  );
  const toLsn = parseLsn(row?.lsn ?? '');
  const timeline = Number.parseInt((row?.first ?? '').slice(0, 8), 16);
  const folder = path.join(server.dataFolder, 'pg_wal');
  const names = (await readdir(folder)).filter((name) => /^[0-9A-F]{24}$/.test(name)).sort();
  const lastName = walFileName(timeline, (toLsn - 1n) / BigInt(SEGMENT), SEGMENT);
  let fromLsn: bigint | undefined;
  for (const name of names) {
    if (Number.parseInt(name.slice(0, 8), 16) !== timeline || name > lastName) continue;
    const number = BigInt(`0x${name.slice(8, 16)}`) * 256n + BigInt(`0x${name.slice(16)}`);
    const bytes = await readFile(path.join(folder, name));
    // What follows the known end is left over from a recycled file, which a reader never gives.
    if (name === lastName) bytes.fill(0, Number(toLsn - number * BigInt(SEGMENT)));
    walFiles.set(name, bytes);
    fromLsn ??= number * BigInt(SEGMENT);
  }
  for (const name of await readdir(folder)) {
    const number = /^([0-9A-F]{8})\.history$/.exec(name)?.[1];
    if (number === undefined || timelines.some((history) => history.timeline === Number.parseInt(number, 16))) continue;
    const text = await readFile(path.join(folder, name), 'utf8');
    timelines.push(parseTimelineHistory(Number.parseInt(number, 16), text));
  }
  return {
    source: SOURCE,
    systemId: 'test',
    timeline,
    fromLsn: fromLsn ?? toLsn,
    toLsn,
    lastCommitMs: Number(row?.ms),
  };
}

export const sizeOf = async (file: string): Promise<number> => (await stat(file).catch(() => undefined))?.size ?? -1;
