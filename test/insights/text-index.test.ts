import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bindParams } from '../../src/telemetry/drivers/chdb/bind-params.ts';
import { type LogsEngine, openLogsEngine } from './logs-engine.ts';

let engine: LogsEngine;
beforeAll(() => {
  engine = openLogsEngine();
  // Several granules in both tables, so that reading fewer of them can be seen.
  for (const table of ['logs_standard', 'logs_infrequent']) {
    engine.raw(
      `INSERT INTO holdfast.${table} (time, ingest_time, log_group, log_stream, event_id, body) SELECT ` +
        `toDateTime64('2026-11-22 00:00:00', 9, 'UTC') + number, now64(3), '/test/app', 's', concat('${table}', toString(number)), ` +
        `concat('request ', toString(number), if(number % 9973 = 5, ' needle_one failed to connect', ' served /a/b Größe'), ' code ', toString(number % 7)) ` +
        'FROM numbers(40000)',
    );
  }
  engine.merge();
});
afterAll(() => engine.close());

/** The tables whose text index a filter uses, by the engine's own plan, with parameters filled in as the store does. */
function indexUsers(query: string, table: string): readonly string[] {
  const { filterSql, filterParams } = engine.compile(query);
  const sql = bindParams(`SELECT body FROM holdfast.${table} WHERE ${filterSql}`, filterParams);
  const plan = engine.raw(`EXPLAIN indexes = 1 ${sql}`).map(([line]) => String(line));
  const users: string[] = [];
  let reading = '';
  for (const line of plan) {
    reading = /ReadFromMergeTree \(holdfast\.(\w+)\)/.exec(line)?.[1] ?? reading;
    if (/Name: body_text/.test(line)) users.push(reading);
  }
  return users;
}

describe('the text index', () => {
  const check = (query: string, isUsed: boolean) =>
    it(`${isUsed ? 'is' : 'is not'} used by ${query}`, () => {
      const users = isUsed ? ['logs_standard'] : [];
      expect(indexUsers(query, 'logs_standard')).toEqual(users);
      expect(indexUsers(query, 'logs')).toEqual(users);
      expect(engine.compile(query).usesTextIndex).toBe(isUsed);
    });
  check('filter @message like "needle_one failed"', true);
  check('filter @message like "eedle"', true);
  check('filter @message like /needle_\\w+ failed/', true);
  check('filter strcontains(@message, "failed to con")', true);
  check('filter @message = "request 5 needle_one failed to connect code 5"', true);
  check('filter @message like "needle" and level = "x"', true);
  check('parse @message "request * " as id | filter @message like "failed to con" | filter id > 5', true);
  check('filter @message like /(?i)NEEDLE/', false);
  check('filter strcontains(@message, "failed to con") = 1', true);
  check('filter level like "needle"', false);

  const answers = (condition: string, rows: number) =>
    it(`answers ${condition} as a scan does`, () => {
      const { countSql, filterParams, filterSql } = engine.compile(`filter ${condition}`);
      const count = (settings: string) => Number(engine.raw(`${countSql}${settings}`, filterParams)[0]?.[0]);
      expect(count('')).toBe(rows);
      expect(count(' SETTINGS use_skip_indexes = 0, query_plan_direct_read_from_text_index = 0')).toBe(rows);
      expect(filterSql).toContain('body');
    });
  // Numbers 5 mod 9973 below 40,000: 5 of them, in each of two tables.
  answers('@message like "needle_one failed to con"', 10);
  answers('@message like "eedle_on"', 10);
  answers('@message like "needle one"', 0);
  answers('@message not like "needle"', 79_990);
  answers('@message like "9978 needle"', 2);
  answers('@message like " failed "', 10);
  // Of 5,714 numbers that are 3 mod 7, one (9978) has the other text.
  answers('@message like "Größe code 3"', 11_426);
  answers('@message = "request 5 needle_one failed to connect code 5"', 2);
  answers('@message like /request \\d+ needle_one/', 10);
});
