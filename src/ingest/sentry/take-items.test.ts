import { beforeEach, describe, expect, it } from 'vitest';
import { createManualClock } from '../../base/index.ts';
import type { JsonObject, JsonValue, Project } from '../../issues/index.ts';
import { createRedactor, newRedactionReport } from '../../redact/index.ts';
import { createCleaner } from '../sink/clean-record.ts';
import { type EnvelopeItem, parseEnvelope } from './envelope.ts';
import { type Harvest, type SentryCall, startHarvest } from './harvest.ts';
import { SENTRY_LIMITS } from './limits.ts';
import { createRateLimits } from './rate-limits.ts';
import { type Decided, takeItems } from './take-items.ts';

const NOW_MS = Date.UTC(2026, 10, 22, 12);
const NOW_S = NOW_MS / 1_000;
const TRACE = 'b'.repeat(32);
const SPAN = 'c'.repeat(16);
const EVENT_ID = 'a'.repeat(32);

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

describe('events', () => {
  it('have the id of the header, else their own, else a new one', () => {
    take([item({ type: 'event' }, { event_id: 'D'.repeat(32) })], { eventId: EVENT_ID });
    take([item({ type: 'event' }, { event_id: 'D'.repeat(32) })]);
    take([item({ type: 'event' }, { event_id: 'nonsense' })]);
    const [first, second, third] = harvest.events.map(({ eventId }) => eventId);
    // One envelope after the other: the header's id is of the first event alone.
    expect([first, second]).toEqual([EVENT_ID, 'd'.repeat(32)]);
    expect(third).toMatch(/^[0-9a-f]{32}$/);
  });

  it('carry what is known of the sender, and the attachments of their envelope', () => {
    const file = item({ type: 'attachment', filename: 'a.txt', content_type: 'text/plain' }, Buffer.from('text'));
    take([file, item({ type: 'event' }, { message: 'm' })], { eventId: EVENT_ID, sentAtMs: NOW_MS - 5 });
    expect(harvest.events[0]).toMatchObject({
      eventId: EVENT_ID,
      receivedMs: NOW_MS,
      sentAtMs: NOW_MS - 5,
      client: 'sentry.test/1.0',
      sourceIp: '10.0.0.9',
      userAgent: 'UA/1',
      attachments: [{ filename: 'a.txt', contentType: 'text/plain', attachmentType: 'event.attachment' }],
    });
    expect(harvest.blobs).toHaveLength(0);
  });

  it('keep what is strange in them for whoever normalizes: NUL, lone surrogates, lists for objects', () => {
    const odd = '{"message":"a\\u0000b\\ud800","exception":[null,{"type":1}],"tags":[["a","b"]],"user":{"id":7}}';
    take([item({ type: 'event' }, Buffer.from(odd))]);
    expect(harvest.events[0]?.payload.message).toBe('a\u0000b\ud800');
    take([item({ type: 'event' }, Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]))]);
    expect(harvest.events[1]?.payload).toEqual({ '\ufffd': 1 });
  });

  it('that are really feedback or a transaction are taken as that', () => {
    take([item({ type: 'event' }, { type: 'transaction', ...transaction() })]);
    take([item({ type: 'event' }, { contexts: { feedback: { message: 'hm' } } })]);
    expect([harvest.events.length, harvest.spans.length, harvest.feedback.length]).toEqual([0, 1, 1]);
  });

  it.each<[string, Buffer, string]>([
    ['no JSON', Buffer.from('{'), 'invalid-json'],
    ['a list', Buffer.from('[]'), 'invalid-json'],
    ['nothing', Buffer.alloc(0), 'invalid-json'],
    ['too many brackets', Buffer.from('['.repeat(1_000)), 'too-deep'],
    ['too many bytes', Buffer.alloc(SENTRY_LIMITS.eventBytesMax + 1, 0x20), 'too-large'],
  ])('with %s are counted and left', (_, payload, reason) => {
    const decided = take([item({ type: 'event' }, payload), item({ type: 'event' }, { message: 'fine' })]);
    expect(reasonsOf(decided)).toEqual([reason]);
    expect(outcomes()).toEqual([`event invalid ${reason} 1`]);
    expect(harvest.events).toHaveLength(1);
  });
});

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

describe('what else SDKs send', () => {
  it('sessions: one by one and counted', () => {
    const attrs = { release: 'r1', environment: 'live' };
    take([
      item({ type: 'session' }, { sid: 's', did: 7, init: true, status: 'errored', started: NOW_S, attrs }),
      item(
        { type: 'sessions' },
        { aggregates: [{ started: '2026-11-22T12:00:00Z', exited: 5, errored: '2', crashed: -1 }], attrs },
      ),
      item({ type: 'session' }, { status: 'fine', started: NOW_S }),
      item({ type: 'sessions' }, { aggregates: [{ exited: 1 }] }),
    ]);
    expect(harvest.sessions).toMatchObject([
      { type: 'update', sid: 's', did: '7', init: true, status: 'ok', errors: 1, startedMs: NOW_MS, release: 'r1' },
      { type: 'aggregate', exited: 5, errored: 2, crashed: 0, environment: 'live' },
    ]);
    expect(outcomes()).toEqual(['session invalid incomplete 1', 'sessions invalid incomplete 1']);
  });

  it('more sessions than an envelope may hold are left and counted', () => {
    const session = item({ type: 'session' }, { sid: 's', status: 'ok', started: NOW_S });
    take(Array.from({ length: 103 }, () => session));
    expect(harvest.sessions).toHaveLength(100);
    expect(outcomes()).toEqual(Array.from({ length: 3 }, () => 'session invalid too-many 1'));
  });

  it('check-ins', () => {
    take([
      item(
        { type: 'check_in' },
        { check_in_id: 'x', monitor_slug: 'm', status: 'error', duration: 0.25, environment: 'live' },
      ),
      item({ type: 'check_in' }, { monitor_slug: 'm', status: 'missed' }),
      item({ type: 'check_in' }, { status: 'ok' }),
    ]);
    expect(harvest.checkIns).toMatchObject([{ slug: 'm', checkInId: 'x', status: 'error', durationMs: 250 }]);
    expect(outcomes()).toEqual(['check_in invalid incomplete 1', 'check_in invalid incomplete 1']);
  });

  it('reports of what a client threw away, whose words cannot carry anything else', () => {
    take([
      item(
        { type: 'client_report' },
        {
          discarded_events: [
            { reason: 'before_send', category: 'error', quantity: 3 },
            { reason: 'x'.repeat(500), category: 'profile_chunk', quantity: 1 },
            { reason: 'sample_rate', category: 'log_byte', quantity: 900 },
            { reason: 'sk_live_4eC39HqLyjWDarjtT1zdp7dc', category: '<b>', quantity: 1 },
            { reason: 'r', category: 'error', quantity: -4 },
          ],
        },
      ),
    ]);
    expect(
      harvest.outcomes.map(({ category, itemType, outcome, reason, quantity }) => [
        category,
        itemType,
        outcome,
        reason,
        quantity,
      ]),
    ).toEqual([
      ['error', 'error', 'client-discard', 'before_send', 3],
      ['profile', 'profile_chunk', 'client-discard', 'other', 1],
      ['default', 'other', 'client-discard', 'other', 1],
    ]);
  });

  it('feedback in its new and in its old form; the old one sent again is the same', () => {
    const contexts = {
      feedback: { message: 'm', contact_email: 'a@b.c', associated_event_id: EVENT_ID, url: 'http://x/' },
    };
    const report = item({ type: 'user_report' }, { event_id: EVENT_ID, name: 'N', email: 'a@b.c', comments: 'old' });
    take([item({ type: 'feedback' }, { contexts, timestamp: NOW_S + 900 }), report, report]);
    const [modern, first, second] = harvest.feedback;
    expect(modern).toMatchObject({ message: 'm', email: 'a@b.c', eventId: EVENT_ID, timeMs: NOW_MS });
    expect(first).toMatchObject({ message: 'old', eventId: EVENT_ID, source: 'user-report' });
    expect(first?.feedbackId).toBe(second?.feedbackId);
    take([item({ type: 'feedback' }, { contexts: {} }), item({ type: 'user_report' }, { event_id: EVENT_ID })]);
    expect(outcomes()).toEqual(['feedback invalid incomplete 1', 'user_report invalid incomplete 1']);
  });

  it('files without an event are kept by the id of their envelope, dumps only where dumps are kept', () => {
    take(
      [
        item({ type: 'attachment', filename: 'a.log', extra: 1 }, Buffer.from('x')),
        item({ type: 'attachment', attachment_type: 'event.minidump' }, Buffer.from('MDMP')),
      ],
      { eventId: EVENT_ID },
    );
    expect(harvest.blobs).toMatchObject([
      { kind: 'attachment', ownerId: EVENT_ID, filename: 'a.log', facts: { extra: 1 } },
    ]);
    expect(outcomes()).toEqual(['attachment filtered minidump-not-kept 1']);
  });

  it('profiles and replays are kept by their own ids, or counted when a project keeps none', () => {
    const profiler = 'e'.repeat(32);
    const items = [
      item({ type: 'profile_chunk', platform: 'node' }, { profiler_id: profiler, chunk_id: 'f'.repeat(32) }),
      item({ type: 'replay_event' }, { replay_id: profiler, segment_id: 3, trace_ids: [TRACE] }),
      item({ type: 'replay_recording' }, Buffer.from([0x7b, 0x7d, 0x0a, 0xff, 0x00])),
      item({ type: 'profile' }, Buffer.from('no json')),
    ];
    take(items, { eventId: EVENT_ID });
    expect(harvest.blobs.map(({ kind, ownerId, attachmentType }) => [kind, ownerId, attachmentType])).toEqual([
      ['profile', profiler, 'profile_chunk'],
      ['replay', profiler, 'replay_event'],
      ['replay', EVENT_ID, 'replay_recording'],
    ]);
    expect(harvest.blobs[1]).toMatchObject({ traceId: TRACE, facts: { segment_id: 3 } });
    expect(outcomes()).toEqual(['profile invalid invalid-json 1']);
    harvest = startHarvest();
    const keeps = { attachments: false, replays: false, profiles: false, minidumps: false };
    take(items.slice(0, 3), { project: { ...PROJECT, settings: { ...PROJECT.settings, keeps } } });
    expect(harvest.blobs).toHaveLength(0);
    expect(new Set(outcomes().map((text) => text.split(' ').slice(1).join(' ')))).toEqual(
      new Set(['filtered not-kept 1']),
    );
  });

  it('reports of browsers in envelopes, and what nobody knows by its name', () => {
    take([
      item({ type: 'raw_security', sentry_release: 'r1' }, { 'csp-report': { 'violated-directive': 'img-src' } }),
      item({ type: 'nel' }, [{ type: 'network-error', body: { phase: 'dns' } }]),
      item({ type: 'metric_buckets' }, []),
      item({ type: '<script>' }, {}),
    ]);
    expect(harvest.events.map(({ payload }) => [payload.type, payload.release])).toEqual([
      ['csp', 'r1'],
      ['nel', undefined],
    ]);
    expect(outcomes()).toEqual(['metric_buckets unknown item-type 1', 'other unknown item-type 1']);
  });
});

it('an envelope as Python writes it: lengths and content types everywhere', () => {
  const payload = JSON.stringify({ message: 'm' });
  const text = `{"event_id":"${EVENT_ID}"}\n{"type":"event","content_type":"application/json","length":${payload.length}}\n${payload}\n`;
  take(parseEnvelope(Buffer.from(text)).items);
  expect(harvest.events).toHaveLength(1);
});
