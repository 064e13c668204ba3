import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { tokenize } from '../../console/src/logs/editor/tokens.ts';
import {
  addFilter,
  commandOf,
  groupingKeys,
  quoteField,
  quoteValue,
  recordsBehind,
  stagesOf,
} from '../../console/src/logs/query-edit.ts';

const seed = Date.now() % 1_000_000_007;
const commands = (query: string): string[] => stagesOf(query).map(commandOf);

describe('a query is cut into stages', () => {
  const check = (query: string, expected: readonly string[]) => () => expect(commands(query)).toEqual(expected);
  test('at its pipes', check('fields a | filter b = 1 | limit 5', ['fields', 'filter', 'limit']));
  test('but not at a pipe in a text', check('filter a = "x | limit 1"', ['filter']));
  test('nor in a comment', check('fields a # x | y\n| limit 5', ['fields', 'limit']));
  test('nor in backticks', check('fields `a|b` | limit 5', ['fields', 'limit']));
  test('nor in a regular expression', check('filter @message like /a|b/ | limit 5', ['filter', 'limit']));
  test('and a text that is not closed yet swallows the rest', check('filter a = "x | limit 1', ['filter']));
  test('and a comment before the command does not hide it', check('# why\nfilter a = 1', ['filter']));

  test(`losing nothing, whatever it holds (seed ${seed})`, () => {
    const piece = fc.constantFrom('|', '"', "'", '`', '#', '\n', '/', 'like ', 'a', ' ', '\\', 'filter');
    const property = fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
      const query = pieces.join('');
      expect(
        stagesOf(query)
          .map(({ text }) => text)
          .join('|'),
      ).toBe(query);
    });
    fc.assert(property, { seed, numRuns: 2000 });
  });
});

describe('a filter is added by a click', () => {
  const check = (query: string, value: string | number | null, out: boolean, expected: string) => () =>
    expect(addFilter(query, { field: 'status', value, out })).toBe(expected);
  test(
    'after what computes and before what sorts',
    check('fields a | sort a | limit 5', 502, false, 'fields a\n| filter status = 502\n| sort a\n| limit 5'),
  );
  test('at the end when nothing narrows', check('fields a', 502, true, 'fields a\n| filter status != 502'));
  test(
    'before stats, which leave only their own results',
    check('stats count(*) by b', 'x', false, 'filter status = "x"\n| stats count(*) by b'),
  );
  test('alone when the query is empty', check('', 502, false, 'filter status = 502'));
  test('asking for its absence when there is no value', check('', null, false, 'filter not ispresent(status)'));
  test('only once', check('filter status = 502', 502, false, 'filter status = 502'));

  test(`that stays one text whatever the value holds (seed ${seed})`, () => {
    const property = fc.property(fc.string({ unit: 'binary', maxLength: 30 }), (value) => {
      fc.pre(value !== '');
      const query = addFilter('fields a | limit 5', { field: 'b', value, out: false });
      expect(commands(query)).toEqual(['fields', 'filter', 'limit']);
    });
    fc.assert(property, { seed, numRuns: 1000 });
  });
});

test('odd names and values are quoted', () => {
  expect(quoteField('@message')).toBe('@message');
  expect(quoteField('user.id')).toBe('user.id');
  expect(quoteField('http-route')).toBe('`http-route`');
  expect(quoteField('a b`c')).toBe('`a bc`');
  expect(quoteValue('a "b" \\ c\nd')).toBe('"a \\"b\\" \\\\ c\\nd"');
  expect(quoteValue(true)).toBe('true');
});

test('the keys of statistics are read with their bins and names', () => {
  expect(groupingKeys('stats count(*) by bin(5m) as t, service, strlen(a)')).toEqual([
    { column: 't', field: undefined, binMs: 300_000 },
    { column: 'service', field: 'service', binMs: undefined },
    { column: 'strlen(a)', field: undefined, binMs: undefined },
  ]);
  expect(groupingKeys('stats count(*)')).toEqual([]);
});

test('from a row of statistics back to its records', () => {
  const query = 'filter a = 1 | sort b | stats count(*) as n by service | sort n desc';
  expect(recordsBehind(query, { service: 'web', n: 4 })).toBe(
    'fields @timestamp, severityText, @log, @message\n| filter a = 1\n| filter service = "web"\n| sort @timestamp desc',
  );
});

describe('a query is coloured', () => {
  const check = (query: string, expected: readonly string[]) => () =>
    expect(tokenize(query).map(({ kind, from, to }) => `${kind} ${query.slice(from, to)}`)).toEqual(expected);
  test('command, field and number', check('filter @x > 5m', ['command filter', 'field @x', 'number 5m']));
  test(
    'functions, words and pipes',
    check('stats count(*) by a | limit 5', [
      'command stats',
      'function count',
      'word by',
      'pipe |',
      'command limit',
      'number 5',
    ]),
  );
  test(
    'a regular expression after like, a division elsewhere',
    check('filter a like /b|c/ and d / 2 / 3 > 1', [
      'command filter',
      'word like',
      'regex /b|c/',
      'word and',
      'number 2',
      'number 3',
      'number 1',
    ]),
  );

  test(`in order and without overlap, whatever is typed (seed ${seed})`, () => {
    const property = fc.property(fc.string({ maxLength: 80 }), (query) => {
      let end = 0;
      for (const token of tokenize(query)) {
        expect(token.from).toBeGreaterThanOrEqual(end);
        expect(token.to).toBeGreaterThan(token.from);
        end = token.to;
      }
      expect(end).toBeLessThanOrEqual(query.length);
    });
    fc.assert(property, { seed, numRuns: 2000 });
  });
});
