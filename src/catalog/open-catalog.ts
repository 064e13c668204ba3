import { randomInt } from 'node:crypto';
import { Kysely, PostgresDialect, type PostgresPool, type PostgresPoolClient, type Transaction } from 'kysely';
import pg from 'pg';
import { type Clock, Failure, invariant, type Log } from '../base/index.ts';
import { asCatalogError, isCollision } from './database-errors.ts';
import { CATALOG_FAILURES } from './failures.ts';
import { CATALOG_LIMITS } from './limits.ts';
import { migrate } from './migrate.ts';
import type { Catalog, CatalogMigration, CatalogStatus } from './types.ts';

export interface OpenCatalogOptions {
  /** `postgres://user:password@host:port/database`. */
  readonly url: string;
  readonly migrations: readonly CatalogMigration[];
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * Connects, checks the server, brings the schema up to date.
 * Throws `catalog.url-invalid`, `catalog.unavailable`, `catalog.server-too-old`, `catalog.not-durable` and the
 * failures of migrations.
 */
export async function openCatalog(options: OpenCatalogOptions): Promise<Catalog> {
  const pool = createPool(options);
  try {
    await prepare(pool, options);
  } catch (error) {
    await pool.end();
    throw asCatalogError(error);
  }
  const root = new Kysely<unknown>({ dialect: new PostgresDialect({ pool: mappedPool(pool) }) });
  let closing: Promise<void> | undefined;
  return {
    db: <Tables>() => seenAs<Tables>(root),
    transaction: (work) => withRetries(root, work, options.clock),
    status: async () => {
      const client = mappedClient(await mappedConnect(pool));
      try {
        return statusOf(await client.query(STATUS_QUERY, []));
      } finally {
        client.release();
      }
    },
    close: () => {
      closing ??= root.destroy();
      return closing;
    },
  };
}

/** Each area sees its own tables only. Safe because the type parameter exists in the compiler alone. */
const seenAs = <Tables>(root: Kysely<unknown>): Kysely<Tables> => root as unknown as Kysely<Tables>;

function createPool({ url, log }: OpenCatalogOptions): pg.Pool {
  if (!/^postgres(ql)?:\/\//.test(url) || !URL.canParse(url)) throw new Failure(CATALOG_FAILURES.urlInvalid);
  const pool = new pg.Pool({
    connectionString: url,
    max: CATALOG_LIMITS.connections,
    connectionTimeoutMillis: CATALOG_LIMITS.connectTimeoutMs,
    idleTimeoutMillis: CATALOG_LIMITS.idleConnectionMs,
    statement_timeout: CATALOG_LIMITS.statementTimeoutMs,
    lock_timeout: CATALOG_LIMITS.lockTimeoutMs,
    idle_in_transaction_session_timeout: CATALOG_LIMITS.idleInTransactionMs,
    application_name: 'holdfast',
    keepAlive: true,
    types: { getTypeParser },
  });
  // An idle connection that breaks has no caller; without a listener the event would end the process.
  pool.on('error', (error) => {
    if (!pool.ending) log.warn({ reason: error.message }, 'an idle connection to the relational store broke');
  });
  // A connection in use tells its caller by the query that fails; its own event needs a listener all the same.
  pool.on('connect', (client) => client.on('error', () => undefined));
  return pool;
}

const INT8_OID = 20;
const parseSafeInteger = (text: string): number => {
  const number = Number(text);
  invariant(Number.isSafeInteger(number), `a bigint column holds ${text}, which is no safe integer`);
  return number;
};
const getTypeParser: typeof pg.types.getTypeParser = (oid: number, format?: 'text' | 'binary') =>
  oid === INT8_OID && format !== 'binary' ? parseSafeInteger : pg.types.getTypeParser(oid, format as 'text');

interface ServerFacts {
  readonly version: number;
  readonly version_text: string;
  readonly fsync: string;
  readonly synchronous_commit: string;
}

const SERVER_FACTS = `SELECT current_setting('server_version_num')::int / 10000 AS version,
  current_setting('server_version') AS version_text,
  current_setting('fsync') AS fsync, current_setting('synchronous_commit') AS synchronous_commit`;

async function prepare(pool: pg.Pool, { migrations, clock, log }: OpenCatalogOptions): Promise<void> {
  const client = await pool.connect();
  let isBroken = true;
  try {
    const facts = (await client.query<ServerFacts>(SERVER_FACTS)).rows[0];
    invariant(facts !== undefined, 'a query of settings answers one row');
    const versionMin = CATALOG_LIMITS.serverVersionMin;
    if (facts.version < versionMin) {
      throw new Failure(CATALOG_FAILURES.serverTooOld, { version: facts.version_text, versionMin });
    }
    for (const setting of ['fsync', 'synchronous_commit'] as const) {
      if (facts[setting] === 'off') throw new Failure(CATALOG_FAILURES.notDurable, { setting });
    }
    await migrate(client, { migrations, clock, log });
    isBroken = false;
  } finally {
    client.release(isBroken);
  }
}

const STATUS_QUERY = `SELECT current_setting('server_version') AS version,
  pg_database_size(current_database()) AS bytes`;

function statusOf(result: { readonly rows: readonly unknown[] }): CatalogStatus {
  const row = result.rows[0] as { readonly version: string; readonly bytes: number };
  return { serverVersion: row.version, bytes: row.bytes };
}

async function mappedConnect(pool: pg.Pool): Promise<PostgresPoolClient> {
  try {
    // The driver's overloads are wider than the two calls that kysely makes.
    return (await pool.connect()) as unknown as PostgresPoolClient;
  } catch (error) {
    throw asCatalogError(error);
  }
}

/** The same client, whose queries fail with failures of the catalog. */
function mappedClient(client: PostgresPoolClient): PostgresPoolClient {
  const query = async <Row>(sql: string, parameters: readonly unknown[]) => {
    try {
      return await client.query<Row>(sql, [...parameters]);
    } catch (error) {
      throw asCatalogError(error);
    }
  };
  return { query: query as PostgresPoolClient['query'], release: () => client.release() };
}

function mappedPool(pool: pg.Pool): PostgresPool {
  // Kysely remembers per client whether it is new, by identity: one wrapper for each client.
  const wrappers = new WeakMap<object, PostgresPoolClient>();
  return {
    connect: async () => {
      const client = await mappedConnect(pool);
      const wrapper = wrappers.get(client) ?? mappedClient(client);
      wrappers.set(client, wrapper);
      return wrapper;
    },
    end: () => pool.end(),
  };
}

/**
 * SERIALIZABLE needs retries by design (PostgreSQL manual, 13.2.3). The pauses are random within a growing bound,
 * so that two transactions that collided do not meet again.
 */
async function withRetries<Tables, Result>(
  root: Kysely<unknown>,
  work: (trx: Transaction<Tables>) => Promise<Result>,
  clock: Clock,
): Promise<Result> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await seenAs<Tables>(root).transaction().setIsolationLevel('serializable').execute(work);
    } catch (error) {
      if (!isCollision(error)) throw error;
      if (attempt >= CATALOG_LIMITS.transactionAttempts) {
        throw new Failure(CATALOG_FAILURES.transactionConflict, { attempts: attempt }, { cause: error });
      }
      const bound = Math.min(
        CATALOG_LIMITS.transactionBackoffMaxMs,
        CATALOG_LIMITS.transactionBackoffMs * 2 ** attempt,
      );
      await clock.sleep(1 + randomInt(bound));
    }
  }
}
