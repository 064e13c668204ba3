import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { insightsFunctions } from '../../src/logs/insights/index.ts';
import { type Cells, DAY, GROUP, type LogsEngine, openLogsEngine } from './logs-engine.ts';

let engine: LogsEngine;
const MINUTE = 60_000;

beforeAll(() => {
  engine = openLogsEngine();
  // 100 events, one a minute: ms 1 … 100, every fifth without one; version as text; a counter that grows by 3 a minute.
  engine.insert(
    Array.from({ length: 100 }, (_, index) => ({
      timeMs: DAY + index * MINUTE,
      service: index % 4 === 0 ? 'web' : 'api',
      isInfrequent: index % 2 === 0,
      numbers: index % 5 === 4 ? {} : { ms: index + 1 },
      body: JSON.stringify({
        version: `v${index % 12}`,
        total: 10 + index * 3,
        path: index % 10 < 6 ? '/a' : '/b',
        text: index === 7 ? 'NaN' : String(index),
      }),
    })),
  );
});
afterAll(() => engine.close());

const withMs = Array.from({ length: 100 }, (_, index) => index + 1).filter((value) => value % 5 !== 0);
const sum = withMs.reduce((total, value) => total + value, 0);
const mean = sum / withMs.length;
const variance = withMs.reduce((total, value) => total + (value - mean) ** 2, 0) / withMs.length;

describe('an aggregation', () => {
  const seen = new Set<string>();
  const check = (expression: string, expected: string | number | null) => {
    for (const [, name] of expression.matchAll(/(\w+)\(/g)) seen.add((name ?? '').toLowerCase().replaceAll('_', ''));
    it(expression, () => {
      const value = engine.run(`stats ${expression} as value`)[0]?.['value'];
      if (typeof expected === 'number') expect(value).toBeCloseTo(expected, 6);
      else expect(value).toBe(expected);
    });
  };
  check('count(*)', 100);
  check('count()', 100);
  check('count(ms)', 80);
  check('count(missing)', 0);
  check('countDistinct(version)', 12);
  check('count_distinct(service)', 2);
  check('sum(ms)', sum);
  check('sum(missing)', null);
  check('sum(text)', (99 * 100) / 2 - 7);
  check('avg(ms)', mean);
  check('min(ms)', 1);
  check('max(ms)', 99);
  check('max(total)', 307);
  check('max(version)', 'v9');
  check('min(@timestamp)', '2026-11-22 00:00:00.000');
  check('pct(ms, 50)', withMs.sort((a, b) => a - b)[40] ?? 0);
  check('pct(ms, 100)', 99);
  check('median(ms)', 50);
  check('stddev(ms)', Math.sqrt(variance));
  check('variance(ms)', variance);
  check('values(service)', '["api","web"]');
  check('topk(1, path)', '["/a"]');
  check('earliest(version)', 'v0');
  check('latest(version)', 'v3');
  check('latest(ms)', '99');
  check('latest(@timestamp)', '2026-11-22 01:39:00.000');
  check('sortsFirst(version)', 'v0');
  check('sortsLast(version)', 'v11');
  check('sortsLast(ms)', '99');
  check('rate(total, 1m)', 3);
  check('rate(total, 1h)', 180);
  check('rate(missing, 1m)', null);
  check('countOverTime(ms)', 80);
  check('sum_over_time(ms)', sum);
  check('sum(ms) / count(ms)', mean);
  check('max(ms) - min(ms)', 98);
  check('sum(if(ms > 50, 1, 0))', withMs.filter((value) => value > 50).length);
  check('round(avg(ms), 1)', Math.round(mean * 10) / 10);

  it('is checked for each that there is', () => {
    const untested = insightsFunctions.filter(
      ({ family, name }) => family === 'aggregation' && !seen.has(name.toLowerCase()),
    );
    expect(untested).toEqual([]);
  });
});

describe('stats', () => {
  const check = (query: string, ...expected: readonly Cells[]) =>
    it(query, () => {
      expect(engine.run(query)).toEqual(expected);
    });
  check('stats count(*) as n by service', { service: 'api', n: 75 }, { service: 'web', n: 25 });
  check('stats count(*) as n by service | sort n asc', { service: 'web', n: 25 }, { service: 'api', n: 75 });
  check(
    'stats count(*) by bin(1h)',
    { 'bin(1h)': '2026-11-22 00:00:00.000', 'count(*)': 60 },
    { 'bin(1h)': '2026-11-22 01:00:00.000', 'count(*)': 40 },
  );
  check('stats count(*) as n by ispresent(ms) as has', { has: false, n: 20 }, { has: true, n: 80 });
  check(
    'stats count(*) as n by floor(ms / 50) * 50 as bucket',
    { bucket: null, n: 20 },
    { bucket: 0, n: 40 },
    { bucket: 50, n: 40 },
  );
  check(
    'stats count(*) as n by version | sort version asc | limit 3',
    { version: 'v0', n: 9 },
    { version: 'v1', n: 9 },
    { version: 'v2', n: 9 },
  );
  check(
    'stats count(*) as n by version | sort version desc | limit 2',
    { version: 'v11', n: 8 },
    { version: 'v10', n: 8 },
  );
  check('stats count(*) as n by version | stats max(n) as most, count(*) as versions', { most: 9, versions: 12 });
  check('stats count(*) as n by version | filter n > 8 | stats count(*) as versions', { versions: 4 });
  check('stats count(*) as n by bin(10m) as t, path | filter path = "/a" | stats sum(n) as total, max(t) as last', {
    total: 60,
    last: '2026-11-22 01:30:00.000',
  });
  check('stats count(*) as n by service | display n * 2 as twice', { twice: 150 }, { twice: 50 });
  check('stats count(*) as n by service | fields n + 1 as more | sort more | limit 1', {
    service: 'web',
    n: 25,
    more: 26,
  });
  check('stats count(*) by path | sort `count(*)` desc | limit 1', { path: '/a', 'count(*)': 60 });
  check('filter service = "none" | stats count(*) as n, sum(ms) as s', { n: 0, s: null });
  check('filter service = "none" | stats count(*) as n by path');
  check('parse @message "\\"path\\":\\"*\\"" as p | stats count(*) as n by p', { p: '/a', n: 60 }, { p: '/b', n: 40 });
  check('parse @message "\\"total\\":*," as total | stats sum(total) as s', { s: 1000 + (3 * 99 * 100) / 2 });
});

describe('the order of the results', () => {
  it('is newest first, and the same twice', () => {
    const rows = engine.run('fields @timestamp, version');
    expect(rows).toHaveLength(100);
    expect(rows[0]).toMatchObject({ '@timestamp': '2026-11-22 01:39:00.000' });
    expect(engine.run('fields @timestamp, version')).toEqual(rows);
  });
  it('puts text before numbers and both in natural order, missing values first', () => {
    const bodies = ['{"k":"a10"}', '{"k":"a9"}', '{"k":10}', '{"k":"9"}', '{"k":"*"}', '{}', '{"k":-1}'];
    engine.insert(bodies.map((body, index) => ({ timeMs: DAY + index, group: 'sorting', body })));
    const context = { logGroups: [{ name: 'sorting', minTimeMs: 0 }] };
    const ascending = engine.run('fields k | sort k', context).map((row) => row['k']);
    expect(ascending).toEqual([null, '*', 'a9', 'a10', '-1', '9', '10']);
    expect(engine.run('fields k | sort k desc', context).map((row) => row['k'])).toEqual(ascending.toReversed());
  });
  it('follows several keys', () => {
    const rows = engine.run('fields service, version, ms | sort service desc, ms asc | limit 2');
    expect(rows.map(({ service, ms }) => [service, ms])).toEqual([
      ['web', null],
      ['web', null],
    ]);
  });
});

describe('limit, dedup and unnest', () => {
  it('limits before what follows', () => {
    expect(engine.run('limit 10 | filter service = "web"').length).toBe(2);
    expect(engine.run('sort @timestamp asc | limit 1 | fields version')[0]).toMatchObject({ version: 'v0' });
    expect(engine.run('limit any 7')).toHaveLength(7);
    expect(engine.run('limit 50', { limit: 5 })).toHaveLength(5);
    expect(engine.run('limit 50 | limit 3')).toHaveLength(3);
  });
  it('keeps the first in order of each combination, and all that lack a value', () => {
    expect(engine.run('fields version | sort @timestamp asc | dedup version').map((row) => row['version'])).toEqual(
      Array.from({ length: 12 }, (_, index) => `v${index}`),
    );
    expect(engine.run('fields @timestamp, service | dedup service')).toMatchObject([
      { '@timestamp': '2026-11-22 01:39:00.000', service: 'api' },
      { '@timestamp': '2026-11-22 01:36:00.000', service: 'web' },
    ]);
    expect(engine.run('dedup service, path')).toHaveLength(4);
    expect(engine.run('filter not ispresent(ms) | dedup ms')).toHaveLength(20);
    expect(engine.run('dedup service | limit 1')).toHaveLength(1);
    expect(engine.count('filter path = "/a" | dedup service')).toBe(60);
  });
  it('makes a row of each item', () => {
    engine.insert([
      { timeMs: DAY, group: 'lists', id: '1', body: '{"e":[{"n":"exception"},{"n":"action"}],"x":1}' },
      { timeMs: DAY + 1, group: 'lists', id: '2', body: '{"e":"single","x":2}' },
      { timeMs: DAY + 2, group: 'lists', id: '3', body: '{"e":[],"x":3}' },
      { timeMs: DAY + 3, group: 'lists', id: '4', body: '{"x":4}' },
    ]);
    const context = { logGroups: [{ name: 'lists', minTimeMs: 0 }] };
    const rows = engine.run(
      'fields jsonParse(@message) as js | unnest js.e into item | display x, item, item.n as n | sort n, x',
      context,
    );
    expect(rows.map(({ x, item, n }) => [x, item, n])).toEqual([
      ['2', 'single', null],
      ['4', null, null],
      ['1', '{"n":"action"}', 'action'],
      ['1', '{"n":"exception"}', 'exception'],
    ]);
    expect(engine.run('unnest e into item | filter item.n = "action" | stats count(*) as n', context)).toEqual([
      { n: 1 },
    ]);
    expect(engine.count('unnest e into item | filter item.n = "action"', context)).toBe(4);
  });
});

describe('the rows that a query sees', () => {
  it('are those of the chosen groups and time', () => {
    expect(engine.count('', { logGroups: [] })).toBe(0);
    expect(engine.run('', { logGroups: [] })).toEqual([]);
    expect(engine.count('', { startMs: DAY + 10 * MINUTE, endMs: DAY + 20 * MINUTE })).toBe(10);
    expect(engine.count('', { startMs: DAY + 10 * MINUTE + 1, endMs: DAY + 20 * MINUTE + 1 })).toBe(10);
    expect(engine.count('', { startMs: 0, endMs: Date.UTC(2200, 0, 1) })).toBe(100);
  });
  it('end where retention ends, group by group', () => {
    engine.insert([
      { timeMs: DAY, group: 'short', body: 'old' },
      { timeMs: DAY + MINUTE, group: 'short', body: 'new' },
    ]);
    const logGroups = [
      { name: GROUP, minTimeMs: 0 },
      { name: 'short', minTimeMs: DAY + 1 },
    ];
    expect(engine.run('stats count(*) as n by @log', { logGroups })).toEqual([
      { '@log': GROUP, n: 100 },
      { '@log': 'short', n: 1 },
    ]);
  });
});
