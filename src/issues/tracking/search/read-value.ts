import { DAY_MS, MINUTE_MS, parseDurationMs, SECOND_MS } from '../../../base/index.ts';
import { searchMistake } from './search-mistake.ts';
import type { Operator, SearchTerm, SearchValue } from './search-node.ts';

/** The one value of a key that takes one. */
export function onlyValue(term: SearchTerm): SearchValue {
  const [value] = term.values;
  if (value !== undefined && term.values.length === 1) return value;
  throw searchMistake(term.at, `${term.key} takes one value`, `write ${term.key}:value`);
}

/** A whole number with its comparison. */
export function readNumber(term: SearchTerm): { readonly operator: Operator; readonly number: number } {
  const value = onlyValue(term);
  if (!/^\d{1,15}$/.test(value.text)) {
    throw searchMistake(value.at, `${value.text} is not a whole number`, `write ${term.key}:>10`);
  }
  return { operator: term.operator, number: Number(value.text) };
}

/** A range of time; what is absent is open. */
export interface TimeBounds {
  readonly fromMs?: number;
  /** Excluded. */
  readonly toMs?: number;
}

const ADVICE = (key: string): string =>
  `write ${key}:-24h for the last day, ${key}:+7d for longer ago, or ${key}:>2026-01-31 with a date or a time in UTC`;

/** `-24h` (since then), `+24h` (before that), or a date or time in UTC with a comparison. */
export function readTime(term: SearchTerm, nowMs: number): TimeBounds {
  const value = onlyValue(term);
  const relative = /^([+-])(\d[\d.smhdw]*)$/.exec(value.text);
  if (relative !== null) {
    const agoMs = parseDurationMs(relative[2] ?? '');
    if (agoMs === undefined || term.operator !== '=')
      throw searchMistake(value.at, `${value.text} is no time`, ADVICE(term.key));
    const thenMs = nowMs - agoMs;
    return relative[1] === '-' ? { fromMs: thenMs } : { toMs: thenMs };
  }
  const span = readDate(value.text);
  if (span === undefined) throw searchMistake(value.at, `${value.text} is no time`, ADVICE(term.key));
  switch (term.operator) {
    case '=':
      return { fromMs: span.startMs, toMs: span.endMs };
    case '>':
      return { fromMs: span.endMs };
    case '>=':
      return { fromMs: span.startMs };
    case '<':
      return { toMs: span.startMs };
    case '<=':
      return { toMs: span.endMs };
  }
}

const DATE = /^\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?(?:Z|[+-]\d\d:?\d\d)?)?$/;

/** A day, a minute, a second or a moment, whichever was written, with where it ends. */
function readDate(text: string): { readonly startMs: number; readonly endMs: number } | undefined {
  if (!DATE.test(text) || !isDay(text.slice(0, 10))) return undefined;
  const hasZone = /(?:Z|[+-]\d\d:?\d\d)$/.test(text.slice(10));
  const whole = text.length > 10 && !hasZone ? `${text}Z` : text;
  const startMs = Date.parse(whole.replace(' ', 'T'));
  if (Number.isNaN(startMs)) return undefined;
  return { startMs, endMs: startMs + lengthOf(text.replace(/(?:Z|[+-]\d\d:?\d\d)$/, '')) };
}

/** `Date.parse` takes the 31st of February for a day in March. */
function isDay(day: string): boolean {
  const ms = Date.parse(day);
  return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(day);
}

function lengthOf(text: string): number {
  if (text.length <= 10) return DAY_MS;
  if (text.length <= 16) return MINUTE_MS;
  return text.length <= 19 ? SECOND_MS : 1;
}
