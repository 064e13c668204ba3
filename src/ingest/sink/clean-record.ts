import { storableText } from '../../base/index.ts';
import { judgeName, type RedactionReport, type Redactor } from '../../redact/index.ts';
import { setAttribute } from '../attributes.ts';
import { INGEST_LIMITS } from '../limits.ts';

/** Only short texts are remembered: names, services, scopes, severities. */
const REMEMBERED_LENGTH_MAX = 128;

export interface NumberAttributes {
  readonly numbers: Record<string, number>;
  /** Masks of numbers whose name told that they are secret; undefined when there were none. */
  readonly masked: Record<string, string> | undefined;
}

/**
 * Makes text storable (no NUL, no lone surrogate) and then masks secrets in it, in this order, so that what was
 * searched is what is stored. Returns the very same string or map when nothing had to change.
 */
export interface Cleaner {
  readonly text: (text: string, report: RedactionReport) => string;
  /** For texts that repeat from record to record. */
  readonly word: (text: string, report: RedactionReport) => string;
  readonly strings: (map: Readonly<Record<string, string>>, report: RedactionReport) => Record<string, string>;
  readonly numbers: (map: Readonly<Record<string, number>>, report: RedactionReport) => NumberAttributes;
  readonly booleans: (map: Readonly<Record<string, boolean>>, report: RedactionReport) => Record<string, boolean>;
}

export function createCleaner(redactor: Redactor): Cleaner {
  // Holds only texts in which the redactor found nothing, so no secret stays in memory and every mask is counted.
  const passed = new Set<string>();
  const text = (raw: string, report: RedactionReport): string => redactor.text(storableText(raw), report);
  const word = (raw: string, report: RedactionReport): string => {
    if (raw === '' || passed.has(raw)) return raw;
    const clean = text(raw, report);
    if (clean === raw && raw.length <= REMEMBERED_LENGTH_MAX) {
      if (passed.size >= INGEST_LIMITS.cleanNamesMax) passed.clear();
      passed.add(raw);
    }
    return clean;
  };
  const telling = createTellingNames();
  const field = (name: string, value: string, report: RedactionReport): string =>
    redactor.field(telling(name), storableText(value), report);
  return {
    text,
    word,
    strings: (map, report) => cleanMap(map, { word, value: (name, value) => field(name, value, report), report }),
    booleans: (map, report) => cleanMap(map, { word, value: (_, value) => value, report }),
    numbers: (map, report) => {
      let masked: Record<string, string> | undefined;
      let kept: Record<string, number> | undefined;
      for (const name in map) {
        const value = map[name] ?? 0;
        const digits = String(value);
        const clean = field(name, digits, report);
        if (clean === digits) continue;
        kept ??= { ...map };
        delete kept[name];
        masked ??= {};
        setAttribute(masked, word(name, report), clean);
      }
      return { numbers: cleanMap(kept ?? map, { word, value: (_, value) => value, report }), masked };
    },
  };
}

/**
 * The name to judge a flattened attribute by. What lay below a telling name is as secret as a value of that name:
 * `authorization.scheme.value` is judged as `authorization`. Dots are namespaces too, so only a name that tells for
 * certain counts above another one.
 */
function createTellingNames(): (name: string) => string {
  const known = new Map<string, string>();
  return (name) => {
    if (!name.includes('.')) return name;
    const found = known.get(name);
    if (found !== undefined) return found;
    const telling = tellingAncestor(name) ?? name;
    if (name.length <= REMEMBERED_LENGTH_MAX) {
      if (known.size >= INGEST_LIMITS.cleanNamesMax) known.clear();
      known.set(name, telling);
    }
    return telling;
  };
}

function tellingAncestor(name: string): string | undefined {
  for (let dot = name.indexOf('.'); dot >= 0; dot = name.indexOf('.', dot + 1)) {
    const ancestor = name.slice(0, dot);
    if (judgeName(ancestor) === 'secret') return ancestor;
  }
  return undefined;
}

interface MapCleaning<Value> {
  readonly word: Cleaner['word'];
  readonly value: (name: string, value: Value) => Value;
  readonly report: RedactionReport;
}

/** Copies only from the first change on, because almost every record has none. */
function cleanMap<Value>(map: Readonly<Record<string, Value>>, cleaning: MapCleaning<Value>): Record<string, Value> {
  let out: Record<string, Value> | undefined;
  for (const name in map) {
    const value = map[name] as Value;
    const cleanName = cleaning.word(name, cleaning.report);
    const cleanValue = cleaning.value(name, value);
    if (out === undefined) {
      if (cleanName === name && cleanValue === value) continue;
      out = copyBefore(map, name);
    }
    setAttribute(out, cleanName, cleanValue);
  }
  return out ?? map;
}

function copyBefore<Value>(map: Readonly<Record<string, Value>>, end: string): Record<string, Value> {
  const out: Record<string, Value> = {};
  for (const name in map) {
    if (name === end) break;
    setAttribute(out, name, map[name] as Value);
  }
  return out;
}
