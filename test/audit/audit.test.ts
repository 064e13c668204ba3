import { sql } from 'kysely';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { AUDIT_FAILURES, AUDIT_MIGRATIONS, type Audit, type AuditEntry, createAudit } from '../../src/audit/index.ts';
import { createManualClock, isFailure, type ManualClock, silentLog, systemClock } from '../../src/base/index.ts';
import { startEmbeddedPostgres } from '../../src/catalog/drivers/embedded/index.ts';
import { CATALOG_FAILURES, type Catalog } from '../../src/catalog/index.ts';
import { type ServerForTest, serverForTest } from '../catalog/open-for-test.ts';

let running: ServerForTest;
let catalog: Catalog;
let clock: ManualClock;
let audit: Audit;

const mask = (text: string): string => text.replaceAll(/sk_live_\w+/g, '[redacted:test:9]');
const redactor = {
  text: mask,
  value: (value: unknown): unknown => JSON.parse(mask(JSON.stringify(value))) as unknown,
};

beforeAll(async () => {
  running = await serverForTest();
  catalog = await running.open(AUDIT_MIGRATIONS);
});
afterAll(async () => {
  await catalog.close();
  await running.remove();
});
beforeEach(() => {
  clock = createManualClock();
  audit = newAudit();
});
afterEach(() => audit.close());

const newAudit = (): Audit =>
  createAudit({ catalog, redactor, clock, log: silentLog(), region: 'local', accountId: '000000000001' });

const entry = (more: Partial<AuditEntry> = {}): AuditEntry => ({
  identity: { type: 'person', id: 'p1', name: 'ada@example.com', sourceIp: '192.0.2.1', userAgent: 'test' },
  source: 'logs',
  eventName: 'StartQuery',
  readOnly: true,
  ...more,
});

const failureOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => undefined,
    (error: unknown) => error,
  );

interface Stored {
  sequence: number;
  record: string;
}
const stored = async (): Promise<readonly Stored[]> =>
  (await sql<Stored>`SELECT sequence, record FROM audit_records ORDER BY sequence`.execute(catalog.db())).rows;

describe('a record', () => {
  test('has the fields of CloudTrail 1.11', async () => {
    await audit.record(
      entry({
        requestParameters: { query: 'fields @message', limit: 10n },
        resources: [{ type: 'log-group', name: '/app/fields' }],
        errorCode: 'logs.query-invalid',
        errorMessage: 'no such field',
      }),
    );
    const { records } = await audit.lookup({ resourceName: '/app/fields' });
    expect(records).toHaveLength(1);
    expect(records[0]).toMatchObject({
      eventVersion: '1.11',
      eventTime: new Date(clock.nowMs()).toISOString(),
      eventSource: 'logs.holdfast',
      eventName: 'StartQuery',
      eventType: 'AwsApiCall',
      eventCategory: 'Management',
      managementEvent: true,
      readOnly: true,
      awsRegion: 'local',
      recipientAccountId: '000000000001',
      sourceIPAddress: '192.0.2.1',
      userAgent: 'test',
      userIdentity: { type: 'IAMUser', principalId: 'p1', userName: 'ada@example.com' },
      requestParameters: { query: 'fields @message', limit: '10' },
      responseElements: null,
      resources: [{ type: 'log-group', resourceName: '/app/fields' }],
      errorCode: 'logs.query-invalid',
      errorMessage: 'no such field',
    });
  });

  test('is redacted before it is written, wherever the secret stands', async () => {
    const secret = 'sk_live_abcdef123456';
    await audit.record(
      entry({
        identity: { type: 'key', id: 'k1', name: `key ${secret}`, sourceIp: '192.0.2.2', userAgent: secret },
        eventName: 'Redacted',
        requestParameters: { nested: [{ text: `a ${secret} b` }] },
        responseElements: { token: secret },
        resources: [{ type: 'log-group', name: secret }],
        errorCode: 'x.y',
        errorMessage: `refused ${secret}`,
      }),
    );
    const whole = await sql<{ line: string }>`SELECT audit_records::text AS line FROM audit_records`.execute(
      catalog.db(),
    );
    const lines = whole.rows.map(({ line }) => line).join('\n');
    expect(lines).toContain('[redacted:test:9]');
    expect(lines).not.toContain('sk_live');
  });

  test('that is too large or no JSON keeps its place and says what is missing', async () => {
    const loop: Record<string, unknown> = {};
    loop.self = loop;
    await audit.record(
      entry({
        eventName: 'Large',
        requestParameters: { text: 'x'.repeat(200_000) },
        responseElements: loop,
        identity: { ...entry().identity, userAgent: `\u0000\ud800${'u'.repeat(5000)}` },
      }),
    );
    const [record] = (await audit.lookup({ eventName: 'Large' })).records;
    expect(record?.requestParameters).toEqual({ omitted: expect.stringContaining('bytes are more than') });
    expect(record?.responseElements).toEqual({ omitted: 'not JSON data' });
    expect(record?.userAgent).toHaveLength(1024);
  });
});

describe('the log', () => {
  test('gives numbers without gaps to records that arrive together, in few commits', async () => {
    const before = (await stored()).at(-1)?.sequence ?? 0;
    await Promise.all(Array.from({ length: 1500 }, (_, index) => audit.record(entry({ eventName: `Many${index}` }))));
    const added = (await stored()).filter(({ sequence }) => sequence > before);
    expect(added.map(({ sequence }) => sequence)).toEqual(added.map((_, index) => before + 1 + index));
    expect(added).toHaveLength(1500);
    const names = added.map(({ record }) => (JSON.parse(record) as { eventName: string }).eventName);
    expect(names).toEqual(Array.from({ length: 1500 }, (_, index) => `Many${index}`));
    const commits = await sql<{ n: number }>`
      SELECT count(DISTINCT xmin::text) AS n FROM audit_records WHERE sequence > ${before}`.execute(catalog.db());
    expect(commits.rows[0]?.n).toBeLessThan(10);
  });

  test('cannot be changed, neither by the role of the program nor by a superuser that switches triggers off', async () => {
    await audit.record(entry({ eventName: 'Kept' }));
    const before = await stored();
    const superuserUrl = new URL(running.server.superuserUrl);
    superuserUrl.pathname = '/holdfast';
    for (const url of [running.server.url, superuserUrl.href]) {
      const client = new pg.Client({ connectionString: url });
      await client.connect();
      if (url !== running.server.url) await client.query('SET session_replication_role = replica');
      for (const statement of [
        `UPDATE audit_records SET event_name = 'Forged'`,
        'UPDATE audit_records SET record = record WHERE false',
        'DELETE FROM audit_records',
        'DELETE FROM audit_records WHERE false',
        'TRUNCATE audit_records',
        'UPDATE audit_counter SET last_sequence = 0',
        'DELETE FROM audit_counter',
        'TRUNCATE audit_counter',
      ]) {
        expect(await failureOf(client.query(statement)), statement).toMatchObject({ code: '42501' });
      }
      await client.end();
    }
    expect(await stored()).toEqual(before);
  });

  test('answers newest first, by every filter and page by page', async () => {
    const startMs = clock.nowMs() + 10_000_000;
    clock.setNowMs(startMs);
    for (let index = 0; index < 7; index += 1) {
      await audit.record(
        entry({
          eventName: index % 2 === 0 ? 'PagedEven' : 'PagedOdd',
          identity: { ...entry().identity, name: `paged-${index % 3}` },
          ...(index === 3 ? { errorCode: 'AccessDenied' } : {}),
          requestParameters: { index },
        }),
      );
      clock.setNowMs(startMs + index + 1);
    }
    const indexes = async (lookup: Parameters<Audit['lookup']>[0]): Promise<unknown[]> =>
      (await audit.lookup(lookup)).records.map(
        ({ requestParameters }) => (requestParameters as { index: number }).index,
      );
    expect(await indexes({ startMs })).toEqual([6, 5, 4, 3, 2, 1, 0]);
    expect(await indexes({ startMs: startMs + 2, endMs: startMs + 4 })).toEqual([4, 3, 2]);
    expect(await indexes({ startMs, eventName: 'PagedOdd' })).toEqual([5, 3, 1]);
    expect(await indexes({ startMs, identityName: 'paged-1' })).toEqual([4, 1]);
    expect(await indexes({ startMs, refusedOnly: true })).toEqual([3]);
    const first = await audit.lookup({ startMs, limit: 3 });
    expect(first.records).toHaveLength(3);
    await audit.record(entry({ requestParameters: { index: 'newer' } }));
    const { nextPageToken = '' } = first;
    const second = await audit.lookup({ startMs, limit: 3, pageToken: nextPageToken });
    expect(second.records.map(({ requestParameters }) => requestParameters)).toEqual([
      { index: 3 },
      { index: 2 },
      { index: 1 },
    ]);
    const last = await audit.lookup({ startMs, limit: 3, pageToken: second.nextPageToken ?? '' });
    expect(last.records).toHaveLength(1);
    expect(last.nextPageToken).toBeUndefined();
    for (const lookup of [
      { startMs, eventName: 'Other', pageToken: nextPageToken },
      { startMs, pageToken: 'x' },
      { startMs, pageToken: '' },
    ]) {
      expect(isFailure(await failureOf(audit.lookup(lookup)), AUDIT_FAILURES.pageTokenInvalid)).toBe(true);
    }
    for (const limit of [0, 201, 1.5]) {
      expect(isFailure(await failureOf(audit.lookup({ limit })), AUDIT_FAILURES.limitInvalid)).toBe(true);
    }
  });
});

describe('counted calls', () => {
  const write = entry({ source: 'logs', eventName: 'PutLogEvents', category: 'Data', readOnly: false });
  const sums = async () =>
    (await audit.lookup({ eventName: 'PutLogEvents' })).records.map(
      ({ requestParameters }) => (requestParameters as { aggregated: Record<string, unknown> }).aggregated,
    );

  test('become one record a minute and one at close, by identity, resource and outcome', async () => {
    audit.count(write, { events: 10, bytes: 100 });
    clock.setNowMs(clock.nowMs() + 5);
    audit.count(write, { events: 1, bytes: 2 });
    expect(await sums()).toEqual([]);
    await clock.advance(60_000);
    await expect.poll(sums).toHaveLength(1);
    expect((await sums())[0]).toMatchObject({ calls: 2, events: 11, bytes: 102 });
    audit.count(write, { events: 3, bytes: 4 });
    audit.count({ ...write, errorCode: 'x.y' }, { events: 5, bytes: 6 });
    await audit.close();
    audit = newAudit();
    expect((await sums()).slice(0, 2)).toMatchObject([
      { calls: 1, events: 5, bytes: 6 },
      { calls: 1, events: 3, bytes: 4 },
    ]);
    expect(await sums()).toHaveLength(3);
  });
});

test('a closed log refuses, and says so', async () => {
  await audit.close();
  expect(isFailure(await failureOf(audit.record(entry())), AUDIT_FAILURES.closed)).toBe(true);
  expect(() => audit.count(entry(), { events: 1, bytes: 1 })).toThrow(/closed/);
});

test('what was acknowledged outlives kill -9 of the server, and what was not is refused', async () => {
  const own = await serverForTest();
  try {
    const ownCatalog = await own.open(AUDIT_MIGRATIONS);
    const deps = { clock, log: silentLog(), region: 'local', accountId: '1' };
    const ownAudit = createAudit({ catalog: ownCatalog, ...deps });
    let acknowledged = 0;
    let refusal: unknown;
    const writers = Array.from({ length: 8 }, async (_, writer) => {
      for (let count = 0; refusal === undefined; count += 1) {
        try {
          await ownAudit.record(entry({ eventName: `W${writer}-${count}` }));
          acknowledged += 1;
        } catch (error) {
          refusal = error;
        }
        if (acknowledged === 400) process.kill(own.server.pid, 'SIGKILL');
      }
    });
    await Promise.all(writers);
    expect(isFailure(refusal, CATALOG_FAILURES.unavailable)).toBe(true);
    await ownCatalog.close();
    await own.server.stop();
    const again = await startEmbeddedPostgres({ folder: own.folder, clock: systemClock, log: silentLog() });
    const client = new pg.Client({ connectionString: again.url });
    await client.connect();
    const { rows } = await client.query('SELECT count(*)::int AS n, max(sequence)::int AS last FROM audit_records');
    expect(rows[0].n).toBeGreaterThanOrEqual(acknowledged);
    expect(rows[0].last).toBe(rows[0].n);
    await client.end();
    await again.stop();
  } finally {
    await own.remove();
  }
});
