import { describe, expect, test } from 'vitest';
import {
  formatBytes,
  formatDuration,
  formatMeasurement,
  formatRelative,
  formatShortCount,
  formatTime,
  parseTime,
} from '../../console/src/base/format.ts';
import { describeRange, parseLength, resolveRange } from '../../console/src/base/time-range.ts';
import { toCsv, toNdjson } from '../../console/src/logs/rows-as-text.ts';
import { parseSearch, stringifySearch } from '../../console/src/search-params.ts';

const NOW = Date.UTC(2026, 10, 22, 17, 6, 0);

describe('figures carry their unit', () => {
  const check = (actual: string, expected: string) => () => expect(actual).toBe(expected);
  test('milliseconds', check(formatDuration(38.4), '38 ms'));
  test('seconds', check(formatDuration(4230), '4.23 s'));
  test('minutes and seconds', check(formatDuration(200_000), '3 min 20 s'));
  test('days and hours', check(formatDuration(187_200_000), '2 d 4 h'));
  test('whole hours', check(formatDuration(7_200_000), '2 h'));
  test('bytes', check(formatBytes(1_204_224), '1.15 MiB'));
  test('few bytes', check(formatBytes(1000), '1,000 B'));
  test('many records', check(formatShortCount(48_211), '48.2k'));
  test('some records', check(formatShortCount(9999), '9,999'));
  test('past', check(formatRelative(NOW - 179_000, NOW), '3 min ago'));
  test('future', check(formatRelative(NOW + 86_400_000 * 2, NOW), 'in 2 d'));
  test('a measured time', () =>
    expect(formatMeasurement('foundAfterMs', 38)).toEqual({ label: 'found after', text: '38 ms' }));
  test('a measured size', () =>
    expect(formatMeasurement('bytesScanned', 2048)).toEqual({ label: 'bytes scanned', text: '2 KiB' }));
  test('a measured truth', () => expect(formatMeasurement('found', true)).toEqual({ label: 'found', text: 'yes' }));
});

describe('times', () => {
  test('are written so that they sort, and read back', () => {
    const text = formatTime(NOW + 123, 'utc', 'ms');
    expect(text).toBe('2026-11-22 17:06:00.123');
    expect(parseTime(text, 'utc')).toBe(NOW + 123);
    expect(parseTime('2026-11-22', 'utc')).toBe(Date.UTC(2026, 10, 22));
    expect(parseTime('22.11.2026', 'utc')).toBeUndefined();
  });

  test('relative ranges move with the clock, absolute ones do not', () => {
    expect(resolveRange({ from: '-15m' }, NOW)).toEqual({ startMs: NOW - 900_000, endMs: NOW });
    const fixed = { from: '2026-11-22T10:00:00.000Z', to: '2026-11-22T11:00:00.000Z' };
    expect(resolveRange(fixed, NOW)).toEqual(resolveRange(fixed, NOW + 5000));
    expect(describeRange(fixed, 'utc', NOW)).toBe('2026-11-22 10:00 – 11:00');
  });

  test('a range that cannot be read, or ends before it begins, is the last hour up to its end', () => {
    expect(resolveRange({ from: 'once', to: 'upon' }, NOW)).toEqual({ startMs: NOW - 3_600_000, endMs: NOW });
    const endMs = Date.UTC(2026, 0, 1);
    expect(resolveRange({ from: '-1h', to: '2026-01-01' }, NOW)).toEqual({ startMs: endMs - 3_600_000, endMs });
    expect(parseLength('5 fortnights')).toBeUndefined();
  });
});

describe('exported rows', () => {
  const result = (rows: Record<string, string | number | boolean | null>[]) => ({
    queryId: 'q',
    status: 'Complete' as const,
    fields: Object.keys(rows[0] ?? {}).map((name) => ({ name, type: 'string' as const })),
    rows,
    statistics: { recordsMatched: 0, recordsScanned: 0, bytesScanned: 0, elapsedMs: 0 },
  });
  test('quote what CSV needs quoted (RFC 4180)', () => {
    expect(toCsv(result([{ a: 'x,"y"\nz', b: null }]))).toBe('a,b\r\n"x,""y""\nz",\r\n');
  });
  test('cannot run as a formula in a spreadsheet, and numbers stay numbers', () => {
    expect(toCsv(result([{ '@message': '=HYPERLINK("x")', n: -5 }]))).toBe(
      '@message,n\r\n"\'=HYPERLINK(""x"")",-5\r\n',
    );
  });
  test('are one object a line in NDJSON', () => {
    expect(toNdjson(result([{ a: 'x\ny' }, { a: 1 }]))).toBe('{"a":"x\\ny"}\n{"a":1}\n');
  });
});

test('an address gives back the parameters that made it', () => {
  const search = { q: 'filter a = "x & y" | limit 5', group: ['/app/a', '/app/b'], from: '-1h' };
  expect(parseSearch(stringifySearch(search))).toEqual(search);
  expect(stringifySearch({ q: undefined, group: [] })).toBe('');
});
