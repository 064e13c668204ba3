import { type BinaryReader, WireType } from '@bufbuild/protobuf/wire';
import {
  type Attributes,
  addBoolean,
  addInteger,
  addNumber,
  addString,
  joinName,
  refuse,
  TOO_DEEP,
} from '../attributes.ts';
import { INGEST_LIMITS } from '../limits.ts';
import { type PlainValue, plainInteger, plainMap, plainNumber } from './any-value.ts';

/** Where the messages of a request lie: the reader walks over `buffer`. */
export interface ProtobufSource {
  readonly reader: BinaryReader;
  readonly buffer: Buffer;
}

/** Tags are field number times eight plus wire type; a field of another wire type is unknown and skipped. */
export const LEN = (field: number): number => field * 8 + WireType.LengthDelimited;
export const VARINT = (field: number): number => field * 8 + WireType.Varint;
export const BIT64 = (field: number): number => field * 8 + WireType.Bit64;
export const BIT32 = (field: number): number => field * 8 + WireType.Bit32;

const KEY = LEN(1);
const VALUE = LEN(2);
const STRING = LEN(1);
const BOOL = VARINT(2);
const INT = VARINT(3);
const DOUBLE = BIT64(4);
const ARRAY = LEN(5);
const KVLIST = LEN(6);
const BYTES = LEN(7);
const ITEMS = LEN(1);

/** Reads a length and returns where the message ends; throws RangeError when that is outside of its parent. */
export function readEnd({ reader }: ProtobufSource, parentEnd: number): number {
  const length = reader.uint32();
  const end = reader.pos + length;
  if (end > parentEnd) throw new RangeError('a message ends after the one that holds it');
  return end;
}

/** Called when a message was read: its fields must end where its length said. */
export function assertEnd({ reader }: ProtobufSource, end: number): void {
  if (reader.pos !== end) throw new RangeError('a field ends after the message that holds it');
}

export function readText(source: ProtobufSource, parentEnd: number): string {
  const end = readEnd(source, parentEnd);
  const start = source.reader.pos;
  source.reader.pos = end;
  return start === end ? '' : source.buffer.toString('utf8', start, end);
}

export function skipField({ reader }: ProtobufSource, tag: number): void {
  if (tag >>> 3 === 0) throw new RangeError('a field has the number 0');
  reader.skip(tag & 7, tag >>> 3);
}

/** One KeyValue message into `attributes`; `prefix` is the name of the map it lies in, or empty. */
export function readAttribute(
  source: ProtobufSource,
  end: number,
  target: { readonly attributes: Attributes; readonly prefix: string; readonly depth: number },
): void {
  const { reader } = source;
  let name = '';
  let valueStart = -1;
  let valueEnd = -1;
  while (reader.pos < end) {
    const tag = reader.uint32();
    if (tag === KEY) {
      name = readText(source, end);
    } else if (tag === VALUE) {
      valueEnd = readEnd(source, end);
      valueStart = reader.pos;
      // The key decides where the value goes and may come after it, so the value is read last.
      reader.pos = valueEnd;
    } else {
      skipField(source, tag);
    }
  }
  assertEnd(source, end);
  const fullName = target.prefix === '' ? name : joinName(target.prefix, name);
  if (valueStart < 0) {
    addString(target.attributes, fullName, '');
    return;
  }
  reader.pos = valueStart;
  flattenValue(source, valueEnd, { attributes: target.attributes, name: fullName, depth: target.depth });
  reader.pos = end;
}

interface Flattening {
  readonly attributes: Attributes;
  readonly name: string;
  readonly depth: number;
}

function flattenValue(source: ProtobufSource, end: number, { attributes, name, depth }: Flattening): void {
  const { reader } = source;
  if (reader.pos === end) addString(attributes, name, '');
  while (reader.pos < end) {
    const tag = reader.uint32();
    switch (tag) {
      case STRING:
        addString(attributes, name, readText(source, end));
        break;
      case BOOL:
        addBoolean(attributes, name, reader.bool());
        break;
      case INT:
        addInteger(attributes, name, BigInt(reader.int64()));
        break;
      case DOUBLE:
        addNumber(attributes, name, reader.double());
        break;
      case ARRAY:
        addString(attributes, name, JSON.stringify(readArray(source, readEnd(source, end), { attributes, depth })));
        break;
      case KVLIST:
        flattenMap(source, readEnd(source, end), { attributes, name, depth });
        break;
      case BYTES:
        addString(attributes, name, readBase64(source, end));
        break;
      default:
        skipField(source, tag);
    }
  }
  assertEnd(source, end);
}

function flattenMap(source: ProtobufSource, end: number, { attributes, name, depth }: Flattening): void {
  const { reader } = source;
  if (depth >= INGEST_LIMITS.valueDepthMax) {
    refuse(attributes, TOO_DEEP);
    reader.pos = end;
    return;
  }
  while (reader.pos < end) {
    const tag = reader.uint32();
    if (tag === ITEMS) {
      readAttribute(source, readEnd(source, end), { attributes, prefix: name, depth: depth + 1 });
    } else {
      skipField(source, tag);
    }
  }
  assertEnd(source, end);
}

/** Where values that are nested too deeply are refused, and how deep the reader is. */
interface Nesting {
  readonly attributes: Attributes;
  readonly depth: number;
}

/** One AnyValue message as plain data, for bodies and for what lies inside arrays. */
export function readPlain(source: ProtobufSource, end: number, nesting: Nesting): PlainValue {
  const { reader } = source;
  let value: PlainValue = null;
  while (reader.pos < end) {
    const tag = reader.uint32();
    switch (tag) {
      case STRING:
        value = readText(source, end);
        break;
      case BOOL:
        value = reader.bool();
        break;
      case INT:
        value = plainInteger(BigInt(reader.int64()));
        break;
      case DOUBLE:
        value = plainNumber(reader.double());
        break;
      case ARRAY:
        value = readArray(source, readEnd(source, end), nesting);
        break;
      case KVLIST:
        value = readMap(source, readEnd(source, end), nesting);
        break;
      case BYTES:
        value = readBase64(source, end);
        break;
      default:
        skipField(source, tag);
    }
  }
  assertEnd(source, end);
  return value;
}

function readArray(source: ProtobufSource, end: number, { attributes, depth }: Nesting): PlainValue {
  const { reader } = source;
  const items: PlainValue[] = [];
  if (depth >= INGEST_LIMITS.valueDepthMax) {
    refuse(attributes, TOO_DEEP);
    reader.pos = end;
    return items;
  }
  while (reader.pos < end) {
    const tag = reader.uint32();
    if (tag === ITEMS) items.push(readPlain(source, readEnd(source, end), { attributes, depth: depth + 1 }));
    else skipField(source, tag);
  }
  assertEnd(source, end);
  return items;
}

function readMap(source: ProtobufSource, end: number, { attributes, depth }: Nesting): PlainValue {
  const { reader } = source;
  if (depth >= INGEST_LIMITS.valueDepthMax) {
    refuse(attributes, TOO_DEEP);
    reader.pos = end;
    return null;
  }
  const entries: (readonly [string, PlainValue])[] = [];
  while (reader.pos < end) {
    const tag = reader.uint32();
    if (tag === ITEMS) {
      entries.push(readEntry(source, readEnd(source, end), { attributes, depth: depth + 1 }));
    } else {
      skipField(source, tag);
    }
  }
  assertEnd(source, end);
  return plainMap(entries);
}

function readEntry(source: ProtobufSource, end: number, nesting: Nesting): readonly [string, PlainValue] {
  const { reader } = source;
  let name = '';
  let value: PlainValue = null;
  while (reader.pos < end) {
    const tag = reader.uint32();
    if (tag === KEY) name = readText(source, end);
    else if (tag === VALUE) value = readPlain(source, readEnd(source, end), nesting);
    else skipField(source, tag);
  }
  assertEnd(source, end);
  return [name, value];
}

function readBase64(source: ProtobufSource, parentEnd: number): string {
  const end = readEnd(source, parentEnd);
  const start = source.reader.pos;
  source.reader.pos = end;
  return source.buffer.toString('base64', start, end);
}
