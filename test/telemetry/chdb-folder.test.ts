import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isFailure, silentLog, systemClock } from '../../src/base/index.ts';
import { lockFolder } from '../../src/telemetry/drivers/chdb/folder-lock.ts';
import { openChdbTelemetry } from '../../src/telemetry/drivers/chdb/index.ts';
import { openChdbEngine } from '../../src/telemetry/drivers/chdb/open-chdb-telemetry.ts';
import {
  EMBEDDED_TOPOLOGY,
  LOGS_SCHEMA,
  logsDdl,
  TELEMETRY_FAILURES,
  type Topology,
} from '../../src/telemetry/index.ts';
import { logsMigrations } from '../../src/telemetry/schema/index.ts';
import { encodeLogRows } from '../../src/telemetry/store/encode-log-rows.ts';
import { migrate } from '../../src/telemetry/store/migrate.ts';
import { createRowBuffer } from '../../src/telemetry/store/row-buffer.ts';
import { sweepTextIndex } from '../../src/telemetry/store/text-index-sweep.ts';
import { rows } from './rows.ts';

const chdb = createRequire(import.meta.url)('chdb') as typeof import('chdb');

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-folder-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});
const open = () => openChdbTelemetry({ folder, clock: systemClock, log: silentLog(), freeDiskBytesMin: 0 });
const codeOf = async (work: Promise<unknown>): Promise<unknown> => {
  const error = await work.catch((reason: unknown) => reason);
  return isFailure(error) ? error.code : error;
};

describe('the data folder of the embedded engine', () => {
  it('belongs to one process, and is free again when that closes it', async () => {
    const first = await open();
    expect(await codeOf(open())).toBe(TELEMETRY_FAILURES.folderInUse.code);
    await first.appendLogs(rows(3));
    await first.close();
    const second = await open();
    expect((await second.status()).rows).toBe(3);
    await second.close();
  });

  it.each([
    ['of a process that is gone', JSON.stringify({ pid: 4_194_000, started: 'boot:1' })],
    ['of an earlier process with the same id', JSON.stringify({ pid: process.pid, started: 'boot:1' })],
    ['that was torn by a crash', '{"pi'],
  ])('is taken over from a lock %s', async (_, lock) => {
    await writeFile(join(folder, 'holdfast.lock'), lock);
    const store = await open();
    await store.close();
    expect(await readdir(folder)).not.toContain('holdfast.lock');
  });

  it('refuses data of a newer program without touching it', async () => {
    const store = await open();
    await store.close();
    const session = new chdb.Session(join(folder, 'chdb'));
    session.query('INSERT INTO holdfast.schema_version VALUES (99, now())');
    session.close();
    expect(await codeOf(open())).toBe(TELEMETRY_FAILURES.schemaTooNew.code);
    // The refusal gives the folder back.
    expect(await readdir(folder)).not.toContain('holdfast.lock');
  });

  it('keeps no text of a query and no value of a parameter anywhere', async () => {
    const store = await open();
    await store.appendLogs(rows(100));
    const secret = `needle${Date.now()}x`;
    await store.query({
      sql: `SELECT count() AS ${secret}q FROM logs WHERE body = {s:String}`,
      params: { s: `${secret}p` },
    });
    await store.query({ sql: `SELECT ${secret}q FROM logs` }).catch(() => undefined);
    const logs = await store.query<{ name: string }>({
      sql: "SELECT name FROM system.tables WHERE database = 'system' AND name LIKE '%\\\\_log' AND engine LIKE '%MergeTree'",
    });
    expect(logs.rows).toEqual([]);
    await store.close();
    for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue;
      const bytes = await readFile(join(entry.parentPath, entry.name));
      expect(bytes.includes(secret), join(entry.parentPath, entry.name)).toBe(false);
    }
  });
});

describe('the text index', () => {
  it('is not built by inserts, and later by a sweep, once for each part', async () => {
    const engine = openChdbEngine({ folder, clock: systemClock, log: silentLog(), lock: lockFolder(folder) });
    try {
      await migrate({ engine, log: silentLog() });
      await engine.command('SYSTEM STOP MERGES holdfast.logs_standard');
      const buffer = createRowBuffer();
      encodeLogRows(rows(1000), buffer);
      const columns = LOGS_SCHEMA.columns.map((column) => column.name);
      const bytes = buffer.slice(0, buffer.length());
      await engine.insert({ table: 'logs_standard', columns, bytes, token: 'one', indexOnInsert: false });
      await engine.insert({ table: 'logs_infrequent', columns, bytes, token: 'one', indexOnInsert: false });
      const indexed = async () =>
        await engine.read(
          'SELECT table, secondary_indices_compressed_bytes > 0 AS has FROM system.parts ' +
            "WHERE active AND table LIKE 'logs%' ORDER BY table",
        );
      const bare = [
        { table: 'logs_infrequent', has: 0 },
        { table: 'logs_standard', has: 0 },
      ];
      expect(await indexed()).toEqual(bare);
      expect(await sweepTextIndex(engine, { rowsMin: 1001, ageSecondsMin: 0 })).toBe(0);
      await engine.command('SYSTEM START MERGES holdfast.logs_standard');
      expect(await sweepTextIndex(engine, { rowsMin: 1000, ageSecondsMin: 0 })).toBe(1);
      await expect.poll(indexed, { timeout: 20_000 }).toEqual([bare[0], { table: 'logs_standard', has: 1 }]);
      expect(await sweepTextIndex(engine, { rowsMin: 1, ageSecondsMin: 0 })).toBe(0);
    } finally {
      await engine.close();
    }
  });
});

describe('the schema', () => {
  const cluster: Topology = { type: 'cluster', cluster: '{cluster}' };

  it('is understood by the engine in both forms', () => {
    const session = new chdb.Session(folder);
    try {
      for (const topology of [EMBEDDED_TOPOLOGY, cluster]) {
        const ddl = logsDdl({ topology });
        expect(ddl.length).toBe(topology.type === 'cluster' ? 8 : 5);
        for (const statement of ddl) {
          const tree = session.query(`EXPLAIN AST ${statement}`, 'TSVRaw');
          expect(tree).toMatch(/^CreateQuery/);
          // The parser keeps what it understood; it must be everything that was written.
          const formatted = session.query(
            `SELECT formatQuerySingleLine({s:String})`.replace('{s:String}', literal(statement)),
            'TSVRaw',
          );
          expect(formatted.includes('ON CLUSTER')).toBe(topology.type === 'cluster');
        }
      }
      expect(() =>
        session.query('EXPLAIN AST CREATE TABLE t (a Int64) ENGINE = MergeTree ORDER BY a PARTITION'),
      ).toThrow();
    } finally {
      session.close();
    }
  });

  it('makes the same columns in both forms', () => {
    const [embedded, replicated] = [EMBEDDED_TOPOLOGY, cluster].map((topology) =>
      logsDdl({ topology })
        .filter(
          (statement) =>
            /TABLE IF NOT EXISTS holdfast\.logs_standard/.test(statement) && /PARTITION BY/.test(statement),
        )
        .map((statement) => /\(\n([\s\S]*?)\n\)\n/.exec(statement)?.[1]),
    );
    expect(embedded).toHaveLength(1);
    expect(replicated).toEqual(embedded);
  });

  it('brings stored data to a schema with one more column, and may do so twice', () => {
    const session = new chdb.Session(folder);
    try {
      for (const statement of logsDdl({ topology: EMBEDDED_TOPOLOGY })) session.query(statement);
      session.query("INSERT INTO holdfast.logs_standard (time, event_id) VALUES ('2026-01-01 00:00:00', 'old')");
      const column = { name: 'observed', type: "DateTime64(9, 'UTC')", codec: 'ZSTD(1)' };
      const steps = [{ version: 2, addColumns: [{ column, after: 'ingest_time' }] }];
      for (let run = 0; run < 2; run += 1) {
        for (const statement of logsMigrations({ topology: EMBEDDED_TOPOLOGY, from: 1, steps }))
          session.query(statement);
      }
      session.query(
        "INSERT INTO holdfast.logs_infrequent (time, event_id, observed) VALUES ('2026-01-01 00:00:00', 'new', '1970-01-01 00:00:02')",
      );
      expect(
        session.query('SELECT event_id, toUnixTimestamp(observed) FROM holdfast.logs ORDER BY event_id', 'TSV'),
      ).toBe('new\t2\nold\t0\n');
      expect(logsMigrations({ topology: EMBEDDED_TOPOLOGY, from: 2, steps })).toEqual([]);
      for (const statement of logsMigrations({ topology: cluster, from: 1, steps })) {
        expect(session.query(`EXPLAIN AST ${statement}`, 'TSVRaw')).toMatch(/^AlterQuery/);
      }
    } finally {
      session.close();
    }
  });

  it('drops an insert whose token it has seen, in every partition that it touched', async () => {
    const store = await open();
    await store.close();
    const session = new chdb.Session(join(folder, 'chdb'));
    try {
      const insert = (token: string) =>
        session.insert({
          table: 'holdfast.logs_standard',
          columns: ['time', 'event_id'],
          format: 'JSONCompactEachRow',
          values: Buffer.from('["1767225600.000000000","a"]\n["1767312000.000000000","b"]\n'),
          settings: { insert_deduplication_token: token, insert_deduplicate: 1 },
        });
      await insert('one');
      await insert('one');
      expect(session.query('SELECT count() FROM holdfast.logs', 'TSV')).toBe('2\n');
      await insert('two');
      expect(session.query('SELECT count() FROM holdfast.logs', 'TSV')).toBe('4\n');
    } finally {
      session.close();
    }
  });

  it('has the version that its steps lead to', () => {
    expect(LOGS_SCHEMA.version).toBe(1);
    expect(logsMigrations({ topology: EMBEDDED_TOPOLOGY, from: LOGS_SCHEMA.version })).toEqual([]);
  });
});

const literal = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
