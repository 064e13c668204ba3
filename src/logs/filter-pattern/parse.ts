import { LOGS_LIMITS } from '../limits.ts';
import { createCursor } from './cursor.ts';
import { mistake } from './mistake.ts';
import { parseFields } from './parse-fields.ts';
import { parseJson } from './parse-json.ts';
import { parseTerms } from './parse-terms.ts';
import type { FilterPattern } from './types.ts';

/**
 * Parses a CloudWatch filter pattern. Its first character decides the form: `{` JSON, `[` space-delimited, else terms.
 * Throws `logs.filter-pattern-invalid` with `column` (from 1) and `offset` (from 0, UTF-16) in its details.
 */
export function parseFilterPattern(source: string): FilterPattern {
  if (source.length > LOGS_LIMITS.filterPatternLength) {
    throw mistake(
      LOGS_LIMITS.filterPatternLength,
      `the pattern has more than ${LOGS_LIMITS.filterPatternLength} characters`,
      'shorten it',
    );
  }
  const cursor = createCursor(source);
  cursor.skipSpace();
  if (cursor.atEnd()) return { type: 'all' };
  if (cursor.peek() === '{') return parseJson(cursor);
  if (cursor.peek() === '[') return parseFields(cursor);
  return parseTerms(cursor);
}
