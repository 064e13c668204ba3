import { BinaryReader } from '@bufbuild/protobuf/wire';
import { LEN, type ProtobufSource, readEnd, skipField } from './any-value-protobuf.ts';
import { malformed } from './decode-protobuf.ts';
import { isObject, listOf, objectOf, parseJson } from './json-fields.ts';

/** The way from a request to the items that OTLP counts: at each level the fields that lead on. */
export interface ItemPath {
  readonly protobuf: readonly (readonly number[])[];
  readonly json: readonly (readonly string[])[];
}

/** ExportTraceServiceRequest: resource_spans, scope_spans, spans. */
export const SPANS: ItemPath = {
  protobuf: [[1], [2], [2]],
  json: [['resourceSpans'], ['scopeSpans'], ['spans']],
};

/** ExportMetricsServiceRequest: resource_metrics, scope_metrics, metrics, one of five kinds, data_points. */
export const DATA_POINTS: ItemPath = {
  protobuf: [[1], [2], [2], [5, 7, 9, 10, 11], [1]],
  json: [
    ['resourceMetrics'],
    ['scopeMetrics'],
    ['metrics'],
    ['gauge', 'sum', 'histogram', 'exponentialHistogram', 'summary'],
    ['dataPoints'],
  ],
};

/** How many items a protobuf request holds. Throws `ingest.request-malformed`. */
export function countProtobufItems(bytes: Buffer, path: ItemPath): number {
  const source: ProtobufSource = { reader: new BinaryReader(bytes), buffer: bytes };
  try {
    return countIn(source, bytes.length, path.protobuf);
  } catch (error) {
    throw malformed(error);
  }
}

function countIn(source: ProtobufSource, end: number, path: readonly (readonly number[])[]): number {
  const { reader } = source;
  const [fields = [], ...rest] = path;
  let count = 0;
  while (reader.pos < end) {
    const tag = reader.uint32();
    if (!fields.some((field) => LEN(field) === tag)) {
      skipField(source, tag);
      continue;
    }
    const itemEnd = readEnd(source, end);
    count += rest.length === 0 ? 1 : countIn(source, itemEnd, rest);
    reader.pos = itemEnd;
  }
  return count;
}

/** How many items a JSON request holds. Throws `ingest.request-malformed`. */
export function countJsonItems(bytes: Buffer, path: ItemPath): number {
  return countBelow(objectOf(parseJson(bytes.toString('utf8')), 'the request'), path.json);
}

function countBelow(parent: unknown, path: readonly (readonly string[])[]): number {
  if (!isObject(parent)) return 0;
  const [names = [], ...rest] = path;
  let count = 0;
  for (const name of names) {
    const value = parent[name];
    if (isObject(value)) {
      count += countBelow(value, rest);
      continue;
    }
    const items = listOf(parent, name);
    count += rest.length === 0 ? items.length : items.reduce<number>((sum, item) => sum + countBelow(item, rest), 0);
  }
  return count;
}
