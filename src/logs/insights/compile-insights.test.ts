import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileInsights, type InsightsContext, parseInsights, readCell } from './index.ts';
import { captureNames, globRegex, requiredText } from './regex.ts';
import { wholeTokens } from './text-search.ts';

const DAY = Date.UTC(2026, 10, 22);
const context: InsightsContext = {
  logGroups: [{ name: '/app/api', minTimeMs: 0 }],
  startMs: DAY,
  endMs: DAY + 3_600_000,
  limit: 1_000,
  nowMs: DAY + 7_200_000,
};

function compile(query: string, changes: Partial<InsightsContext> = {}) {
  const parsed = parseInsights(query);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.mistakes));
  return compileInsights(parsed.query, { ...context, ...changes });
}

describe('what a user wrote', () => {
  const quote = (text: string): string => `"${text.replace(/["\\]/g, '\\$&')}"`;
  const text = fc.string({ unit: 'binary', maxLength: 40 }).filter((value) => !/[\0\ud800-\udfff]/.test(value));
  /** Equal texts share a parameter, so only the numbers of the parameters may differ. */
  const shape = (sql: string): string => sql.replace(/\{p\d+:/g, '{p:');
  const templates: readonly ((written: string) => string)[] = [
    (written) => `filter a = ${written}`,
    (written) => `filter a in [${written}, 5]`,
    (written) => `fields concat(a, ${written}) as b | stats count(*) by b`,
    (written) => `fields replace(a, "x", ${written})`,
  ];
  it('is bound and never stands in the statement', () => {
    fc.assert(
      fc.property(text, fc.nat(templates.length - 1), (value, index) => {
        const template = templates[index] ?? ((written: string) => written);
        const compiled = compile(template(quote(value)));
        expect(shape(compiled.sql)).toBe(shape(compile(template('"harmless"')).sql));
        expect(Object.values(compiled.params).flat()).toContain(value);
      }),
    );
  });
  it('is bound when it is the name of a field or of an alias', () => {
    const name = text.filter((value) => value !== '' && value !== 'harmless' && !/[`\n]/.test(value));
    fc.assert(
      fc.property(name, (value) => {
        const query = (field: string) =>
          `filter \`${field}\` > 5 | stats max(x) as \`${field}\` by y | sort \`${field}\``;
        expect(shape(compile(query(value)).sql)).toBe(shape(compile(query('harmless')).sql));
      }),
    );
  });
});

describe('the rows a query may see', () => {
  it('are those of its groups and its time', () => {
    const { filterSql, filterParams } = compile('fields a');
    expect(filterSql).toContain('log_group IN {p0:Array(String)}');
    expect(filterSql).toContain(`time >= fromUnixTimestamp64Milli(toInt64(${DAY}), 'UTC')`);
    expect(filterSql).toContain(`time < fromUnixTimestamp64Milli(toInt64(${DAY + 3_600_000}), 'UTC')`);
    expect(filterSql).toContain(`toStartOfFiveMinutes(time) <= toDateTime(${(DAY + 3_300_000) / 1000}, 'UTC')`);
    expect(filterParams).toEqual({ p0: ['/app/api'] });
  });
  it('end where the retention of a group ends', () => {
    const logGroups = [
      { name: 'old', minTimeMs: 0 },
      { name: 'new', minTimeMs: DAY + 60_000 },
    ];
    const { filterSql, filterParams } = compile('fields a', { logGroups });
    expect(filterSql).toMatch(/\(log_group IN \{p1:.*\} OR \(log_group IN \{p2:.*\} AND time >= .*60000/);
    expect(filterParams).toEqual({ p0: ['old', 'new'], p1: ['old'], p2: ['new'] });
  });
  it('are counted by the filters before the rows change', () => {
    const { countSql, filterSql } = compile('filter a = 1 | stats count(*) as n by b | filter n > 5');
    expect(countSql).toBe(`SELECT count() AS matched FROM holdfast.logs WHERE ${filterSql}`);
    expect(filterSql).not.toContain('value1_');
  });
  it('are never more than the caller allows', () => {
    expect(compile('limit 5000').sql).toMatch(/LIMIT 1000$/);
    expect(compile('limit 10').sql).toMatch(/LIMIT 10$/);
    expect(compile('').sql).toMatch(/ORDER BY time DESC, event_id DESC LIMIT 1000$/);
    expect(compile('limit any 10').sql).not.toContain('ORDER BY');
  });
});

describe('the columns of the answer', () => {
  const check = (query: string, ...expected: readonly string[]) =>
    it(query, () => {
      expect(compile(query).fields.map(({ name, type }) => `${name}:${type}`)).toEqual(expected);
    });
  check('', '@timestamp:time', '@message:string', '@ptr:string');
  check('filter a = 1', '@timestamp:time', '@message:string', '@ptr:string');
  check('fields a, abs(b), c as d', 'a:string', 'abs(b):number', 'd:string', '@ptr:string');
  check('fields a | fields b, a', 'a:string', 'b:string', '@ptr:string');
  check('fields a, b | display b', 'b:string', '@ptr:string');
  check('fields @ptr, a', '@ptr:string', 'a:string');
  check('parse "x=*" as x', '@timestamp:time', '@message:string', 'x:string', '@ptr:string');
  check('stats count(*), max(a) as top by b, bin(5m)', 'b:string', 'bin(5m):time', 'count(*):number', 'top:number');
  check('stats count(*) as n by b | display n', 'n:number');
  check('stats earliest(@timestamp) as first, latest(a) as last', 'first:time', 'last:string');
  check(
    'fields ispresent(a) as has, if(b > 1, 2, 3) as c, coalesce(d, 5) as e',
    'has:boolean',
    'c:number',
    'e:string',
    '@ptr:string',
  );
});

describe('a cell', () => {
  const check = (type: 'string' | 'number' | 'boolean' | 'time', raw: unknown, expected: unknown) =>
    it(`${type} ${JSON.stringify(raw)}`, () => {
      expect(readCell({ type }, raw)).toBe(expected);
    });
  check('time', 1_795_367_160_123, '2026-11-22 17:06:00.123');
  check('time', '1795367160123', '2026-11-22 17:06:00.123');
  check('time', null, null);
  check('number', '9007199254740993', 9_007_199_254_740_992);
  check('number', 1.5, 1.5);
  check('number', 'apple', 'apple');
  check('number', 'nan', null);
  check('boolean', 1, true);
  check('boolean', 0, false);
  check('boolean', null, null);
  check('string', 'x', 'x');
  check('string', ['a'], '["a"]');
});

describe('the text index', () => {
  const uses = (query: string, expected: boolean) =>
    it(`${expected ? 'helps' : 'does not help'} ${query}`, () => {
      expect(compile(query).usesTextIndex).toBe(expected);
    });
  uses('filter @message like "ERROR"', true);
  uses('filter @message like "failed to connect"', true);
  uses('filter @message like "id"', false);
  uses('filter @message = "a b"', true);
  uses('filter @message like /user \\d+ failed/', true);
  uses('filter @message like /(?i)error/', false);
  uses('filter message like "ERROR"', false);
  uses('fields concat(@message, "") as m | filter m like "ERROR"', false);
  uses('limit 5 | filter @message like "ERROR"', false);
  it('is asked for whole tokens only', () => {
    expect(wholeTokens('failed to connect', false)).toEqual(['to']);
    expect(wholeTokens(' failed to connect.', false)).toEqual(['connect', 'failed', 'to']);
    expect(wholeTokens('failed to', true)).toEqual(['failed', 'to']);
    expect(wholeTokens('a_b-c', false)).toEqual(['b']);
    expect(wholeTokens('x größe y', false)).toEqual(['größe']);
  });
});

describe('a regular expression', () => {
  it('names its groups, and only those', () => {
    expect(captureNames('(a)(?:b)(?<c>[(?<no>)]\\(?<d)(?P<e.f>x)').map(({ name, group }) => [name, group])).toEqual([
      ['c', 2],
      ['e.f', 3],
    ]);
  });
  const check = (source: string, expected: string | undefined) =>
    it(`/${source}/ needs ${expected}`, () => {
      expect(requiredText(source)).toBe(expected);
    });
  check('user \\d+ failed', ' failed');
  check('colou?r', 'colo');
  check('abc+d', 'abc');
  check('abcd{2}e', 'abc');
  check('error|warning', undefined);
  check('(?i)error', undefined);
  check('(?:error|warn)ing happened', 'ing happened');
  check('\\[ERROR\\] .*', '[ERROR] ');
  check('[abc]def', 'def');
  check('(?<n>abc)', undefined);
  check('\\x41bcd', 'bcd');
  it('needs nothing that a match lacks', () => {
    const atom = fc.oneof(
      fc.constantFrom('abc', 'de', 'f', '\\d', '.', '\\.', '[xyz]', '\\w', '\\x41', 'é'),
      fc.constantFrom('(?:gh|i)', '(jk)', '(?<n>lm)'),
    );
    const piece = fc
      .tuple(atom, fc.constantFrom('', '', '', '?', '*', '+', '{2}', '{0,1}'))
      .map((parts) => parts.join(''));
    const haystack = fc.string({ unit: fc.constantFrom(...'abcdefghijklmxyzA.1é'), minLength: 5, maxLength: 60 });
    fc.assert(
      fc.property(fc.array(piece, { minLength: 1, maxLength: 4 }), haystack, (pieces, text) => {
        const source = pieces.join('').replace(/\(\?<n>/g, '(');
        const required = requiredText(source);
        const match = new RegExp(source, 'su').exec(text);
        if (match !== null && required !== undefined) expect(match[0]).toContain(required);
      }),
      { numRuns: 5_000 },
    );
  });
  it('of a glob takes as little as it can, and at the end all', () => {
    const take = (glob: string, text: string) => new RegExp(globRegex(glob).slice(4), 's').exec(text)?.slice(1);
    expect(take('user=*, method:*, latency := *', 'x user=bob, method:GET, latency := 5 ms\nmore')).toEqual([
      'bob',
      'GET',
      '5 ms\nmore',
    ]);
    expect(take('[*]', 'a [b] [c]')).toEqual(['b']);
    expect(take('\\*=* (*', '*=1 (2')).toEqual(['1', '2']);
    expect(take('x=*', 'y')).toBeUndefined();
  });
});
