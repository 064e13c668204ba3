import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isFailure } from '../../../base/index.ts';
import { ISSUES_TRACKING_FAILURES } from '../failures.ts';
import { parseSearch } from './parse-search.ts';
import type { SearchNode } from './search-node.ts';

/** The tree in one line, so that tests read like the language. */
function shown(node: SearchNode): string {
  if (node.type === 'all' || node.type === 'any') return `${node.type}(${node.nodes.map(shown).join(', ')})`;
  const not = node.isNegated ? 'not ' : '';
  if (node.type === 'text') return `${not}text <${node.value.pieces.join('|')}>`;
  const values = node.values.map(({ pieces }) => `<${pieces.join('|')}>`).join(' ');
  return `${not}${node.isTag ? 'tag ' : ''}${node.key} ${node.operator} ${values}`;
}

test('a search is what stands in it, and everything must hold', () => {
  const check = (query: string, expected: string): void => expect(shown(parseSearch(query)), query).toBe(expected);
  check('', 'all()');
  check('   ', 'all()');
  check('is:unresolved', 'is = <unresolved>');
  check('is:unresolved level:error', 'all(is = <unresolved>, level = <error>)');
  check('is:unresolved AND level:error', 'all(is = <unresolved>, level = <error>)');
  check('a b', 'all(text <a>, text <b>)');
  check('"a b"', 'text <a b>');
  check('!foo', 'not text <foo>');
  check('!level:error', 'not level = <error>');
  check('timesSeen:>10', 'timesSeen > <10>');
  check('timesSeen:<=10', 'timesSeen <= <10>');
  check('timesSeen:=10', 'timesSeen = <10>');
  check('firstSeen:-24h', 'firstSeen = <-24h>');
  check('lastSeen:>2026-01-02T03:04:05', 'lastSeen > <2026-01-02T03:04:05>');
  check('browser.name:[Chrome, "Mobile Safari"]', 'browser.name = <Chrome> <Mobile Safari>');
  check('title:Type*', 'title = <Type|>');
  check('title:*a*b*', 'title = <|a|b|>');
  check('title:a\\*b', 'title = <a*b>');
  check('title:"say \\"hi\\" *"', 'title = <say "hi" |>');
  check('release:""', 'release = <>');
  check('tags[level]:x', 'tag level = <x>');
  check('"my key":x', 'tag my key = <x>');
  check('a OR b c', 'any(text <a>, all(text <b>, text <c>))');
  check('(a OR b) c', 'all(any(text <a>, text <b>), text <c>)');
  check('((a))', 'text <a>');
  check('order OR ORDER', 'any(text <order>, text <ORDER>)');
});

test('what people paste from a log is text', () => {
  const check = (query: string, expected: string): void => expect(shown(parseSearch(query)), query).toBe(expected);
  check('TypeError: x', 'all(text <TypeError:>, text <x>)');
  check('https://example.org/a', 'text <https://example.org/a>');
  check("it's", "text <it's>");
  check('! x', 'all(text <!>, text <x>)');
});

test('a mistake says where it is and what to write', () => {
  const check = (query: string, at: number, reason: string): void => {
    try {
      parseSearch(query);
    } catch (error) {
      if (!isFailure(error, ISSUES_TRACKING_FAILURES.queryInvalid)) throw error;
      expect({ at: error.details['at'], reason: error.details['reason'] }, query).toEqual({ at, reason });
      expect(error.hint.length).toBeGreaterThan(5);
      return;
    }
    expect.fail(`${query} is accepted`);
  };
  check('a "b', 3, 'the quote is not closed');
  check('(a', 1, 'the parenthesis is not closed');
  check('a)', 2, 'a parenthesis closes nothing');
  check('()', 1, 'the parentheses are empty');
  check('!(a)', 1, 'parentheses cannot be negated');
  check('a OR', 5, 'nothing stands after OR');
  check('OR a', 1, 'nothing stands before OR');
  check('AND a', 1, 'nothing stands before AND');
  check('a AND', 3, 'nothing stands after AND');
  check('key:[a', 5, 'the bracket is not closed');
  check('key:[a b]', 8, 'a comma or ] is missing');
  check('key:[]', 6, 'a value is missing in the brackets');
  check('key:[a,', 5, 'the bracket is not closed');
  check('key:>', 6, 'nothing follows key:');
  check('a '.repeat(101), 201, 'it has more than 100 conditions');
  check('('.repeat(30), 21, 'parentheses are nested more than 20 times');
  check('x'.repeat(3_000), 2_001, 'it has 3000 characters, and 2000 are the most');
});

test('any text is either read or refused with a place inside of it', () => {
  const part = fc.oneof(
    fc.constantFrom('is:', 'key:', '(', ')', '[', ']', '"', '\\', '*', '!', ' OR ', ' AND ', ',', '>', '<=', ' ', ':'),
    fc.string({ maxLength: 5 }),
    fc.string({ unit: 'binary', maxLength: 3 }),
  );
  fc.assert(
    fc.property(fc.array(part, { maxLength: 30 }), (parts) => {
      const query = parts.join('');
      try {
        parseSearch(query);
      } catch (error) {
        if (!isFailure(error, ISSUES_TRACKING_FAILURES.queryInvalid)) throw error;
        const at = Number(error.details['at']);
        expect(at).toBeGreaterThanOrEqual(1);
        expect(at).toBeLessThanOrEqual(query.length + 1);
      }
    }),
    { numRuns: 500 },
  );
});

test('a value in quotes is read back as it is, whatever is in it', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 40 }), (value) => {
      const quoted = value.replace(/[\\"*]/g, '\\$&');
      const node = parseSearch(`key:"${quoted}"`);
      expect(node.type === 'term' && node.values[0]?.pieces).toEqual([value]);
    }),
  );
});
