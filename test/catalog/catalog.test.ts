import { sql } from 'kysely';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isFailure, silentLog, systemClock } from '../../src/base/index.ts';
import { CATALOG_FAILURES, CATALOG_LIMITS, type CatalogMigration, openCatalog } from '../../src/catalog/index.ts';
import { type ServerForTest, serverForTest } from './open-for-test.ts';

let running: ServerForTest;
const opened: { close: () => Promise<void> }[] = [];
let databases = 0;

beforeAll(async () => {
  running = await serverForTest();
});
afterAll(async () => {
  await Promise.all(opened.map((catalog) => catalog.close()));
  await running.remove();
});

async function asRoot(statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: running.server.superuserUrl });
  await client.connect();
  await client.query(statement);
  await client.end();
}

/** The address of an empty database. */
async function newDatabase(): Promise<string> {
  databases += 1;
  const name = `test_${databases}`;
  await asRoot(`CREATE DATABASE ${name} OWNER holdfast`);
  const url = new URL(running.server.url);
  url.pathname = `/${name}`;
  return url.href;
}

async function open(url: string, migrations: readonly CatalogMigration[]) {
  const catalog = await openCatalog({ url, migrations, clock: systemClock, log: silentLog() });
  opened.push(catalog);
  return catalog;
}

const failureOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => undefined,
    (error: unknown) => error,
  );

interface Tables {
  counters: { id: number; value: number };
  catalog_migrations: { name: string; checksum: string };
}
const COUNTERS: CatalogMigration = {
  name: 'test-0001-counters',
  statements: [
    'CREATE TABLE counters (id bigint PRIMARY KEY, value bigint NOT NULL)',
    'INSERT INTO counters VALUES (1, 0), (2, 0)',
  ],
};
const SECOND: CatalogMigration = { name: 'test-0002-second', statements: ['CREATE TABLE second (id bigint)'] };

describe('schema steps', () => {
  test('run once each, in order, also when several processes start at the same time', async () => {
    const url = await newDatabase();
    const catalogs = await Promise.all([1, 2, 3, 4].map(() => open(url, [COUNTERS, SECOND])));
    const names = await catalogs[0]?.db<Tables>().selectFrom('catalog_migrations').select('name').execute();
    expect(names?.map(({ name }) => name).sort()).toEqual([COUNTERS.name, SECOND.name]);
    const counters = await catalogs[1]?.db<Tables>().selectFrom('counters').selectAll().execute();
    expect(counters).toHaveLength(2);
  });

  test('that changed after they ran stop the start', async () => {
    const url = await newDatabase();
    await open(url, [COUNTERS]);
    const edited = { ...COUNTERS, statements: [...COUNTERS.statements, 'SELECT 1'] };
    const error = await failureOf(open(url, [edited]));
    expect(isFailure(error, CATALOG_FAILURES.migrationChanged) && error.message).toContain(COUNTERS.name);
  });

  test('of a newer release stop the start', async () => {
    const url = await newDatabase();
    await open(url, [COUNTERS, SECOND]);
    const error = await failureOf(open(url, [COUNTERS]));
    expect(isFailure(error, CATALOG_FAILURES.migrationUnknown) && error.message).toContain(SECOND.name);
  });

  test('that fail are rolled back whole, and those before them stay', async () => {
    const url = await newDatabase();
    const broken = { name: 'test-0002-broken', statements: ['CREATE TABLE half (id bigint)', 'CREATE TABLE'] };
    const error = await failureOf(open(url, [COUNTERS, broken]));
    expect(isFailure(error, CATALOG_FAILURES.migrationFailed) && error.message).toContain(broken.name);
    const catalog = await open(url, [COUNTERS]);
    const found = await sql<{ half: string | null }>`SELECT to_regclass('half')::text AS half`.execute(catalog.db());
    expect(found.rows).toEqual([{ half: null }]);
  });
});

describe('the server', () => {
  test('is refused when it would lose what it acknowledged', async () => {
    const url = await newDatabase();
    const database = new URL(url).pathname.slice(1);
    await asRoot(`ALTER DATABASE ${database} SET synchronous_commit = off`);
    const error = await failureOf(open(url, []));
    expect(isFailure(error, CATALOG_FAILURES.notDurable) && error.message).toContain('synchronous_commit');
  });

  test('that is not there is a retryable failure', async () => {
    const error = await failureOf(open('postgres://holdfast:x@127.0.0.1:1/holdfast', []));
    expect(isFailure(error, CATALOG_FAILURES.unavailable) && error.retryable).toBe(true);
  });

  test('needs an address that is one', async () => {
    for (const url of ['', 'holdfast', 'mysql://127.0.0.1/x', 'postgres://[']) {
      expect(isFailure(await failureOf(open(url, [])), CATALOG_FAILURES.urlInvalid)).toBe(true);
    }
  });

  test('shows its version and size', async () => {
    const status = await (await open(await newDatabase(), [COUNTERS])).status();
    expect(status.serverVersion).toContain(running.server.version);
    expect(status.bytes).toBeGreaterThan(1_000_000);
  });

  test('may drop connections: calls work again as soon as the pool has seen it', async () => {
    const url = await newDatabase();
    const catalog = await open(url, [COUNTERS]);
    const busy = failureOf(sql`SELECT pg_sleep(30)`.execute(catalog.db()));
    const sleeping = `SELECT count(*)::int AS n FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep%'`;
    await expect.poll(async () => (await sql.raw<{ n: number }>(sleeping).execute(catalog.db())).rows[0]?.n).toBe(1);
    await asRoot(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'holdfast'`);
    expect(isFailure(await busy, CATALOG_FAILURES.unavailable)).toBe(true);
    const counters = () => catalog.db<Tables>().selectFrom('counters').selectAll().execute();
    await expect.poll(() => counters().then(({ length }) => length, String)).toBe(2);
  });
});

describe('transactions', () => {
  test('that collide are retried until each has counted', async () => {
    const catalog = await open(await newDatabase(), [COUNTERS]);
    let runs = 0;
    const addOne = () =>
      catalog.transaction<Tables, void>(async (trx) => {
        runs += 1;
        const row = await trx.selectFrom('counters').select('value').where('id', '=', 1).executeTakeFirstOrThrow();
        await trx
          .updateTable('counters')
          .set({ value: row.value + 1 })
          .where('id', '=', 1)
          .execute();
      });
    const workers = Array.from({ length: 4 }, async () => {
      for (let count = 0; count < 10; count += 1) await addOne();
    });
    await Promise.all(workers);
    const rows = await catalog.db<Tables>().selectFrom('counters').select('value').where('id', '=', 1).execute();
    expect(rows).toEqual([{ value: 40 }]);
    expect(runs).toBeGreaterThan(40);
  });

  test('that always collide end in a retryable failure', async () => {
    const catalog = await open(await newDatabase(), [COUNTERS]);
    let runs = 0;
    const collide = catalog.transaction<Tables, void>(async (trx) => {
      runs += 1;
      await sql`DO $$ BEGIN RAISE EXCEPTION 'collision' USING ERRCODE = '40001'; END $$`.execute(trx);
    });
    const error = await failureOf(collide);
    expect(isFailure(error, CATALOG_FAILURES.transactionConflict) && error.retryable).toBe(true);
    expect(runs).toBe(CATALOG_LIMITS.transactionAttempts);
  });

  test('that fail leave nothing behind and are not repeated', async () => {
    const catalog = await open(await newDatabase(), [COUNTERS]);
    let runs = 0;
    const failing = catalog.transaction<Tables, void>(async (trx) => {
      runs += 1;
      await trx.updateTable('counters').set({ value: 99 }).execute();
      await trx.insertInto('counters').values({ id: 1, value: 0 }).execute();
    });
    expect(await failureOf(failing)).toBeDefined();
    expect(runs).toBe(1);
    const rows = await catalog.db<Tables>().selectFrom('counters').select('value').execute();
    expect(rows).toEqual([{ value: 0 }, { value: 0 }]);
  });
});

test('bigint columns are numbers, and one beyond the safe integers is not rounded in silence', async () => {
  const catalog = await open(await newDatabase(), [COUNTERS]);
  const safe = await sql<{ n: number }>`SELECT 9007199254740991::bigint AS n`.execute(catalog.db());
  expect(safe.rows).toEqual([{ n: Number.MAX_SAFE_INTEGER }]);
  const beyond = await failureOf(sql`SELECT 9007199254740992::bigint AS n`.execute(catalog.db()));
  expect(String(beyond)).toContain('no safe integer');
});
