import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { silentLog, systemClock } from '../../src/base/index.ts';
import { openChdbTelemetry } from '../../src/telemetry/drivers/chdb/index.ts';

const chdb = createRequire(import.meta.url)('chdb') as typeof import('chdb');

/** Rows by group, class and retention: the sum, and how many different ones. */
const CENSUS =
  "SELECT log_group AS g, c, retention_days AS r, count() AS n, uniqExact(event_id) AS u FROM (SELECT *, 'standard' AS c " +
  "FROM logs_standard UNION ALL SELECT *, 'infrequent' AS c FROM logs_infrequent) GROUP BY g, c, r ORDER BY g, c, r";

const MOVED = [
  { g: '/moves', c: 'infrequent', r: 5, n: '400', u: '400' },
  { g: '/stays', c: 'standard', r: 30, n: '200', u: '200' },
];

describe('a move of rows that is cut short by kill -9', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'holdfast-rehome-'));
  });
  afterEach(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  const dieBefore = async (step: string): Promise<void> => {
    const script = fileURLToPath(new URL('./rehome-child.ts', import.meta.url));
    const child = spawn(process.execPath, ['--import', 'tsx', script, folder, step], { stdio: 'inherit' });
    const [, signal] = (await once(child, 'exit')) as [number | null, string | null];
    expect(signal).toBe('SIGKILL');
  };

  /** Opens the store, which finishes the move; then asks for it again, which moves the other day. */
  const finish = async (): Promise<void> => {
    const store = await openChdbTelemetry({ folder, clock: systemClock, log: silentLog(), freeDiskBytesMin: 0 });
    try {
      const total = await store.query({ sql: 'SELECT count() AS n, uniqExact(event_id) AS u FROM logs' });
      expect(total.rows).toEqual([{ n: '600', u: '600' }]);
      await store.rehomeLogGroup({ logGroup: '/moves', retentionDays: 5, storageClass: 'infrequent' });
      const census = await store.query({ sql: CENSUS });
      expect(census.rows).toEqual(MOVED);
      const left = await store.query({ sql: "SELECT name FROM system.tables WHERE name LIKE '%rehome%'" });
      expect(left.rows).toEqual([]);
    } finally {
      await store.close();
    }
  };

  it.each(['create', 'copy', 'copied', 'delete', 'deleted', 'attach', 'drop'])(
    'loses and doubles nothing before the step %s',
    async (step) => {
      await dieBefore(step);
      await finish();
    },
  );

  it('attaches once when only some of the rows had arrived', async () => {
    await dieBefore('attach');
    // What a crash between the attaching of two parts leaves.
    const session = new chdb.Session(join(folder, 'chdb'));
    session.query('INSERT INTO holdfast.logs_infrequent SELECT * FROM holdfast.logs_rehome ORDER BY event_id LIMIT 77');
    session.close();
    await finish();
  });

  it('leaves the copy alone when the deleting was cut short', async () => {
    await dieBefore('delete');
    // What a crash in the middle of the mutation leaves: the rows of one of the parts are gone.
    const session = new chdb.Session(join(folder, 'chdb'));
    session.query(
      "ALTER TABLE holdfast.logs_standard DELETE WHERE log_group = '/moves' AND event_id IN " +
        '(SELECT event_id FROM holdfast.logs_rehome ORDER BY event_id LIMIT 50) SETTINGS mutations_sync = 2',
    );
    session.close();
    await finish();
  });
});
