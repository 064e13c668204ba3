import type { JsonObject, JsonValue } from '../../issues/index.ts';
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
import { isObject } from './read-json.ts';

/** Adds plain JSON: objects become names joined by dots, lists become JSON text, nulls are left out. */
export function addJson(attributes: Attributes, name: string, value: JsonValue | undefined, depth = 0): void {
  switch (typeof value) {
    case 'string':
      addString(attributes, name, value);
      break;
    case 'number':
      addNumber(attributes, name, value);
      break;
    case 'boolean':
      addBoolean(attributes, name, value);
      break;
    case 'object':
      if (value === null) break;
      if (!isObject(value)) {
        addString(attributes, name, JSON.stringify(value));
      } else if (depth >= INGEST_LIMITS.valueDepthMax) {
        refuse(attributes, TOO_DEEP);
      } else {
        for (const key in value) addJson(attributes, joinName(name, key), value[key], depth + 1);
      }
      break;
    default:
      break;
  }
}

/** Adds `{name: {value, type}}` as logs, spans of version 2 and metrics carry them; a bare value is taken as it is. */
export function addTyped(attributes: Attributes, typed: JsonObject): void {
  for (const name in typed) {
    const entry = typed[name];
    if (!isObject(entry) || !('value' in entry)) {
      addJson(attributes, name, entry);
      continue;
    }
    const { value, type } = entry;
    if (type === 'integer' && typeof value === 'string' && /^-?\d{1,20}$/.test(value)) {
      addInteger(attributes, name, BigInt(value));
    } else {
      addJson(attributes, name, value);
    }
  }
}

/** The value of a typed attribute as text; empty when it is absent. */
export function typedText(typed: JsonObject, name: string): string {
  const entry = typed[name];
  const value = isObject(entry) ? entry.value : entry;
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
}
