import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { silentLog, systemClock } from '../../src/base/index.ts';
import { compileFilterPattern } from '../../src/logs/filter-pattern/compile.ts';
import { matchesFilterPattern, parseFilterPattern } from '../../src/logs/index.ts';
import { openChdbTelemetry } from '../../src/telemetry/drivers/chdb/index.ts';
import type { TelemetryStore } from '../../src/telemetry/index.ts';
import { row } from '../telemetry/rows.ts';

let folder = '';
let telemetry: TelemetryStore;
const BODIES: readonly string[] = [
  '[ERROR 400] BAD REQUEST',
  '[ERROR 419] MISSING ARGUMENTS',
  'an error happened, größe 漢字 done',
  'INTERNAL SERVER ERROR',
  'a\nb\tc  d',
  '',
  '127.0.0.1 Prod frank [10/Oct/2000:13:25:15 -0700] "GET /index.html HTTP/1.0" 404 1534',
  'ERROR 09/25/2014 12:00:02 Failed to process request',
  '{"a":1,"b":{"c":"x y"},"list":[1,"two",{"k":"v"}],"flag":true,"none":null,"d.e":"dotted"}',
  ' {"a":1e3,"b":{"c":"\\u0078"},"n":12345678901234567890}',
  '{"a":"1000","s":"4\\"04","code":404,"neg":-0.5}',
  '[{"a":1}]',
  '{"torn":',
  '\u{1f600} 漢字漢字',
];

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'holdfast-filter-'));
  telemetry = await openChdbTelemetry({ folder, clock: systemClock, log: silentLog(), freeDiskBytesMin: 1 });
  await telemetry.appendLogs(BODIES.map((body) => row({ body })));
  await telemetry.appendLogs(BODIES.map((body) => row({ body, storageClass: 'infrequent' })));
});
afterAll(async () => {
  await telemetry.close();
  await rm(folder, { recursive: true, force: true });
});

async function passing(source: string): Promise<{ readonly bodies: ReadonlySet<string>; readonly exact: boolean }> {
  const compiled = compileFilterPattern(parseFilterPattern(source));
  const { rows } = await telemetry.query<{ readonly body: string }>({
    sql: `SELECT DISTINCT body FROM logs WHERE ${compiled.sql ?? 'true'}`,
    params: compiled.params,
  });
  return { bodies: new Set(rows.map(({ body }) => body)), exact: compiled.exact };
}

/** The engine passes everything that matches; and nothing else when it says that it is exact. */
async function agree(source: string): Promise<void> {
  const pattern = parseFilterPattern(source);
  const matching = BODIES.filter((body) => matchesFilterPattern(pattern, body));
  const { bodies, exact } = await passing(source);
  expect([source, ...matching.filter((body) => !bodies.has(body))]).toEqual([source]);
  if (exact) expect([source, ...[...bodies].sort()]).toEqual([source, ...matching.toSorted()]);
}

const text = fc.constantFrom(
  'ERROR',
  'error',
  'a',
  'R',
  '漢字',
  '"BAD REQUEST"',
  '"R 4"',
  '"SERVER"',
  '" SERVER "',
  '"größe 漢"',
  '"\\""',
  '""',
  '" "',
);
const regex = fc.constantFrom(
  '%^a.b%',
  '%\\d{3}\\]%',
  '%[^a-z]$%',
  '%^.{4}漢?$%'.replace('漢?', ''),
  '%^\\[|R$%',
  '%E.*S%',
  '%\\x28|\\W\\W%',
  '%.%',
  '%^..字%'.replace('字', ''),
  '%\\s\\S%',
);
const term = fc.tuple(fc.constantFrom('', '-', '?'), fc.oneof(text, text, regex));
const selector = fc.constantFrom(
  '$.a',
  '$.b.c',
  '$.list[1]',
  '$.list[*]',
  '$.*',
  "$.['d.e']",
  '$.n',
  '$.s',
  '$.code',
  '$.neg',
  '$.none',
  '$.flag',
  '$.missing',
  '$[0].a',
);
const comparison = fc.constantFrom(
  '= 1',
  '!= 1',
  '= "1000"',
  '= 1000',
  '> 0',
  '<= -0.5',
  '= "x*"',
  '= x',
  '= "*4*"',
  '= "4\\"04"',
  '= %^\\d+$%',
  'IS NULL',
  'IS TRUE',
  'NOT EXISTS',
  '= "12345678901234567000"',
  '!= "two"',
  '= *',
);
const json = fc
  .array(fc.tuple(selector, comparison, fc.constantFrom('&&', '||')), { minLength: 1, maxLength: 3 })
  .map(
    (parts) =>
      `{ ${parts.map(([left, right, join], index) => `${index === 0 ? '' : join} ${left} ${right}`).join(' ')} }`,
  );
const slot = fc.constantFrom(
  'a',
  'b=ERROR',
  'c=*html*',
  'd=4*',
  'e>1000',
  '...',
  'f=%^1%',
  'g!=x',
  '',
  'h="GET /index.html HTTP/1.0"',
);
const fields = fc.array(slot, { minLength: 1, maxLength: 5 }).map((slots) => `[${slots.join(', ')}]`);
const terms = fc
  .array(term, { minLength: 1, maxLength: 3 })
  .map((parts) => parts.map((part) => part.join('')).join(' '));

test('the compiled condition agrees with the evaluator', { timeout: 120_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(fc.oneof(terms, json, fields), async (source) => {
      let isValid = true;
      try {
        parseFilterPattern(source);
      } catch {
        isValid = false;
      }
      fc.pre(isValid);
      await agree(source);
    }),
    { numRuns: 600 },
  );
});

test('a condition narrows the rows down before the evaluator sees them', async () => {
  expect((await passing('{ $.b.c = "x y" }')).bodies.size).toBeLessThan(4);
  expect((await passing('[..., h="GET /index.html HTTP/1.0", s, b]')).bodies.size).toBe(1);
});
