import { Failure } from '../../base/index.ts';
import type { Catalog } from '../../catalog/index.ts';
import { LOGS_FAILURES } from '../failures.ts';
import { LOGS_LIMITS } from '../limits.ts';
import type { LogGroupsTable, LogsTables } from '../migrations.ts';
import type { LogGroup } from '../types.ts';

/** A group in memory, with what the write path has to know of it. */
export interface GroupEntry {
  group: LogGroup;
  /** Being removed: nothing may be written or read, and its name is not free yet. */
  isRemoving: boolean;
  streamCount: number;
}

/**
 * All groups and the recently used streams, in memory. One process owns the catalog's log tables: what it changes it
 * changes here too, so that a write or a read of names needs no query. A second process would not be noticed.
 */
export interface GroupRegistry {
  readonly entry: (name: string) => GroupEntry | undefined;
  /** Throws `logs.group-not-found`, or `logs.being-removed` while it goes. */
  readonly get: (name: string) => GroupEntry;
  /** All that are not being removed, by name. */
  readonly sorted: () => readonly LogGroup[];
  readonly put: (entry: GroupEntry) => void;
  readonly drop: (name: string) => void;
  readonly count: () => number;
  readonly knowsStream: (logGroup: string, logStream: string) => boolean;
  readonly rememberStream: (logGroup: string, logStream: string) => void;
  readonly forgetStream: (logGroup: string, logStream: string) => void;
}

export async function loadGroupRegistry(catalog: Catalog): Promise<GroupRegistry> {
  const db = catalog.db<LogsTables>();
  const rows = await db.selectFrom('log_groups').selectAll().execute();
  const counts = await db
    .selectFrom('log_streams')
    .select(({ fn }) => ['log_group', fn.countAll<number>().as('streams')])
    .groupBy('log_group')
    .execute();
  const registry = createGroupRegistry();
  for (const row of rows) registry.put({ group: toGroup(row), isRemoving: row.removing, streamCount: 0 });
  for (const { log_group, streams } of counts) {
    const entry = registry.entry(log_group);
    if (entry !== undefined) entry.streamCount = Number(streams);
  }
  return registry;
}

const toGroup = (
  row: Omit<LogGroupsTable, 'tags'> & { readonly tags: Readonly<Record<string, string>> },
): LogGroup => ({
  name: row.name,
  storageClass: row.storage_class === 'infrequent' ? 'infrequent' : 'standard',
  retentionDays: row.retention_days,
  createdMs: row.created_ms,
  storedBytes: row.stored_bytes,
  deletionProtected: row.deletion_protected,
  tags: row.tags,
});

export function createGroupRegistry(): GroupRegistry {
  const entries = new Map<string, GroupEntry>();
  // Keys are group and stream joined by a colon, which neither may hold. Sets keep the order of insertion.
  const streams = new Set<string>();
  let names: readonly string[] | undefined;
  const streamKey = (logGroup: string, logStream: string): string => `${logGroup}:${logStream}`;
  return {
    entry: (name) => entries.get(name),
    get: (name) => {
      const entry = entries.get(name);
      if (entry === undefined) throw new Failure(LOGS_FAILURES.groupNotFound, { logGroup: name });
      if (entry.isRemoving) throw new Failure(LOGS_FAILURES.beingRemoved, { type: 'the log group', name });
      return entry;
    },
    sorted: () => {
      names ??= [...entries.keys()].sort();
      return names.flatMap((name) => {
        const entry = entries.get(name);
        return entry === undefined || entry.isRemoving ? [] : [entry.group];
      });
    },
    put: (entry) => {
      if (!entries.has(entry.group.name)) names = undefined;
      entries.set(entry.group.name, entry);
    },
    drop: (name) => {
      entries.delete(name);
      names = undefined;
      for (const key of streams) if (key.startsWith(`${name}:`)) streams.delete(key);
    },
    count: () => entries.size,
    knowsStream: (logGroup, logStream) => streams.has(streamKey(logGroup, logStream)),
    rememberStream: (logGroup, logStream) => {
      const oldest = streams.size >= LOGS_LIMITS.knownStreamsMax ? streams.values().next().value : undefined;
      if (oldest !== undefined) streams.delete(oldest);
      streams.add(streamKey(logGroup, logStream));
    },
    forgetStream: (logGroup, logStream) => streams.delete(streamKey(logGroup, logStream)),
  };
}
