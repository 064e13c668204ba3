import pg from 'pg';
import { Failure } from '../../base/index.ts';
import type { RunningPostgres } from '../types.ts';
import { BACKUP_PROVE_FAILURES } from './failures.ts';
import { BACKUP_PROVE_LIMITS } from './limits.ts';

/** Questions to a restored cluster, as its superuser, through the socket that trusts whoever may enter its folder. */
export interface RestoredSession {
  readonly query: (sql: string, database?: string) => Promise<readonly Readonly<Record<string, unknown>>[]>;
  readonly close: () => Promise<void>;
}

/** Signs in as the first of `roles` that exists, and from there as a superuser where the cluster has one. */
export async function openRestored(
  server: RunningPostgres,
  options: { readonly roles: readonly string[]; readonly database: string },
): Promise<RestoredSession> {
  const role = await findRole(server, options.roles);
  const clients = new Map<string, pg.Client>();
  const clientOf = async (database: string): Promise<pg.Client> => {
    const open = clients.get(database);
    if (open !== undefined) return open;
    const client = await connect(server, role, database);
    clients.set(database, client);
    return client;
  };
  return {
    query: async (sql, database = options.database) => {
      const { rows } = await (await clientOf(database)).query<Record<string, unknown>>(sql);
      return rows;
    },
    close: async () => {
      await Promise.all([...clients.values()].map((client) => client.end().catch(() => undefined)));
    },
  };
}

async function connect(server: RunningPostgres, role: string, database: string): Promise<pg.Client> {
  const url = new URL(server.url);
  const client = new pg.Client({
    host: url.searchParams.get('host') ?? '',
    port: server.port,
    user: role,
    database,
    connectionTimeoutMillis: BACKUP_PROVE_LIMITS.connectMs,
    statement_timeout: BACKUP_PROVE_LIMITS.statementMs,
    application_name: 'holdfast restore proof',
  });
  // A server that goes away fails the query under way; without a listener it would end the process.
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

async function findRole(server: RunningPostgres, roles: readonly string[]): Promise<string> {
  for (const role of new Set(roles)) {
    const client = await connect(server, role, 'template1').catch((error: unknown) => {
      // Only a role that is not there, or may not sign in, leads to the next one.
      if ((error as { readonly code?: unknown }).code === '28000') return undefined;
      throw error;
    });
    if (client === undefined) continue;
    try {
      const { rows } = await client.query<{ rolname: string }>(
        'SELECT rolname FROM pg_roles WHERE rolsuper AND rolcanlogin ORDER BY oid LIMIT 1',
      );
      return rows[0]?.rolname ?? role;
    } finally {
      await client.end();
    }
  }
  throw new Failure(BACKUP_PROVE_FAILURES.noRole, { roles: roles.join(', ') });
}
