import { READY_DASHBOARDS } from '../../src/metrics/collectors/dashboards/index.ts';
import type { Metric, MetricQuery, MetricSeries, Trace, TraceSpan, TraceSummary } from '../src/api/types.ts';
import { type FakeAnswer, type FakeCall, ok, refuse } from './fake-answer.ts';
import type { FakeState } from './fake-state.ts';

const MINUTE = 60_000;
const ROUTES = ['GET /orders', 'POST /pay', 'GET /search'];
const SERVICES = ['checkout', 'catalogue', 'search'];

const metric = (namespace: string, name: string, unit: string, dimensions: Record<string, string>): Metric => ({
  ...{ namespace, name, unit, dimensions },
});

const hostMetrics = (host: string): Metric[] => [
  ...['CpuUsed', 'MemoryUsed', 'SwapUsed'].map((name) => metric('Holdfast/Host', name, 'Percent', { host })),
  metric('Holdfast/Host', 'Load5PerCore', 'None', { host }),
  metric('Holdfast/Host', 'DiskUsed', 'Percent', { host, disk: 'data' }),
  metric('Holdfast/Host', 'DiskUsed', 'Percent', { host, disk: 'vault' }),
  metric('Holdfast/Host', 'DiskWritten', 'Bytes/Second', { host, device: 'nvme0n1' }),
  metric('Holdfast/Host', 'NetworkReceived', 'Bytes/Second', { host, interface: 'eth0' }),
];

const POSTGRES: readonly (readonly [string, string])[] = [
  ['Connections', 'Count'],
  ['ConnectionsMax', 'Count'],
  ['ConnectionsUsed', 'Percent'],
  ['CacheHit', 'Percent'],
  ['SessionsWaitingForLocks', 'Count'],
  ['LongestTransaction', 'Seconds'],
  ['LongestQuery', 'Seconds'],
  ['LongestIdleInTransaction', 'Seconds'],
  ['ReplicationLag', 'Seconds'],
  ['WalBytes', 'Bytes/Second'],
  ['DatabaseSize', 'Bytes'],
  ['DeadRows', 'Percent'],
];

const FULL: readonly Metric[] = [
  ...SERVICES.flatMap((service) =>
    [{ service }, ...ROUTES.map((route) => ({ service, route }))].flatMap((dimensions) => [
      metric('Holdfast/Requests', 'Duration', 'Milliseconds', dimensions),
      metric('Holdfast/Requests', 'Errors', 'Count', dimensions),
      metric('Holdfast/Requests', 'Requests', 'Count', dimensions),
    ]),
  ),
  ...POSTGRES.map(([name, unit]) => metric('Holdfast/PostgreSQL', name, unit, { source: 'orders' })),
  ...hostMetrics('web-1'),
  metric('Shop', 'BasketValue', 'None', { currency: 'EUR' }),
  metric('Shop', 'OpenBaskets', 'Count', {}),
];

const knownMetrics = (state: FakeState): readonly Metric[] => (state.mode === 'empty' ? [] : FULL);

/** A number between 0 and 1 that is always the same for the same words. */
function chance(text: string): number {
  let hash = 2166136261;
  for (const char of text) hash = Math.imul(hash ^ char.charCodeAt(0), 16777619);
  return ((hash >>> 0) % 10_000) / 10_000;
}

const LEVELS: Readonly<Record<string, number>> = {
  ...{ Duration: 240, Requests: 420, Errors: 5, CacheHit: 97, Connections: 46, ConnectionsMax: 100, DiskUsed: 62 },
  ...{ DatabaseSize: 48e9, WalBytes: 2.4e6, DiskWritten: 9e6, NetworkReceived: 4e6, CpuUsed: 34, MemoryUsed: 58 },
  ...{ Load5PerCore: 0.4, ReplicationLag: 0.8, SwapUsed: 2, LongestTransaction: 14, DeadRows: 7 },
};
const STEADY = new Set(['ConnectionsMax', 'DatabaseSize', 'DiskUsed']);

/** Slow waves with noise, an incident 40 minutes back, and ten minutes of silence 25 minutes back. */
export function fakeValue(name: string, key: string, timeMs: number, nowMs: number): number | undefined {
  const ageMin = (nowMs - timeMs) / MINUTE;
  if (name === 'Duration' && ageMin > 22 && ageMin < 29) return undefined;
  const level = (LEVELS[name] ?? 10) * (0.6 + 0.8 * chance(key));
  if (name === 'ConnectionsMax') return 100;
  if (STEADY.has(name)) return level * (1 - ageMin / 60_000);
  const wave = 1 + 0.25 * Math.sin(timeMs / 2_400_000 + chance(key) * 6) + 0.12 * (chance(`${key}${timeMs}`) - 0.5);
  const incident = ageMin > 34 && ageMin < 46 && /Duration|Errors|Longest|Cpu/.test(name) ? 3.4 : 1;
  return name === 'CacheHit' ? Math.min(99.9, 96 + wave * 2) : level * wave * incident;
}

const FACTORS: Readonly<Record<string, number>> = {
  p50: 0.55,
  p90: 1.6,
  p99: 2.9,
  Maximum: 3.4,
  Minimum: 0.2,
  Average: 1,
};

interface Asked {
  readonly fromMs: number;
  readonly toMs: number;
}

function seriesOf(
  wanted: {
    readonly metric: Pick<Metric, 'name' | 'namespace' | 'dimensions'>;
    readonly statistic: string;
    readonly periodSeconds: number;
  },
  { fromMs, toMs }: Asked,
): { readonly timesMs: number[]; readonly values: number[] } {
  const nowMs = Date.now();
  const periodMs = wanted.periodSeconds * 1000;
  const key = JSON.stringify([wanted.metric.name, wanted.metric.dimensions]);
  const isSum = wanted.statistic === 'Sum' && /Requests|Errors/.test(wanted.metric.name);
  const factor = isSum ? wanted.periodSeconds / 60 : (FACTORS[wanted.statistic] ?? 1);
  const timesMs: number[] = [];
  const values: number[] = [];
  for (let time = Math.ceil(fromMs / periodMs) * periodMs; time < Math.min(toMs, nowMs); time += periodMs) {
    const value = fakeValue(wanted.metric.name, key, time, nowMs);
    if (value === undefined) continue;
    timesMs.push(time);
    values.push(isSum ? Math.round(value * factor) : value * factor);
  }
  return { timesMs, values };
}

type Found = Pick<MetricSeries, 'label' | 'timesMs' | 'values'>;

/** `SEARCH('{ns,dim} MetricName="X" dim="v"', 'p90', 60)`, as far as the dashboards use it. */
function search(expression: string, asked: Asked): readonly Found[] {
  const [, schema = '', terms = '', statistic = 'Sum', period = '60'] =
    /SEARCH\('\{([^}]*)\}([^']*)',\s*'([^']*)',\s*(\d+)\)/.exec(expression) ?? [];
  const [namespace, ...names] = schema.split(',');
  const wanted = [...terms.matchAll(/(\w+)="([^"]*)"/g)].map(([, name = '', value = '']) => [name, value] as const);
  return FULL.filter(
    (one) =>
      one.namespace === namespace &&
      Object.keys(one.dimensions).sort().join() === [...names].sort().join() &&
      wanted.every(([name, value]) => (name === 'MetricName' ? one.name : one.dimensions[name]) === value),
  ).map((one) => ({
    label: [...Object.values(one.dimensions), one.name].join(' '),
    ...seriesOf({ metric: one, statistic, periodSeconds: Number(period) }, asked),
  }));
}

/** Products and quotients from left to right: enough for a stand-in. */
function product(expression: string, known: ReadonlyMap<string, Found>, periodSeconds: number): Found {
  const tokens: readonly string[] =
    expression.replace(/PERIOD\(\w+\)/g, String(periodSeconds)).match(/[a-z]\w*|[\d.]+|[*/]/g) ?? [];
  const first = [...known.entries()].find(([id]) => tokens.includes(id))?.[1];
  const figureOf = (token: string, index: number): number => known.get(token)?.values[index] ?? Number(token);
  const values = (first?.values ?? []).map((_, index) =>
    tokens.reduce((value, token, at) => {
      if (at === 0) return figureOf(token, index);
      const operator = tokens[at - 1];
      if (operator !== '*' && operator !== '/') return value;
      return operator === '*' ? value * figureOf(token, index) : value / (figureOf(token, index) || 1);
    }, 0),
  );
  return { label: '', timesMs: first?.timesMs ?? [], values };
}

const KNOWN_FUNCTIONS = new Set(['SEARCH', 'PERIOD', 'RATE', 'METRICS', 'SUM', 'AVG', 'MAX', 'MIN', 'FILL']);

function mistakeOf(expression: string, ids: ReadonlySet<string>): FakeAnswer | undefined {
  const bare = expression.replace(/'[^']*'/g, '');
  const wrong = (code: string, message: string, hint: string): FakeAnswer => refuse(400, { code, message, hint });
  const called = [...bare.matchAll(/([A-Z_]+)\s*\(/g)].map(([, name = '']) => name);
  const unknown = called.find((name) => !KNOWN_FUNCTIONS.has(name));
  if (unknown !== undefined)
    return wrong(
      'math.unknown-function',
      `"${unknown}" is not a function`,
      'docs/metrics.md lists the functions; their names are in upper case',
    );
  const missing = (bare.match(/\b[a-z]\w*\b/g) ?? []).find((id) => !ids.has(id));
  if (missing !== undefined)
    return wrong(
      'math.unknown-id',
      `the expression uses the id "${missing}", and no query of this call has it`,
      'add a query with this id, or correct the expression',
    );
  if (/[*/+-]\s*$/.test(bare))
    return wrong(
      'math.malformed',
      `the expression cannot be read at character ${bare.length}: it ends early`,
      'write it as the metric math of CloudWatch',
    );
  return undefined;
}

export function fakeQuery(queries: readonly MetricQuery[], asked: Asked): FakeAnswer {
  const ids = new Set(queries.map(({ id }) => id));
  const known = new Map<string, Found>();
  const series: MetricSeries[] = [];
  const whole = { status: 'complete' as const, messages: [] };
  let periodSeconds = 60;
  for (const query of queries) {
    if (query.type === 'metric') {
      periodSeconds = query.periodSeconds;
      const found = { label: query.label ?? query.metric.name, ...seriesOf(query, asked) };
      known.set(query.id, found);
      if (query.returnData) series.push({ id: query.id, ...found, ...whole });
      continue;
    }
    const mistake = mistakeOf(query.expression, ids);
    if (mistake !== undefined) return mistake;
    const found = query.expression.startsWith('SEARCH')
      ? search(query.expression, asked)
      : [product(query.expression, known, periodSeconds)];
    for (const one of found)
      if (query.returnData)
        series.push({ id: query.id, ...one, label: query.label ?? (one.label || query.id), ...whole });
  }
  return ok({ series });
}

function fakeSpans(traceId: string, startMs: number, failed: boolean): TraceSpan[] {
  const span = (
    [spanId, parentSpanId, service, name]: readonly [string, string, string, string],
    [offset, durationMs]: readonly [number, number],
    rest: Partial<TraceSpan> = {},
  ): TraceSpan => ({
    ...{ spanId, parentSpanId, service, name, route: parentSpanId === '' ? name : '', durationMs },
    ...{ kind: parentSpanId === '' ? 'server' : 'client', status: 'unset', statusMessage: '' },
    ...{ startMs: startMs + offset, scope: '@opentelemetry/instrumentation-http 0.208.0' },
    resource: { 'service.name': service },
    attributes: { 'http.request.method': 'POST', 'http.response.status_code': failed ? 502 : 200 },
    ...{ events: [], links: [] },
    ...rest,
  });
  const broken = failed ? ({ status: 'error', statusMessage: 'card network answered 502' } as const) : {};
  return [
    span(['a1', '', 'checkout', 'POST /pay'], [0, 812], broken),
    span(['b1', 'a1', 'checkout', 'read basket'], [4, 38], { kind: 'internal' }),
    span(['b2', 'b1', 'checkout', 'SELECT basket'], [9, 21]),
    span(['c1', 'a1', 'payments', 'POST /charge'], [61, 690], broken),
    span(['c2', 'c1', 'payments', 'card network'], [80, 655], broken),
    span(['d1', 'a1', 'checkout', 'INSERT order'], [760, 44]),
    span([`${traceId.slice(0, 2)}e`, 'd1', 'orders-db', 'WAL flush'], [771, 12.4]),
  ];
}

function traceRoutes(state: FakeState, path: string, query: URLSearchParams): FakeAnswer | undefined {
  const nowMs = state.nowMs;
  const ids = Array.from({ length: 24 }, (_, index) => chance(`trace${index}`).toString().slice(2).padEnd(32, '0af3'));
  if (path === '/traces') {
    if (state.mode === 'empty') return ok({ traces: [] });
    const all = ids.map(
      (traceId, index): TraceSummary => ({
        ...{ traceId, startMs: nowMs - index * 41_000 - 3000, durationMs: 40 + 900 * chance(traceId) },
        ...{ service: 'checkout', route: ROUTES[index % 3] ?? '', spans: 7, errors: index % 5 === 1 ? 2 : 0 },
        services: ['checkout', 'orders-db', 'payments'],
      }),
    );
    const least = Number(query.get('durationMsMin') ?? 0);
    return ok({
      traces: all.filter(
        ({ errors, durationMs }) => (query.get('status') !== 'error' || errors > 0) && durationMs >= least,
      ),
    });
  }
  const traceId = /^\/traces\/(\w+)$/.exec(path)?.[1];
  if (traceId === undefined) return undefined;
  const index = ids.indexOf(traceId);
  if (index < 0)
    return refuse(404, {
      code: 'traces.trace-missing',
      message: `there is no trace ${traceId}`,
      hint: 'look for it by its time',
    });
  const trace: Trace = { traceId, spans: fakeSpans(traceId, nowMs - index * 41_000 - 3000, index % 5 === 1) };
  return ok(trace);
}

export function metricRoutes(state: FakeState, { path, query, body }: FakeCall): FakeAnswer | undefined {
  const all = knownMetrics(state);
  if (path === '/metrics/namespaces')
    return ok({ namespaces: [...new Set(all.map(({ namespace }) => namespace))].sort() });
  if (path === '/metrics/dashboards') return ok({ dashboards: READY_DASHBOARDS });
  if (path === '/metrics/statements') {
    const one = { fingerprint: '81', database: 'orders', calls: 4120, totalMs: 9100, meanMs: 2.2, rows: 4120 };
    const text = 'SELECT * FROM baskets WHERE id = $1 AND state = $2';
    return ok({
      source: query.get('source') ?? '',
      statements: [{ ...one, text, sharePercent: 61.2, slowestMs: 412 }],
    });
  }
  if (path === '/metrics/query') {
    const { queries, fromMs, toMs } = body as unknown as { queries: MetricQuery[] } & Asked;
    return fakeQuery(queries, { fromMs, toMs });
  }
  if (path === '/metrics') {
    const [namespace, name] = [query.get('namespace'), query.get('name')];
    const found = all.filter(
      (one) => (namespace === null || one.namespace === namespace) && (name === null || one.name === name),
    );
    return ok({ metrics: found.slice(0, Number(query.get('limit') ?? 100)) });
  }
  return traceRoutes(state, path, query);
}
