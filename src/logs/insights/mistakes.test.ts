import { describe, expect, it } from 'vitest';
import { checkInsights, INSIGHTS_LIMITS } from './index.ts';

/** The mark `^` under the query's last line shows where the mistake has to be. */
const check = (query: string, marks: string, message: RegExp, hint: RegExp) =>
  it(query.slice(0, 120), () => {
    const [mistake] = checkInsights(query).mistakes;
    expect(mistake?.message).toMatch(message);
    expect(mistake?.hint).toMatch(hint);
    const lastLine = query.lastIndexOf('\n') + 1;
    expect({ offset: mistake?.offset, length: mistake?.length }).toEqual({
      offset: lastLine + marks.indexOf('^'),
      length: marks.trim().length,
    });
    expect(mistake?.column).toBe(marks.indexOf('^') + 1);
    expect(mistake?.line).toBe(query.split('\n').length);
  });

describe('a mistake names its place and what to do', () => {
  // Commands
  check('feilds @message', '^^^^^^', /unknown command `feilds`/, /did you mean `fields`/);
  check('fields a | fliter b = 1', '           ^^^^^^', /unknown command `fliter`/, /did you mean `filter`/);
  check('fields a\n| xyzzy', '  ^^^^^', /unknown command/, /the commands are fields, display/);
  check('fields a | pattern @message', '           ^^^^^^^', /`pattern` is a CloudWatch command that is not/, /stats/);
  check('fields a | head 5', '           ^^^^', /not available here/, /limit/);
  check('fields a | | limit 5', '           ^', /no command after this/, /remove/);
  check('fields a |', '          ^', /no command after this/, /remove/);
  check('"x"', '^^^', /expected a command, found `"x"`/, /start with/);
  check('fields a limit 5', '         ^^^^^', /unexpected `limit`/, /put a `\|` before/);
  check('fields foo-bar, foo:bar', '                   ^', /unexpected character `:`/, /backticks/);
  // Texts and brackets
  check('filter a = "x', '           ^^', /no closing "/, /add "/);
  check("filter a = 'it''s", '               ^^', /no closing '/, /add '/);
  check('filter a like /x', '              ^^', /no closing slash/, /add \//);
  check('fields `a', '       ^^', /no closing backtick/, /add `/);
  check('filter (a = 1', '       ^', /never closed/, /add \)/);
  check('filter (a = 1 | limit 5', '       ^', /never closed/, /add \)/);
  check('filter a = 1)', '            ^', /unexpected `\)`/, /./);
  check('fields abs(a', '            ^', /expected `,` or `\)`, found the end of the query/, /close it/);
  check('filter a in ["b", "c"', '                     ^', /expected `,` or `\]`/, /close it with \]/);
  check('filter a in ("b")', '            ^', /`in` needs a list/, /square brackets/);
  check('filter a in []', '            ^^', /list is empty/, /at least one/);
  // Operators
  check('filter a == 1', '         ^^', /`==` is not an operator/, /single `=`/);
  check('filter a = 1 && b = 2', '             ^^', /`&&` is not/, /`and`/);
  check('filter a = 1 || b = 2', '             ^^', /`\|\|` is not/, /`or`/);
  check('filter a = ', '           ^', /expected a value, found the end of the query/, /write a field/);
  check('filter a > 1 > 2', '             ^', /cannot be chained/, /`and`/);
  check('filter "text"', '       ^^^^^^', /a text is not a condition/, /compare a field/);
  check('filter 5', '       ^', /a number is not a condition/, /compare a field/);
  check('fields "a" + 1', '       ^^^', /needs numbers/, /concat/);
  check('filter a = 5m', '           ^^', /a period of time cannot stand here/, /bin/);
  check('filter a = /x/', '           ^^^', /a regular expression cannot stand here/, /like/);
  check('filter a like /(/', '              ^^^', /regular expression is not valid/, /RE2/);
  check('filter a like /x(?=y)/', '              ^^^^^^^^', /regular expression is not valid/, /no look-around/);
  check('filter @timestamp > "yesterday"', '                    ^^^^^^^^^^^', /not a time/, /2026-11-22/);
  check('filter like "x"', '       ^^^^', /`like` is a keyword/, /backticks/);
  // Functions
  check('fields strlne(a)', '       ^^^^^^', /unknown function `strlne`/, /did you mean `strlen`/);
  check('fields frobnicate(a)', '       ^^^^^^^^^^', /unknown function/, /manual/);
  check('fields strlen()', '       ^^^^^^^^', /strlen takes 1 argument, not 0/, /strlen\(text\)/);
  check('fields substr(a)', '       ^^^^^^^^^', /takes 2 to 3 arguments, not 1/, /substr\(text, start/);
  check('fields strlen(*)', '       ^^^^^^^^^', /does not take `\*`/, /strlen\(text\)/);
  check(
    'filter isIpInSubnet(a, "10.0.0.0/33")',
    '                       ^^^^^^^^^^^^^',
    /needs a subnet/,
    /10\.0\.0\.0\/8/,
  );
  check(
    'filter isIpv6InSubnet(a, "10.0.0.0/8")',
    '                         ^^^^^^^^^^^^',
    /subnet of IPv6/,
    /2001:db8/,
  );
  check('fields strftime(@timestamp, "%Q")', '                            ^^^^', /unknown code `%Q`/, /%Y/);
  check(
    'fields formatDate(@timestamp, "yyyy-XX")',
    '                              ^^^^^^^^^',
    /letters that are not known/,
    /single quotes/,
  );
  check(
    'stats count(*) by bin(300s)',
    '                      ^^^^',
    /goes up to 60/,
    /write 5m; CloudWatch would silently use 60s/,
  );
  check('stats count(*) by bin(36h)', '                      ^^^', /goes up to 24/, /it in a larger unit|36h|write/);
  check('stats count(*) by bin(5x)', '                      ^^', /unknown unit of time `x`/, /the units are/);
  check('stats count(*) by bin(5)', '                      ^', /period of time is needed/, /5m/);
  check('filter count(a) > 1', '       ^^^^^', /`count` is an aggregation/, /stats count/);
  check('filter ispresent("a")', '                 ^^^', /ispresent needs a field/, /ispresent\(field\)/);
  // stats
  check('stats', '^^^^^', /stats needs at least one aggregation/, /stats count\(\*\)/);
  check('stats by service', '      ^^', /stats needs at least one aggregation/, /stats count\(\*\)/);
  check('stats service', '      ^^^^^^^', /`service` is not an aggregation/, /max\(field\)/);
  check('stats now()', '      ^^^^^', /`now\(\)` is not an aggregation/, /aggregate it/);
  check('stats max(a) + b', '               ^', /`b` has many values here/, /max\(b\)/);
  check('stats max(min(a))', '          ^^^', /works only in stats, outside of other aggregations/, /./);
  check('stats sum(*)', '      ^^^^^^', /sum does not take `\*`/, /count\(\*\)/);
  check('stats pct(a, 101)', '             ^^^', /from 0 to 100/, /pct\(/);
  check('stats count(*) by', '                 ^', /nothing after `by`/, /./);
  check('stats count(*) as n | sort m', '                           ^', /no field `m` after stats/, /did you mean `n`/);
  check(
    'stats count(*) as requests | filter servce = 1',
    '                                    ^^^^^^',
    /no field `servce` after stats/,
    /only its results are visible: `requests`/,
  );
  check(
    'stats count(*) by service | sort srevice',
    '                                 ^^^^^^^',
    /no field/,
    /did you mean `service`/,
  );
  check('sort a | stats count(*)', '         ^^^^^', /stats cannot follow sort/, /after the last stats/);
  check('limit 5 | stats count(*)', '          ^^^^^', /stats cannot follow limit/, /after the last stats/);
  check('stats count(*) by bin(5m) offset 1h', '                          ^^^^^^', /`offset` is not available/, /./);
  check('stats histogram(a, 5)', '      ^^^^^^^^^', /`histogram` is not available/, /floor/);
  // parse
  check('parse @message', '              ^', /parse needs a pattern/, /glob in quotes/);
  check('parse @message "user=*"', '                       ^', /expected `as`/, /name each/);
  check('parse @message "user=x" as a', '               ^^^^^^^^', /has no `\*`/, /put a `\*`/);
  check('parse @message "* *" as a', '               ^^^^^^^^^^', /2 `\*` and 1 name/, /as many names/);
  check('parse @message /a(b)/', '               ^^^^^^', /no named group/, /\(\?<name>/);
  check('parse @message /a(?<x>b)/ as y', '                          ^^', /`as` does not follow/, /\(\?<name>/);
  check('parse @message logfmt as a', '               ^^^^^^', /`parse … logfmt` is not available/, /glob/);
  check('parse "* *" as a, a', '                  ^', /`a` is named twice/, /another name/);
  // limit, dedup, unnest, filterIndex
  check('limit ten', '      ^^^', /limit needs a whole number/, /limit 20/);
  check('limit 0', '      ^', /limit needs a whole number/, /limit 20/);
  check('limit 100001', '      ^^^^^^', /more than one answer/, /at most 10000/);
  check('dedup', '     ^', /dedup needs at least one field/, /field names/);
  check('unnest a as b', '         ^^', /expected `into`/, /unnest list into name/);
  check('filterIndex a > 1', '            ^^^^^', /accepts only `field = value`/, /filter/);
  check('fields a as', '           ^', /expected a name after `as`/, /plain name/);
});

describe('several mistakes', () => {
  it('are told together, one for each command', () => {
    const { mistakes } = checkInsights('feilds a\n| filter (b = 1\n| limit x\n| fields c');
    expect(mistakes.map(({ line, column }) => [line, column])).toEqual([
      [1, 1],
      [2, 10],
      [3, 9],
    ]);
  });
  it('are no more than the limit', () => {
    const many = Array.from({ length: 35 }, (_, index) => `x${index}`).join(' | ');
    expect(checkInsights(many).mistakes.length).toBe(INSIGHTS_LIMITS.mistakes);
  });
});

describe('limits', () => {
  const refuses = (name: string, query: string, message: RegExp) =>
    it(`refuses ${name}`, () => {
      expect(checkInsights(query).mistakes[0]?.message).toMatch(message);
    });
  refuses('a long query', `filter a = "${'x'.repeat(10_000)}"`, /10013 characters/);
  refuses('deep nesting', `filter ${'('.repeat(100)}a = 1${')'.repeat(100)}`, /nested too deep/);
  refuses('a long chain', `fields ${Array(100).fill('a').join('+')}`, /chain of operators is too long/);
  refuses('many commands', Array(41).fill('limit 5').join('|'), /too many commands/);
  refuses('many stats', Array(11).fill('stats count(*) as n').join('|'), /too many stats/);
  refuses('a long list', `filter a in [${Array(1001).fill('1').join(',')}]`, /too many values in a list/);
  refuses('a long regular expression', `filter a like /${'x'.repeat(1001)}+/`, /more than 1000 characters/);
  refuses(
    'a definition that grows without end',
    `fields a as x0 | ${Array.from({ length: 30 }, (_, i) => `fields concat(x${i}, x${i}) as x${i + 1}`).join(' | ')}`,
    /too large/,
  );
  const accepts = (name: string, query: string) =>
    it(`accepts ${name}`, () => {
      expect(checkInsights(query).mistakes).toEqual([]);
    });
  accepts('a flat condition of many parts', `filter ${Array(150).fill('@message like "x"').join(' or ')}`);
  accepts('a list of many numbers', `filter a in [${Array.from({ length: 900 }, (_, index) => index).join(',')}]`);
  accepts(
    'a list of many texts',
    `filter a not in [${Array.from({ length: 900 }, (_, index) => `"${index}"`).join(',')}]`,
  );
});
