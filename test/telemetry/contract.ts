import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isFailure, type RegisteredFailure } from '../../src/base/index.ts';
import { type LogRow, TELEMETRY_FAILURES, type TelemetryStore } from '../../src/telemetry/index.ts';
import { movingContract } from './contract-moving.ts';
import { DAY_NS, NOON_NS, row, rows } from './rows.ts';

export interface ContractSettings {
  readonly bytesInFlightMax?: number;
  readonly freeDiskBytesMin?: number;
}

/** One fresh, empty store; `remove` closes it and removes its data. */
export interface OpenStore {
  readonly store: TelemetryStore;
  readonly remove: () => Promise<void>;
}

/** Takes an hour of a core; only a limit ends it. */
const ENDLESS = 'SELECT sum(cityHash64(number)) AS n FROM numbers(1000000000000)';

const failsWith = async (work: Promise<unknown>, spec: RegisteredFailure): Promise<void> => {
  const error: unknown = await work.then(
    () => new Error('it succeeded'),
    (reason: unknown) => reason,
  );
  expect(isFailure(error) ? error.code : error).toBe(spec.code);
};

/** What every driver of the port must do. */
export function telemetryContract(name: string, open: (settings: ContractSettings) => Promise<OpenStore>): void {
  describe(`telemetry store on ${name}`, () => {
    let opened: OpenStore;
    let store: TelemetryStore;
    const count = async (condition: string, params: Readonly<Record<string, unknown>> = {}): Promise<number> => {
      const result = await store.query<{ n: string }>({
        sql: `SELECT count() AS n FROM logs WHERE ${condition}`,
        params,
      });
      return Number(result.rows[0]?.n);
    };
    beforeAll(async () => {
      opened = await open({});
      store = opened.store;
    });
    afterAll(async () => {
      await opened.remove();
    });

    describe('appending', () => {
      it('gives every field back as it was', async () => {
        const sent = row({
          timeNs: 1_767_225_600_123_456_789n,
          ingestTimeMs: 1_767_225_600_987,
          logGroup: '/every/field',
          logStream: 'stream "quoted" \\ 日本',
          service: 'svc',
          severityNumber: 17,
          severityText: 'ERROR',
          body: 'line one\nline two\ttab "quote" back\\slash \u0001 é 😀 ; -- {a:String} \\N',
          traceId: '0af7651916cd43dd8448eb211c80319c',
          spanId: 'b7ad6b7169203331',
          traceFlags: 1,
          scopeName: 'scope',
          scopeVersion: '1.2',
          eventName: 'event',
          resource: { 'service.name': 'svc', "it's": 'a "value"' },
          attributesString: { a: 'ä\n' },
          attributesNumber: { n: 1.5, big: 1e300, negative: -2 },
          attributesBool: { yes: true, no: false },
          retentionDays: 7,
          storageClass: 'infrequent',
        });
        await store.appendLogs([sent]);
        const result = await store.query<Record<string, unknown>>({
          sql: 'SELECT *, toUnixTimestamp64Nano(time) AS ns FROM logs WHERE event_id = {id:String}',
          params: { id: sent.eventId },
        });
        expect(result.rows).toEqual([
          {
            time: '2026-01-01 00:00:00.123456789',
            ns: '1767225600123456789',
            ingest_time: '2026-01-01 00:00:00.987',
            log_group: sent.logGroup,
            log_stream: sent.logStream,
            event_id: sent.eventId,
            service: sent.service,
            severity_number: 17,
            severity_text: 'ERROR',
            body: sent.body,
            trace_id: sent.traceId,
            span_id: sent.spanId,
            trace_flags: 1,
            scope_name: 'scope',
            scope_version: '1.2',
            event_name: 'event',
            resource: sent.resource,
            attributes_string: sent.attributesString,
            attributes_number: sent.attributesNumber,
            attributes_bool: sent.attributesBool,
            retention_days: 7,
          },
        ]);
      });

      it('keeps any text that can be kept and replaces what cannot', async () => {
        const seed = Number(process.env.SEED ?? Date.now() % 1_000_000);
        const texts = fc.sample(fc.string({ unit: 'binary', maxLength: 60 }), { numRuns: 200, seed });
        const all = ['\ud800', 'a\udc00b', '\0', 'x\0y', '\\ud800', ...texts];
        const sent = all.map((body) =>
          row({ logGroup: '/any/text', body, attributesString: { [body]: body }, resource: { k: body } }),
        );
        await store.appendLogs(sent);
        const result = await store.query<Record<string, unknown>>({
          sql: "SELECT event_id, body, resource, attributes_string FROM logs WHERE log_group = '/any/text' ORDER BY event_id",
        });
        const expected = sent.map((one) => {
          const body = Buffer.from(one.body.replaceAll('\0', '\u2400'), 'utf8').toString('utf8');
          return { event_id: one.eventId, body, resource: { k: body }, attributes_string: { [body]: body } };
        });
        expect(result.rows, `seed ${seed}`).toEqual(expected);
      });

      it('keeps numbers that JSON has no form for', async () => {
        const attributesNumber = { nan: Number.NaN, up: Number.POSITIVE_INFINITY, down: Number.NEGATIVE_INFINITY };
        await store.appendLogs([row({ logGroup: '/odd/numbers', attributesNumber })]);
        const result = await store.query<Record<string, unknown>>({
          sql:
            "SELECT isNaN(attributes_number['nan']) AS nan, attributes_number['up'] > 1e308 AS up, " +
            "attributes_number['down'] < -1e308 AS down FROM logs WHERE log_group = '/odd/numbers'",
        });
        expect(result.rows).toEqual([{ nan: 1, up: 1, down: 1 }]);
      });

      it('keeps the first and the last nanosecond that it accepts', async () => {
        const ends = [0n, 1n, 9_223_286_400_000_000_000n];
        await store.appendLogs(ends.map((timeNs) => row({ logGroup: '/ends', timeNs })));
        const result = await store.query<{ ns: string }>({
          sql: "SELECT toUnixTimestamp64Nano(time) AS ns FROM logs WHERE log_group = '/ends' ORDER BY ns",
        });
        expect(result.rows.map((one) => BigInt(one.ns))).toEqual(ends);
      });

      it('stores concurrent calls of all sizes once each', async () => {
        const calls = Array.from({ length: 60 }, (_, index) =>
          rows(1 + ((index * 37) % 400), {
            logGroup: '/concurrent',
            storageClass: index % 3 === 0 ? 'infrequent' : 'standard',
          }),
        );
        await Promise.all(calls.map((call) => store.appendLogs(call)));
        const sent = calls.flat().length;
        expect(await count("log_group = '/concurrent'")).toBe(sent);
        const distinct = await store.query<{ n: string }>({
          sql: "SELECT uniqExact(event_id) AS n FROM logs WHERE log_group = '/concurrent'",
        });
        expect(Number(distinct.rows[0]?.n)).toBe(sent);
      });

      it('splits one call by class', async () => {
        await store.appendLogs([
          ...rows(3, { logGroup: '/mixed' }),
          ...rows(2, { logGroup: '/mixed', storageClass: 'infrequent' }),
        ]);
        const result = await store.query<{ t: string; n: string }>({
          sql:
            "SELECT 'standard' AS t, count() AS n FROM logs_standard WHERE log_group = '/mixed' " +
            "UNION ALL SELECT 'infrequent' AS t, count() AS n FROM logs_infrequent WHERE log_group = '/mixed'",
        });
        expect(Object.fromEntries(result.rows.map((one) => [one.t, Number(one.n)]))).toEqual({
          standard: 3,
          infrequent: 2,
        });
      });

      it('stores rows of very many days in one call', async () => {
        const many = Array.from({ length: 150 }, (_, day) =>
          row({ logGroup: '/many/days', timeNs: NOON_NS - BigInt(day) * DAY_NS, storageClass: 'infrequent' }),
        );
        await store.appendLogs(many);
        expect(await count("log_group = '/many/days'")).toBe(150);
      });

      it.each<[string, Partial<LogRow>]>([
        ['a time before 1970', { timeNs: -1n }],
        ['a time past 2262', { timeNs: 9_300_000_000_000_000_000n }],
        ['no ingest time', { ingestTimeMs: Number.NaN }],
        ['a retention of half a day', { retentionDays: 0.5 }],
        ['a retention that the column cannot hold', { retentionDays: 65_536 }],
      ])('refuses a call with %s whole, and nothing else', async (what, change) => {
        const logGroup = `/refused/${what}`;
        const good = store.appendLogs(rows(5, { logGroup }));
        const bad = store.appendLogs([row({ logGroup }), row({ logGroup, ...change })]);
        await failsWith(bad, TELEMETRY_FAILURES.rowInvalid);
        await good;
        expect(await count('log_group = {g:String}', { g: logGroup })).toBe(5);
      });

      it('rejects only the call whose row the engine refuses', async () => {
        // Against its type on purpose: the encoder passes it on, and the engine finds it in the middle of the insert.
        const poison = { n: 'not a number' } as unknown as Record<string, number>;
        const calls = Array.from({ length: 40 }, (_, index) =>
          store.appendLogs([
            row({ logGroup: '/poison' }),
            row({ logGroup: '/poison', attributesNumber: index === 17 ? poison : {} }),
          ]),
        );
        const settled = await Promise.allSettled(calls);
        expect(settled.map((one) => one.status).indexOf('rejected')).toBe(17);
        expect(settled.filter((one) => one.status === 'rejected')).toHaveLength(1);
        await failsWith(calls[17] ?? Promise.resolve(), TELEMETRY_FAILURES.rowRefused);
        expect(await count("log_group = '/poison'")).toBe(78);
      });
    });

    describe('asking', () => {
      it('binds parameters of every type without letting them become SQL', async () => {
        const nasty = "x' OR 1=1 -- \\' {a:String} ; DROP TABLE logs \n\t\\";
        const result = await store.query<Record<string, unknown>>({
          sql:
            'SELECT {text:String} AS text, {number:UInt64} AS number, {float:Float64} AS float, {flag:Bool} AS flag, ' +
            "{list:Array(String)} AS list, {map:Map(String, UInt8)} AS map, {time:DateTime64(9, 'UTC')} AS time, " +
            "'{text:String}' AS literal, {none:Nullable(String)} IS NULL AS none -- {missing:String}\nLIMIT {limit:UInt64}",
          params: {
            text: nasty,
            number: 18_446_744_073_709_551_615n,
            float: -1.5,
            flag: true,
            list: [nasty, 'b'],
            map: { a: 1 },
            time: '1767225600.123456789',
            none: null,
            limit: 1,
          },
        });
        expect(result.rows).toEqual([
          {
            text: nasty,
            number: '18446744073709551615',
            float: -1.5,
            flag: true,
            list: [nasty, 'b'],
            map: { a: 1 },
            time: '2026-01-01 00:00:00.123456789',
            literal: '{text:String}',
            none: 1,
          },
        ]);
      });

      it('reports what the engine read', async () => {
        await store.appendLogs(rows(500, { logGroup: '/read/stats' }));
        const result = await store.query({ sql: "SELECT body FROM logs WHERE log_group = '/read/stats' LIMIT 3" });
        expect(result.rows).toHaveLength(3);
        expect(result.rowsRead).toBeGreaterThanOrEqual(500);
        expect(result.bytesRead).toBeGreaterThan(500);
      });

      it('stops a query at its time', async () => {
        const start = performance.now();
        await failsWith(store.query({ sql: ENDLESS, timeoutMs: 300 }), TELEMETRY_FAILURES.queryTimeout);
        expect(performance.now() - start).toBeLessThan(10_000);
      });

      it('stops a query at its memory', async () => {
        const sql = 'SELECT groupArray(number) AS n FROM numbers(1000000000)';
        await failsWith(store.query({ sql, memoryBytesMax: 50_000_000 }), TELEMETRY_FAILURES.queryMemory);
      });

      it('stops a query whose result is too large', async () => {
        await failsWith(
          store.query({ sql: 'SELECT number FROM numbers(3000000)' }),
          TELEMETRY_FAILURES.queryTooManyRows,
        );
      });

      it('names the error of a query that the engine does not understand', async () => {
        await failsWith(store.query({ sql: 'SELECT no_such_column FROM logs' }), TELEMETRY_FAILURES.queryRefused);
      });

      it.each(['INSERT INTO logs_standard (body) VALUES (1)', 'SELECT 1; DROP TABLE holdfast.logs', 'DROP TABLE logs'])(
        'does not run %s',
        async (sql) => {
          await expect(store.query({ sql })).rejects.toThrow();
          expect(await count('1')).toBeGreaterThan(0);
        },
      );

      it('cancels in the engine, not only the waiting', async () => {
        const marker = `cancel_${Date.now()}`;
        const control = new AbortController();
        const asked = store.query({ sql: `${ENDLESS} WHERE '${marker}' != ''`, signal: control.signal });
        const running = async (): Promise<number> => {
          const result = await store.query<{ n: string }>({
            sql: `SELECT count() AS n FROM system.processes WHERE query LIKE '%${marker}%' AND query NOT LIKE '%system.processes%'`,
          });
          return Number(result.rows[0]?.n);
        };
        while ((await running()) === 0);
        control.abort();
        await failsWith(asked, TELEMETRY_FAILURES.queryCancelled);
        await expect.poll(running, { timeout: 5000 }).toBe(0);
      });

      it('does not start a query that is cancelled already', async () => {
        const signal = AbortSignal.abort();
        await failsWith(store.query({ sql: ENDLESS, signal }), TELEMETRY_FAILURES.queryCancelled);
      });

      it('goes on appending while long queries run on every reader', async () => {
        const control = new AbortController();
        const long = Array.from({ length: 8 }, () =>
          store.query({ sql: ENDLESS, signal: control.signal }).catch((error: unknown) => error),
        );
        let ended = false;
        void Promise.race(long).then(() => {
          ended = true;
        });
        for (let call = 0; call < 10; call += 1) await store.appendLogs(rows(100, { logGroup: '/while/reading' }));
        expect(ended).toBe(false);
        control.abort();
        for (const outcome of await Promise.all(long)) {
          expect(isFailure(outcome, TELEMETRY_FAILURES.queryCancelled)).toBe(true);
        }
        expect(await count("log_group = '/while/reading'")).toBe(1000);
      });
    });

    movingContract(() => store);

    it('says what it is and how much it holds', async () => {
      const status = await store.status();
      const held = await store.query<{ n: string }>({ sql: 'SELECT count() AS n FROM logs' });
      expect(status.rows).toBe(Number(held.rows[0]?.n));
      expect(status.engine).toMatch(/chdb|clickhouse/i);
      expect(status.version).toMatch(/^\d+\.\d+/);
      expect(status.bytesOnDisk).toBeGreaterThan(1000);
      expect(status.bytesInFlight).toBe(0);
      expect(status.freeDiskBytes).toBeGreaterThan(0);
    });
  });

  describe(`telemetry store on ${name}, at its limits`, () => {
    it('refuses rows before it takes them when too many bytes are under way', async () => {
      const { store, remove } = await open({ bytesInFlightMax: 20_000 });
      try {
        const first = store.appendLogs(rows(45, { logGroup: '/full' }));
        const second = store.appendLogs(rows(45, { logGroup: '/full' }));
        await failsWith(second, TELEMETRY_FAILURES.overloaded);
        const error = await second.catch((reason: unknown) => reason);
        expect(isFailure(error) && [error.retryable, (error.retryAfterSeconds ?? 0) > 0]).toEqual([true, true]);
        await first;
        await store.appendLogs(rows(45, { logGroup: '/full' }));
        const result = await store.query<{ n: string }>({ sql: 'SELECT count() AS n FROM logs' });
        expect(result.rows).toEqual([{ n: '90' }]);
      } finally {
        await remove();
      }
    });

    it('refuses rows when the disk has too little room, and still answers queries', async () => {
      const { store, remove } = await open({ freeDiskBytesMin: Number.MAX_SAFE_INTEGER });
      try {
        await failsWith(store.appendLogs(rows(1)), TELEMETRY_FAILURES.diskFull);
        const result = await store.query<{ n: string }>({ sql: 'SELECT count() AS n FROM logs' });
        expect(result.rows).toEqual([{ n: '0' }]);
      } finally {
        await remove();
      }
    });

    it('settles what it accepted before it closes, and takes nothing after', async () => {
      const { store, remove } = await open({});
      try {
        const accepted = store.appendLogs(rows(5000));
        const closed = store.close();
        await expect(accepted).resolves.toBeUndefined();
        await closed;
        await failsWith(store.appendLogs(rows(1)), TELEMETRY_FAILURES.closed);
        await failsWith(store.query({ sql: 'SELECT 1' }), TELEMETRY_FAILURES.closed);
      } finally {
        await remove();
      }
    });
  });
}
