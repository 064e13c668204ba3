import { Failure } from '../../base/index.ts';
import type { JsonObject, JsonValue } from '../../issues/index.ts';
import { SENTRY_FAILURES } from './failures.ts';
import { SENTRY_LIMITS } from './limits.ts';

/** Why an item was not taken, in the words of outcomes. */
export type InvalidReason =
  | 'invalid-json'
  | 'too-deep'
  | 'too-large'
  | 'too-many'
  | 'item-count-mismatch'
  | 'incomplete'
  | 'out-of-time';

/** A fault of one item; the others of its envelope are stored. */
export const invalidItem = (itemType: string, reason: InvalidReason, problem: string): Failure =>
  new Failure(SENTRY_FAILURES.payloadInvalid, { itemType, reason, problem });

export const tooLargeItem = (itemType: string, limit: number, unit: 'bytes' | 'items'): Failure =>
  new Failure(SENTRY_FAILURES.payloadTooLarge, {
    itemType,
    limit,
    unit,
    reason: unit === 'bytes' ? 'too-large' : 'too-many',
  });

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** How deep the brackets outside of strings nest, told without parsing; stops at `max`. */
export function nestsDeeper(bytes: Buffer, max: number): boolean {
  const { length } = bytes;
  let depth = 0;
  let isInString = false;
  for (let at = 0; at < length; at += 1) {
    const byte = bytes[at];
    if (byte === QUOTE) {
      isInString = !isInString;
    } else if (isInString) {
      // Whatever is escaped, a quote above all, ends nothing.
      if (byte === BACKSLASH) at += 1;
    } else if (byte === 0x7b || byte === 0x5b) {
      depth += 1;
      if (depth > max) return true;
    } else if (byte === 0x7d || byte === 0x5d) {
      depth -= 1;
    }
  }
  return false;
}

/** Throws `sentry.payload-invalid`; what the parser says is kept out of it, because it quotes the payload. */
export function readJson(payload: Buffer, itemType: string): JsonValue {
  if (nestsDeeper(payload, SENTRY_LIMITS.jsonDepthMax)) {
    throw invalidItem(itemType, 'too-deep', `it nests deeper than ${SENTRY_LIMITS.jsonDepthMax} levels`);
  }
  try {
    return JSON.parse(payload.toString('utf8')) as JsonValue;
  } catch {
    throw invalidItem(itemType, 'invalid-json', 'it is not JSON');
  }
}

export function readJsonObject(payload: Buffer, itemType: string): JsonObject {
  const value = readJson(payload, itemType);
  if (!isObject(value)) throw invalidItem(itemType, 'invalid-json', 'it is not an object');
  return value;
}

export const isObject = (value: JsonValue | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** An empty one when it is anything else. */
export const objectOf = (value: JsonValue | undefined): JsonObject => (isObject(value) ? value : {});

export const listOf = (value: JsonValue | undefined): readonly JsonValue[] => (Array.isArray(value) ? value : []);

/** Numbers and booleans as text, for what SDKs write either way; empty for everything else. */
export function textOf(value: JsonValue | undefined): string {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
}

export const numberOf = (value: JsonValue | undefined): number | undefined => {
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
  if (typeof value !== 'string' || value.trim() === '') return undefined;
  const number = Number(value);
  return Number.isFinite(number) ? number : undefined;
};

/** A count of things; anything that is none is 0. */
export function countOf(value: JsonValue | undefined): number {
  const number = numberOf(value) ?? 0;
  return number > 0 ? Math.min(Math.floor(number), Number.MAX_SAFE_INTEGER) : 0;
}

/** 32 lower-case hex digits of an id with or without hyphens; undefined for anything else and for all zeros. */
export function hexIdOf(value: JsonValue | undefined): string | undefined {
  if (typeof value !== 'string' || value.length > 64) return undefined;
  const id = value.replaceAll('-', '').toLowerCase();
  return /^[0-9a-f]{32}$/.test(id) && !/^0+$/.test(id) ? id : undefined;
}
