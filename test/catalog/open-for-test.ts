import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { silentLog, systemClock } from '../../src/base/index.ts';
import {
  type EmbeddedPostgres,
  type EmbeddedPostgresOptions,
  startEmbeddedPostgres,
} from '../../src/catalog/drivers/embedded/index.ts';
import { type Catalog, type CatalogMigration, openCatalog } from '../../src/catalog/index.ts';

export interface ServerForTest {
  readonly server: EmbeddedPostgres;
  readonly folder: string;
  readonly open: (migrations: readonly CatalogMigration[]) => Promise<Catalog>;
  /** Stops the server and removes its folder. */
  readonly remove: () => Promise<void>;
}

/** A real server in a folder of its own. */
export async function serverForTest(options: Partial<EmbeddedPostgresOptions> = {}): Promise<ServerForTest> {
  const top = await mkdtemp(path.join(os.tmpdir(), 'holdfast-catalog-'));
  const folder = path.join(top, 'catalog');
  const server = await startEmbeddedPostgres({ folder, clock: systemClock, log: silentLog(), ...options });
  return {
    server,
    folder,
    open: (migrations) => openCatalog({ url: server.url, migrations, clock: systemClock, log: silentLog() }),
    remove: async () => {
      await server.stop();
      await rm(top, { recursive: true, force: true });
    },
  };
}
