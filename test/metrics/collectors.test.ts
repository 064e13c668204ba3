import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { systemClock } from '../../src/base/index.ts';
import { createCounters } from '../../src/metrics/collectors/counters.ts';
import { createDiskQuestion } from '../../src/metrics/collectors/postgres/ask-disk.ts';
import { createStatementsQuestion } from '../../src/metrics/collectors/postgres/ask-statements.ts';
import { createTablesQuestion } from '../../src/metrics/collectors/postgres/ask-tables.ts';
import { type Collected, collectPostgres, QUESTIONS } from '../../src/metrics/collectors/postgres/collect-postgres.ts';
import type { StatementText } from '../../src/metrics/collectors/postgres/statement-store.ts';
import type { MetricPoint } from '../../src/metrics/index.ts';
import { createRedactor } from '../../src/redact/index.ts';
import {
  hasPostgres15,
  type Major,
  removeServers,
  runClient,
  startPostgres,
  type TestPostgres,
} from '../backup/postgres.ts';
import { until } from '../harness/program.ts';
import { targetFor } from './collector-session.ts';

afterAll(removeServers);

/** One source with its memory between rounds, as the program keeps it. */
function openSource(url: () => string) {
  const kept: StatementText[] = [];
  const statements = createStatementsQuestion({
    ...{ source: 'shop', redactor: createRedactor(), clock: systemClock },
    store: { load: async () => [], note: async (_, texts) => void kept.push(...texts) },
  });
  const questions = [...QUESTIONS, createDiskQuestion([]), createTablesQuestion(), statements];
  const counters = createCounters();
  const target = targetFor('shop', url);
  const look = async (): Promise<Collected> => {
    const session = await target.connect(new AbortController().signal);
    try {
      return await collectPostgres({
        ...{ source: 'shop', session, questions, counters, isSlow: true, clock: systemClock },
      });
    } finally {
      await session.close();
    }
  };
  return { look, statements: statements.view, kept };
}

const keyOf = (dimensions: Readonly<Record<string, string>>): string =>
  JSON.stringify(Object.entries(dimensions).sort(([a], [b]) => (a < b ? -1 : 1)));

function sumOf(points: readonly MetricPoint[], name: string, dimensions: Readonly<Record<string, string>> = {}) {
  const wanted = keyOf({ source: 'shop', ...dimensions });
  const found = points.filter((point) => point.name === name && keyOf(point.dimensions) === wanted);
  expect(found.length, `${name} ${wanted} is told at most once`).toBeLessThanOrEqual(1);
  return found[0]?.sum;
}

const connectTo = async (server: TestPostgres): Promise<pg.Client> => {
  const client = new pg.Client({ connectionString: server.url });
  client.on('error', () => undefined);
  await client.connect();
  return client;
};

const settings = { shared_preload_libraries: 'pg_stat_statements', deadlock_timeout: '100ms', autovacuum: 'off' };

for (const major of [15, 18] as const satisfies readonly Major[]) {
  describe.skipIf(major === 15 && !hasPostgres15)(`PostgreSQL ${major}`, () => {
    let server: TestPostgres;
    beforeAll(async () => {
      server = await startPostgres({ major, settings });
      await server.query('CREATE EXTENSION pg_stat_statements');
      await runClient(server, 'pgbench', ['-i', '-q', '-s', '1', 'postgres']);
    });

    test('tells what the server itself counted while pgbench ran', async () => {
      const source = openSource(() => server.url);
      const first = await source.look();
      expect(first.unseen).toEqual([]);
      expect(sumOf(first.points, 'Transactions'), 'no rate before there are two readings').toBeUndefined();
      const commits = async (): Promise<number> =>
        Number((await server.query('SELECT sum(xact_commit + xact_rollback) AS n FROM pg_stat_database'))[0]?.['n']);
      const before = await commits();
      const startedMs = performance.now();
      const output = await runClient(server, 'pgbench', ['-c', '2', '-t', '400', '-n', 'postgres']);
      await server.query('CHECKPOINT');
      // The server hands counts over within a second.
      await until('pgbench is counted', async () => (await commits()) - before >= 800);
      const second = await source.look();
      const seconds = (performance.now() - startedMs) / 1000;
      const after = await commits();
      expect(output).toContain('number of transactions actually processed: 800/800');
      const told = (sumOf(second.points, 'Transactions') ?? 0) * seconds;
      expect(told).toBeGreaterThan(750);
      expect(told).toBeLessThan((after - before) * 1.3);
      expect(sumOf(second.points, 'RowsUpdated')).toBeGreaterThan((2_400 / seconds) * 0.7);
      expect(sumOf(second.points, 'CheckpointsRequested')).toBeGreaterThanOrEqual(1);
      expect(sumOf(second.points, 'WalBytes')).toBeGreaterThan(0);
      expect(sumOf(second.points, 'CacheHit')).toBeGreaterThan(50);
      expect(sumOf(second.points, 'IoWrites') !== undefined, 'pg_stat_io is there since 16').toBe(major >= 16);
      const size = Number((await server.query(`SELECT pg_database_size('postgres') AS n`))[0]?.['n']);
      expect(sumOf(second.points, 'DatabaseSize', { database: 'postgres' })).toBeCloseTo(size, -6);
      expect(second.points.every(({ sum }) => sum >= 0)).toBe(true);
      expect(sumOf(second.points, 'DiskUsed'), 'the data folder is of this machine').toBeGreaterThan(0);
    });

    test('names the statements that cost most, without their values', async () => {
      const source = openSource(() => server.url);
      await source.look();
      await runClient(server, 'pgbench', ['-c', '1', '-t', '100', '-n', 'postgres']);
      await server.query(`SELECT count(*), 'secret-of-a-customer' AS note FROM pgbench_accounts WHERE abalance > 4711`);
      await source.look();
      const { statements } = source.statements();
      const update = statements.find(({ text }) => text.startsWith('UPDATE pgbench_accounts'));
      expect(update?.calls).toBe(100);
      expect(update?.rows).toBe(100);
      const truth = await server.query<{ ms: number }>(
        `SELECT sum(total_exec_time) AS ms FROM pg_stat_statements WHERE query LIKE 'UPDATE pgbench_accounts%'`,
      );
      expect(update?.totalMs).toBeLessThanOrEqual(Number(truth[0]?.ms) + 0.001);
      expect(update?.totalMs).toBeGreaterThan(0);
      expect(JSON.stringify([statements, source.kept])).not.toMatch(/> 4711|secret-of/);
      expect(source.kept.some(({ text }) => text.startsWith('UPDATE pgbench_accounts'))).toBe(true);
    });

    test('sees a wait for a lock, an idle transaction and a deadlock', async () => {
      const source = openSource(() => server.url);
      await server.query('CREATE TABLE IF NOT EXISTS pair (id int PRIMARY KEY, n int)');
      await server.query('INSERT INTO pair VALUES (1, 0), (2, 0) ON CONFLICT DO NOTHING');
      await source.look();
      const [one, two] = [await connectTo(server), await connectTo(server)];
      try {
        await one.query('BEGIN; UPDATE pair SET n = 1 WHERE id = 1');
        const waiting = two.query('BEGIN; UPDATE pair SET n = 2 WHERE id = 2; UPDATE pair SET n = 2 WHERE id = 1');
        waiting.catch(() => undefined);
        let seen: Collected | undefined;
        await until('the wait is seen', async () => {
          seen = await source.look();
          return (sumOf(seen.points, 'LongestLockWait') ?? 0) > 0.2;
        });
        const points = seen?.points ?? [];
        expect(sumOf(points, 'SessionsWaitingForLocks')).toBe(1);
        expect(sumOf(points, 'ActiveSessions', { wait: 'Lock' })).toBe(1);
        expect(sumOf(points, 'Connections', { state: 'idle in transaction' })).toBe(1);
        expect(sumOf(points, 'LongestIdleInTransaction')).toBeGreaterThan(0.2);
        expect(sumOf(points, 'LongestTransaction')).toBeGreaterThan(0.2);
        expect(sumOf(points, 'Deadlocks')).toBe(0);
        const truth = await server.query(
          `SELECT count(*) AS n FROM pg_stat_activity WHERE backend_type = 'client backend'`,
        );
        // The session that asks here and the one of the collector are there one at a time.
        expect(sumOf(points, 'Connections')).toBe(Number(truth[0]?.['n']));
        // Now they wait for each other, and the server ends one of them.
        const ends = await Promise.allSettled([one.query('UPDATE pair SET n = 1 WHERE id = 2'), waiting]);
        expect(ends.filter(({ status }) => status === 'rejected')).toHaveLength(1);
      } finally {
        await Promise.allSettled([one.end(), two.end()]);
      }
      let deadlocks = 0;
      await until('the deadlock is counted', async () => {
        deadlocks += sumOf((await source.look()).points, 'Deadlocks') ?? 0;
        return deadlocks > 0;
      });
      expect(deadlocks).toBe(1);
    });

    test('tells no rise over a restart, and none below nought', async () => {
      const source = openSource(() => server.url);
      await source.look();
      await server.stop('immediate');
      await server.start();
      const after = await source.look();
      expect(sumOf(after.points, 'Connections')).toBeGreaterThan(0);
      for (const name of ['Transactions', 'Deadlocks', 'WalBytes', 'CheckpointsTimed', 'CacheHit']) {
        expect(sumOf(after.points, name), name).toBeUndefined();
      }
      const next = await source.look();
      expect(sumOf(next.points, 'Transactions')).toBeGreaterThanOrEqual(0);
      expect(next.points.every(({ sum }) => sum >= 0)).toBe(true);
    });

    test('tells what a role without rights cannot see, and the rest', async () => {
      await server.query(`DROP ROLE IF EXISTS stranger`);
      await server.query(`CREATE ROLE stranger LOGIN PASSWORD 'only-for-tests'`);
      const source = openSource(() => server.url.replace('postgres:only', 'stranger:only'));
      const { points, unseen } = await source.look();
      expect(unseen[0]?.reason).toContain('GRANT pg_monitor');
      expect(sumOf(points, 'Connections')).toBeGreaterThan(0);
      expect(sumOf(points, 'LongestTransaction'), 'not seen is not nought').toBeUndefined();
      await server.query('GRANT pg_monitor TO stranger');
      const granted = await source.look();
      expect(granted.unseen).toEqual([]);
      expect(sumOf(granted.points, 'LongestTransaction')).toBeGreaterThanOrEqual(0);
    });

    test('cannot write, whatever the role may do', async () => {
      const session = await targetFor('shop', () => server.url).connect(new AbortController().signal);
      try {
        await expect(session.query('CREATE TABLE t (n int)')).rejects.toMatchObject({ code: '25006' });
      } finally {
        await session.close();
      }
    });
  });
}
