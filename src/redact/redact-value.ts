import { REDACT_LIMITS } from './limits.ts';
import type { NameVerdict } from './telling-name.ts';
import type { RedactionReport } from './types.ts';

export interface ValueMasking {
  readonly text: (text: string, report?: RedactionReport) => string;
  readonly field: (name: string, value: string, report?: RedactionReport) => string;
  readonly judge: (name: string) => NameVerdict;
  /** Masks a value without looking at it, because its name tells. */
  readonly maskNamed: (value: string, report?: RedactionReport) => string;
  /** Masks what could not be looked at; counts as failed closed. */
  readonly maskUnscanned: (length: number, report?: RedactionReport) => string;
}

/**
 * Walks JSON-like data and copies only what changes. Objects of other kinds than plain ones and arrays are read
 * by their own enumerable properties, except dates, which hold no text.
 */
export function redactValue(value: unknown, masking: ValueMasking, report: RedactionReport | undefined): unknown {
  const walk: Walk = { masking, report, nodes: 0 };
  return visit(value, { name: undefined, isTold: false, depth: 0 }, walk);
}

interface Walk {
  readonly masking: ValueMasking;
  readonly report: RedactionReport | undefined;
  nodes: number;
}

interface Place {
  readonly name: string | undefined;
  /** A name further up tells: everything below is masked. */
  readonly isTold: boolean;
  readonly depth: number;
}

function visit(value: unknown, place: Place, walk: Walk): unknown {
  const { masking, report } = walk;
  walk.nodes += 1;
  switch (typeof value) {
    case 'string':
      if (place.isTold) return masking.maskNamed(value, report);
      return place.name === undefined ? masking.text(value, report) : masking.field(place.name, value, report);
    case 'number':
    case 'bigint':
      return visitNumber(value, place, walk);
    case 'boolean':
      return place.isTold ? masking.maskNamed(String(value), report) : value;
    case 'object':
      return value === null ? null : visitObject(value, place, walk);
    default:
      return value;
  }
}

/** A number can be a secret by its name, or a card number by its digits. */
function visitNumber(value: number | bigint, place: Place, { masking, report }: Walk): unknown {
  const digits = String(value);
  if (place.isTold) return masking.maskNamed(digits, report);
  const masked = digits.length < 13 ? digits : masking.text(digits, report);
  return masked === digits ? value : masked;
}

function visitObject(value: object, place: Place, walk: Walk): unknown {
  if (value instanceof Date) return value;
  if (place.depth >= REDACT_LIMITS.depthMax || walk.nodes > REDACT_LIMITS.nodesMax) {
    return walk.masking.maskUnscanned(0, walk.report);
  }
  const depth = place.depth + 1;
  if (!Array.isArray(value)) return visitEntries(value, { ...place, depth }, walk);
  let copy: unknown[] | undefined;
  for (let at = 0; at < value.length; at += 1) {
    const item: unknown = value[at];
    const masked = visit(item, { ...place, depth }, walk);
    if (masked !== item) copy ??= value.slice();
    if (copy !== undefined) copy[at] = masked;
  }
  return copy ?? value;
}

function visitEntries(value: object, place: Place, walk: Walk): unknown {
  const { masking, report } = walk;
  const told = describedName(value, masking);
  const entries: [string, unknown][] = [];
  const used = new Set<string>();
  let isChanged = !isPlain(value);
  for (const [key, item] of Object.entries(value)) {
    const name = told !== undefined && isValueKey(key) ? told : key;
    const isTold = place.isTold || masking.judge(name) === 'secret' || masking.judge(name) === 'key';
    const masked = visit(item, { name, isTold, depth: place.depth }, walk);
    const newKey = unusedKey(masking.text(key, report), used);
    used.add(newKey);
    if (newKey !== key || masked !== item) isChanged = true;
    entries.push([newKey, masked]);
  }
  // Object.fromEntries defines properties, so that a key `__proto__` stays an ordinary key.
  return isChanged ? Object.fromEntries(entries) : value;
}

/** Two keys can become the same mask; neither value may be lost. */
function unusedKey(key: string, used: ReadonlySet<string>): string {
  if (!used.has(key)) return key;
  let count = 2;
  while (used.has(`${key} (${count})`)) count += 1;
  return `${key} (${count})`;
}

/** `{"name": "DB_PASSWORD", "value": …}`: the name that tells stands beside the value, not before it. */
function describedName(value: object, masking: ValueMasking): string | undefined {
  const described = value as { readonly name?: unknown; readonly key?: unknown };
  for (const name of [described.name, described.key]) {
    if (typeof name === 'string' && masking.judge(name) !== 'none') return name;
  }
  return undefined;
}

const isValueKey = (key: string): boolean => /^(?:value|val|stringvalue|content|default|defaultvalue)$/i.test(key);

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
