import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LOGS_SCHEMA } from '../schema/index.ts';
import type { LogRow } from '../types.ts';
import { encodeLogRows } from './encode-log-rows.ts';
import { createRowBuffer } from './row-buffer.ts';

const plain: LogRow = {
  timeNs: 1_767_225_600_000_000_001n,
  ingestTimeMs: 1_767_225_600_123.9,
  logGroup: 'g',
  logStream: 's',
  eventId: 'e',
  service: '',
  severityNumber: 9,
  severityText: 'INFO',
  body: 'b',
  traceId: '',
  spanId: '',
  traceFlags: 1,
  scopeName: '',
  scopeVersion: '',
  eventName: '',
  resource: { a: 'b' },
  attributesString: {},
  attributesNumber: { n: 0.5 },
  attributesBool: { t: true },
  retentionDays: 30,
  storageClass: 'standard',
};

const encode = (...rows: readonly LogRow[]): unknown[][] => {
  const buffer = createRowBuffer();
  encodeLogRows(rows, buffer);
  const text = buffer.slice(0, buffer.length()).toString('utf8');
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown[]);
};

describe('encoding rows', () => {
  it('writes the columns of the schema in their order', () => {
    const [line = []] = encode(plain);
    expect(line).toHaveLength(LOGS_SCHEMA.columns.length);
    const named = Object.fromEntries(LOGS_SCHEMA.columns.map((column, index) => [column.name, line[index]]));
    expect(named).toEqual({
      time: '1767225600.000000001',
      ingest_time: '1767225600.123',
      log_group: 'g',
      log_stream: 's',
      event_id: 'e',
      service: '',
      severity_number: 9,
      severity_text: 'INFO',
      body: 'b',
      trace_id: '',
      span_id: '',
      trace_flags: 1,
      scope_name: '',
      scope_version: '',
      event_name: '',
      resource: { a: 'b' },
      attributes_string: {},
      attributes_number: { n: 0.5 },
      attributes_bool: { t: true },
      retention_days: 30,
    });
  });

  it('writes times near 1970 with ten digits of seconds, which are no calendar date', () => {
    const check = (timeNs: bigint, expected: string): void =>
      expect(encode({ ...plain, timeNs })[0]?.[0]).toBe(expected);
    check(0n, '0000000000.000000000');
    check(20_240_101_000_000_001n, '0020240101.000000001');
    check(9_223_286_400_000_000_000n, '9223286400.000000000');
  });

  it('puts numbers that a byte cannot hold to zero', () => {
    const check = (severityNumber: number, expected: number): void =>
      expect(encode({ ...plain, severityNumber })[0]?.[6]).toBe(expected);
    check(24, 24);
    check(256, 0);
    check(-1, 0);
    check(Number.NaN, 0);
    check(9.7, 9);
  });

  it('writes numbers that JSON has no form for as words in quotes', () => {
    const attributesNumber = { a: Number.NaN, b: Number.NEGATIVE_INFINITY, c: -0, d: 1e-7 };
    expect(encode({ ...plain, attributesNumber })[0]?.[17]).toEqual({ a: 'NaN', b: '-Infinity', c: 0, d: 1e-7 });
  });

  it('keeps one row one line and every text well formed', () => {
    const seed = Number(process.env.SEED ?? Date.now() % 1_000_000);
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string({ unit: fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code)) }),
    );
    fc.assert(
      fc.property(text, text, (body, key) => {
        const expected = (raw: string): string => Buffer.from(raw.replaceAll('\0', '\u2400'), 'utf8').toString('utf8');
        const [line = []] = encode({ ...plain, body, resource: { [key]: body }, attributesNumber: { [key]: 1 } });
        expect(line[8]).toBe(expected(body));
        expect(line[15]).toEqual({ [expected(key)]: expected(body) });
        expect(line[17]).toEqual({ [expected(key)]: 1 });
      }),
      { seed, numRuns: 300 },
    );
  });

  it('does not mix up rows that share objects and rows that do not', () => {
    const shared = { k: '1' };
    const lines = encode(
      { ...plain, resource: shared, logGroup: 'a', ingestTimeMs: 1 },
      { ...plain, resource: { k: '2' }, logGroup: 'b', ingestTimeMs: 2 },
      { ...plain, resource: shared, logGroup: 'a', ingestTimeMs: 1 },
    );
    expect(lines.map((line) => [line[1], line[2], line[15]])).toEqual([
      ['0000000000.001', 'a', { k: '1' }],
      ['0000000000.002', 'b', { k: '2' }],
      ['0000000000.001', 'a', { k: '1' }],
    ]);
  });

  it('sees that an object has changed since the last call', () => {
    const resource: Record<string, string> = { k: 'before' };
    expect(encode({ ...plain, resource })[0]?.[15]).toEqual({ k: 'before' });
    resource.k = 'after';
    expect(encode({ ...plain, resource })[0]?.[15]).toEqual({ k: 'after' });
  });
});

describe('the row buffer', () => {
  it('grows, is cut back, and keeps what was before', () => {
    const buffer = createRowBuffer();
    buffer.append('one');
    const start = buffer.length();
    buffer.append('é'.repeat(400_000));
    expect(buffer.length()).toBe(3 + 800_000);
    buffer.truncate(start);
    buffer.append('two');
    expect(buffer.slice(0, buffer.length()).toString()).toBe('onetwo');
    buffer.reset();
    expect(buffer.length()).toBe(0);
  });
});
