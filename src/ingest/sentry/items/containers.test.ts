import { beforeEach, describe, expect, it } from 'vitest';
import { createManualClock } from '../../../base/index.ts';
import type { JsonObject, JsonValue, Project } from '../../../issues/index.ts';
import { createRedactor, newRedactionReport } from '../../../redact/index.ts';
import { createCleaner } from '../../sink/clean-record.ts';
import type { EnvelopeItem } from '../envelope.ts';
import { type Harvest, type SentryCall, startHarvest } from '../harvest.ts';
import { SENTRY_LIMITS } from '../limits.ts';
import { createRateLimits } from '../rate-limits.ts';
import { type Decided, takeItems } from '../take-items.ts';

const NOW_MS = Date.UTC(2026, 10, 22, 12);
const NOW_S = NOW_MS / 1_000;
const TRACE = 'b'.repeat(32);
const SPAN = 'c'.repeat(16);

const PROJECT: Project = {
  id: '42',
  slug: 'shop',
  name: 'Shop',
  platform: 'node',
  createdMs: 0,
  isInternal: false,
  settings: {
    retentionDays: 30,
    groupingVersion: '',
    fingerprintRules: '',
    enhancementRules: '',
    allowedOrigins: ['*'],
    limitsPerMinute: {},
    keeps: { attachments: true, replays: true, profiles: true, minidumps: false },
    resolveAfterDays: 0,
  },
};
const redactor = createRedactor();

const callOf = (over: Partial<SentryCall> = {}): SentryCall => ({
  project: PROJECT,
  receivedMs: NOW_MS,
  driftMs: 0,
  client: 'sentry.test/1.0',
  context: { requestId: 'r', receivedMs: NOW_MS, sourceIp: '10.0.0.9', userAgent: 'UA/1', url: new URL('http://e/') },
  bytes: 0,
  cleaner: createCleaner(redactor),
  report: newRedactionReport(),
  ...over,
});

let harvest: Harvest;
beforeEach(() => {
  harvest = startHarvest();
});

const item = (header: JsonObject & { readonly type: string }, payload: JsonValue | Buffer): EnvelopeItem => ({
  type: header.type,
  header,
  payload: Buffer.isBuffer(payload) ? payload : Buffer.from(JSON.stringify(payload)),
});

const take = (items: readonly EnvelopeItem[], over: Partial<SentryCall> = {}): Decided =>
  takeItems(
    items,
    { call: callOf(over), harvest },
    { rateLimits: createRateLimits(createManualClock(NOW_MS)), load: () => 0 },
  );
const outcomes = (): readonly string[] =>
  harvest.outcomes.map(({ itemType, outcome, reason, quantity }) => `${itemType} ${outcome} ${reason} ${quantity}`);
const reasonsOf = ({ faults }: Decided) => faults.map(({ details }) => details.reason);

const transaction = (over: JsonObject = {}): JsonObject => ({
  transaction: 'GET /cart/:id',
  start_timestamp: NOW_S - 2,
  timestamp: NOW_S - 1,
  contexts: {
    trace: { trace_id: TRACE, span_id: SPAN, op: 'http.server', status: 'not_found', data: { 'http.method': 'GET' } },
  },
  transaction_info: { source: 'route' },
  ...over,
});

describe('transactions and spans', () => {
  it('a transaction is a span of its own with those below it', () => {
    const child = {
      span_id: 'd'.repeat(16),
      op: 'db',
      description: 'SELECT 1',
      start_timestamp: NOW_S - 1.5,
      timestamp: NOW_S - 1.4,
      status: 'ok',
    };
    const torn = { span_id: 'x' };
    take([
      item(
        { type: 'transaction' },
        transaction({ release: 'r1', environment: 'live', spans: [child, torn], tags: { a: 'b' } }),
      ),
    ]);
    const [root, below] = harvest.spans;
    expect(root?.resource).toEqual({
      'service.name': 'shop',
      'service.version': 'r1',
      'deployment.environment.name': 'live',
    });
    expect(root?.span).toMatchObject({
      traceId: TRACE,
      spanId: SPAN,
      name: 'GET /cart/:id',
      kind: 2,
      status: 2,
      statusMessage: 'not_found',
      startNs: BigInt(NOW_MS - 2_000) * 1_000_000n,
      endNs: BigInt(NOW_MS - 1_000) * 1_000_000n,
    });
    expect(root?.span.attributes.strings).toMatchObject({
      'http.route': '/cart/:id',
      'tag.a': 'b',
      'sentry.op': 'http.server',
    });
    expect(below?.span).toMatchObject({ parentSpanId: SPAN, traceId: TRACE, name: 'SELECT 1', kind: 3, status: 1 });
    expect(outcomes()).toEqual(['span invalid incomplete 1']);
  });

  it('without a trace or times are counted as invalid', () => {
    const decided = take([
      item({ type: 'transaction' }, transaction({ contexts: {} })),
      item({ type: 'transaction' }, transaction({ timestamp: 'soon' })),
      item({ type: 'span' }, { trace_id: TRACE }),
    ]);
    expect(reasonsOf(decided)).toEqual(['incomplete', 'incomplete', 'incomplete']);
    expect(harvest.spans).toHaveLength(0);
  });

  it('of version 1 and 2 have one name and are told apart by their content type', () => {
    const v1 = {
      trace_id: TRACE,
      span_id: SPAN,
      op: 'ui.interaction.click',
      description: 'button',
      start_timestamp: NOW_S,
      timestamp: NOW_S,
    };
    const v2 = {
      trace_id: TRACE,
      span_id: SPAN,
      name: 'GET',
      is_segment: true,
      status: 'error',
      start_timestamp: NOW_S,
      end_timestamp: NOW_S + 0.5,
      attributes: {
        'sentry.op': { type: 'string', value: 'http.server' },
        'sentry.segment.name.source': { type: 'string', value: 'url' },
        'url.path': { type: 'string', value: '/cart' },
        big: { type: 'integer', value: '9007199254740993' },
        list: { type: 'array', value: [1, 2] },
      },
      links: [{ trace_id: TRACE, span_id: 'e'.repeat(16) }, { trace_id: 'bad' }],
    };
    take([
      item({ type: 'span' }, v1),
      item({ type: 'span', item_count: 1, content_type: 'application/vnd.sentry.items.span.v2+json' }, { items: [v2] }),
    ]);
    expect(harvest.spans.map(({ span }) => [span.name, span.kind, span.status])).toEqual([
      ['button', 1, 0],
      ['GET /cart', 2, 2],
    ]);
    expect(harvest.spans[1]?.span.attributes.strings).toMatchObject({ big: '9007199254740993', list: '[1,2]' });
    expect(harvest.spans[1]?.span.links).toEqual([{ traceId: TRACE, spanId: 'e'.repeat(16) }]);
  });

  it('have the clock of their sender corrected', () => {
    take([item({ type: 'transaction' }, transaction())], { driftMs: 3_600_000 });
    expect(harvest.spans[0]?.span.startNs).toBe(BigInt(NOW_MS + 3_598_000) * 1_000_000n);
  });
});

describe('containers', () => {
  const header = { type: 'log', content_type: 'application/vnd.sentry.items.log+json' };
  const log = (over: JsonObject = {}): JsonObject => ({
    timestamp: NOW_S,
    level: 'warn',
    body: 'b',
    trace_id: TRACE,
    attributes: {},
    ...over,
  });

  it('whose header counts other items than they hold are refused whole', () => {
    const decided = take([item({ ...header, item_count: 3 }, { items: [log()] })]);
    expect(reasonsOf(decided)).toEqual(['item-count-mismatch']);
    expect(outcomes()).toEqual(['log invalid item-count-mismatch 3']);
    expect(harvest.logs).toHaveLength(0);
  });

  it('without a list, and with more than the limit, are refused', () => {
    const many = { items: Array.from({ length: SENTRY_LIMITS.itemsPerContainerMax + 1 }, () => ({})) };
    const decided = take([item({ type: 'trace_metric' }, {}), item({ type: 'log' }, many)]);
    expect(reasonsOf(decided)).toEqual(['incomplete', 'too-many']);
  });

  it('of logs keep severity, trace and typed attributes, and put a release into a stream', () => {
    const attributes = { 'sentry.release': { type: 'string', value: 'r:1*' }, paid: { type: 'boolean', value: true } };
    take([
      item(
        { ...header, item_count: 2 },
        { items: [log({ attributes }), log({ severity_number: 21, timestamp: null })] },
      ),
    ]);
    expect(harvest.logs.map(({ stream }) => stream)).toEqual(['r_1_', 'default']);
    expect(harvest.logs[0]?.record).toMatchObject({
      severityNumber: 13,
      traceId: TRACE,
      attributesBool: { paid: true },
    });
    expect(harvest.logs[1]?.record).toMatchObject({ severityNumber: 21, timeNs: BigInt(NOW_MS) * 1_000_000n });
  });

  it('of logs may also be single records, of Sentry or of OpenTelemetry', () => {
    const otel = {
      timeUnixNano: String(BigInt(NOW_MS) * 1_000_000n),
      severityText: 'ERROR',
      body: { stringValue: 'o' },
      attributes: [{ key: 'k', value: { intValue: '7' } }],
    };
    take([
      item({ type: 'log' }, log()),
      item({ type: 'otel_log' }, otel),
      item({ type: 'otel_log' }, { attributes: [3] }),
    ]);
    expect(harvest.logs.map(({ record }) => [record.body, record.severityNumber])).toEqual([
      ['b', 13],
      ['o', 17],
    ]);
    expect(harvest.logs[1]?.record.attributesNumber).toEqual({ k: 7 });
    expect(outcomes()).toEqual(['otel_log invalid incomplete 1']);
  });

  it('of metrics become points whose dimensions tell series apart and no processes', () => {
    const attributes = {
      'sentry.environment': { type: 'string', value: 'live' },
      'server.address': { type: 'string', value: 'host-1' },
      'user.id': { type: 'string', value: '7' },
      shop: { type: 'string', value: 'north' },
    };
    const metric = (over: JsonObject): JsonObject => ({
      timestamp: NOW_S,
      name: 'm',
      type: 'gauge',
      value: 1,
      attributes,
      ...over,
    });
    take([
      item(
        { type: 'trace_metric', item_count: 4 },
        {
          items: [
            metric({ type: 'counter', unit: 'second' }),
            metric({ unit: 'byte' }),
            metric({ value: 'many' }),
            metric({ name: 'password=hunter2secretvalue' }),
          ],
        },
      ),
    ]);
    expect(harvest.points.map(({ point }) => [point.unit, point.namespace])).toEqual([
      ['Count', 'Sentry/shop'],
      ['Bytes', 'Sentry/shop'],
      ['None', 'Sentry/shop'],
    ]);
    expect(harvest.points[0]?.point.dimensions).toEqual({ environment: 'live', shop: 'north' });
    expect(harvest.points[2]?.point.name).not.toContain('hunter2');
    expect(outcomes()).toEqual(['trace_metric invalid incomplete 1']);
  });
});
