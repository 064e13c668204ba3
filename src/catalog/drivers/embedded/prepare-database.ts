import pg from 'pg';
import { CATALOG_LIMITS } from '../../limits.ts';
import { type ServerSecrets, SUPERUSER } from './data-folder.ts';

export const APP_ROLE = 'holdfast';
export const APP_DATABASE = 'holdfast';

export const urlFor = (role: string, password: string, port: number, database: string): string =>
  `postgres://${role}:${encodeURIComponent(password)}@127.0.0.1:${port}/${database}`;

/**
 * Makes the program's role, which is no superuser, and its database. Runs at every start and does only what is
 * missing, so that a crash between the steps is mended by the next start.
 */
export async function prepareDatabase(port: number, secrets: ServerSecrets): Promise<void> {
  const client = new pg.Client({
    connectionString: urlFor(SUPERUSER, secrets.superuserPassword, port, 'postgres'),
    connectionTimeoutMillis: CATALOG_LIMITS.connectTimeoutMs,
  });
  client.on('error', () => undefined);
  await client.connect();
  try {
    const roles = await client.query('SELECT 1 FROM pg_roles WHERE rolname = $1', [APP_ROLE]);
    // The alphabet of generated passwords has no quote; a literal is the only form that this statement takes.
    const password = client.escapeLiteral(secrets.appPassword);
    if (roles.rowCount === 0) await client.query(`CREATE ROLE ${APP_ROLE} LOGIN NOSUPERUSER PASSWORD ${password}`);
    const databases = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [APP_DATABASE]);
    if (databases.rowCount === 0) await client.query(`CREATE DATABASE ${APP_DATABASE} OWNER ${APP_ROLE}`);
  } finally {
    await client.end();
  }
}
