/**
 * Speed of redaction per core: `node --import tsx bench/redaction.ts`.
 *
 * Prints, as medians of five runs, MB/s for log lines of about 250 bytes and for JSON pieces of 4 kB: the whole
 * redaction, the keyword scan alone (the part that every byte must pass), the redaction of names and values as they come
 * with attributes, and, on a small sample, all patterns without a keyword scan, which is what the scan saves.
 * Seconds are processor time of this process, so that other work on the machine does not count.
 */
import { compileRule } from '../src/redact/compile-rule.ts';
import { createRedactor, REDACTION_RULES } from '../src/redact/index.ts';
import { createKeywordScan } from '../src/redact/keyword-scan.ts';
import { ALNUM, LOWER_HEX, sample, sampleUuid } from '../src/redact/rules/rule-shapes.ts';
import { judgeName } from '../src/redact/telling-name.ts';

const RUNS = 5;
const LINES = 20_000;

const secrets: readonly ((seed: number) => string)[] = [
  (seed) => `password=${sample(ALNUM, 14, seed)}`,
  (seed) => `Authorization: Bearer ${sample(ALNUM, 40, seed)}`,
  (seed) => `postgres://app:${sample(ALNUM, 16, seed)}@db1:5432/shop`,
  (seed) => `using ghp_${sample(ALNUM, 36, seed)} for clone`,
  (seed) => `{"apiKey":"${sample(LOWER_HEX, 32, seed)}"}`,
];

/** Phrases with generic keywords and no secret; about a quarter of the lines gets one. */
const generic: readonly string[] = [
  'token refreshed for session',
  'cache key user:4711:profile hit',
  'prompt_tokens=120 completion_tokens=98',
  'authenticated by oauth provider',
  'duplicate key value violates unique constraint',
  'passed 12 checks',
];

const shapes: readonly ((at: number) => string)[] = [
  (at) =>
    `10.0.${at % 256}.${(at * 7) % 256} - - [01/Feb/2026:12:${String(at % 60).padStart(2, '0')}:07 +0000] "GET /v1/orders/${at * 7919}?page=${at % 9}&sort=created HTTP/1.1" 200 ${at % 5000} "https://shop.example.com/cart" "Mozilla/5.0 (X11; Linux x86_64; rv:121.0) Gecko/20100101 Firefox/121.0"`,
  (at) =>
    `2026-02-01T12:00:${String(at % 60).padStart(2, '0')}.${at % 1000}Z INFO  [http-nio-8080-exec-${at % 32}] c.e.shop.OrderService - order ${sampleUuid(at + 1)} moved from RESERVED to PAID in ${at % 400} ms for customer ${at * 31} in region eu-central-1`,
  (at) =>
    `{"level":"info","ts":17672256${at % 100}.${at % 1000},"service":"checkout","trace_id":"${sample(LOWER_HEX, 32, at + 1)}","span_id":"${sample(LOWER_HEX, 16, at + 2)}","method":"POST","path":"/v1/cart/${at}","status":201,"duration_ms":${at % 900},"bytes":${at * 13}}`,
  (at) =>
    `level=warn ts=2026-02-01T12:00:00Z caller=reconciler.go:${at % 900} component=scheduler pod=api-${sample(LOWER_HEX, 10, at + 3)}-x2x9p node=ip-10-0-${at % 256}-7.eu-central-1.compute.internal msg="retrying after conflict" attempt=${at % 7} backoff=${at % 30}s`,
];

function logLines(): readonly string[] {
  return Array.from({ length: LINES }, (_, at) => {
    const line = shapes[at % shapes.length]?.(at) ?? '';
    // 2 % and 25 % of the lines, spread over all shapes.
    if ((at * 37) % 100 < 2) return `${line} ${secrets[(at * 13) % secrets.length]?.(at + 1) ?? ''}`;
    if ((at * 53) % 100 < 25) return `${line} ${generic[(at * 11) % generic.length] ?? ''}`;
    return line;
  });
}

function jsonPieces(): readonly string[] {
  const lines = logLines();
  const pieces: string[] = [];
  for (let at = 0; at + 14 <= 7000; at += 14) {
    const breadcrumbs = lines.slice(at, at + 14).map((message, index) => ({
      timestamp: 1767225600 + index,
      category: 'http',
      data: { url: `/v1/items/${at}`, status_code: 200, key: 'user_id', token_type: 'Bearer' },
      message,
    }));
    pieces.push(
      JSON.stringify({ event_id: sample(LOWER_HEX, 32, at + 1), platform: 'node', breadcrumbs }).slice(0, 4096),
    );
  }
  return pieces;
}

interface Measured {
  readonly name: string;
  readonly megabytesPerSecond: number;
  readonly recordsPerSecond: number;
}

function measure(name: string, records: readonly string[], work: (record: string) => unknown): Measured {
  const bytes = records.reduce((sum, record) => sum + Buffer.byteLength(record), 0);
  const seconds: number[] = [];
  for (let run = -1; run < RUNS; run += 1) {
    const start = process.cpuUsage();
    for (const record of records) work(record);
    // The first run is for the compiler.
    const spent = process.cpuUsage(start);
    if (run >= 0) seconds.push((spent.user + spent.system) / 1e6);
  }
  const median = seconds.sort((a, b) => a - b)[RUNS >> 1] ?? 1;
  return { name, megabytesPerSecond: bytes / median / 1e6, recordsPerSecond: records.length / median };
}

const print = (measured: Measured): void =>
  console.log(
    `${measured.name.padEnd(58)} ${measured.megabytesPerSecond.toFixed(2).padStart(9)} MB/s ${Math.round(measured.recordsPerSecond).toLocaleString('en').padStart(11)} records/s`,
  );

function main(): void {
  const redactor = createRedactor();
  const keywords = [
    ...new Set(REDACTION_RULES.filter((rule) => rule.anchor !== 'digits').flatMap((rule) => rule.keywords)),
  ];
  const scan = createKeywordScan(keywords);
  const patterns = REDACTION_RULES.map((rule) => new RegExp(rule.pattern, `${rule.flags ?? ''}g`));
  const compiled = REDACTION_RULES.map((rule) => compileRule(rule, true, judgeName));
  let hits = 0;
  const visitor = (): boolean => {
    hits += 1;
    return true;
  };
  const corpora = { 'log lines': logLines(), 'JSON pieces': jsonPieces() };
  console.log(
    `node ${process.version}, ${compiled.length} rules, ${keywords.length} keywords, ${scan.stateCount} states, medians of ${RUNS} runs`,
  );
  for (const [name, records] of Object.entries(corpora)) {
    const length = records.reduce((sum, record) => sum + record.length, 0) / records.length;
    const changed = records.filter((record) => redactor.text(record) !== record).length;
    hits = 0;
    const touched = records.filter((record) => {
      const before = hits;
      scan.visit(record, visitor);
      return hits > before;
    }).length;
    const share = (count: number): string => `${((100 * count) / records.length).toFixed(1)} %`;
    console.log(
      `\n${name}: ${records.length} of ${length.toFixed(0)} characters; ${share(touched)} hold some keyword, ${share(changed)} a secret`,
    );
    print(measure(`${name}: whole redaction`, records, (record) => redactor.text(record)));
    print(measure(`${name}: field(name, value)`, records, (record) => redactor.field('http.request.body', record)));
    print(measure(`${name}: keyword scan only (no redaction)`, records, (record) => scan.visit(record, visitor)));
    const few = records.slice(0, name === 'log lines' ? 400 : 25);
    print(
      measure(`${name}: all patterns, no keyword scan (small sample)`, few, (record) => {
        for (const pattern of patterns) record.replace(pattern, '');
      }),
    );
  }
}

main();
