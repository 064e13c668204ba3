import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { insightsFunctions } from '../../src/logs/insights/index.ts';
import { DAY, type LogsEngine, openLogsEngine } from './logs-engine.ts';

const AT = DAY + 61_200_000 + 360_123; // 2026-11-22 17:06:00.123, a Sunday
/** A JSON body with an integer that no JavaScript number holds. */
const BODY = JSON.stringify({
  status: 200,
  text: 'Füße 💥',
  quoted: 'say "hi"\n',
  nested: { a: { b: [1, { c: 'deep' }] }, 'x.y': 'dot', '0': 'zero' },
  'flat.key': 'flat',
  list: ['a', 'b', 3, null],
  nothing: null,
  flag: true,
  id: 'ID',
  numeric: '42.50',
  created: '2026-11-22 17:06:00',
}).replace('"ID"', '12345678901234567');
let engine: LogsEngine;

beforeAll(() => {
  engine = openLogsEngine();
  engine.insert([
    {
      timeMs: AT,
      id: 'one',
      stream: 'web-1',
      service: 'api',
      severityNumber: 17,
      traceId: '0af7651916cd43dd8448eb211c80319c',
      strings: {
        user: ' Ada ',
        ip: '10.1.2.3',
        ip6: '2001:4860::1',
        hex: '4A6b',
        empty: '',
        nan: 'NaN',
        'http.route': '/a',
      },
      numbers: { ms: -2.5, big: 1e6, seven: 7 },
      booleans: { ok: true, bad: false },
      resource: { 'host.name': 'h1', 'service.version': '1.2' },
      body: BODY,
    },
  ]);
});
afterAll(() => engine.close());

const hash = (name: string, text: string): string => createHash(name).update(text).digest('hex');

describe('a value', () => {
  const seen = new Set<string>();
  const check = (expression: string, expected: string | number | boolean | null) => {
    for (const [, name] of expression.matchAll(/(\w+)\(/g)) seen.add((name ?? '').toLowerCase());
    it(expression, () => {
      const value = engine.run(`fields ${expression} as value`)[0]?.['value'];
      if (typeof expected === 'number') expect(value).toBeCloseTo(expected, 9);
      else expect(value).toBe(expected);
    });
  };

  // Fields
  check('@timestamp', '2026-11-22 17:06:00.123');
  check('@ingestionTime', '2026-11-22 17:06:00.623');
  check('@log', '/test/app');
  check('@logStream', 'web-1');
  check('@ptr', Buffer.from(JSON.stringify(['/test/app', `${AT}000000`, 'one'])).toString('base64url'));
  check('service', 'api');
  check('`service.name`', 'api');
  check('resource.service.name', 'api');
  check('resource.service.version', '1.2');
  check('host.name', 'h1');
  check('severityNumber', '17');
  check('traceId', '0af7651916cd43dd8448eb211c80319c');
  check('spanId', null);
  check('severityText', null);
  check('user', ' Ada ');
  check('attributes.user', ' Ada ');
  check('http.route', '/a');
  check('ms', '-2.5');
  check('ok', 'true');
  check('status', '200');
  check('text', 'Füße 💥');
  check('quoted', 'say "hi"\n');
  check('nested.a.b[1].c', 'deep');
  check('nested.a.b.1.c', 'deep');
  check('nested.a.b.0', '1');
  check('nested.0', 'zero');
  check('nested[0]', null);
  check('nested.a', '{"b":[1,{"c":"deep"}]}');
  check('nested.`x.y`', 'dot');
  check('flat.key', 'flat');
  check('`flat.key`', 'flat');
  check('@message.status', '200');
  check('nothing', null);
  check('missing', null);
  check('missing.deeper', null);
  check('flag', 'true');
  check('id', '12345678901234567');

  // Arithmetic
  check('1 + 2 * 3', 7);
  check('2 ^ 3', 8);
  check('10 % 3', 1);
  check('-seven', -7);
  check('seven / 2', 3.5);
  check('seven / 0', null);
  check('seven % 0', null);
  check('missing + 1', null);
  check('text + 1', null);
  check('nan + 1', null);
  check('numeric * 2', 85);
  check('status - 1', 199);

  // Comparisons
  check('id = 12345678901234567', true);
  check('id = 12345678901234568', false);
  check('id in [12345678901234568]', false);
  check('numeric = 42.5', true);
  check('numeric = "42.5"', false);
  check('numeric = "42.50"', true);
  check('numeric > "9"', true);
  check('text > "A"', true);
  check('text != 5', true);
  check('text = 5', false);
  check('text > 5', null);
  check('missing != 5', null);
  check('not missing = 5', null);
  check('ok = true', true);
  check('bad', 'false');
  check('not bad', true);
  check('status in [100, 200]', true);
  check('text in [100, 200]', false);
  check('text not in [100, 200]', true);
  check('missing not in [100]', null);
  check('status in ["200"]', true);
  check('status in [numeric, status]', true);
  check('@timestamp = "2026-11-22 17:06:00.123"', true);
  check('@timestamp > "2026-11-22T18:00:00+01:00"', true);
  check('@timestamp in ["2026-11-22"]', false);
  check('bin(1d) = "2026-11-22"', true);
  check('text like "ße"', true);
  check('text like "SSE"', false);
  check('text like "%"', false);
  check('text like /^F.*e/', true);
  check('quoted like /hi"$/', false);
  check('quoted like /hi.$/', false);
  check('quoted like /(?s)hi".$/', true);
  check('text like concat("F", "ü")', true);
  check('missing like "x"', null);
  check('missing not like "x"', null);
  check('ms like "2.5"', true);

  // Numbers
  check('abs(ms)', 2.5);
  check('ceil(ms)', -2);
  check('floor(ms)', -3);
  check('greatest(ms, 1, seven)', 7);
  check('greatest(missing, 1)', 1);
  check('least(ms, 1)', -2.5);
  check('log(1)', 0);
  check('sqrt(16)', 4);
  check('sqrt(-1)', null);
  check('round(2.5)', 3);
  check('round(-2.5)', -3);
  check('round(1.2345, 2)', 1.23);
  check('haversine(52.52, 13.405, 48.8566, 2.3522)', 877.4633259175);
  check('toNumber(numeric)', 42.5);
  check('toNumber(text)', null);
  check('toDouble("1e3")', 1000);
  check('toInt(ms)', -2);
  check('toLong(big)', 1e6);

  // Times
  check('bin(5m)', '2026-11-22 17:05:00.000');
  check('bin(1 h)'.replace(' ', ''), '2026-11-22 17:00:00.000');
  check('bin(30sec)', '2026-11-22 17:06:00.000');
  check('bin(100ms)', '2026-11-22 17:06:00.100');
  check('bin(1d)', '2026-11-22 00:00:00.000');
  check('bin(1w)', '2026-11-16 00:00:00.000');
  check('bin(1mo)', '2026-11-01 00:00:00.000');
  check('bin(2hrs)', '2026-11-22 16:00:00.000');
  check('bin(1q)', '2026-10-01 00:00:00.000');
  check('bin(1year)', '2026-01-01 00:00:00.000');
  check('datefloor(@timestamp, 1h)', '2026-11-22 17:00:00.000');
  check('datefloor(created, 1h)', null);
  check('dateceil(@timestamp, 1h)', '2026-11-22 18:00:00.000');
  check('dateceil(datefloor(@timestamp, 1h), 1h)', '2026-11-22 17:00:00.000');
  check('dateceil(@timestamp, 1mo)', '2026-12-01 00:00:00.000');
  check('fromMillis(0)', '1970-01-01 00:00:00.000');
  check('fromMillis(missing)', null);
  check('toMillis(@timestamp)', AT);
  check('now()', (DAY + 86_400_000) / 1000);
  check('parseDate(created, "yyyy-MM-dd HH:mm:ss")', '2026-11-22 17:06:00.000');
  check('parseDate(text, "yyyy-MM-dd")', null);
  check('parseDate("22/11/2026 05:06 PM", "dd/MM/yyyy hh:mm a")', '2026-11-22 17:06:00.000');
  check('formatDate(@timestamp, "yyyy-MM-dd\'T\'HH:mm:ss.SSS")', '2026-11-22T17:06:00.123');
  check('strftime(@timestamp, "%Y-%m-%d %H:%M:%S %% %j %A %b")', '2026-11-22 17:06:00 % 326 Sunday Nov');
  check('concat(@timestamp, "")', '2026-11-22 17:06:00.123');
  check('@timestamp - queryStartTime()', AT - DAY);
  check('queryEndTime()', '2026-11-23 00:00:00.000');
  check('queryTimeRange()', 86_400_000);

  // General
  check('ispresent(status)', true);
  check('ispresent(missing)', false);
  check('ispresent(nothing)', false);
  check('ispresent(empty)', true);
  check('coalesce(missing, nothing, status)', '200');
  check('coalesce(missing, "x")', 'x');
  check('if(status = 200, "yes", "no")', 'yes');
  check('if(missing = 1, "yes", "no")', 'no');
  check('if(ok, seven, 5)', '7');
  check('if(ok, 1, 5)', 1);
  check('case(status < 100, "a", status < 300, "b", "c")', 'b');
  check('case(status < 100, "a")', null);
  check('isNumeric(numeric)', true);
  check('isNumeric(text)', false);
  check('isNumeric(nan)', false);
  check('isNumeric(missing)', false);
  check('messageSize()', Buffer.byteLength(BODY));

  // JSON
  check('jsonParse("{\\"a\\": [5]}")', '{"a": [5]}');
  check('jsonParse("{a")', null);
  check('jsonStringify(user)', '" Ada "');
  check('jsonStringify(seven)', '7');
  check('jsonStringify(list)', '["a","b",3,null]');
  check('jsonArraySize(list)', 4);
  check('jsonArraySize(status)', null);
  check('jsonArraySize(missing)', null);
  check('jsonArrayContains(list, "b")', true);
  check('jsonArrayContains(list, 3)', true);
  check('jsonArrayContains(list, "c")', false);
  check('jsonArrayContains(status, "200")', false);

  // Addresses
  check('isValidIp(ip)', true);
  check('isValidIp(ip6)', true);
  check('isValidIp(user)', false);
  check('isValidIpV4(ip6)', false);
  check('isValidIpV6(ip6)', true);
  check('isIpInSubnet(ip, "10.0.0.0/8")', true);
  check('isIpInSubnet(ip6, "2001:4860::/32")', true);
  check('isIpInSubnet(ip6, "10.0.0.0/8")', false);
  check('isIpInSubnet(user, "10.0.0.0/8")', false);
  check('isIpInSubnet(user, "0.0.0.0/0")', false);
  check('isIpv4InSubnet(ip, "10.1.2.0/24")', true);
  check('isIpv6InSubnet(ip6, "2001:4861::/32")', false);
  check('ipv4ToNumber("1.2.3.4")', 16_909_060);
  check('ipv4ToNumber(user)', null);
  check('isPrivateIP(ip)', true);
  check('isPrivateIP("8.8.8.8")', false);
  check('isPublicIP("8.8.8.8")', true);
  check('isPublicIP(ip6)', true);
  check('isPublicIP(user)', false);
  check('isReservedIP("127.0.0.1")', true);
  check('isReservedIP("fe80::1")', true);
  check('isReservedIP(ip)', false);

  // Text
  check('isempty(empty)', true);
  check('isempty(missing)', true);
  check('isempty(user)', false);
  check('isblank("  \\t")', true);
  check('isblank(missing)', true);
  check('isblank(user)', false);
  check('concat("a", seven, "-", ok)', 'a7-true');
  check('concat("a", missing)', null);
  check('ltrim(user)', 'Ada ');
  check('rtrim(user)', ' Ada');
  check('trim(user)', 'Ada');
  check('ltrim("xyZfooxyZ", "xyZ")', 'fooxyZ');
  check('rtrim("xyZfooxyZ", "xyZ")', 'xyZfoo');
  check('trim("xyZfooxyZ", "xyZ")', 'foo');
  check('strlen(text)', 6);
  check('toupper(text)', 'FÜSSE 💥');
  check('tolower("ÄB")', 'äb');
  check('substr("xyZfooxyZ", 3, 3)', 'foo');
  check('substr(text, 1)', 'üße 💥');
  check('substr(text, 99)', '');
  check('replace("foo", "o", "0")', 'f00');
  check('regexReplace("a1b22", "[0-9]+", "<$0>")', 'a<1>b<22>');
  check('regexReplace("john smith", /(?<first>\\w+) (\\w+)/, "$2 ${first}\\\\")', 'smith john\\');
  check('strcontains(text, "💥")', 1);
  check('strcontains(@message, "nothing there")', 0);
  check('startsWith(text, "Fü")', true);
  check('endsWith(text, "x")', false);
  check('urlencode("a b&ü/")', 'a%20b%26%C3%BC%2F');
  check('urldecode("a%20b%C3%BC")', 'a bü');
  check('base64encode(text)', Buffer.from('Füße 💥').toString('base64'));
  check('base64decode("RsO8w59l")', 'Füße');
  check('base64decode("!!")', '');
  check('split("a/b/c", "/")', '["a","b","c"]');
  check('hexToAscii(hex)', 'Jk');
  check('hexToAscii("zz")', null);
  check('hexToDec("0xff")', 255);
  check('hexToDec("zz")', null);
  check('decToHex(255)', 'ff');
  check('decToHex(0)', '0');
  check('decToHex(missing)', null);
  check('md5("a")', hash('md5', 'a'));
  check('sha1("ü")', hash('sha1', 'ü'));
  check('sha256("a")', hash('sha256', 'a'));
  check('sha512("a")', hash('sha512', 'a'));

  it('is checked for every function of one event', () => {
    const untested = insightsFunctions
      .filter(({ family, name }) => family !== 'aggregation' && !seen.has(name.toLowerCase()))
      .map(({ name }) => name);
    expect(untested).toEqual([]);
  });
});

describe('an extracted field', () => {
  const check = (query: string, expected: object | undefined) =>
    it(query, () => {
      expect(engine.run(query)[0]).toEqual(expected);
    });
  check('parse @message "\\"status\\":*," as code | display code, @ptr like /x/ as p, @ptr', {
    code: '200',
    p: expect.anything(),
    '@ptr': expect.anything(),
  });
  check('parse user "*d*" as a, b | display a, b, missing, @ptr', {
    a: ' A',
    b: 'a ',
    missing: null,
    '@ptr': expect.anything(),
  });
  check('parse @message "nowhere*" as a | display a, @ptr', { a: null, '@ptr': expect.anything() });
  check('parse missing "*" as a | display a, @ptr', { a: null, '@ptr': expect.anything() });
  check('parse ip /(?<@first>\\d+)\\.(\\d+)\\.(?<third>\\d+)(?<port>:\\d+)?/ | display @first, third, port, @ptr', {
    '@first': '10',
    third: '2',
    port: null,
    '@ptr': expect.anything(),
  });
  check('parse @message "\\"status\\":*," as code | parse code "2*" as rest | display rest + 1 as sum, @ptr', {
    sum: 1,
    '@ptr': expect.anything(),
  });
  check('fields jsonParse(@message) as js | display js.nested.a.b[1].c as c, js.`flat.key`, @ptr', {
    c: 'deep',
    'js.flat.key': 'flat',
    '@ptr': expect.anything(),
  });
  check('fields user as status | display status, @ptr', { status: ' Ada ', '@ptr': expect.anything() });
});
