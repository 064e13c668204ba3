import { describe, expect, it } from 'vitest';
import type { Actor } from '../../access/index.ts';
import { createManualClock, DAY_MS, defineFailures, Failure } from '../../base/index.ts';
import type { IncomingLog, LogGroup, SinkRequest } from '../../logs/index.ts';
import type { RedactionReport, Redactor } from '../../redact/index.ts';
import type { LogRow } from '../../telemetry/index.ts';
import { createAdmission } from '../admission.ts';
import { createIngestCounters } from '../counters.ts';
import { INGEST_LIMITS } from '../limits.ts';
import { createSink, type SinkDeps } from './create-sink.ts';

const NOW_MS = Date.UTC(2026, 10, 22);
const TEST_FAILURES = defineFailures('test', {
  forbidden: { status: 403, exit: 'refused', message: 'forbidden', hint: 'ask' },
  full: { status: 503, exit: 'limit', message: 'full', hint: 'wait', retryable: true },
});
const actor: Actor = {
  type: 'key',
  id: 'k1',
  name: 'shipper',
  roles: [],
  readableLogGroups: [],
  sourceIp: '10.0.0.1',
  userAgent: 'test',
};

/** Masks the word SECRET, and every value whose name is `password`. */
const redactor: Redactor = {
  text: (text, report) => {
    if (!text.includes('SECRET')) return text;
    if (report !== undefined) {
      report.masksByRule.set('word', (report.masksByRule.get('word') ?? 0) + 1);
      report.maskedLength += 6;
    }
    return text.replaceAll('SECRET', '[redacted:word:6]');
  },
  field: (name, value, report) => (name === 'password' ? '[redacted:field]' : redactor.text(value, report)),
  value: (value) => value,
};

function createWorld(overrides: Partial<SinkDeps> & { readonly retentionDays?: number } = {}) {
  const steps: string[] = [];
  const stored: LogRow[] = [];
  const reports: { readonly report: RedactionReport; readonly records: number }[] = [];
  const notes: Parameters<SinkDeps['groups']['noteWritten']>[0][] = [];
  const clock = createManualClock(NOW_MS);
  const counters = createIngestCounters();
  const admission = createAdmission({ bytesMax: 1_000_000, measure: 'records' });
  const group = (name: string): LogGroup => ({
    name,
    storageClass: 'standard',
    retentionDays: overrides.retentionDays ?? 7,
    createdMs: 0,
    storedBytes: 0,
    deletionProtected: false,
    tags: {},
  });
  const sink = createSink({
    groups: {
      forWrite: async (_, target) => {
        steps.push(`open ${target.logGroup}/${target.logStream} ${target.createMissing}`);
        return group(target.logGroup);
      },
      noteWritten: (note) => {
        steps.push('note');
        notes.push(note);
      },
    },
    telemetry: {
      appendLogs: async (rows) => {
        steps.push(`append ${rows.length}`);
        stored.push(...rows);
      },
    },
    redactor,
    authorize: async (_, action, object) => {
      steps.push(`authorize ${action} ${object.name}`);
    },
    audit: { count: (entry, amount) => steps.push(`audit ${entry.eventName} ${amount.events}`) },
    counters,
    clock,
    admission,
    onRedaction: (report, { records }) => reports.push({ report, records }),
    ...overrides,
  });
  return { sink, steps, stored, reports, notes, counters, clock, admission };
}

const nowNs = BigInt(NOW_MS) * 1_000_000n;
const requestOf = (records: readonly IncomingLog[], logGroup = 'g', logStream = 's'): SinkRequest => ({
  actor,
  protocol: 'test',
  batches: [{ logGroup, logStream, records }],
  bytes: 100,
  createMissing: true,
});

describe('the sink', () => {
  it('authorizes every group before it creates any, and accounts only after the append', async () => {
    const world = createWorld();
    const record = { timeNs: nowNs, body: 'x' };
    const batches = ['a', 'b', 'a'].map((logGroup, index) => ({ logGroup, logStream: `s${index}`, records: [record] }));
    const result = await world.sink({ ...requestOf([]), batches });
    expect(result).toEqual({ accepted: 3, expired: 0 });
    expect(world.steps).toEqual([
      'authorize logs:Write a',
      'authorize logs:Write b',
      'open a/s0 true',
      'open b/s1 true',
      'open a/s2 true',
      'append 3',
      ...['note', 'audit PutLogEvents 1', 'note', 'audit PutLogEvents 1', 'note', 'audit PutLogEvents 1'],
    ]);
    expect(world.counters.list()).toEqual([
      { protocol: 'test', requests: 1, records: 3, bytes: 100, refusedRequests: 0, refusedRecords: 0 },
    ]);
  });

  it('masks secrets in every text of a record', async () => {
    const world = createWorld();
    const text = 'a SECRET b';
    await world.sink(
      requestOf([
        {
          timeNs: nowNs,
          body: text,
          severityText: text,
          service: text,
          scopeName: text,
          scopeVersion: text,
          eventName: text,
          traceId: 'SECRET-is-no-trace-id',
          spanId: 'SECRET-is-no-span',
          resource: { r: text, [text]: 'v' },
          attributesString: { s: text, [text]: 'v', password: 'hunter2', 'password.a.b': 'hunter2', kept: 'kept' },
          attributesNumber: { n: 1, [text]: 2, password: 1234 },
          attributesBool: { b: true, [text]: true },
        },
      ]),
    );
    const [row] = world.stored;
    const asText = JSON.stringify(row, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value));
    expect(asText).not.toContain('SECRET');
    expect(asText).not.toContain('hunter2');
    expect(asText).not.toContain('1234');
    expect(row?.attributesString).toMatchObject({ password: '[redacted:field]', kept: 'kept' });
    expect(row?.attributesNumber).toEqual({ n: 1, 'a [redacted:word:6] b': 2 });
    expect(row).toMatchObject({ traceId: '', spanId: '', body: 'a [redacted:word:6] b' });
    expect(world.reports[0]?.report.masksByRule.get('word')).toBe(12);
  });

  it('stores text that every store accepts', async () => {
    const world = createWorld();
    await world.sink(
      requestOf([{ timeNs: nowNs, body: 'nul \u0000 lone \ud800', attributesString: { 'k\u0000': '\udc00' } }]),
    );
    expect(world.stored[0]).toMatchObject({
      body: 'nul \u2400 lone \ufffd',
      attributesString: { 'k\u2400': '\ufffd' },
    });
  });

  it('leaves out and counts what is older than the retention of its group', async () => {
    const at = (ageMs: number): IncomingLog => ({ timeNs: BigInt(NOW_MS - ageMs) * 1_000_000n, body: 'x' });
    const world = createWorld({ retentionDays: 7 });
    const result = await world.sink(
      requestOf([at(7 * DAY_MS), at(7 * DAY_MS + 1), at(0), { timeNs: 0n, body: '1970' }]),
    );
    expect(result).toEqual({ accepted: 2, expired: 2 });
    expect(world.counters.list()[0]).toMatchObject({ records: 2, refusedRecords: 2 });
    expect(world.notes[0]).toMatchObject({ firstEventMs: NOW_MS - 7 * DAY_MS, lastEventMs: NOW_MS });
    const forever = createWorld({ retentionDays: 0 });
    expect(await forever.sink(requestOf([{ timeNs: 0n, body: '1970' }]))).toEqual({ accepted: 1, expired: 0 });
  });

  it('does not touch the store when everything has expired', async () => {
    const world = createWorld();
    expect(await world.sink(requestOf([{ timeNs: 0n, body: 'x' }]))).toEqual({ accepted: 0, expired: 1 });
    expect(world.steps).toEqual(['authorize logs:Write g', 'open g/s true']);
  });

  it('creates and stores nothing for somebody who may not write to one of the groups', async () => {
    const world = createWorld({
      authorize: async (_, __, object) => {
        if (object.name === 'b') throw new Failure(TEST_FAILURES.forbidden);
      },
    });
    const batches = ['a', 'b'].map((logGroup) => ({
      logGroup,
      logStream: 's',
      records: [{ timeNs: nowNs, body: '' }],
    }));
    await expect(world.sink({ ...requestOf([]), batches })).rejects.toMatchObject({ code: 'test.forbidden' });
    expect(world.steps).toEqual([]);
    expect(world.stored).toEqual([]);
  });

  it('refuses a secret in a name before anything can write that name down', async () => {
    for (const request of [requestOf([], 'SECRET-group'), requestOf([], 'g', 'stream-SECRET')]) {
      const world = createWorld();
      const refusal = await world.sink(request).catch((error: unknown) => error);
      expect(refusal).toMatchObject({ code: 'ingest.name-holds-secret' });
      expect(String(refusal)).not.toContain('SECRET');
      expect(world.steps).toEqual([]);
    }
  });

  it('refuses a body past the limit and stores nothing of its request', async () => {
    const world = createWorld();
    const long = '€'.repeat(INGEST_LIMITS.recordBodyBytesMax / 3 + 1);
    const records = [
      { timeNs: nowNs, body: 'ok' },
      { timeNs: nowNs, body: long },
    ];
    await expect(world.sink(requestOf(records))).rejects.toMatchObject({
      code: 'ingest.record-refused',
      details: { position: 2 },
    });
    expect(world.stored).toEqual([]);
  });

  it('counts no masks and no records when the store refuses, and gives its room back', async () => {
    const world = createWorld({
      telemetry: {
        appendLogs: async () => {
          throw new Failure(TEST_FAILURES.full);
        },
      },
    });
    await expect(world.sink(requestOf([{ timeNs: nowNs, body: 'SECRET' }]))).rejects.toMatchObject({
      code: 'test.full',
    });
    expect(world.reports).toEqual([]);
    expect(world.counters.list()).toEqual([]);
    expect(world.steps).not.toContain('note');
    expect(world.admission.bytesInFlight()).toBe(0);
  });

  it('refuses at once what does not fit beside what is in flight', async () => {
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const world = createWorld({ telemetry: { appendLogs: () => held } });
    const first = world.sink({ ...requestOf([{ timeNs: nowNs, body: 'x' }]), bytes: 900_000 });
    const second = world.sink({ ...requestOf([{ timeNs: nowNs, body: 'x' }]), bytes: 200_000 });
    await expect(second).rejects.toMatchObject({ code: 'ingest.overloaded', status: 429, retryAfterSeconds: 2 });
    release();
    await expect(first).resolves.toEqual({ accepted: 1, expired: 0 });
    expect(world.admission.bytesInFlight()).toBe(0);
  });

  it('gives ids that are unique and in order, over requests and when the clock is set back', async () => {
    const world = createWorld();
    const records = Array.from({ length: 3000 }, () => ({ timeNs: nowNs, body: '' }));
    await world.sink(requestOf(records));
    world.clock.setNowMs(NOW_MS - 5000);
    await world.sink(requestOf(records));
    world.clock.setNowMs(NOW_MS + 5000);
    await world.sink(requestOf(records));
    const ids = world.stored.map((row) => row.eventId);
    expect(ids).toEqual([...ids].sort());
    expect(new Set(ids).size).toBe(9000);
    expect(Math.max(...ids.map((id) => id.length))).toBe(22);
  });

  it('lets others run while it works on a large batch', async () => {
    let monotonicMs = 0;
    const clock = { ...createManualClock(NOW_MS), monotonicMs: () => (monotonicMs += 1) };
    const world = createWorld({ clock });
    let turns = 0;
    const timer = setInterval(() => {
      turns += 1;
    }, 0);
    const records = Array.from({ length: 50_000 }, () => ({ timeNs: nowNs, body: 'x' }));
    await world.sink(requestOf(records));
    clearInterval(timer);
    expect(turns).toBeGreaterThan(3);
    expect(world.stored).toHaveLength(50_000);
  });
});
