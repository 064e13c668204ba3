import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { cutServer } from '../../src/backup/index.ts';
import type { DatabaseTarget } from '../../src/metrics/index.ts';
import { METRICS_COLLECTORS_LIMITS } from '../../src/metrics/index.ts';

/** A target as boot makes it, over npm pg alone. */
export function targetFor(name: string, url: () => string): DatabaseTarget {
  return {
    name,
    mark: randomUUID(),
    address: 'test',
    connect: async () => {
      const client = new pg.Client({
        connectionString: url(),
        connectionTimeoutMillis: METRICS_COLLECTORS_LIMITS.connectMs,
        application_name: 'holdfast collector',
        options: '-c default_transaction_read_only=on -c search_path=pg_catalog -c statement_timeout=3000',
      });
      client.on('error', () => undefined);
      await client.connect();
      return {
        query: async (sql, values) =>
          (await client.query<Record<string, unknown>>(sql, values === undefined ? undefined : [...values])).rows,
        close: () => client.end(),
        destroy: () => cutServer(client),
      };
    },
  };
}
