import type { Kysely } from 'kysely';
import type { Memory } from '../context.ts';
import type { NotifyTables } from '../migrations.ts';
import type { Routing } from '../types.ts';
import { type CompiledRouting, compileRouting } from './choose-targets.ts';
import { defaultRouting } from './default-routing.ts';

export async function readRouting(db: Kysely<NotifyTables>): Promise<Routing> {
  const row = await db.selectFrom('notify_routing').select(['version', 'config']).executeTakeFirst();
  return row === undefined ? defaultRouting() : { ...row.config, version: row.version };
}

/** The routes as they are in this transaction; compiled anew only when their version changed. */
export async function loadRouting(db: Kysely<NotifyTables>, memory: Memory): Promise<CompiledRouting> {
  const routing = await readRouting(db);
  if (memory.routing?.version === routing.version) return memory.routing;
  // Kept by version: a transaction that is rolled back leaves a version here that the next look finds outdated.
  const compiled = compileRouting(routing);
  memory.routing = compiled;
  return compiled;
}

export async function writeRouting(db: Kysely<NotifyTables>, routing: Routing): Promise<void> {
  const { version, ...config } = routing;
  const values = { version, config: JSON.stringify(config) };
  await db
    .insertInto('notify_routing')
    .values(values)
    .onConflict((conflict) => conflict.column('one' as 'version').doUpdateSet(values))
    .execute();
}
