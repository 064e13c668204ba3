import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DAY_MS, HOUR_MS, isFailure, silentLog, systemClock } from '../../src/base/index.ts';
import { openChdbTelemetry } from '../../src/telemetry/drivers/chdb/index.ts';
import {
  EMBEDDED_TOPOLOGY,
  type ErrorEventRow,
  type ErrorSessionRow,
  errorsDdl,
  logsDdl,
  metricsDdl,
  TELEMETRY_FAILURES,
  type TelemetryStore,
} from '../../src/telemetry/index.ts';

const chdb = createRequire(import.meta.url)('chdb') as typeof import('chdb');
const NOW_MS = Date.UTC(2026, 2, 4, 12, 34, 56, 789);

const event = (change: Partial<ErrorEventRow> = {}): ErrorEventRow => ({
  projectId: '7',
  eventId: 'e'.repeat(32),
  hashId: 12,
  timeMs: NOW_MS,
  receivedMs: NOW_MS + 5,
  inboxId: '17000000000000000001',
  type: 'error',
  level: 'error',
  platform: 'node',
  title: 'TypeError: "x" is not a function \\ 日本',
  culprit: 'shop in pay',
  message: 'x is\nnot a function',
  transaction: 'GET /',
  release: 'shop@1.0',
  dist: 'a',
  environment: 'production',
  serverName: 'web-1',
  userKey: 'id:7',
  handled: true,
  traceId: 'a'.repeat(32),
  spanId: 'b'.repeat(16),
  sdk: 'sentry.javascript.node/11.12.0',
  tags: { 'browser.name': 'Firefox', "it's": '"quoted"' },
  retentionDays: 30,
  payload: '{"a":"\\u0000 \\n"}',
  ...change,
});

const session = (change: Partial<ErrorSessionRow> = {}): ErrorSessionRow => ({
  timeMs: NOW_MS,
  projectId: '7',
  release: 'shop@1.0',
  environment: 'production',
  started: 1,
  exited: 1,
  errored: 0,
  crashed: 0,
  abnormal: 0,
  unhandled: 0,
  userHash: 'u',
  retentionDays: 30,
  ...change,
});

describe('the tables of errors', () => {
  let folder: string;
  let store: TelemetryStore;
  const count = async (table: string): Promise<number> => {
    const { rows } = await store.query<{ n: string }>({ sql: `SELECT count() AS n FROM ${table}` });
    return Number(rows[0]?.n);
  };
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'holdfast-errors-'));
    // Data as the program before this one left it.
    const engine = new chdb.Session(join(folder, 'chdb'));
    for (const statement of [...logsDdl({ topology: EMBEDDED_TOPOLOGY }), ...metricsDdl(EMBEDDED_TOPOLOGY)]) {
      engine.query(statement);
    }
    engine.query('INSERT INTO holdfast.schema_version VALUES (2, now64(3))');
    engine.query("INSERT INTO holdfast.logs_standard (time, event_id) VALUES ('2026-01-01 00:00:00', 'kept')");
    engine.close();
    store = await openChdbTelemetry({ folder, clock: systemClock, log: silentLog(), freeDiskBytesMin: 0 });
  });
  afterAll(async () => {
    await store.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('are added to data of version 2, which stays', async () => {
    const { rows } = await store.query({ sql: 'SELECT max(version) AS version FROM schema_version' });
    expect(rows).toEqual([{ version: 3 }]);
    expect(await count('logs')).toBe(1);
    expect(await count('error_events')).toBe(0);
  });

  it('give every field of an event back as it was', async () => {
    await store.appendErrorEvents([event()]);
    const { rows } = await store.query<Record<string, unknown>>({ sql: 'SELECT * FROM error_events' });
    expect(rows).toEqual([
      {
        time: '2026-03-04 12:34:56.789',
        received: '2026-03-04 12:34:56.794',
        project_id: '7',
        hash_id: '12',
        event_id: 'e'.repeat(32),
        inbox_id: '17000000000000000001',
        type: 'error',
        level: 'error',
        platform: 'node',
        title: 'TypeError: "x" is not a function \\ 日本',
        culprit: 'shop in pay',
        message: 'x is\nnot a function',
        transaction: 'GET /',
        release: 'shop@1.0',
        dist: 'a',
        environment: 'production',
        server_name: 'web-1',
        user_key: 'id:7',
        handled: true,
        trace_id: 'a'.repeat(32),
        span_id: 'b'.repeat(16),
        sdk: 'sentry.javascript.node/11.12.0',
        tags: { 'browser.name': 'Firefox', "it's": '"quoted"' },
        retention_days: 30,
        payload: '{"a":"\\u0000 \\n"}',
      },
    ]);
  });

  it('refuse a row that they cannot hold, with all of its call', async () => {
    for (const wrong of [{ hashId: 1.5 }, { hashId: -1 }, { retentionDays: 70_000 }, { timeMs: Number.NaN }]) {
      const error: unknown = await store.appendErrorEvents([event(), event(wrong)]).catch((reason: unknown) => reason);
      expect(isFailure(error, TELEMETRY_FAILURES.rowInvalid), JSON.stringify(wrong)).toBe(true);
    }
    expect(await count('error_events')).toBe(1);
  });

  it('add up sessions of the same minute', async () => {
    await store.appendErrorSessions([session(), session({ timeMs: NOW_MS + 2000, crashed: 1, exited: -1 })]);
    await store.appendErrorSessions([session({ started: 4 }), session({ userHash: 'v' })]);
    const { rows } = await store.query({
      sql:
        'SELECT time, user_hash, sum(started) AS started, sum(exited) AS exited, sum(crashed) AS crashed ' +
        'FROM error_sessions GROUP BY time, user_hash ORDER BY user_hash',
    });
    const time = '2026-03-04 12:34:00';
    expect(rows).toEqual([
      { time, user_hash: 'u', started: '6', exited: '1', crashed: '1' },
      { time, user_hash: 'v', started: '1', exited: '1', crashed: '0' },
    ]);
  });

  it('let an event expire with its day, and an hour of the inbox when it was processed', async () => {
    await store.appendErrorEvents([
      event({ timeMs: NOW_MS - 2 * DAY_MS, retentionDays: 1 }),
      event({ retentionDays: 0 }),
    ]);
    await store.appendErrorInbox(
      [NOW_MS - 3 * HOUR_MS, NOW_MS].map((receivedMs) => ({
        inboxId: String(receivedMs).padEnd(20, '0'),
        receivedMs,
        projectId: '7',
        eventId: 'f'.repeat(32),
        payload: '{}',
      })),
    );
    await store.expireMetrics(NOW_MS);
    expect(await count('error_events')).toBe(2);
    expect(await count('error_inbox')).toBe(2);
    const dropped = await store.expireErrorInbox(NOW_MS);
    expect(dropped).toEqual([{ table: 'error_inbox', startMs: Date.UTC(2026, 2, 4, 9), rows: 1 }]);
    expect(await count('error_inbox')).toBe(1);
    await store.expireMetrics(NOW_MS + 40 * DAY_MS);
    expect(await count('error_sessions')).toBe(0);
    // What is kept for ever is all that is left.
    expect(await count('error_events')).toBe(1);
  });

  it('lose the events of a hash for good when they are deleted', async () => {
    await store.appendErrorEvents([event({ hashId: 13 }), event({ hashId: 13, projectId: '8' })]);
    const before = await count('error_events');
    await store.deleteErrorEvents({ projectId: '7', hashIds: [13, 99] });
    expect(await count('error_events')).toBe(before - 1);
  });

  it('are understood by the engine in the form of a cluster', () => {
    const engine = new chdb.Session(join(folder, 'chdb'));
    try {
      const ddl = errorsDdl({ type: 'cluster', cluster: '{cluster}' });
      expect(ddl).toHaveLength(6);
      for (const statement of ddl) expect(engine.query(`EXPLAIN AST ${statement}`, 'TSVRaw')).toMatch(/^CreateQuery/);
    } finally {
      engine.close();
    }
  });
});
