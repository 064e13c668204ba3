import type { Selectable } from 'kysely';
import type { Secrets } from '../../access/index.ts';
import { Failure } from '../../base/index.ts';
import type { Catalog } from '../../catalog/index.ts';
import { BACKUP_FAILURES } from '../failures.ts';
import type { BackupTables } from '../migrations.ts';
import type { BackupSource } from '../types.ts';
import { BACKUP_SERVICE_LIMITS } from './limits.ts';

export interface StoredSource {
  readonly source: BackupSource;
  readonly addedMs: number;
}

/** The clusters that people put under backup, with their addresses sealed. */
export interface SourceStore {
  readonly list: () => Promise<readonly StoredSource[]>;
  /** Throws `backup.source-exists` and `backup.source-too-many`. */
  readonly add: (source: BackupSource, addedMs: number) => Promise<void>;
  readonly change: (source: BackupSource, changedMs: number) => Promise<void>;
  readonly remove: (name: string) => Promise<void>;
}

const owner = (name: string): string => `backup:source/${name}`;

export function createSourceStore(catalog: Catalog, secrets: Secrets): SourceStore {
  const db = () => catalog.db<BackupTables>();
  const columnsOf = ({ name, url, systemId, ...settings }: BackupSource) => ({
    url_sealed: secrets.seal(url, owner(name)),
    system_id: systemId ?? null,
    settings: JSON.stringify(settings),
  });
  return {
    list: async () => {
      const rows = await db().selectFrom('backup_sources').selectAll().orderBy('name').execute();
      return rows.map((row) => ({ source: sourceOf(row, secrets), addedMs: row.created_ms }));
    },
    add: async (source, addedMs) => {
      const { name } = source;
      await catalog.transaction<BackupTables, void>(async (trx) => {
        const rows = await trx.selectFrom('backup_sources').select('name').execute();
        if (rows.some((row) => row.name === name)) throw new Failure(BACKUP_FAILURES.sourceExists, { source: name });
        const max = BACKUP_SERVICE_LIMITS.sourcesMax;
        if (rows.length >= max) throw new Failure(BACKUP_FAILURES.sourceTooMany, { max });
        const row = { name, ...columnsOf(source), created_ms: addedMs, changed_ms: addedMs };
        await trx.insertInto('backup_sources').values(row).execute();
      });
    },
    change: async (source, changedMs) => {
      await db()
        .updateTable('backup_sources')
        .set({ ...columnsOf(source), changed_ms: changedMs })
        .where('name', '=', source.name)
        .execute();
    },
    remove: async (name) => {
      await db().deleteFrom('backup_sources').where('name', '=', name).execute();
    },
  };
}

type Row = Pick<Selectable<BackupTables['backup_sources']>, 'name' | 'url_sealed' | 'system_id' | 'settings'>;

function sourceOf(row: Row, secrets: Secrets): BackupSource {
  const settings = row.settings as Omit<BackupSource, 'name' | 'url' | 'systemId'>;
  return {
    ...settings,
    name: row.name,
    url: secrets.unseal(row.url_sealed, owner(row.name)),
    ...(row.system_id === null ? {} : { systemId: row.system_id }),
  };
}
