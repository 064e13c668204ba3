import type { Catalog } from '../../catalog/index.ts';
import type { AlarmsTables } from './migrations.ts';

const NAME = 'evaluated';

/** Up to when everything was evaluated, as it was last written down. */
export async function readCheckpoint(catalog: Catalog): Promise<number | undefined> {
  const row = await catalog
    .db<AlarmsTables>()
    .selectFrom('alarm_checkpoint')
    .select('at_ms')
    .where('name', '=', NAME)
    .executeTakeFirst();
  return row?.at_ms;
}

export async function writeCheckpoint(catalog: Catalog, atMs: number): Promise<void> {
  await catalog
    .db<AlarmsTables>()
    .insertInto('alarm_checkpoint')
    .values({ name: NAME, at_ms: atMs })
    .onConflict((conflict) => conflict.column('name').doUpdateSet({ at_ms: atMs }))
    .execute();
}
