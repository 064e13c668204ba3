import { storableText } from '../../base/index.ts';
import { judgeName, type NameVerdict, type RedactionReport, type Redactor } from '../../redact/index.ts';
import type { JsonObject, JsonValue } from '../types.ts';
import { ISSUES_EVENTS_LIMITS as LIMITS } from './limits.ts';
import { put } from './reading.ts';

/** The redactor for events, with a memory of short texts that are clean. One for the life of the process. */
export interface EventMasking {
  readonly of: (report: RedactionReport, remark: (field: string, reason: string) => void) => EventMask;
}

/** Everything that becomes part of an event goes through one of these. Every text that is cut is cut after it was masked. */
export interface EventMask {
  readonly remark: (field: string, reason: string) => void;
  readonly text: (value: string, lengthMax: number, field?: string) => string;
  /** A value whose name is known. */
  readonly field: (name: string, value: string, lengthMax: number, field?: string) => string;
  /** JSON of any shape: cut in depth, entries and bytes, names judged, keys masked too. */
  readonly tree: (value: JsonValue, options: TreeOptions) => JsonValue;
  readonly object: (value: JsonObject, options: TreeOptions) => JsonObject;
}

export interface TreeOptions {
  /** Path for remarks. */
  readonly field: string;
  readonly bytesMax: number;
  /** What it stands under, where that may tell. */
  readonly name?: string;
}

export function createEventMasking(redactor: Redactor): EventMasking {
  const clean = createCleanTexts();
  const judge = createJudge();
  return {
    of: (report, remark) => {
      const masked = (value: string): string => {
        if (value.length > LIMITS.cleanTextLengthMax) return redactor.text(storableText(value), report);
        if (value === '' || clean.has(value)) return value;
        const storable = storableText(value);
        const result = redactor.text(storable, report);
        if (result === value) clean.add(value);
        return result;
      };
      const fitted = (whole: string, again: (cut: string) => string, lengthMax: number, field?: string): string => {
        if (whole.length <= lengthMax) return whole;
        if (field !== undefined) remark(field, `cut to ${lengthMax} of ${whole.length} characters`);
        // What is left can look like a secret where the whole did not.
        return again(cutText(whole, lengthMax));
      };
      const text: EventMask['text'] = (value, lengthMax, field) => fitted(masked(value), masked, lengthMax, field);
      const named = (name: string, value: string): string =>
        judge(name) === 'none' ? masked(value) : redactor.field(name, storableText(value), report);
      const field: EventMask['field'] = (name, value, lengthMax, path) =>
        fitted(named(name, value), (cut) => named(name, cut), lengthMax, path);
      const walker = { judge, text, field };
      return {
        remark,
        text,
        field,
        tree: (value, options) => walkTree(value, options, { ...walker, remark }),
        object: (value, options) => walkTree(value, options, { ...walker, remark }) as JsonObject,
      };
    },
  };
}

/** The first characters, ending before a mask or a pair of surrogates that would be cut in two. */
export function cutText(text: string, lengthMax: number): string {
  let end = lengthMax - 1;
  const open = text.lastIndexOf('[redacted:', end);
  if (open >= 0) {
    const close = text.indexOf(']', open);
    if (close >= end) end = open;
  }
  const code = text.charCodeAt(end - 1);
  if (code >= 0xd800 && code <= 0xdbff) end -= 1;
  return `${text.slice(0, end)}…`;
}

/** Two generations: when the younger is full the older is forgotten, so that what is used stays. */
function createCleanTexts(): { readonly has: (text: string) => boolean; readonly add: (text: string) => void } {
  let young = new Set<string>();
  let old = new Set<string>();
  const add = (text: string): void => {
    if (young.size >= LIMITS.cleanTextsMax / 2) {
      old = young;
      young = new Set();
    }
    young.add(text);
  };
  return {
    add,
    has: (text) => {
      if (young.has(text)) return true;
      if (!old.has(text)) return false;
      add(text);
      return true;
    },
  };
}

function createJudge(): (name: string) => NameVerdict {
  const verdicts = new Map<string, NameVerdict>();
  return (name) => {
    const known = verdicts.get(name);
    if (known !== undefined) return known;
    const verdict = judgeName(name);
    if (name.length > LIMITS.cleanTextLengthMax) return verdict;
    if (verdicts.size >= LIMITS.cleanTextsMax) verdicts.clear();
    verdicts.set(name, verdict);
    return verdict;
  };
}

interface Walker extends Pick<EventMask, 'text' | 'field' | 'remark'> {
  readonly judge: (name: string) => NameVerdict;
}

interface Walk extends Walker {
  readonly options: TreeOptions;
  bytesLeft: number;
  isCut: boolean;
}

function walkTree(value: JsonValue, options: TreeOptions, walker: Walker): JsonValue {
  const walk: Walk = { ...walker, options, bytesLeft: options.bytesMax, isCut: false };
  const name = options.name ?? '';
  const result = visit(value, { name, isTold: tells(walk, name), depth: 0 }, walk);
  if (walk.isCut) walker.remark(options.field, 'cut: it was larger, deeper or had more entries than is kept');
  return result;
}

interface Place {
  readonly name: string;
  /** The name, or one above it, says that everything below is secret. */
  readonly isTold: boolean;
  readonly depth: number;
}

const tells = (walk: Walk, name: string): boolean => {
  const verdict = walk.judge(name);
  return verdict === 'secret' || verdict === 'key';
};

/** Any name that tells: the mask is the same whichever it was. */
const TOLD = 'password';
const CUT = '…';

function visit(value: JsonValue, place: Place, walk: Walk): JsonValue {
  if (walk.bytesLeft <= 0) {
    walk.isCut = true;
    return CUT;
  }
  switch (typeof value) {
    case 'string': {
      const room = Math.max(16, Math.min(LIMITS.valueLengthMax, walk.bytesLeft));
      if (value.length > room) walk.isCut = true;
      const masked = walk.field(place.isTold ? TOLD : place.name, value, room);
      walk.bytesLeft -= masked.length + 2;
      return masked;
    }
    case 'number':
      walk.bytesLeft -= 8;
      return visitNumber(value, place, walk);
    case 'boolean':
      walk.bytesLeft -= 5;
      return place.isTold ? walk.field(TOLD, String(value), LIMITS.nameLengthMax) : value;
    case 'object':
      if (value === null) return null;
      if (place.depth >= LIMITS.depthMax) {
        walk.isCut = true;
        return CUT;
      }
      return Array.isArray(value) ? visitList(value, place, walk) : visitObject(value as JsonObject, place, walk);
    default:
      return null;
  }
}

/** A number is a secret by its name, or a card number by its digits. */
function visitNumber(value: number, place: Place, walk: Walk): JsonValue {
  if (!Number.isFinite(value)) return null;
  if (place.isTold) return walk.field(TOLD, String(value), LIMITS.nameLengthMax);
  if (Math.abs(value) < 1e12) return value;
  const digits = String(value);
  const masked = walk.text(digits, LIMITS.nameLengthMax);
  return masked === digits ? value : masked;
}

function visitList(value: readonly JsonValue[], place: Place, walk: Walk): JsonValue {
  const inner = { ...place, isTold: place.isTold || isToldPair(value, walk), depth: place.depth + 1 };
  const result: JsonValue[] = [];
  for (const item of value) {
    if (result.length >= LIMITS.keysMax || walk.bytesLeft <= 0) {
      walk.isCut = true;
      break;
    }
    walk.bytesLeft -= 1;
    result.push(visit(item, inner, walk));
  }
  return result;
}

/** `["Authorization", "…"]`: headers and the like as a list of pairs. The name goes with the value; that is no loss. */
const isToldPair = (value: readonly JsonValue[], walk: Walk): boolean =>
  value.length === 2 && typeof value[0] === 'string' && tells(walk, value[0]);

function visitObject(value: JsonObject, place: Place, walk: Walk): JsonValue {
  const told = describedName(value, walk);
  const result: Record<string, JsonValue> = {};
  let count = 0;
  for (const key of Object.keys(value)) {
    if (count >= LIMITS.keysMax || walk.bytesLeft <= 0) {
      walk.isCut = true;
      break;
    }
    count += 1;
    const name = told !== undefined && VALUE_KEY.test(key) ? told : key;
    const isTold = place.isTold || tells(walk, name);
    const masked = unusedKey(walk.text(key, LIMITS.nameLengthMax), result);
    walk.bytesLeft -= masked.length + 3;
    put(result, masked, visit(value[key] ?? null, { name, isTold, depth: place.depth + 1 }, walk));
  }
  return result;
}

/** Two keys can become the same mask; neither value may be lost. */
export function unusedKey(key: string, used: Readonly<Record<string, unknown>>): string {
  if (!Object.hasOwn(used, key)) return key;
  let count = 2;
  while (Object.hasOwn(used, `${key} (${count})`)) count += 1;
  return `${key} (${count})`;
}

/** `{"name": "DB_PASSWORD", "value": …}`: the name that tells stands beside the value, not before it. */
function describedName(value: JsonObject, walk: Walk): string | undefined {
  for (const name of [value.name, value.key]) {
    if (typeof name === 'string' && walk.judge(name) !== 'none') return name;
  }
  return undefined;
}

const VALUE_KEY = /^(?:value|val|stringvalue|content|default|defaultvalue)$/i;
