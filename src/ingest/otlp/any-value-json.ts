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
import { integerOf, type JsonObject, listOf, malformedJson, objectOf, textOf } from './json-fields.ts';

/** Every KeyValue of a list into `attributes`; maps become names joined by dots. */
export function readAttributes(
  list: readonly unknown[],
  target: { readonly attributes: Attributes; readonly prefix: string; readonly depth: number },
): void {
  const { attributes, prefix, depth } = target;
  for (const item of list) {
    const entry = objectOf(item, 'an attribute');
    flattenValue(entry.value, { attributes, name: joinName(prefix, textOf(entry, 'key')), depth });
  }
}

function flattenValue(
  value: unknown,
  to: { readonly attributes: Attributes; readonly name: string; readonly depth: number },
): void {
  const { attributes, name, depth } = to;
  const kind = kindOf(value);
  switch (kind?.type) {
    case undefined:
      addString(attributes, name, '');
      break;
    case 'boolValue':
      addBoolean(attributes, name, booleanOf(kind.holder));
      break;
    case 'intValue':
      addInteger(attributes, name, integerOf(kind.holder, 'intValue'));
      break;
    case 'doubleValue':
      addNumber(attributes, name, doubleOf(kind.holder));
      break;
    case 'kvlistValue': {
      const list = listOf(objectOf(kind.holder.kvlistValue, 'kvlistValue'), 'values');
      if (depth >= INGEST_LIMITS.valueDepthMax) refuse(attributes, TOO_DEEP);
      else readAttributes(list, { attributes, prefix: name, depth: depth + 1 });
      break;
    }
    case 'arrayValue':
      addString(attributes, name, JSON.stringify(readPlain(value, { attributes, depth })));
      break;
    case 'stringValue':
      addString(attributes, name, textOf(kind.holder, 'stringValue'));
      break;
    case 'bytesValue':
      addString(attributes, name, base64Of(kind.holder));
      break;
  }
}

/** One AnyValue as plain data, for bodies and for what lies inside arrays. */
export function readPlain(
  value: unknown,
  nesting: { readonly attributes: Attributes; readonly depth: number },
): PlainValue {
  const { attributes, depth } = nesting;
  const kind = kindOf(value);
  switch (kind?.type) {
    case undefined:
      return null;
    case 'stringValue':
      return textOf(kind.holder, 'stringValue');
    case 'boolValue':
      return booleanOf(kind.holder);
    case 'intValue':
      return plainInteger(integerOf(kind.holder, 'intValue'));
    case 'doubleValue':
      return plainNumber(doubleOf(kind.holder));
    case 'bytesValue':
      return base64Of(kind.holder);
    case 'arrayValue':
    case 'kvlistValue': {
      if (depth >= INGEST_LIMITS.valueDepthMax) {
        refuse(attributes, TOO_DEEP);
        return null;
      }
      const list = listOf(objectOf(kind.holder[kind.type], kind.type), 'values');
      const inner = { attributes, depth: depth + 1 };
      if (kind.type === 'arrayValue') return list.map((item) => readPlain(item, inner));
      return plainMap(
        list.map((item) => {
          const entry = objectOf(item, 'an entry of kvlistValue');
          return [textOf(entry, 'key'), readPlain(entry.value, inner)];
        }),
      );
    }
  }
}

const KINDS = [
  'stringValue',
  'boolValue',
  'intValue',
  'doubleValue',
  'arrayValue',
  'kvlistValue',
  'bytesValue',
] as const;

/** Which of the one-of fields is set; undefined when none is, which OpenTelemetry calls an empty value. */
function kindOf(value: unknown): { readonly type: (typeof KINDS)[number]; readonly holder: JsonObject } | undefined {
  if (value === undefined || value === null) return undefined;
  const holder = objectOf(value, 'a value');
  const type = KINDS.find((name) => holder[name] !== undefined && holder[name] !== null);
  return type === undefined ? undefined : { type, holder };
}

function booleanOf(holder: JsonObject): boolean {
  const value = holder.boolValue;
  if (typeof value === 'boolean') return value;
  throw malformedJson('boolValue is not true or false');
}

/** Numbers, or the three words that the proto3 JSON mapping has for what JSON cannot hold. */
function doubleOf(holder: JsonObject): number {
  const value = holder.doubleValue;
  if (typeof value === 'number') return value;
  if (typeof value === 'string' && value.trim() !== '') {
    const number = Number(value);
    if (!Number.isNaN(number) || value === 'NaN') return number;
  }
  throw malformedJson('doubleValue is not a number');
}

/** Standard or URL-safe base64 comes in (proto3 JSON mapping), standard base64 is kept. */
function base64Of(holder: JsonObject): string {
  return Buffer.from(textOf(holder, 'bytesValue'), 'base64').toString('base64');
}
