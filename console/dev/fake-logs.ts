import type { Facets, Histogram, LogRecord, QueryMistake, QueryResult, QueryStart, Row } from '../src/api/types.ts';

/** Records as a real installation has them: web traffic, JSON, a stack trace, a job, and something going wrong. */
export interface FakeRecord extends LogRecord {
  readonly json: Readonly<Record<string, unknown>>;
}

const GROUPS = ['/app/checkout', '/app/payments', '/app/web', '/db/postgres', '/edge/nginx'] as const;
const SERVICES: Record<string, string> = {
  '/app/checkout': 'checkout',
  '/app/payments': 'payments',
  '/app/web': 'web',
  '/db/postgres': 'postgres',
  '/edge/nginx': 'nginx',
};
const PATHS = ['/', '/cart', '/api/orders', '/api/orders/8841', '/login', '/assets/app.js', '/api/sheets/export'];

/** A small generator with a seed, so that a screenshot shows the same page twice. */
const random = (seed: number): (() => number) => {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296;
    return state / 4_294_967_296;
  };
};

interface Draft {
  readonly body: string;
  readonly json: Readonly<Record<string, unknown>>;
  readonly severity: 9 | 13 | 17;
}

function webDraft(next: () => number, trouble: boolean): Draft {
  const path = PATHS[Math.floor(next() * PATHS.length)] ?? '/';
  const failing = next() < (trouble ? 0.35 : 0.015);
  const status = failing ? 502 : next() < 0.05 ? 404 : 200;
  const durationMs = Math.round((failing ? 3000 : 20) + next() * 180);
  const json = {
    level: failing ? 'error' : status === 404 ? 'warn' : 'info',
    msg: failing ? 'upstream did not answer' : 'request',
    method: path.startsWith('/api') ? 'POST' : 'GET',
    path,
    status,
    durationMs,
    user: `u-${Math.floor(next() * 900)}`,
    region: next() < 0.7 ? 'eu-central-1' : 'eu-west-1',
  };
  return { body: JSON.stringify(json), json, severity: failing ? 17 : status === 404 ? 13 : 9 };
}

function otherDraft(group: string, next: () => number, trouble: boolean): Draft {
  if (group === '/app/payments' && next() < (trouble ? 0.5 : 0.02))
    return {
      severity: 17,
      json: {},
      body: 'PaymentError: connection to db-primary refused\n    at Pool.connect (/srv/payments/pool.js:88:11)\n    at async charge (/srv/payments/charge.js:41:20)\n    at async POST /charge (/srv/payments/routes.js:17:5)',
    };
  if (group === '/db/postgres')
    return trouble && next() < 0.3
      ? { severity: 13, json: {}, body: 'WARNING:  too many connections for role "payments" (97 of 100)' }
      : {
          severity: 9,
          json: {},
          body: `LOG:  checkpoint complete: wrote ${Math.floor(next() * 900)} buffers (${(next() * 4).toFixed(1)}%); write=${(next() * 9).toFixed(3)} s`,
        };
  const json = {
    level: 'info',
    msg: 'charge accepted',
    orderId: 8000 + Math.floor(next() * 999),
    amount: Math.round(next() * 20_000) / 100,
    currency: 'EUR',
    card: '[card:masked]',
  };
  return { severity: 9, json, body: JSON.stringify(json) };
}

const WORDS = { 9: 'INFO', 13: 'WARN', 17: 'ERROR' } as const;

function recordOf(timeMs: number, index: number, next: () => number, trouble: boolean): FakeRecord {
  const logGroup = GROUPS[Math.floor(next() ** 1.4 * GROUPS.length)] ?? '/app/web';
  const draft =
    logGroup === '/app/web' || logGroup === '/edge/nginx' || logGroup === '/app/checkout'
      ? webDraft(next, trouble)
      : otherDraft(logGroup, next, trouble);
  const instance = Math.floor(next() * 3);
  return {
    ptr: Buffer.from(JSON.stringify([logGroup, `${timeMs}000000`, `e${index}`])).toString('base64url'),
    timeMs,
    timeNs: `${timeMs}${String(index % 1_000_000).padStart(6, '0')}`,
    ingestTimeMs: timeMs + 120,
    logGroup,
    logStream: `i-0f3${instance}/${SERVICES[logGroup]}`,
    service: SERVICES[logGroup] ?? '',
    severityNumber: draft.severity,
    severityText: WORDS[draft.severity],
    body: draft.body,
    traceId: next() < 0.7 ? Array.from({ length: 32 }, () => Math.floor(next() * 16).toString(16)).join('') : '',
    spanId: '',
    scopeName: '',
    eventName: '',
    resource: {
      'service.name': SERVICES[logGroup] ?? '',
      'host.name': `i-0f3${instance}`,
      'deployment.environment': 'production',
    },
    attributes:
      logGroup === '/app/web'
        ? { 'http.route': String(draft.json.path ?? ''), 'thread.id': instance, sampled: true }
        : {},
    json: draft.json,
  };
}

export function fakeRecords(nowMs: number, count = 6000): FakeRecord[] {
  const next = random(20_261_122);
  const records: FakeRecord[] = [];
  let timeMs = nowMs;
  for (let index = 0; index < count; index += 1) {
    const age = nowMs - timeMs;
    const trouble = age > 14 * 60_000 && age < 24 * 60_000;
    records.push(recordOf(timeMs, index, next, trouble));
    timeMs -= Math.round(next() * 2 * (index < 3000 ? 1200 : 28_000));
  }
  return records;
}

const COMMANDS = ['fields', 'display', 'filter', 'where', 'stats', 'sort', 'limit', 'parse', 'dedup', 'pattern'];

/** Finds a stage that begins with no command: enough to show how mistakes look. */
export function fakeMistakes(query: string): QueryMistake[] {
  let offset = 0;
  for (const stage of query.split('|')) {
    const word = /\S+/.exec(stage.replace(/#.*$/gm, (comment) => ' '.repeat(comment.length)));
    if (word !== null && !COMMANDS.includes(word[0].toLowerCase())) {
      const at = offset + word.index;
      const before = query.slice(0, at).split('\n');
      return [
        {
          message: `unknown command \`${word[0]}\``,
          hint: `Did you mean \`${COMMANDS.find((name) => name[0] === word[0][0]) ?? 'filter'}\`?`,
          offset: at,
          length: word[0].length,
          line: before.length,
          column: (before.at(-1) ?? '').length + 1,
        },
      ];
    }
    offset += stage.length + 1;
  }
  return [];
}

export function fieldOf(record: FakeRecord, field: string): string | number | boolean | null {
  const system: Record<string, string | number> = {
    '@timestamp': new Date(record.timeMs).toISOString().replace('T', ' ').replace('Z', ''),
    '@message': record.body,
    '@log': record.logGroup,
    '@logStream': record.logStream,
    '@ptr': record.ptr,
    service: record.service,
    severityText: record.severityText,
    severityNumber: record.severityNumber,
    traceId: record.traceId,
  };
  const value = system[field] ?? record.json[field] ?? record.attributes[field] ?? record.resource[field];
  return value === undefined ? null : (value as string | number | boolean);
}

const unquote = (text: string): string =>
  text
    .trim()
    .replace(/^(["'`])(.*)\1$/s, '$2')
    .replaceAll('\\"', '"');

function holds(record: FakeRecord, condition: string): boolean {
  const like = /^(\S+)\s+(not\s+)?like\s+(.+)$/is.exec(condition.trim());
  if (like !== null) {
    const needle = (like[3] ?? '').trim();
    const text = String(fieldOf(record, unquote(like[1] ?? '')) ?? '');
    const found = needle.startsWith('/')
      ? new RegExp(needle.slice(1, needle.lastIndexOf('/')), needle.endsWith('i') ? 'i' : '').test(text)
      : text.includes(unquote(needle));
    return found === (like[2] === undefined);
  }
  const comparison = /^(`[^`]+`|\S+)\s*(!=|=)\s*(.+)$/s.exec(condition.trim());
  if (comparison === null) return true;
  const equal = String(fieldOf(record, unquote(comparison[1] ?? ''))) === unquote(comparison[3] ?? '');
  return comparison[2] === '=' ? equal : !equal;
}

const stagesOf = (query: string): string[] =>
  query
    .replace(/#.*$/gm, '')
    .split('|')
    .map((stage) => stage.trim());

export function matching(records: readonly FakeRecord[], start: QueryStart): FakeRecord[] {
  const conditions = stagesOf(start.query)
    .filter((stage) => /^(filter|where)\b/i.test(stage))
    .flatMap((stage) => stage.replace(/^\w+\s+/, '').split(/\s+and\s+/i));
  return records.filter(
    (record) =>
      record.timeMs >= start.startMs &&
      record.timeMs <= start.endMs &&
      (start.groups.length === 0 || start.groups.includes(record.logGroup)) &&
      conditions.every((condition) => holds(record, condition)),
  );
}

export const isStatistics = (query: string): boolean => stagesOf(query).some((stage) => /^stats\b/i.test(stage));

const BIN_MS: Record<string, number> = { s: 1000, m: 60_000, h: 3_600_000 };

function statisticsRows(records: readonly FakeRecord[], stage: string): { fields: QueryResult['fields']; rows: Row[] } {
  const keys = (/\bby\s+(.+)$/is.exec(stage)?.[1] ?? '')
    .split(',')
    .map((key) => key.trim())
    .filter(Boolean);
  const name = /count\(\*?\)\s+as\s+(\w+)/i.exec(stage)?.[1] ?? 'count(*)';
  const counted = new Map<string, Row>();
  for (const record of records) {
    const row: Row = {};
    for (const key of keys) {
      const bin = /^bin\((\d+)([smh])\)$/i.exec(key);
      const width = bin === null ? 0 : Number(bin[1]) * (BIN_MS[bin[2] ?? 'm'] ?? 60_000);
      row[key] =
        width === 0
          ? fieldOf(record, key)
          : new Date(Math.floor(record.timeMs / width) * width).toISOString().replace('T', ' ').replace('Z', '');
    }
    const id = JSON.stringify(row);
    const seen = counted.get(id) ?? { ...row, [name]: 0 };
    seen[name] = Number(seen[name]) + 1;
    counted.set(id, seen);
  }
  const fields: QueryResult['fields'] = [
    ...keys.map((key) => ({ name: key, type: key.startsWith('bin(') ? ('time' as const) : ('string' as const) })),
    { name, type: 'number' },
  ];
  return { fields, rows: [...counted.values()] };
}

export function fakeResult(queryId: string, records: readonly FakeRecord[], start: QueryStart): QueryResult {
  const matched = matching(records, start);
  const statistics = {
    recordsMatched: matched.length,
    recordsScanned: records.length,
    bytesScanned: records.length * 278,
    elapsedMs: 14,
  };
  const stages = stagesOf(start.query);
  const stats = stages.find((stage) => /^stats\b/i.test(stage));
  if (stats !== undefined) return { queryId, status: 'Complete', ...statisticsRows(matched, stats), statistics };
  const listed = stages
    .find((stage) => /^(fields|display)\b/i.test(stage))
    ?.replace(/^\w+\s+/, '')
    .split(',')
    .map(unquote) ?? ['@timestamp', '@message'];
  const limit = Math.min(
    Number(/^limit\s+(\d+)/im.exec(stages.find((stage) => /^limit\b/i.test(stage)) ?? '')?.[1] ?? 1000),
    start.limit ?? 1000,
  );
  const rows = matched
    .slice(0, limit)
    .map((record) => Object.fromEntries([...listed, '@ptr'].map((field) => [field, fieldOf(record, field)])));
  return {
    queryId,
    status: 'Complete',
    fields: [...listed, '@ptr'].map((name) => ({ name, type: name === '@timestamp' ? 'time' : 'string' })),
    rows,
    statistics,
  };
}

export function fakeHistogram(records: readonly FakeRecord[], start: QueryStart, count: number): Histogram {
  const matched = matching(records, start);
  const bucketMs = Math.max(1000, Math.ceil((start.endMs - start.startMs) / count / 1000) * 1000);
  const first = Math.floor(start.startMs / bucketMs) * bucketMs;
  const buckets = Array.from({ length: Math.ceil((start.endMs - first) / bucketMs) }, (_, index) => ({
    startMs: first + index * bucketMs,
    count: 0,
    errors: 0,
    warnings: 0,
  }));
  for (const record of matched) {
    const bucket = buckets[Math.floor((record.timeMs - first) / bucketMs)];
    if (bucket === undefined) continue;
    bucket.count += 1;
    if (record.severityNumber >= 17) bucket.errors += 1;
    else if (record.severityNumber >= 13) bucket.warnings += 1;
  }
  return {
    bucketMs,
    buckets,
    statistics: {
      recordsMatched: matched.length,
      recordsScanned: records.length,
      bytesScanned: 1_000_000,
      elapsedMs: 9,
    },
  };
}

export function fakeFacets(records: readonly FakeRecord[], start: QueryStart): Facets {
  const matched = matching(records, start);
  return {
    facets: ['@log', 'service', 'severityText', 'host.name', 'status', 'path', 'region'].map((field) => {
      const counts = new Map<string, number>();
      for (const record of matched) {
        const value = fieldOf(record, field);
        if (value !== null) counts.set(String(value), (counts.get(String(value)) ?? 0) + 1);
      }
      return {
        field,
        values: [...counts]
          .map(([value, count]) => ({ value, count }))
          .sort((a, b) => b.count - a.count)
          .slice(0, 10),
      };
    }),
  };
}
