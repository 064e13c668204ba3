import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isFailure, silentLog, systemClock } from '../../src/base/index.ts';
import { openClickhouseTelemetry } from '../../src/telemetry/drivers/clickhouse/index.ts';
import { TELEMETRY_FAILURES, type TelemetryStore } from '../../src/telemetry/index.ts';
import { type ClickhouseHttp, startClickhouseHttp } from './clickhouse-http.ts';
import { telemetryContract } from './contract.ts';
import { row, rows } from './rows.ts';

/**
 * The real client against the real engine, with a stand-in for the HTTP server between them: chDB has no port of
 * its own. What a server alone does (its own limits of connections, sessions, quorum, ON CLUSTER, sharding) is
 * not proven here; `TELEMETRY_TEST_CLICKHOUSE_URL` runs the same contract against an empty server.
 */
const serverUrl = process.env.TELEMETRY_TEST_CLICKHOUSE_URL;

interface Opened {
  readonly http: ClickhouseHttp;
  readonly store: TelemetryStore;
  readonly remove: () => Promise<void>;
}

const open = async (settings: object): Promise<Opened> => {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-clickhouse-'));
  const http = await startClickhouseHttp(folder);
  const store = await openClickhouseTelemetry({
    url: http.url,
    clock: systemClock,
    log: silentLog(),
    freeDiskBytesMin: 0,
    ...settings,
  }).catch(async (error: unknown) => {
    await http.close();
    throw error;
  });
  return {
    http,
    store,
    remove: async () => {
      await store.close();
      await http.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
};

telemetryContract('ClickHouse over HTTP, before chDB', open);

if (serverUrl !== undefined) {
  telemetryContract('a ClickHouse server', async (settings) => {
    const options = { url: serverUrl, clock: systemClock, log: silentLog(), freeDiskBytesMin: 0 };
    const store = await openClickhouseTelemetry({ ...options, ...settings });
    for (const partition of await store.partitions()) await store.dropPartition(partition);
    return { store, remove: () => store.close() };
  });
}

describe('the ClickHouse driver on the wire', () => {
  let opened: Opened;
  beforeAll(async () => {
    opened = await open({});
  });
  afterAll(async () => {
    await opened.remove();
  });
  const lastSeen = async (starting: string) =>
    (await opened.http.seen()).filter((one) => one.query.startsWith(starting)).at(-1);

  it('sends an insert compressed, as one block with a token, and who it is', async () => {
    await opened.store.appendLogs(rows(3, { logGroup: '/wire' }));
    const insert = await lastSeen('INSERT INTO holdfast.logs_standard');
    expect(insert?.contentEncoding).toBe('gzip');
    expect(insert?.authorization).toBe(`Basic ${Buffer.from('tester:secret').toString('base64')}`);
    expect(insert?.query).toMatch(
      /^INSERT INTO holdfast\.logs_standard \(time, ingest_time, .*\) FORMAT JSONCompactEachRow$/,
    );
    expect(insert?.settings).toMatchObject({
      async_insert: '0',
      insert_deduplicate: '1',
      materialize_skip_indexes_on_insert: '0',
      min_insert_block_size_rows: '1000000',
      log_queries: '0',
    });
    expect(insert?.settings.insert_deduplication_token).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('asks read-only, within limits, with parameters apart from the text', async () => {
    await opened.store.query({
      sql: 'SELECT count() FROM logs WHERE body = {b:String}',
      params: { b: "'secret" },
      timeoutMs: 7000,
    });
    const select = await lastSeen('SELECT count() FROM logs');
    expect(select?.query).not.toContain('secret');
    expect(select?.params).toEqual({ b: "\\'secret" });
    expect(select?.database).toBe('holdfast');
    expect(select?.settings).toMatchObject({
      readonly: '2',
      max_execution_time: '7',
      max_memory_usage: '1073741824',
      log_queries: '0',
    });
  });

  it('stores the rows once when the server fails after it has stored them', async () => {
    await opened.http.failNext({
      starting: 'INSERT INTO holdfast.logs_standard',
      code: 1000,
      name: 'POCO_EXCEPTION',
      after: true,
    });
    await opened.store.appendLogs(rows(7, { logGroup: '/ambiguous' }));
    const tokens = (await opened.http.seen())
      .filter((one) => one.query.startsWith('INSERT INTO holdfast.logs_standard'))
      .slice(-2)
      .map((one) => one.settings.insert_deduplication_token);
    expect(tokens[0]).toBe(tokens[1]);
    const result = await opened.store.query({ sql: "SELECT count() AS n FROM logs WHERE log_group = '/ambiguous'" });
    expect(result.rows).toEqual([{ n: '7' }]);
  });

  it('gives up on a server that keeps failing, and says that trying again makes sense', async () => {
    for (let attempt = 0; attempt < 10; attempt += 1) {
      await opened.http.failNext({
        starting: 'INSERT INTO holdfast.logs_infrequent',
        code: 252,
        name: 'TOO_MANY_PARTS',
      });
    }
    const error = await opened.store
      .appendLogs([row({ storageClass: 'infrequent' })])
      .catch((reason: unknown) => reason);
    expect(isFailure(error, TELEMETRY_FAILURES.insertFailed) && [error.retryable, error.message]).toEqual([
      true,
      'the engine could not store the rows: TOO_MANY_PARTS (252)',
    ]);
  });

  it('names the host, and not the password, of a server that does not answer', async () => {
    const error = await openClickhouseTelemetry({
      url: 'http://tester:hunter2@127.0.0.1:9',
      clock: systemClock,
      log: silentLog(),
    }).catch((reason: unknown) => reason);
    expect(isFailure(error, TELEMETRY_FAILURES.engineUnavailable)).toBe(true);
    expect(String(error)).not.toContain('hunter2');
    expect(isFailure(error) && error.hint).toContain('127.0.0.1:9');
  });
});
