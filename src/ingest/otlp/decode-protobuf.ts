import { BinaryReader } from '@bufbuild/protobuf/wire';
import { type Clock, Failure } from '../../base/index.ts';
import { type Attributes, startAttributes } from '../attributes.ts';
import { INGEST_FAILURES } from '../failures.ts';
import { readHexId } from '../hex-id.ts';
import { SLICE_MASK, startTimeSlice, type TimeSlice } from '../time-slice.ts';
import { plainText } from './any-value.ts';
import {
  assertEnd,
  BIT32,
  BIT64,
  LEN,
  type ProtobufSource,
  readAttribute,
  readEnd,
  readPlain,
  readText,
  skipField,
  VARINT,
} from './any-value-protobuf.ts';
import { type Gathering, type RecordDraft, type Scope, startRecord } from './gathering.ts';

/**
 * Decodes an ExportLogsServiceRequest (opentelemetry-proto, collector/logs/v1) into `gathering`. Unknown fields are
 * skipped; invalid UTF-8 becomes U+FFFD. Throws `ingest.request-malformed` when the bytes are not protobuf.
 */
export async function decodeLogsProtobuf(bytes: Buffer, gathering: Gathering, clock: Clock): Promise<void> {
  const source: ProtobufSource = { reader: new BinaryReader(bytes), buffer: bytes };
  const decoding: Decoding = { source, gathering, slice: startTimeSlice(clock), count: 0 };
  try {
    for (const [start, end] of messagesOf(source, bytes.length, RESOURCE_LOGS)) {
      source.reader.pos = start;
      await readResourceLogs(decoding, end);
    }
  } catch (error) {
    throw malformed(error);
  }
}

/** The reader throws Error and RangeError for wrong bytes; anything else is a defect of ours and passes. */
export function malformed(error: unknown): unknown {
  if (error instanceof Failure || !(error instanceof Error) || error instanceof TypeError) return error;
  return new Failure(INGEST_FAILURES.requestMalformed, { format: 'OTLP protobuf', reason: error.message });
}

interface Decoding {
  readonly source: ProtobufSource;
  readonly gathering: Gathering;
  readonly slice: TimeSlice;
  count: number;
}

const RESOURCE_LOGS = LEN(1);
const RESOURCE = LEN(1);
const SCOPE_LOGS = LEN(2);
export const SCOPE = LEN(1);
const LOG_RECORDS = LEN(2);

type Range = readonly [start: number, end: number];

/** Where the messages of one field lie between the reader's position and `end`; everything else is skipped. */
export function messagesOf(source: ProtobufSource, end: number, wanted: number): readonly Range[] {
  const { reader } = source;
  const found: Range[] = [];
  while (reader.pos < end) {
    const tag = reader.uint32();
    if (tag === wanted) {
      const messageEnd = readEnd(source, end);
      found.push([reader.pos, messageEnd]);
      reader.pos = messageEnd;
    } else {
      skipField(source, tag);
    }
  }
  assertEnd(source, end);
  return found;
}

/** The resource is looked for first, because protobuf lets it stand behind the records that it describes. */
async function readResourceLogs(decoding: Decoding, end: number): Promise<void> {
  const { source, gathering } = decoding;
  const start = source.reader.pos;
  gathering.beginResource(readResource(source, end));
  source.reader.pos = start;
  for (const [from, to] of messagesOf(source, end, SCOPE_LOGS)) {
    source.reader.pos = from;
    await readScopeLogs(decoding, to);
  }
}

/** The attributes of field 1, wherever it stands in the message that begins at the reader's position. */
export function readResource(source: ProtobufSource, end: number): Attributes {
  const attributes = startAttributes();
  for (const [from, to] of messagesOf(source, end, RESOURCE)) {
    source.reader.pos = from;
    for (const [attributeStart, attributeEnd] of messagesOf(source, to, LEN(1))) {
      source.reader.pos = attributeStart;
      readAttribute(source, attributeEnd, { attributes, prefix: '', depth: 0 });
    }
  }
  return attributes;
}

async function readScopeLogs(decoding: Decoding, end: number): Promise<void> {
  const { source, gathering, slice } = decoding;
  const { reader } = source;
  const start = reader.pos;
  const scope: Scope = { name: '', version: '', attributes: startAttributes() };
  for (const [from, to] of messagesOf(source, end, SCOPE)) {
    reader.pos = from;
    readScope(source, to, scope);
  }
  gathering.beginScope(scope);
  reader.pos = start;
  while (reader.pos < end) {
    const tag = reader.uint32();
    if (tag !== LOG_RECORDS) {
      skipField(source, tag);
      continue;
    }
    gathering.add(readRecord(source, readEnd(source, end)));
    decoding.count += 1;
    if ((decoding.count & SLICE_MASK) === 0 && slice.due()) await slice.rest();
  }
}

export function readScope(source: ProtobufSource, end: number, scope: Scope): void {
  const { reader } = source;
  while (reader.pos < end) {
    const tag = reader.uint32();
    if (tag === LEN(1)) scope.name = readText(source, end);
    else if (tag === LEN(2)) scope.version = readText(source, end);
    else if (tag === LEN(3)) {
      readAttribute(source, readEnd(source, end), { attributes: scope.attributes, prefix: 'scope', depth: 0 });
    } else skipField(source, tag);
  }
  assertEnd(source, end);
}

const TIME = BIT64(1);
const SEVERITY_NUMBER = VARINT(2);
const SEVERITY_TEXT = LEN(3);
const BODY = LEN(5);
const ATTRIBUTES = LEN(6);
const FLAGS = BIT32(8);
const TRACE_ID = LEN(9);
const SPAN_ID = LEN(10);
const OBSERVED_TIME = BIT64(11);
const EVENT_NAME = LEN(12);

function readRecord(source: ProtobufSource, end: number): RecordDraft {
  const { reader } = source;
  const record = startRecord();
  const { attributes } = record;
  while (reader.pos < end) {
    const tag = reader.uint32();
    switch (tag) {
      case TIME:
        record.timeNs = readFixed64(source);
        break;
      case SEVERITY_NUMBER:
        record.severityNumber = reader.int32();
        break;
      case SEVERITY_TEXT:
        record.severityText = readText(source, end);
        break;
      case BODY:
        record.body = plainText(readPlain(source, readEnd(source, end), { attributes, depth: 0 }));
        break;
      case ATTRIBUTES:
        readAttribute(source, readEnd(source, end), { attributes, prefix: '', depth: 0 });
        break;
      case FLAGS:
        record.traceFlags = reader.fixed32();
        break;
      case TRACE_ID:
        record.traceId = readId(source, end, 32);
        break;
      case SPAN_ID:
        record.spanId = readId(source, end, 16);
        break;
      case OBSERVED_TIME:
        record.observedNs = readFixed64(source);
        break;
      case EVENT_NAME:
        record.eventName = readText(source, end);
        break;
      default:
        skipField(source, tag);
    }
  }
  assertEnd(source, end);
  return record;
}

/** Straight from the buffer: the reader's own method goes through two 32-bit halves. */
export function readFixed64({ reader, buffer }: ProtobufSource): bigint {
  const value = buffer.readBigUInt64LE(reader.pos);
  reader.pos += 8;
  return value;
}

export function readId(source: ProtobufSource, parentEnd: number, length: 32 | 16): string {
  const end = readEnd(source, parentEnd);
  const start = source.reader.pos;
  source.reader.pos = end;
  return (end - start) * 2 === length ? readHexId(source.buffer.toString('hex', start, end), length) : '';
}
