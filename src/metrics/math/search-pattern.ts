import { Failure } from '../../base/index.ts';
import type { MetricIdentity } from '../types.ts';
import { METRICS_MATH_FAILURES } from './failures.ts';
import { METRICS_MATH_LIMITS } from './limits.ts';

/** A search as read: which namespace and dimensions, and what must match. */
export interface SearchPattern {
  /** Known when the search has a schema in braces. */
  readonly namespace: string | undefined;
  readonly matches: (metric: MetricIdentity) => boolean;
}

type Term =
  | { readonly type: 'and' | 'or'; readonly terms: readonly Term[] }
  | { readonly type: 'not'; readonly term: Term }
  | { readonly type: 'word'; readonly key: string | undefined; readonly text: string; readonly exact: boolean };

/**
 * Reads the first argument of SEARCH (CloudWatch, "Using search expressions in graphs"): `{Namespace, Dimension…}` for
 * metrics of exactly these dimensions, then terms joined by spaces or AND, OR and NOT with brackets; `key=term` looks
 * into one field, quotes mean the whole field as it is. A bare term is compared with the words of a name, without
 * regard to case; words end at what is no letter or digit and where a new capital begins.
 */
export function parseSearch(pattern: string): SearchPattern {
  const { schema, rest } = readSchema(pattern);
  const reader = createReader(rest);
  const term: Term = reader.atEnd() ? { type: 'and', terms: [] } : parseOr(reader, 0);
  if (!reader.atEnd()) throw refuse(`"${reader.peek()?.raw ?? ''}" does not belong here`);
  const [namespace, ...dimensions] = schema ?? [];
  const wanted = [...dimensions].sort().join('\n');
  return {
    namespace,
    matches: (metric) => {
      if (schema !== undefined) {
        if (metric.namespace !== namespace || Object.keys(metric.dimensions).sort().join('\n') !== wanted) return false;
      }
      return isMatch(term, metric);
    },
  };
}

const SCHEMA = /^\s*\{([^{}]*)\}/;
const SCHEMA_PART = /^\s*(?:"([^"]+)"|([^",]+?))\s*$/;

function readSchema(pattern: string): { readonly schema: readonly string[] | undefined; readonly rest: string } {
  const found = SCHEMA.exec(pattern);
  if (found === null) return { schema: undefined, rest: pattern };
  const schema = (found[1] ?? '').split(',').map((part) => {
    const name = SCHEMA_PART.exec(part);
    if (name === null) throw refuse('the schema in braces has an empty name');
    return name[1] ?? name[2] ?? '';
  });
  return { schema, rest: pattern.slice(found[0].length) };
}

interface SearchToken {
  readonly raw: string;
  readonly key: string | undefined;
  readonly text: string;
  readonly exact: boolean;
}

interface SearchReader {
  readonly peek: () => SearchToken | undefined;
  readonly take: () => SearchToken | undefined;
  readonly atEnd: () => boolean;
}

const TOKEN = /\s*(?:([()])|(?:(?:"([^"]+)"|([^\s()"=]+))\s*=\s*)?(?:"([^"]*)"|([^\s()"=]+)))/y;

function createReader(text: string): SearchReader {
  const tokens: SearchToken[] = [];
  const trimmed = text.trimEnd();
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < trimmed.length) {
    const found = TOKEN.exec(trimmed);
    if (found === null) throw refuse('quotes or equals signs do not belong where they are');
    const [, bracket, quotedKey, plainKey, quoted, plain] = found;
    const key = quotedKey ?? plainKey;
    const exact = quoted !== undefined;
    tokens.push({ raw: bracket ?? found[0].trim(), key, text: bracket ?? quoted ?? plain ?? '', exact });
  }
  let index = 0;
  return {
    peek: () => tokens[index],
    take: () => tokens[index++],
    atEnd: () => index >= tokens.length,
  };
}

function parseOr(reader: SearchReader, depth: number): Term {
  if (depth > METRICS_MATH_LIMITS.nestingMax) throw refuse('its brackets are nested too deeply');
  const terms = [parseAnd(reader, depth)];
  while (reader.peek()?.raw === 'OR') {
    reader.take();
    terms.push(parseAnd(reader, depth));
  }
  return { type: 'or', terms };
}

function parseAnd(reader: SearchReader, depth: number): Term {
  const terms = [parseNot(reader, depth)];
  for (;;) {
    const next = reader.peek();
    if (next === undefined || next.raw === ')' || next.raw === 'OR') return { type: 'and', terms };
    if (next.raw === 'AND') reader.take();
    terms.push(parseNot(reader, depth));
  }
}

function parseNot(reader: SearchReader, depth: number): Term {
  if (depth > METRICS_MATH_LIMITS.nestingMax) throw refuse('its brackets are nested too deeply');
  const token = reader.take();
  if (token === undefined || token.raw === ')' || token.raw === 'AND' || token.raw === 'OR')
    throw refuse('a term is missing');
  if (token.raw === 'NOT') return { type: 'not', term: parseNot(reader, depth + 1) };
  if (token.raw === '(') {
    const inner = parseOr(reader, depth + 1);
    if (reader.take()?.raw !== ')') throw refuse('a bracket is not closed');
    return inner;
  }
  return { type: 'word', key: token.key, text: token.text, exact: token.exact };
}

function isMatch(term: Term, metric: MetricIdentity): boolean {
  switch (term.type) {
    case 'and':
      return term.terms.every((one) => isMatch(one, metric));
    case 'or':
      return term.terms.some((one) => isMatch(one, metric));
    case 'not':
      return !isMatch(term.term, metric);
    case 'word':
      return fieldsOf(term.key, metric).some((field) =>
        term.exact ? field === term.text : hasWords(field, term.text),
      );
  }
}

function fieldsOf(key: string | undefined, metric: MetricIdentity): readonly string[] {
  if (key === 'Namespace') return [metric.namespace];
  if (key === 'MetricName') return [metric.name];
  if (key !== undefined) return Object.hasOwn(metric.dimensions, key) ? [metric.dimensions[key] ?? ''] : [];
  const { dimensions } = metric;
  return [metric.namespace, metric.name, ...Object.keys(dimensions), ...Object.values(dimensions)];
}

function hasWords(field: string, term: string): boolean {
  if (field.toLowerCase() === term.toLowerCase()) return true;
  const words = new Set(wordsOf(field));
  const wanted = wordsOf(term);
  return words.has(term.toLowerCase()) || (wanted.length > 0 && wanted.every((word) => words.has(word)));
}

const wordsOf = (text: string): readonly string[] =>
  text
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '');

const refuse = (reason: string): Failure => new Failure(METRICS_MATH_FAILURES.searchMalformed, { reason });
