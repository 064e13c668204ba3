import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Failure, isFailure } from '../../base/index.ts';
import { LOGS_FAILURES } from '../failures.ts';
import { compileFilterPattern, matchesFilterPattern, parseFilterPattern } from './index.ts';

const matches = (pattern: string, body: string): boolean => matchesFilterPattern(parseFilterPattern(pattern), body);
const check = (pattern: string, body: string, expected: boolean): void => {
  it(`${pattern} ${expected ? 'matches' : 'does not match'} ${body.slice(0, 60)}`, () => {
    expect(matches(pattern, body)).toBe(expected);
  });
};

describe('terms', () => {
  check('ERROR', '[ERROR 400] BAD REQUEST', true);
  check('ERROR', '[error 400] BAD REQUEST', false);
  check('ERROR', 'Exiting with ERRORCODE: -1', true);
  check('ERROR ARGUMENTS', '[ERROR 419] MISSING ARGUMENTS', true);
  check('ERROR ARGUMENTS', '[ERROR 400] BAD REQUEST', false);
  check('?ERROR ?ARGUMENTS', '[INFO] MISSING ARGUMENTS', true);
  check('?ERROR ?ARGUMENTS', '[INFO 200] OK', false);
  check('?ERROR ?ARGUMENTS REQUEST', '[INFO] REQUEST FAILED', true);
  check('?ERROR ?ARGUMENTS REQUEST', '[ERROR] MISSING ARGUMENTS', false);
  check('"INTERNAL SERVER ERROR"', '[ERROR 500] INTERNAL SERVER ERROR', true);
  check('"INTERNAL SERVER ERROR"', 'ERROR ON INTERNAL SERVER', false);
  check('"say \\"hi\\" \\\\o"', 'they say "hi" \\o', true);
  check('ERROR -ARGUMENTS', '[ERROR 400] BAD REQUEST', true);
  check('ERROR -ARGUMENTS', '[ERROR 419] MISSING ARGUMENTS', false);
  check('-ERROR', 'all is well', true);
  check('-"not found"', '404 not found', false);
  check('" "', 'oneword', true);
  check('', '', true);
  check('  ', 'anything', true);
  check('größe 漢字', 'die größe der 漢字', true);
});

describe('regular expressions', () => {
  check('%AUTHORIZED%', '[ERROR 401] UNAUTHORIZED REQUEST', true);
  check('%^[hc]at%', 'hat trick', true);
  check('%^[hc]at%', 'a hat', false);
  check('%[hc]at$%', 'the cat', true);
  check('%[hc]at$%', 'the cat sat', false);
  check('%colou?r%', 'color', true);
  check('%^a{3,5}$%', 'aaaaa', true);
  check('%^a{3,5}$%', 'aaaaaa', false);
  check('%^a{,2}$%', 'aa', true);
  check('%^a{2,}$%', 'a', false);
  check('%gra|ey%', 'grey', true);
  check('%^starting|^initializing|^shutting down%', 'shutting down ...', true);
  check('%^starting|^initializing|^shutting down%', 'skipping initializing ...', false);
  check('%abcc|ab[^c]$%', 'xx aba', true);
  check('%abcc|ab[^c]$%', 'aac ...', false);
  check('%\\[.\\]%', 'value [7] here', true);
  check('%10\\.10\\.0\\.1%', '10010,051', false);
  check('%ab*c%', 'ac', true);
  check('%ab+c%', 'ac', false);
  check('%\\x3A%', 'key:value', true);
  check('%^\\D\\S\\W$%', 'a1-', true);
  check('%^...$%', 'a漢\u{1f600}', true);
  check('%[a-c.+]%', '+', true);
});

const EVENT = JSON.stringify({
  eventType: 'UpdateTrail',
  sourceIPAddress: '111.111.111.111',
  arrayKey: ['value', 'another value'],
  objectList: [
    { name: 'a', id: 1 },
    { name: 'b', id: 2 },
  ],
  SomeObject: null,
  ThisFlag: true,
  'cluster.name': 'c',
  errorCode: 404,
  latency: 49.5,
  numeric: '42',
});
const COMPOUND = JSON.stringify({
  user: { id: 1, email: 'John.Stiles@example.com' },
  users: [
    { id: 2, email: 'John.Doe@example.com' },
    { id: 3, email: 'Jane.Doe@example.com' },
  ],
  actions: ['GET', 'PUT', 'DELETE'],
  coordinates: [
    [0, 1, 2],
    [4, 5, 6],
    [7, 8, 9],
  ],
});

describe('JSON', () => {
  check('{ $.eventType = "UpdateTrail" }', EVENT, true);
  check('{ $.eventType = UpdateTrail }', EVENT, true);
  check('{ $.eventType = "updatetrail" }', EVENT, false);
  check('{ $.eventType = "Update*" }', EVENT, true);
  check('{ $.eventType = *Trail }', EVENT, true);
  check('{ $.eventType = "Up*il" }', EVENT, false);
  check('{ $.sourceIPAddress != 123.123.* }', EVENT, true);
  check('{ $.sourceIPAddress != 111.111.* }', EVENT, false);
  check('{ $.arrayKey[0] = "value" }', EVENT, true);
  check('{ $.arrayKey[1] = "value" }', EVENT, false);
  check('{ $.arrayKey[9] NOT EXISTS }', EVENT, true);
  check('{ $.objectList[1].id = 2 }', EVENT, true);
  check('{ $.objectList[*].id = 2 }', EVENT, true);
  check('{ $.eventType = %Trail% }', EVENT, true);
  check('{ $.arrayKey[*] = %val.{2}% }', EVENT, true);
  check('{ $.* = %111\\.111\\.111\\.1[0-9]{1,2}% }', EVENT, true);
  check('{ $.[\'cluster.name\'] = "c" }', EVENT, true);
  check('{ $.SomeObject IS NULL }', EVENT, true);
  check('{ $.eventType IS NULL }', EVENT, false);
  check('{ $.ThisFlag IS TRUE }', EVENT, true);
  check('{ $.ThisFlag IS FALSE }', EVENT, false);
  check('{ $.ThisFlag = true }', EVENT, false);
  check('{ $.SomeOtherObject NOT EXISTS }', EVENT, true);
  check('{ $.SomeObject NOT EXISTS }', EVENT, false);
  check('{ $.arrayKey = "value" }', EVENT, false);
  check('{ $.arrayKey != "value" }', EVENT, false);
  check('{ $.missing != "x" }', EVENT, false);
  check('{ $.errorCode = 404 }', EVENT, true);
  check('{ $.errorCode = "404" }', EVENT, true);
  check('{ $.errorCode = 4* }', EVENT, true);
  check('{ $.errorCode = 4.04e2 }', EVENT, true);
  check('{ $.errorCode != 500 }', EVENT, true);
  check('{ $.latency < 50 }', EVENT, true);
  check('{ $.latency >= 5e1 }', EVENT, false);
  check('{ $.numeric > +41 }', EVENT, true);
  check('{ $.eventType > 1 }', EVENT, false);
  check('{ $.toString NOT EXISTS }', EVENT, true);
  check('{ $.eventType NOT EXISTS }', 'not json', false);
  check('{ $.a = 1 }', '{"a":1', false);
  check('{ ($.user.id = 1) && ($.users[0].email = "John.Doe@example.com") }', COMPOUND, true);
  check(
    '{ $.user.email = "John.Stiles@example.com" || $.coordinates[0][1] = "nonmatch" && $.actions[2] = "nonmatch" }',
    COMPOUND,
    true,
  );
  check(
    '{ ($.user.email = "John.Stiles@example.com" || $.coordinates[0][1] = "nonmatch") && $.actions[2] = "nonmatch" }',
    COMPOUND,
    false,
  );
  check('{ ($.user.id = 2 && $.users[0].email = "nonmatch") || $.actions[2] = "GET" }', COMPOUND, false);
  check('{ $.coordinates[1][2] = 6 }', COMPOUND, true);
});

const APACHE = '127.0.0.1 Prod frank [10/Oct/2000:13:25:15 -0700] "GET /index.html HTTP/1.0" 404 1534';

describe('space-delimited', () => {
  check('[ip, user, username, timestamp, request, status_code, bytes]', APACHE, true);
  check('[a, b, c, d, e, f, g, h]', APACHE, false);
  check(
    '[ip=%127\\.0\\.0\\.[1-9]%, user, username, timestamp, request =*.html*, status_code = 4*, bytes]',
    APACHE,
    true,
  );
  check('[..., request =*.html*, status_code = 4*, bytes]', APACHE, true);
  check('[..., request=*.html*, status_code=4*,]', APACHE, true);
  check('[..., status_code = 404 || status_code = 410, bytes]', APACHE, true);
  check('[..., status_code = 4* && status_code != 404, bytes]', APACHE, false);
  check('[ip, user, ...]', APACHE, true);
  check('[ip, user=Test, ...]', APACHE, false);
  check('[ip, ..., bytes>1000]', APACHE, true);
  check('[ip, ..., bytes>2000]', APACHE, false);
  check('[..., t="10/Oct/2000:13:25:15 -0700", request, status, bytes]', APACHE, true);
  check('[w1=ERROR, w2]', 'ERROR 09/25/2014 12:00:02 Failed to process request', true);
  check('[w1=ERROR]', 'ERROR 09/25/2014 12:00:02 Failed to process request', false);
  check('[w1=ERROR, w2]', 'ERROR', false);
  check('[w1=ERROR || w1=WARNING, w2]', 'WARNING 09/25/2014 12:00:02 Invalid user request', true);
  check('[w1!=ERROR && w1!=WARNING, w2]', 'INFO 09/25/2014 12:00:00 GET /service 1200', true);
  check(
    '[level, date, time, method, url=%/service/resource/[0-9]+$%, ms]',
    'INFO d t GET /service/resource/67 12',
    true,
  );
  check('[level, date, time, method, url=%/resource/[0-9]+$%, ms]', 'INFO d t GET /resource/67/part/111 13', false);
  check('[]', '', true);
  check('[a]', '', false);
});

describe('mistakes', () => {
  const refuses = (pattern: string, column: number): void => {
    it(`${JSON.stringify(pattern)} is refused at column ${column}`, () => {
      try {
        parseFilterPattern(pattern);
      } catch (error) {
        expect(isFailure(error, LOGS_FAILURES.filterPatternInvalid)).toBe(true);
        expect(error instanceof Failure ? error.details.column : undefined).toBe(column);
        return;
      }
      expect.unreachable('the pattern was accepted');
    });
  };
  refuses('foo:bar', 4);
  refuses('ok "never closed', 4);
  refuses('a - b', 4);
  refuses('%something!%', 11);
  refuses('%(ab)%', 2);
  refuses('%café%', 5);
  refuses('%abc', 1);
  refuses('%%', 2);
  refuses('%a{3,%', 3);
  refuses('%a% %b% %c%', 9);
  refuses('{ $.a }', 7);
  refuses('{ $.a = }', 9);
  refuses('{ $.a = 1', 1);
  refuses('{ $.a = 1 } x', 13);
  refuses('{ a = 1 }', 3);
  refuses('{ $.a == 1 }', 8);
  refuses('{ $.a IS NOT NULL }', 7);
  refuses('{ $.a EXISTS }', 7);
  refuses('{ $.a > x }', 9);
  refuses('{ $.a[x] = 1 }', 7);
  refuses('{ $.*[*] = 1 }', 3);
  refuses('{ ($.a = 1 }', 3);
  refuses('{ $.a[*]=1 || $.b[*]=1 || $.c[*]=1 || $.d[*]=1 }', 39);
  refuses('[a, ..., b, ...]', 12);
  refuses('[a, a]', 4);
  refuses('[a = ]', 6);
  refuses('[a, b', 1);
  refuses('[a=x || b=y]', 9);
  refuses('x'.repeat(1025), 1025);
});

describe('any text', () => {
  it('is parsed or refused with a registered failure, and never throws while matching', () => {
    const piece = fc.constantFrom(
      '{',
      '}',
      '$.a',
      '[',
      ']',
      '...',
      ',',
      '=',
      '!=',
      '"',
      '%',
      '*',
      '?',
      '-',
      '&&',
      '||',
      '(',
      ')',
      'IS NULL',
      'NOT EXISTS',
      ' ',
      'a',
      '1',
      '\\',
      '^',
      '.',
      '|',
      '{2}',
    );
    const source = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(piece, { maxLength: 20 }).map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(source, fc.string({ unit: 'binary' }), (text, body) => {
        try {
          const pattern = parseFilterPattern(text);
          matchesFilterPattern(pattern, body);
          compileFilterPattern(pattern);
        } catch (error) {
          if (!isFailure(error, LOGS_FAILURES.filterPatternInvalid)) throw error;
        }
      }),
      { numRuns: 3000 },
    );
  });

  it('agrees with the regular expressions of JavaScript', () => {
    const atom = fc.constantFrom('a', 'b', '.', '[ab]', '[^a]', '\\d', '\\w', '1');
    const repeat = fc.constantFrom('', '*', '+', '?', '{1,2}', '{2}');
    const row = fc.array(fc.tuple(atom, repeat), { minLength: 1, maxLength: 5 }).map((parts) => parts.flat().join(''));
    const source = fc
      .tuple(fc.boolean(), row, fc.boolean(), fc.option(row))
      .map(
        ([start, first, end, second]) =>
          `${start ? '^' : ''}${first}${end ? '$' : ''}${second === null ? '' : `|${second}`}`,
      );
    fc.assert(
      fc.property(
        source,
        fc.string({ unit: fc.constantFrom('a', 'b', '1', '-', '\n', '漢'), maxLength: 8 }),
        (regex, body) => {
          expect(matches(`%${regex}%`, body)).toBe(new RegExp(regex, 'su').test(body));
        },
      ),
      { numRuns: 2000 },
    );
  });

  it('is matched in linear time by an expression that makes backtracking engines explode', () => {
    const started = performance.now();
    expect(matches(`%${'a*'.repeat(30)}b$%`, 'a'.repeat(5000))).toBe(false);
    expect(performance.now() - started).toBeLessThan(5_000);
  });
});
