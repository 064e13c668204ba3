import { BinaryReader } from '@bufbuild/protobuf/wire';
import type { Clock } from '../../base/index.ts';
import { startAttributes } from '../attributes.ts';
import { INGEST_LIMITS } from '../limits.ts';
import { startTimeSlice } from '../time-slice.ts';
import {
  assertEnd,
  BIT64,
  LEN,
  type ProtobufSource,
  readAttribute,
  readEnd,
  readText,
  skipField,
  VARINT,
} from './any-value-protobuf.ts';
import { malformed, messagesOf, readFixed64, readResource, readScope } from './decode-protobuf.ts';
import type {
  ExponentialBuckets,
  ExponentialPoint,
  HistogramPoint,
  MetricDraft,
  MetricReceiver,
  NumberPoint,
  PointBase,
  SummaryPoint,
} from './metric-draft.ts';

/**
 * Decodes an ExportMetricsServiceRequest (opentelemetry-proto, collector/metrics/v1). Unknown fields are skipped.
 * Throws `ingest.request-malformed` when the bytes are not protobuf.
 */
export async function decodeMetricsProtobuf(bytes: Buffer, receiver: MetricReceiver, clock: Clock): Promise<void> {
  const source: ProtobufSource = { reader: new BinaryReader(bytes), buffer: bytes };
  const slice = startTimeSlice(clock);
  try {
    for (const [start, end] of messagesOf(source, bytes.length, LEN(1))) {
      source.reader.pos = start;
      receiver.beginResource(readResource(source, end));
      source.reader.pos = start;
      for (const [scopeStart, scopeEnd] of messagesOf(source, end, LEN(2))) {
        source.reader.pos = scopeStart;
        beginScope(source, scopeEnd, receiver);
        source.reader.pos = scopeStart;
        for (const [from, to] of messagesOf(source, scopeEnd, LEN(2))) {
          source.reader.pos = from;
          const metric = readMetric(source, to);
          if (metric !== undefined) receiver.add(metric);
          if (slice.due()) await slice.rest();
        }
      }
    }
  } catch (error) {
    throw malformed(error);
  }
}

function beginScope(source: ProtobufSource, end: number, receiver: MetricReceiver): void {
  const scope = { name: '', version: '', attributes: startAttributes() };
  for (const [from, to] of messagesOf(source, end, LEN(1))) {
    source.reader.pos = from;
    readScope(source, to, scope);
  }
  receiver.beginScope(scope);
}

const KINDS: ReadonlyMap<number, MetricDraft['type']> = new Map([
  [LEN(5), 'gauge'],
  [LEN(7), 'sum'],
  [LEN(9), 'histogram'],
  [LEN(10), 'exponential'],
  [LEN(11), 'summary'],
]);

/** The data is read last, because name and unit may stand behind it. Undefined for a kind that is not known. */
function readMetric(source: ProtobufSource, end: number): MetricDraft | undefined {
  const { reader } = source;
  let name = '';
  let unit = '';
  let data: { readonly type: MetricDraft['type']; readonly start: number; readonly end: number } | undefined;
  while (reader.pos < end) {
    const tag = reader.uint32();
    const type = KINDS.get(tag);
    if (tag === LEN(1)) name = readText(source, end);
    else if (tag === LEN(3)) unit = readText(source, end);
    else if (type !== undefined) {
      const dataEnd = readEnd(source, end);
      data = { type, start: reader.pos, end: dataEnd };
      reader.pos = dataEnd;
    } else skipField(source, tag);
  }
  assertEnd(source, end);
  if (data === undefined) return undefined;
  reader.pos = data.start;
  const metric = readData(source, data.end, { name, unit, type: data.type });
  reader.pos = end;
  return metric;
}

function readData(
  source: ProtobufSource,
  end: number,
  head: { readonly name: string; readonly unit: string; readonly type: MetricDraft['type'] },
): MetricDraft {
  const { reader } = source;
  const numbers: NumberPoint[] = [];
  const histograms: HistogramPoint[] = [];
  const exponentials: ExponentialPoint[] = [];
  const summaries: SummaryPoint[] = [];
  let temporality = 0;
  let monotonic = false;
  while (reader.pos < end) {
    const tag = reader.uint32();
    if (tag === LEN(1)) {
      const pointEnd = readEnd(source, end);
      if (head.type === 'histogram') histograms.push(readHistogram(source, pointEnd));
      else if (head.type === 'exponential') exponentials.push(readExponential(source, pointEnd));
      else if (head.type === 'summary') summaries.push(readSummary(source, pointEnd));
      else numbers.push(readNumber(source, pointEnd));
    } else if (tag === VARINT(2)) temporality = reader.int32();
    else if (tag === VARINT(3)) monotonic = reader.bool();
    else skipField(source, tag);
  }
  assertEnd(source, end);
  const { name, unit, type } = head;
  switch (type) {
    case 'gauge':
      return { name, unit, type, points: numbers };
    case 'sum':
      return { name, unit, type, points: numbers, temporality, monotonic };
    case 'histogram':
      return { name, unit, type, points: histograms, temporality };
    case 'exponential':
      return { name, unit, type, points: exponentials, temporality };
    case 'summary':
      return { name, unit, type, points: summaries };
  }
}

const startPoint = (): PointBase => ({
  attributes: startAttributes(),
  startNs: 0n,
  timeNs: 0n,
  flags: 0,
  exemplars: 0,
});

/** Which fields hold what all points have; each kind numbers them its own way. */
interface BaseFields {
  readonly attributes: number;
  readonly flags: number;
  readonly exemplars: number;
}

/** Reads a field that all points have; false when it is another one. Start is field 2 and time field 3 everywhere. */
function readBase(
  source: ProtobufSource,
  at: { readonly tag: number; readonly end: number; readonly point: PointBase; readonly fields: BaseFields },
): boolean {
  const { tag, end, point, fields } = at;
  if (tag === BIT64(2)) point.startNs = readFixed64(source);
  else if (tag === BIT64(3)) point.timeNs = readFixed64(source);
  else if (tag === LEN(fields.attributes)) {
    readAttribute(source, readEnd(source, end), { attributes: point.attributes, prefix: '', depth: 0 });
  } else if (tag === VARINT(fields.flags)) point.flags = source.reader.uint32();
  else if (tag === LEN(fields.exemplars)) {
    point.exemplars += 1;
    source.reader.pos = readEnd(source, end);
  } else return false;
  return true;
}

function readNumber(source: ProtobufSource, end: number): NumberPoint {
  const { reader, buffer } = source;
  const point: NumberPoint = { ...startPoint(), value: undefined };
  const fields = { attributes: 7, flags: 8, exemplars: 5 };
  while (reader.pos < end) {
    const tag = reader.uint32();
    if (tag === BIT64(4)) point.value = reader.double();
    else if (tag === BIT64(6)) {
      point.value = Number(buffer.readBigInt64LE(reader.pos));
      reader.pos += 8;
    } else if (!readBase(source, { tag, end, point, fields })) skipField(source, tag);
  }
  assertEnd(source, end);
  return point;
}

function readHistogram(source: ProtobufSource, end: number): HistogramPoint {
  const { reader } = source;
  const point: HistogramPoint = {
    ...startPoint(),
    count: 0,
    sum: undefined,
    min: undefined,
    max: undefined,
    bucketCounts: [],
    bounds: [],
  };
  const fields = { attributes: 9, flags: 10, exemplars: 8 };
  while (reader.pos < end) {
    const tag = reader.uint32();
    if (tag === BIT64(4)) point.count = Number(readFixed64(source));
    else if (tag === BIT64(5)) point.sum = reader.double();
    else if (tag === BIT64(11)) point.min = reader.double();
    else if (tag === BIT64(12)) point.max = reader.double();
    else if (tag === BIT64(6)) point.bucketCounts.push(Number(readFixed64(source)));
    else if (tag === BIT64(7)) point.bounds.push(reader.double());
    else if (tag === LEN(6)) readPacked(source, end, () => point.bucketCounts.push(Number(readFixed64(source))));
    else if (tag === LEN(7)) readPacked(source, end, () => point.bounds.push(reader.double()));
    else if (!readBase(source, { tag, end, point, fields })) skipField(source, tag);
  }
  assertEnd(source, end);
  return point;
}

/** A packed list is short on the wire and long in memory, so its length is bounded. */
function readPacked(source: ProtobufSource, parentEnd: number, readOne: () => number): void {
  const end = readEnd(source, parentEnd);
  while (source.reader.pos < end) {
    if (readOne() > INGEST_LIMITS.bucketsPerPointMax) throw new RangeError('a histogram has too many buckets');
  }
  assertEnd(source, end);
}

function readExponential(source: ProtobufSource, end: number): ExponentialPoint {
  const { reader } = source;
  const point: ExponentialPoint = {
    ...startPoint(),
    count: 0,
    sum: undefined,
    min: undefined,
    max: undefined,
    scale: 0,
    zeroCount: 0,
    positive: { offset: 0, counts: [] },
    negative: { offset: 0, counts: [] },
  };
  const fields = { attributes: 1, flags: 10, exemplars: 11 };
  while (reader.pos < end) {
    const tag = reader.uint32();
    if (tag === BIT64(4)) point.count = Number(readFixed64(source));
    else if (tag === BIT64(5)) point.sum = reader.double();
    else if (tag === VARINT(6)) point.scale = reader.sint32();
    else if (tag === BIT64(7)) point.zeroCount = Number(readFixed64(source));
    else if (tag === LEN(8)) readBuckets(source, readEnd(source, end), point.positive);
    else if (tag === LEN(9)) readBuckets(source, readEnd(source, end), point.negative);
    else if (tag === BIT64(12)) point.min = reader.double();
    else if (tag === BIT64(13)) point.max = reader.double();
    else if (!readBase(source, { tag, end, point, fields })) skipField(source, tag);
  }
  assertEnd(source, end);
  return point;
}

function readBuckets(source: ProtobufSource, end: number, buckets: ExponentialBuckets): void {
  const { reader } = source;
  while (reader.pos < end) {
    const tag = reader.uint32();
    if (tag === VARINT(1)) buckets.offset = reader.sint32();
    else if (tag === VARINT(2)) buckets.counts.push(Number(reader.uint64()));
    else if (tag === LEN(2)) readPacked(source, end, () => buckets.counts.push(Number(reader.uint64())));
    else skipField(source, tag);
  }
  assertEnd(source, end);
}

function readSummary(source: ProtobufSource, end: number): SummaryPoint {
  const { reader } = source;
  const point: SummaryPoint = { ...startPoint(), count: 0, sum: 0, quantiles: [] };
  // A summary has no exemplars; no field has the number 0.
  const fields = { attributes: 7, flags: 8, exemplars: 0 };
  while (reader.pos < end) {
    const tag = reader.uint32();
    if (tag === BIT64(4)) point.count = Number(readFixed64(source));
    else if (tag === BIT64(5)) point.sum = reader.double();
    else if (tag === LEN(6)) point.quantiles.push(readQuantile(source, readEnd(source, end)));
    else if (!readBase(source, { tag, end, point, fields })) skipField(source, tag);
  }
  assertEnd(source, end);
  return point;
}

function readQuantile(source: ProtobufSource, end: number): { quantile: number; value: number } {
  const { reader } = source;
  const found = { quantile: 0, value: 0 };
  while (reader.pos < end) {
    const tag = reader.uint32();
    if (tag === BIT64(1)) found.quantile = reader.double();
    else if (tag === BIT64(2)) found.value = reader.double();
    else skipField(source, tag);
  }
  assertEnd(source, end);
  return found;
}
