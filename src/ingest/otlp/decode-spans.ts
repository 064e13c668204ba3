import { BinaryReader } from '@bufbuild/protobuf/wire';
import type { Clock } from '../../base/index.ts';
import { startAttributes } from '../attributes.ts';
import { readHexId } from '../hex-id.ts';
import { SLICE_MASK, startTimeSlice } from '../time-slice.ts';
import { readAttributes } from './any-value-json.ts';
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
import { optionalObject } from './decode-json.ts';
import { malformed, messagesOf, readFixed64, readId, readResource, readScope } from './decode-protobuf.ts';
import { enumOf, integerOf, type JsonObject, listOf, objectOf, parseJson, textOf } from './json-fields.ts';
import { SPAN_KINDS, type SpanDraft, type SpanReceiver, STATUS_CODES } from './span-draft.ts';

const startSpan = (): SpanDraft => ({
  traceId: '',
  spanId: '',
  parentSpanId: '',
  name: '',
  kind: 0,
  startNs: 0n,
  endNs: 0n,
  attributes: startAttributes(),
  events: [],
  links: [],
  status: 0,
  statusMessage: '',
});

/** Decodes an ExportTraceServiceRequest (opentelemetry-proto, collector/trace/v1). Throws `ingest.request-malformed`. */
export async function decodeSpansProtobuf(bytes: Buffer, receiver: SpanReceiver, clock: Clock): Promise<void> {
  const source: ProtobufSource = { reader: new BinaryReader(bytes), buffer: bytes };
  const slice = startTimeSlice(clock);
  let count = 0;
  try {
    for (const [start, end] of messagesOf(source, bytes.length, LEN(1))) {
      source.reader.pos = start;
      receiver.beginResource(readResource(source, end));
      source.reader.pos = start;
      for (const [scopeStart, scopeEnd] of messagesOf(source, end, LEN(2))) {
        const scope = { name: '', version: '', attributes: startAttributes() };
        source.reader.pos = scopeStart;
        for (const [from, to] of messagesOf(source, scopeEnd, LEN(1))) {
          source.reader.pos = from;
          readScope(source, to, scope);
        }
        receiver.beginScope(scope);
        source.reader.pos = scopeStart;
        for (const [from, to] of messagesOf(source, scopeEnd, LEN(2))) {
          source.reader.pos = from;
          receiver.add(readSpan(source, to));
          count += 1;
          if ((count & SLICE_MASK) === 0 && slice.due()) await slice.rest();
        }
      }
    }
  } catch (error) {
    throw malformed(error);
  }
}

function readSpan(source: ProtobufSource, end: number): SpanDraft {
  const { reader } = source;
  const span = startSpan();
  while (reader.pos < end) {
    const tag = reader.uint32();
    if (tag === LEN(1)) span.traceId = readId(source, end, 32);
    else if (tag === LEN(2)) span.spanId = readId(source, end, 16);
    else if (tag === LEN(4)) span.parentSpanId = readId(source, end, 16);
    else if (tag === LEN(5)) span.name = readText(source, end);
    else if (tag === VARINT(6)) span.kind = reader.int32();
    else if (tag === BIT64(7)) span.startNs = readFixed64(source);
    else if (tag === BIT64(8)) span.endNs = readFixed64(source);
    else if (tag === LEN(9)) {
      readAttribute(source, readEnd(source, end), { attributes: span.attributes, prefix: '', depth: 0 });
    } else if (tag === LEN(11)) span.events.push(readEvent(source, readEnd(source, end)));
    else if (tag === LEN(13)) span.links.push(readLink(source, readEnd(source, end)));
    else if (tag === LEN(15)) readStatus(source, readEnd(source, end), span);
    else skipField(source, tag);
  }
  assertEnd(source, end);
  return span;
}

function readEvent(source: ProtobufSource, end: number): SpanDraft['events'][number] {
  const { reader } = source;
  const event = { timeNs: 0n, name: '', attributes: startAttributes() };
  while (reader.pos < end) {
    const tag = reader.uint32();
    if (tag === BIT64(1)) event.timeNs = readFixed64(source);
    else if (tag === LEN(2)) event.name = readText(source, end);
    else if (tag === LEN(3)) {
      readAttribute(source, readEnd(source, end), { attributes: event.attributes, prefix: '', depth: 0 });
    } else skipField(source, tag);
  }
  assertEnd(source, end);
  return event;
}

function readLink(source: ProtobufSource, end: number): SpanDraft['links'][number] {
  const { reader } = source;
  const link = { traceId: '', spanId: '' };
  while (reader.pos < end) {
    const tag = reader.uint32();
    if (tag === LEN(1)) link.traceId = readId(source, end, 32);
    else if (tag === LEN(2)) link.spanId = readId(source, end, 16);
    else skipField(source, tag);
  }
  assertEnd(source, end);
  return link;
}

function readStatus(source: ProtobufSource, end: number, span: SpanDraft): void {
  const { reader } = source;
  while (reader.pos < end) {
    const tag = reader.uint32();
    if (tag === LEN(2)) span.statusMessage = readText(source, end);
    else if (tag === VARINT(3)) span.status = reader.int32();
    else skipField(source, tag);
  }
  assertEnd(source, end);
}

/** Decodes the JSON form of an ExportTraceServiceRequest. Throws `ingest.request-malformed`. */
export async function decodeSpansJson(bytes: Buffer, receiver: SpanReceiver, clock: Clock): Promise<void> {
  const root = objectOf(parseJson(bytes.toString('utf8')), 'the request');
  const slice = startTimeSlice(clock);
  let count = 0;
  for (const resourceItem of listOf(root, 'resourceSpans')) {
    const resourceSpans = objectOf(resourceItem, 'an item of resourceSpans');
    receiver.beginResource(attributesOf(optionalObject(resourceSpans, 'resource')));
    for (const scopeItem of listOf(resourceSpans, 'scopeSpans')) {
      const scopeSpans = objectOf(scopeItem, 'an item of scopeSpans');
      const scope = optionalObject(scopeSpans, 'scope');
      receiver.beginScope({ name: textOf(scope, 'name'), version: textOf(scope, 'version') });
      for (const spanItem of listOf(scopeSpans, 'spans')) {
        receiver.add(spanOf(objectOf(spanItem, 'an item of spans')));
        count += 1;
        if ((count & SLICE_MASK) === 0 && slice.due()) await slice.rest();
      }
    }
  }
}

function attributesOf(item: JsonObject): SpanDraft['attributes'] {
  const attributes = startAttributes();
  readAttributes(listOf(item, 'attributes'), { attributes, prefix: '', depth: 0 });
  return attributes;
}

function spanOf(item: JsonObject): SpanDraft {
  const status = optionalObject(item, 'status');
  return {
    traceId: readHexId(textOf(item, 'traceId'), 32),
    spanId: readHexId(textOf(item, 'spanId'), 16),
    parentSpanId: readHexId(textOf(item, 'parentSpanId'), 16),
    name: textOf(item, 'name'),
    kind: enumOf(item, 'kind', SPAN_KINDS),
    startNs: integerOf(item, 'startTimeUnixNano'),
    endNs: integerOf(item, 'endTimeUnixNano'),
    attributes: attributesOf(item),
    events: listOf(item, 'events').map((one) => {
      const event = objectOf(one, 'an event');
      return {
        timeNs: integerOf(event, 'timeUnixNano'),
        name: textOf(event, 'name'),
        attributes: attributesOf(event),
      };
    }),
    links: listOf(item, 'links').map((one) => {
      const link = objectOf(one, 'a link');
      return { traceId: readHexId(textOf(link, 'traceId'), 32), spanId: readHexId(textOf(link, 'spanId'), 16) };
    }),
    status: enumOf(status, 'code', STATUS_CODES),
    statusMessage: textOf(status, 'message'),
  };
}
