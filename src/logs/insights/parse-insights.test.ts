import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Expression } from './ast.ts';
import { checkInsights, compileInsights, insightsCommands, insightsFunctions, parseInsights } from './index.ts';

/** An expression with all its brackets, to see what binds to what. */
function show(node: Expression): string {
  switch (node.type) {
    case 'literal':
      return JSON.stringify(node.value);
    case 'field':
      return node.segments.join('/');
    case 'call':
      return `${node.name}(${node.isStar ? '*' : node.args.map(show).join(' ')})`;
    case 'negate':
    case 'not':
      return `${node.type}(${show(node.operand)})`;
    case 'arithmetic':
    case 'compare':
      return `(${show(node.left)} ${node.operator} ${show(node.right)})`;
    case 'and':
    case 'or':
      return `(${node.operands.map(show).join(` ${node.type} `)})`;
    case 'like':
      return `(${show(node.subject)} ${node.isNegated ? 'unlike' : 'like'} ${show(node.pattern)})`;
    case 'in':
      return `(${show(node.subject)} ${node.isNegated ? 'outside' : 'in'} [${node.items.map(show).join(' ')}])`;
    case 'regex':
      return `/${node.source}/`;
    case 'duration':
      return `${node.amount}${node.unit}`;
    case 'broken':
      return '?';
  }
}

function filterOf(condition: string): string {
  const parsed = parseInsights(`filter ${condition}`);
  if (!parsed.ok) return `mistake: ${parsed.mistakes[0]?.message}`;
  const [command] = parsed.query.commands;
  return command?.type === 'filter' ? show(command.condition) : 'no filter';
}

describe('an expression', () => {
  const check = (condition: string, expected: string) =>
    it(condition, () => {
      expect(filterOf(condition)).toBe(expected);
    });
  check('a = 1', '(a = 1)');
  check('a = 1 and b = 2 or c = 3', '(((a = 1) and (b = 2)) or (c = 3))');
  check('a = 1 or b = 2 and c = 3', '((a = 1) or ((b = 2) and (c = 3)))');
  check('a = 1 AND b = 2 And c = 3', '((a = 1) and (b = 2) and (c = 3))');
  check('not a = 1 and b = 2', '(not((a = 1)) and (b = 2))');
  check('not (a = 1 and b = 2)', 'not(((a = 1) and (b = 2)))');
  check('a + b * c > d', '((a + (b * c)) > d)');
  check('a - b - c > 0', '(((a - b) - c) > 0)');
  check('2 ^ 3 ^ 2 = 512', '((2 ^ (3 ^ 2)) = 512)');
  check('-a ^ 2 < -1', '(negate((a ^ 2)) < -1)');
  check('a / b / c = 1', '(((a / b) / c) = 1)');
  check('a.b/c > 1', '((a/b / c) > 1)');
  check('f3-f4 = 0', '((f3 - f4) = 0)');
  check('`f3-f4` = 0', '(f3-f4 = 0)');
  check('a[0].b = 1', '(a/0/b = 1)');
  check('a.0.b = 1', '(a/0/b = 1)');
  check('a.`x y`.b = 1', '(a/x y/b = 1)');
  check('@message like /a\\/b[/]c/', '(@message like /a/b[/]c/)');
  check('@message =~ /x/', '(@message like /x/)');
  check('@message not like "x"', '(@message unlike "x")');
  check('a in [1, "b", c]', '(a in [1 "b" c])');
  check('a not in [1]', '(a outside [1])');
  check('a = "it\\"s \\\\ \\d \\u00e9"', '(a = "it\\"s \\\\ \\\\d é")');
  check('a = \'single "double"\'', '(a = "single \\"double\\"")');
  check('isPresent(a) and strlen(b)>=1.5e2', '(isPresent(a) and (strlen(b) >= 150))');
  check('flag = true # a comment | not a command', '(flag = true)');
  check('größe = 1', '(größe = 1)');
});

describe('a query', () => {
  const accepts = (query: string) =>
    it(`accepts ${query}`, () => {
      expect(checkInsights(query).mistakes).toEqual([]);
    });
  accepts('');
  accepts('   # only a comment');
  accepts('fields @timestamp, @message | sort @timestamp desc | limit 20');
  accepts('FIELDS @timestamp | FILTER a = 1 | SORT @timestamp DESC, a ASC | LIMIT 5');
  accepts('fields `foo-bar`, action, abs(f3-f4)');
  accepts('filter @type = "REPORT"\n| stats max(@memorySize / 1000 / 1000) as provisonedMB by bin(1h)');
  accepts(
    'parse @message "user=*, method:*, latency := *" as @user, @method, @latency | stats avg(@latency) by @method',
  );
  accepts('parse @message /user=(?<user2>.*?), method:(?<method2>.*?) / | stats count(*) by @method2, user2');
  accepts('parse "[*] *" as level, rest | filter level = "ERROR"');
  accepts('parse /(?P<code>\\d+)/ | display code');
  accepts('stats count(*) as n by queryType, bin(1h) | sort n desc | limit 3');
  accepts('stats count(*) by x | sort count(*) desc');
  accepts('stats count(*) as n by bin(5m) as t | stats max(n) as peak by bin(1h)'.replace(' by bin(1h)', ' by t'));
  accepts('stats sum(a) / count(*) as mean, max(b) - min(b) as spread by floor(c / 100) * 100');
  accepts('stats count_distinct(ip), countDistinct(ip), COUNT(*)');
  accepts('fields a * 2 as b, b + 1 as c | filter c > 3 | stats avg(c)');
  accepts('filterIndex requestId in ["a", "b"] and status = 200');
  accepts('fields jsonParse(@message) as js | unnest js.accounts into account | filter account.type = "internal"');
  accepts('fields @timestamp | limit any 3');
  for (const { name, example } of [...insightsCommands, ...insightsFunctions]) {
    it(`accepts the example of ${name}`, () => {
      expect(checkInsights(example).mistakes).toEqual([]);
    });
  }
  it('says whether it answers with statistics', () => {
    expect(checkInsights('stats count(*)').isStatistics).toBe(true);
    expect(checkInsights('fields a').isStatistics).toBe(false);
  });
});

describe('reading anything', () => {
  const pieces = fc.oneof(
    fc.constantFrom(...'|,()[]=<>+-*/^%!."\'`#\\ \n'.split('')),
    fc.constantFrom('fields', 'filter', 'stats', 'sort', 'limit', 'parse', 'dedup', 'unnest', 'display', 'by', 'as'),
    fc.constantFrom(
      'count(*)',
      'bin(5m)',
      '@message',
      'like',
      'in',
      'not',
      'and',
      'or',
      '/a(?<b>c)/',
      '"*"',
      '5',
      '1h',
    ),
    fc.string({ unit: 'binary', maxLength: 6 }),
  );
  const texts = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 200 }),
    fc.array(pieces, { maxLength: 60 }).map((list) => list.join(' ')),
  );

  it('never throws, and what it accepts compiles', () => {
    fc.assert(
      fc.property(texts, (text) => {
        const parsed = parseInsights(text);
        if (parsed.ok) {
          const compiled = compileInsights(parsed.query, { logGroups: [], startMs: 0, endMs: 1, limit: 1, nowMs: 0 });
          expect(compiled.sql).toMatch(/^SELECT /);
          return;
        }
        expect(parsed.mistakes.length).toBeGreaterThan(0);
        for (const mistake of parsed.mistakes) {
          expect(mistake.offset).toBeLessThanOrEqual(text.length);
          expect(mistake.length).toBeGreaterThan(0);
          expect(mistake.message.length).toBeGreaterThan(0);
          expect(mistake.hint.length).toBeGreaterThan(0);
          const lines = text.slice(0, mistake.offset).split('\n');
          expect(mistake.line).toBe(lines.length);
          expect(mistake.column).toBe((lines.at(-1)?.length ?? 0) + 1);
        }
      }),
      { numRuns: 3_000 },
    );
  });

  it('takes time in proportion to the length', () => {
    const start = performance.now();
    for (const piece of ['(', '[', 'not ', '-', 'a=1 or ', 'a+', '|', '"', '/', 'abs(', 'a.', '#', '`', 'in [']) {
      parseInsights(`filter ${piece.repeat(10_000 / piece.length)}`.slice(0, 10_000));
    }
    expect(performance.now() - start).toBeLessThan(2_000);
  });
});
