import { WireType } from '@bufbuild/protobuf/wire';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  attribute,
  encodeScopeLogs,
  encodeWith,
  field,
  message,
  resourceProto,
  toProtobuf,
  wrap,
} from '../../../test/ingest/otlp-encoder.ts';
import { isFailure, systemClock } from '../../base/index.ts';
import type { Redactor } from '../../redact/index.ts';
import { INGEST_FAILURES } from '../failures.ts';
import { INGEST_LIMITS } from '../limits.ts';
import { timeWindowAt } from '../record-time.ts';
import { decodeLogsJson } from './decode-json.ts';
import { decodeLogsProtobuf } from './decode-protobuf.ts';
import { createDestination } from './destination.ts';
import { type DecodedLogs, startGathering } from './gathering.ts';

const NOW_MS = Date.UTC(2026, 10, 22, 12);
const NOW_NS = BigInt(NOW_MS) * 1_000_000n;

/** Masks one form of secret: which secrets there are is not the business of a decoder. */
const redactor: Redactor = {
  text: (text) => text.replace(/ghp_\w+/g, '[redacted:github-token:40]'),
  field: (_, value) => value,
  value: (value) => value,
};
const gather = () =>
  startGathering({ destination: createDestination({}, redactor), window: timeWindowAt(NOW_MS), receivedMs: NOW_MS });

async function fromProtobuf(bytes: Buffer): Promise<DecodedLogs> {
  const gathering = gather();
  await decodeLogsProtobuf(bytes, gathering, systemClock);
  return gathering.finish();
}
async function fromJson(text: string): Promise<DecodedLogs> {
  const gathering = gather();
  await decodeLogsJson(Buffer.from(text), gathering, systemClock);
  return gathering.finish();
}
const comparable = (decoded: DecodedLogs): unknown => ({
  batches: decoded.batches.map((batch) => ({
    ...batch,
    records: batch.records.map((record) => ({ ...record, timeNs: String(record.timeNs) })),
  })),
  refusals: [...decoded.refusals],
});

const wellFormedText = fc.string({ unit: 'grapheme', maxLength: 12 });
const anyValue = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.record({ stringValue: wellFormedText }),
    fc.record({ boolValue: fc.boolean() }),
    fc.record({ intValue: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(String) }),
    fc.record({ doubleValue: fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0) }),
    fc.record({ bytesValue: fc.uint8Array({ maxLength: 9 }).map((bytes) => Buffer.from(bytes).toString('base64')) }),
    fc.record({ arrayValue: fc.record({ values: fc.array(tie('value'), { maxLength: 3 }) }) }),
    fc.record({ kvlistValue: fc.record({ values: fc.array(tie('entry'), { maxLength: 3 }) }) }),
  ),
  entry: fc.record({ key: fc.oneof(wellFormedText, fc.constant('__proto__')), value: tie('value') }),
}));
const hex = (length: number) =>
  fc.uint8Array({ minLength: length, maxLength: length }).map((bytes) => Buffer.from(bytes).toString('hex'));
const logRecord = fc.record(
  {
    timeUnixNano: fc.bigInt({ min: 0n, max: NOW_NS }).map(String),
    observedTimeUnixNano: fc.bigInt({ min: 0n, max: NOW_NS }).map(String),
    severityNumber: fc.integer({ min: 0, max: 24 }),
    severityText: wellFormedText,
    body: anyValue.value,
    attributes: fc.array(anyValue.entry, { maxLength: 4 }),
    flags: fc.integer({ min: 0, max: 0xffff }),
    traceId: hex(16),
    spanId: hex(8),
  },
  { requiredKeys: [] },
);
const exportRequest = fc.record({
  resourceLogs: fc.array(
    fc.record(
      {
        resource: fc.record({ attributes: fc.array(anyValue.entry, { maxLength: 3 }) }),
        scopeLogs: fc.array(
          fc.record(
            {
              scope: fc.record({ name: wellFormedText, version: wellFormedText }),
              logRecords: fc.array(logRecord, { maxLength: 4 }),
            },
            { requiredKeys: [] },
          ),
          { maxLength: 2 },
        ),
      },
      { requiredKeys: [] },
    ),
    { maxLength: 2 },
  ),
});

const FULL = wrap(
  [
    {
      timeUnixNano: '1795348800123456789',
      observedTimeUnixNano: '1795348800999999999',
      severityNumber: 17,
      severityText: 'Error',
      body: { stringValue: 'payment failed' },
      traceId: '5b8efff798038103d269b633813fc60c',
      spanId: 'eee19b7ec3c1b174',
      flags: 257,
      attributes: [
        attribute('http.status_code', { intValue: '502' }),
        attribute('ratio', { doubleValue: 0.5 }),
        attribute('retried', { boolValue: true }),
        attribute('big', { intValue: '9223372036854775807' }),
        attribute('tags', { arrayValue: { values: [{ stringValue: 'a' }, { intValue: '1' }] } }),
        attribute('user', { kvlistValue: { values: [attribute('name', { stringValue: 'ann' })] } }),
        attribute('raw', { bytesValue: 'AAEC' }),
      ],
    },
  ],
  { attributes: [attribute('service.name', { stringValue: 'shop' }), attribute('host.name', { stringValue: 'h1' })] },
  { name: 'lib', version: '1.2', attributes: [attribute('lang', { stringValue: 'ts' })] },
);

describe('decoding OTLP logs', () => {
  it('keeps every field of a record, typed and flattened', async () => {
    const { batches } = await fromProtobuf(toProtobuf(FULL));
    expect(batches).toEqual([
      {
        logGroup: '/otlp/shop',
        logStream: 'h1',
        records: [
          {
            timeNs: 1795348800123456789n,
            body: 'payment failed',
            severityNumber: 17,
            severityText: 'Error',
            service: 'shop',
            traceId: '5b8efff798038103d269b633813fc60c',
            spanId: 'eee19b7ec3c1b174',
            traceFlags: 1,
            scopeName: 'lib',
            scopeVersion: '1.2',
            eventName: '',
            resource: { 'service.name': 'shop', 'host.name': 'h1' },
            attributesString: {
              big: '9223372036854775807',
              tags: '["a",1]',
              'user.name': 'ann',
              raw: 'AAEC',
              'scope.lang': 'ts',
            },
            attributesNumber: { 'http.status_code': 502, ratio: 0.5 },
            attributesBool: { retried: true },
          },
        ],
      },
    ]);
  });

  it('decodes what the encoder of the OpenTelemetry project makes as it decodes the JSON form', async () => {
    await fc.assert(
      fc.asyncProperty(exportRequest, async (request) => {
        const bytes = toProtobuf(request);
        expect(comparable(await fromProtobuf(bytes))).toEqual(comparable(await fromJson(JSON.stringify(request))));
      }),
      { numRuns: 400 },
    );
  });

  it('refuses or accepts a request that was cut at any byte, and never crashes', async () => {
    const whole = toProtobuf(FULL);
    const outcomes = { refused: 0, accepted: 0 };
    for (let length = 0; length < whole.length; length += 1) {
      try {
        await fromProtobuf(whole.subarray(0, length));
        outcomes.accepted += 1;
      } catch (error) {
        expect(isFailure(error, INGEST_FAILURES.requestMalformed)).toBe(true);
        outcomes.refused += 1;
      }
    }
    // Only the empty request is whole: every other cut goes through the one outer message.
    expect(outcomes).toEqual({ accepted: 1, refused: whole.length - 1 });
  });

  it('answers random and damaged bytes with a refusal or records, nothing else', async () => {
    const whole = toProtobuf(FULL);
    const decodeQuietly = async (bytes: Buffer): Promise<void> => {
      try {
        await fromProtobuf(bytes);
      } catch (error) {
        if (!isFailure(error)) throw error;
      }
    };
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), (bytes) => decodeQuietly(Buffer.from(bytes))),
      { numRuns: 500 },
    );
    await fc.assert(
      fc.asyncProperty(fc.nat(whole.length - 1), fc.nat(255), (at, byte) => {
        const damaged = Buffer.from(whole);
        damaged[at] = byte;
        return decodeQuietly(damaged);
      }),
      { numRuns: 500 },
    );
  });

  it('skips unknown fields and finds a resource that stands behind its records', async () => {
    const service = { attributes: [attribute('service.name', { stringValue: 'late' })] };
    const bytes = message((root) => {
      root.tag(2000, WireType.LengthDelimited).string('unknown').tag(2001, WireType.Varint).int32(7);
      const inner = message((writer) => {
        field(writer, 2, encodeScopeLogs({ logRecords: [{ severityNumber: 9 }] }));
        // A known number with another wire type is an unknown field as well.
        writer.tag(1, WireType.Varint).int32(1);
        field(writer, 1, encodeWith(resourceProto.v1.Resource, service));
      });
      field(root, 1, inner);
    });
    const { batches } = await fromProtobuf(Buffer.from(bytes));
    expect(batches.map((batch) => [batch.logGroup, batch.records.map((record) => record.severityNumber)])).toEqual([
      ['/otlp/late', [9]],
    ]);
  });

  it('refuses bytes nested deeper than the limit without touching the other records', async () => {
    let value: unknown = { stringValue: 'x' };
    for (let depth = 0; depth < 60; depth += 1) value = { kvlistValue: { values: [attribute('a', value)] } };
    const request = wrap([
      { attributes: [attribute('deep', value)] },
      { body: value },
      { body: { stringValue: 'kept' } },
    ]);
    for (const decoded of [await fromProtobuf(toProtobuf(request)), await fromJson(JSON.stringify(request))]) {
      expect(decoded.batches.flatMap((batch) => batch.records.map((record) => record.body))).toEqual(['kept']);
      expect([...decoded.refusals.values()]).toEqual([2]);
    }
  });

  it('survives nesting that would overflow the stack', async () => {
    let bytes = Buffer.alloc(0);
    for (let depth = 0; depth < 3000; depth += 1) {
      bytes = Buffer.concat([varintField(0x0a, bytes.length), bytes]);
      bytes = Buffer.concat([varintField(0x2a, bytes.length), bytes]);
    }
    const record = Buffer.concat([varintField(0x2a, bytes.length), bytes]);
    const scope = Buffer.concat([varintField(0x12, record.length), record]);
    const resource = Buffer.concat([varintField(0x12, scope.length), scope]);
    const { refusals } = await fromProtobuf(Buffer.concat([varintField(0x0a, resource.length), resource]));
    expect([...refusals.values()]).toEqual([1]);
    const text = `{"resourceLogs":${'['.repeat(200_000)}${']'.repeat(200_000)}}`;
    await expect(fromJson(text)).rejects.toMatchObject({ code: 'ingest.request-malformed' });
  });

  it('refuses the record with ten thousand attributes and says why', async () => {
    const attributes = Array.from({ length: 10_000 }, (_, index) =>
      attribute(`a${index}`, { intValue: String(index) }),
    );
    const { batches, refusals } = await fromProtobuf(
      toProtobuf(wrap([{ attributes }, { body: { stringValue: 'ok' } }])),
    );
    expect(batches[0]?.records.length).toBe(1);
    expect([...refusals]).toEqual([[`it has more than ${INGEST_LIMITS.attributesPerRecordMax} attributes`, 1]]);
  });

  it('takes the observed time, then the time of arrival, when a record has no time', async () => {
    const request = wrap([{ observedTimeUnixNano: '1795348800000000001' }, {}]);
    const { batches } = await fromProtobuf(toProtobuf(request));
    expect(batches[0]?.records.map((record) => record.timeNs)).toEqual([1795348800000000001n, NOW_NS]);
  });

  it('refuses records from the year 2100 and negative times, and passes 1970 on to the retention', async () => {
    const year2100 = String(BigInt(Date.UTC(2100, 0, 1)) * 1_000_000n);
    const decoded = await fromJson(
      JSON.stringify(wrap([{ timeUnixNano: year2100 }, { timeUnixNano: '-1' }, { timeUnixNano: '1' }])),
    );
    expect(decoded.batches[0]?.records.map((record) => record.timeNs)).toEqual([1n]);
    expect([...decoded.refusals.keys()]).toEqual([
      'its time is more than a day in the future',
      'its time is before 1970',
    ]);
    // -1 as fixed64 is the largest time there is.
    const wire = toProtobuf(wrap([{ timeUnixNano: '18446744073709551615' }]));
    expect([...(await fromProtobuf(wire)).refusals.values()]).toEqual([1]);
  });

  it('reads severities by number, by name and by word', async () => {
    const cases: readonly (readonly [unknown, number])[] = [
      [{ severityNumber: 13 }, 13],
      [{ severityNumber: '13' }, 13],
      [{ severityNumber: 'SEVERITY_NUMBER_WARN3' }, 15],
      [{ severityNumber: 'SEVERITY_NUMBER_FATAL' }, 21],
      [{ severityNumber: 99 }, 0],
      [{ severityText: 'WARNING' }, 13],
      [{ severityText: 'whatever' }, 0],
    ];
    for (const [record, expected] of cases) {
      const { batches } = await fromJson(JSON.stringify({ resourceLogs: [{ scopeLogs: [{ logRecords: [record] }] }] }));
      expect(batches[0]?.records[0]?.severityNumber, JSON.stringify(record)).toBe(expected);
    }
  });

  it('names the field of a malformed JSON request and never quotes its text', async () => {
    const check = async (text: string, reason: string): Promise<void> => {
      await expect(fromJson(text), text).rejects.toMatchObject({
        code: 'ingest.request-malformed',
        details: { format: 'OTLP JSON', reason },
      });
    };
    await check('{"resourceLogs": hunter2', 'it is not JSON');
    await check('[]', 'the request is not an object');
    await check('{"resourceLogs":{}}', 'resourceLogs is not an array');
    await check(JSON.stringify(wrap([{ timeUnixNano: 'hunter2' }])), 'timeUnixNano is not an integer');
    await check(
      '{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"severityText":3}]}]}]}',
      'severityText is not a string',
    );
    await check(JSON.stringify(wrap([{ body: { doubleValue: 'x' } }])), 'doubleValue is not a number');
  });
});

/** A tag and a length as varints. */
function varintField(tag: number, length: number): Buffer {
  const bytes = [tag];
  let rest = length;
  while (rest > 127) {
    bytes.push((rest & 127) | 128);
    rest >>>= 7;
  }
  return Buffer.from([...bytes, rest]);
}
