import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DAY, type LogsEngine, openLogsEngine, type TestRow } from './logs-engine.ts';

/** A small generator with a fixed seed, so that the rows are the same in every run. */
function createRandom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 4_294_967_296) * below);
  };
}

interface OracleRow extends TestRow {
  readonly id: string;
  readonly json: Readonly<Record<string, unknown>>;
}

const WORDS = [
  'failed',
  'to',
  'connect',
  'ERROR',
  'error',
  'user',
  'Größe',
  '日本',
  'a_b',
  '100%',
  'back\\slash',
  'id=7',
  'x"y',
  "it's",
  'user_42',
];

function makeRows(count: number): readonly OracleRow[] {
  const random = createRandom(20_261_122);
  return Array.from({ length: count }, (_, index) => {
    const words = Array.from({ length: 1 + random(6) }, () => WORDS[random(WORDS.length)] ?? '').join(
      [' ', '-', ''][random(3)],
    );
    const isJson = random(3) > 0;
    const json: Record<string, unknown> = isJson ? { message: words } : {};
    if (isJson && random(2) === 0) json['status'] = [200, 404, 500, '500', 'none', null, 200.5][random(7)];
    if (isJson && random(3) === 0) json['nested'] = { ok: random(2) === 0, depth: random(5) };
    return {
      id: `row-${String(index).padStart(5, '0')}`,
      timeMs: DAY + index * 7_001,
      isInfrequent: index % 3 === 0,
      service: ['', 'api', 'web'][random(3)] ?? '',
      severityNumber: random(4) * 8,
      strings: random(4) === 0 ? { route: ['/a', '/b/7', '12', ''][random(4)] ?? '' } : {},
      numbers: random(3) === 0 ? { ms: random(1000) / 4 } : {},
      booleans: random(5) === 0 ? { cached: random(2) === 0 } : {},
      body: isJson ? JSON.stringify(json) : words,
      json,
    };
  });
}

const ROWS = makeRows(3_000);
let engine: LogsEngine;
beforeAll(() => {
  engine = openLogsEngine();
  engine.insert(ROWS.slice(0, 2_500));
  engine.merge();
  // These stay in parts whose text index has not been built.
  engine.insert(ROWS.slice(2_500));
});
afterAll(() => engine.close());

const matched = (query: string): readonly string[] =>
  engine
    .run(`filter ${query} | fields @ptr`)
    .map((row) => (JSON.parse(Buffer.from(String(row['@ptr']), 'base64url').toString()) as string[])[2] ?? '')
    .toSorted();
const expected = (test: (row: OracleRow) => boolean): readonly string[] => ROWS.filter(test).map(({ id }) => id);

/** What a name means in a row, by the documented order, written anew in JavaScript. */
function field(row: OracleRow, name: string): string | undefined {
  const attribute = row.strings?.[name] ?? row.numbers?.[name] ?? row.booleans?.[name];
  const value = attribute ?? row.json[name] ?? undefined;
  return value === undefined || value === null
    ? undefined
    : typeof value === 'object'
      ? JSON.stringify(value)
      : String(value);
}
const numberIn = (text: string | undefined): number | undefined =>
  text !== undefined && /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : undefined;

describe('a filter finds what JavaScript finds', () => {
  const check = (query: string, test: (row: OracleRow) => boolean) =>
    it(query, () => {
      const rows = expected(test);
      expect(rows.length).toBeGreaterThan(0);
      expect(rows.length).toBeLessThan(ROWS.length);
      expect(matched(query)).toEqual(rows);
    });
  const status = (row: OracleRow) => field(row, 'status');
  check('status = 500', (row) => numberIn(status(row)) === 500);
  check('status = "500"', (row) => status(row) === '500');
  check('status != 500', (row) => status(row) !== undefined && numberIn(status(row)) !== 500);
  check('not status = 500', (row) => status(row) !== undefined && numberIn(status(row)) !== 500);
  check('not (status = 500 and service = "api")', (row) =>
    row.service !== ''
      ? status(row) === undefined
        ? row.service !== 'api'
        : !(numberIn(status(row)) === 500 && row.service === 'api')
      : status(row) !== undefined && numberIn(status(row)) !== 500,
  );
  check('status > 200', (row) => (numberIn(status(row)) ?? 0) > 200);
  check('status >= 200 and status < 201', (row) => Math.floor(numberIn(status(row)) ?? 0) === 200);
  check('status > "200"', (row) => {
    const n = numberIn(status(row));
    return n === undefined ? (status(row) ?? '') > '200' : n > 200;
  });
  check('status in [200, 404]', (row) => [200, 404].includes(numberIn(status(row)) ?? 0));
  check(
    'status not in [200, "none"]',
    (row) => status(row) !== undefined && numberIn(status(row)) !== 200 && status(row) !== 'none',
  );
  check('status like "0"', (row) => status(row)?.includes('0') ?? false);
  check('status not like /^[0-9]/', (row) => status(row) !== undefined && !/^[0-9]/.test(status(row) ?? ''));
  check('ispresent(status)', (row) => status(row) !== undefined);
  check('not ispresent(status)', (row) => status(row) === undefined);
  check('isNumeric(status) and status % 2 = 0', (row) => (numberIn(status(row)) ?? 1) % 2 === 0);
  check('ms < 50', (row) => (row.numbers?.['ms'] ?? 50) < 50);
  check(
    'ms * 4 = 100 or ms > 240',
    (row) => (row.numbers?.['ms'] ?? 0) * 4 === 100 || (row.numbers?.['ms'] ?? 0) > 240,
  );
  check('ms = ms', (row) => row.numbers?.['ms'] !== undefined);
  check('route = 12', (row) => row.strings?.['route'] === '12');
  check('route = ""', (row) => row.strings?.['route'] === '');
  check('route > "/a"', (row) => (row.strings?.['route'] ?? '') > '/a');
  check('isempty(route)', (row) => (row.strings?.['route'] ?? '') === '');
  check('cached = true', (row) => row.booleans?.['cached'] === true);
  check('cached != true', (row) => row.booleans?.['cached'] === false);
  check('cached', (row) => row.booleans?.['cached'] === true);
  check('nested.ok = true', (row) => (row.json['nested'] as { ok?: boolean } | undefined)?.ok === true);
  check('nested.depth >= 3', (row) => ((row.json['nested'] as { depth?: number } | undefined)?.depth ?? 0) >= 3);
  check('service = "api"', (row) => row.service === 'api');
  check('service != "api"', (row) => row.service === 'web');
  check(
    'service in ["api", "web"] and severityNumber >= 16',
    (row) => row.service !== '' && (row.severityNumber ?? 0) >= 16,
  );
  check('severityNumber = 8', (row) => row.severityNumber === 8);
  check('not ispresent(severityNumber)', (row) => row.severityNumber === 0);
  check('@timestamp >= "2026-11-22 03:00:00"', (row) => row.timeMs >= DAY + 3 * 3_600_000);
  check('@message like "failed"', (row) => row.body.includes('failed'));
  check('@message like "failed to connect"', (row) => row.body.includes('failed to connect'));
  check('@message like "iled to conn"', (row) => row.body.includes('iled to conn'));
  check('@message like " to "', (row) => row.body.includes(' to '));
  check('@message like "Größe"', (row) => row.body.includes('Größe'));
  check('@message like "röß"', (row) => row.body.includes('röß'));
  check('@message like "日"', (row) => row.body.includes('日'));
  check('@message like "%"', (row) => row.body.includes('%'));
  check('@message like "a_b"', (row) => row.body.includes('a_b'));
  check('@message like "_"', (row) => row.body.includes('_'));
  check('@message like "back\\\\"', (row) => row.body.includes('back\\'));
  check('@message not like "error"', (row) => !row.body.includes('error'));
  check(
    '@message like "ERROR" or @message like "user"',
    (row) => row.body.includes('ERROR') || row.body.includes('user'),
  );
  check('@message like /(?i)error/', (row) => /error/i.test(row.body));
  check('@message like /user[ -]to/', (row) => /user[ -]to/.test(row.body));
  check('@message like /failed.*connect/', (row) => /failed.*connect/.test(row.body));
  check('@message like /user_\\d+/', (row) => /user_\d+/.test(row.body));
  check('@message =~ /^ERROR/', (row) => row.body.startsWith('ERROR'));
  check('strcontains(@message, "ERROR")', (row) => row.body.includes('ERROR'));
  check('message like "ERROR"', (row) => String(row.json['message'] ?? '').includes('ERROR'));
  check('strlen(@message) > 30', (row) => [...row.body].length > 30);
  it('@message = a whole message', () => {
    const body = ROWS.find((row) => row.body.split(' ').length === 4)?.body ?? '';
    expect(matched(`@message = "${body.replace(/["\\]/g, '\\$&')}"`)).toEqual(expected((row) => row.body === body));
    expect(matched(`@message != "${body.replace(/["\\]/g, '\\$&')}"`)).toEqual(expected((row) => row.body !== body));
  });
  it('any part of any message, and counts it', () => {
    const part = fc.tuple(fc.nat(ROWS.length - 1), fc.nat(60), fc.integer({ min: 1, max: 25 }));
    fc.assert(
      fc.property(part, ([index, start, length]) => {
        const needle = (ROWS[index]?.body ?? '').slice(start, start + length);
        if (needle === '' || /[\ud800-\udfff]/.test(needle)) return;
        const query = `@message like "${needle.replace(/["\\]/g, '\\$&')}"`;
        const rows = expected((row) => row.body.includes(needle));
        expect(matched(query)).toEqual(rows);
        expect(engine.count(`filter ${query}`)).toBe(rows.length);
      }),
      { numRuns: 150 },
    );
  }, 120_000);
});

describe('every text and name', () => {
  const text = fc.string({ unit: 'binary', maxLength: 30 }).filter((value) => !/[\0\ud800-\udfff]/.test(value));
  it('survives the way into the engine and back', () => {
    fc.assert(
      fc.property(text, (value) => {
        const rows = engine.run(`fields "${value.replace(/["\\]/g, '\\$&')}" as out | limit 1`);
        expect(rows[0]?.['out']).toBe(value);
      }),
      { numRuns: 200 },
    );
  });
  it('finds the attribute of that name', () => {
    const names = fc.sample(
      text.filter((value) => value !== '' && !/[`\n]/.test(value)),
      { numRuns: 40, seed: 7 },
    );
    engine.insert(
      names.map((name, index) => ({ timeMs: DAY + index, group: 'names', body: '', strings: { [name]: `${index}` } })),
    );
    const context = { logGroups: [{ name: 'names', minTimeMs: 0 }] };
    names.forEach((name, index) => {
      const first = names.indexOf(name);
      const rows = engine.run(`filter \`${name}\` = "${first}" | fields \`${name}\` as \`out ${name}\``, context);
      expect(rows[0]?.[`out ${name}`]).toBe(String(first));
      expect(index).toBeGreaterThanOrEqual(first);
    });
  });
});
