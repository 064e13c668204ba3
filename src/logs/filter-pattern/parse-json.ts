import { LOGS_LIMITS } from '../limits.ts';
import { type Cursor, createCursor, isSpace } from './cursor.ts';
import { mistake } from './mistake.ts';
import { parseCondition, parseValueTest } from './parse-condition.ts';
import type { FilterPattern, JsonCondition, Selector, SelectorStep } from './types.ts';

const isKeyCharacter = (character: string): boolean => /[\p{L}\p{N}_-]/u.test(character);
const isBareEnd = (character: string): boolean => isSpace(character) || ')(}'.includes(character);
const takeWord = (cursor: Cursor): string => cursor.takeWhile((character) => /[A-Za-z]/.test(character)).toUpperCase();

/** `{ $.a.b[0] = "x*" && ($.n >= 5 || $.z NOT EXISTS) }` */
export function parseJson(cursor: Cursor): FilterPattern {
  const start = cursor.offset();
  let wildcards = 0;
  cursor.take('{');
  const parseTest = (): JsonCondition => {
    cursor.skipSpace();
    const selectorAt = cursor.offset();
    const selector = parseSelector(cursor);
    wildcards += selector.filter((step) => step.type === 'any').length;
    if (wildcards > LOGS_LIMITS.filterWildcardSelectorsMax) {
      throw mistake(
        selectorAt,
        `there are more than ${LOGS_LIMITS.filterWildcardSelectorsMax} wildcard selectors`,
        'name the property or the index instead of *',
      );
    }
    return parseTestOf(cursor, selector);
  };
  const condition = parseCondition(cursor, parseTest);
  cursor.skipSpace();
  if (cursor.atEnd()) throw mistake(start, 'the brace is never closed', 'close the pattern with }');
  if (!cursor.take('}')) {
    throw mistake(cursor.offset(), `the character ${cursor.peek()} is not expected`, 'join comparisons with && or ||');
  }
  cursor.skipSpace();
  if (!cursor.atEnd()) throw mistake(cursor.offset(), 'something follows the closing brace', 'remove it');
  return { type: 'json', condition };
}

function parseTestOf(cursor: Cursor, selector: Selector): JsonCondition {
  cursor.skipSpace();
  const wordAt = cursor.offset();
  const word = takeWord(cursor);
  if (word === '') return { type: 'selected', selector, test: parseValueTest(cursor, isBareEnd) };
  cursor.skipSpace();
  const second = takeWord(cursor);
  if (word === 'NOT' && second === 'EXISTS') return { type: 'not-exists', selector };
  if (word === 'IS') {
    if (second === 'NULL') return { type: 'is', selector, value: null };
    if (second === 'TRUE') return { type: 'is', selector, value: true };
    if (second === 'FALSE') return { type: 'is', selector, value: false };
  }
  throw mistake(
    wordAt,
    `${word}${second === '' ? '' : ` ${second}`} is not an operator`,
    'use IS NULL, IS TRUE, IS FALSE or NOT EXISTS; there is no IS NOT and no EXISTS',
  );
}

/** A selector that stands alone. Throws `logs.filter-pattern-invalid` with the column. */
export function parsePropertySelector(source: string): Selector {
  const cursor = createCursor(source);
  const selector = parseSelector(cursor);
  if (!cursor.atEnd()) throw mistake(cursor.offset(), 'something follows the selector', 'remove it');
  return selector;
}

/** `$` and then steps: `.name`, `.*`, `[0]`, `[*]`, `.['dotted.key']`. */
function parseSelector(cursor: Cursor): Selector {
  const start = cursor.offset();
  if (!cursor.take('$'))
    throw mistake(start, 'a property selector is missing', 'begin it with $., for example $.status');
  const steps: SelectorStep[] = [];
  for (let step = parseStep(cursor); step !== undefined; step = parseStep(cursor)) steps.push(step);
  if (steps.length === 0) throw mistake(start, 'the selector names no property', 'write $.name or $.list[0]');
  if (steps.filter((step) => step.type === 'any').length > 1) {
    throw mistake(start, 'the selector has more than one wildcard', 'use one * in a selector');
  }
  return steps;
}

function parseStep(cursor: Cursor): SelectorStep | undefined {
  const dotted = cursor.take('.');
  if (cursor.take('[')) return parseBracketStep(cursor);
  if (!dotted) return undefined;
  if (cursor.take('*')) return { type: 'any' };
  const key = cursor.takeWhile(isKeyCharacter);
  if (key === '') {
    throw mistake(
      cursor.offset(),
      'a property name is missing after the dot',
      "write $.name, or $.['a name'] for other characters",
    );
  }
  return { type: 'key', key };
}

function parseBracketStep(cursor: Cursor): SelectorStep {
  const at = cursor.offset();
  const quote = cursor.peek();
  let step: SelectorStep;
  if (cursor.take("'") || cursor.take('"')) step = { type: 'key', key: cursor.takeQuoted(quote) };
  else if (cursor.take('*')) step = { type: 'any' };
  else {
    const digits = cursor.takeWhile((character) => /\d/.test(character));
    const index = Number(digits);
    if (digits === '' || !Number.isSafeInteger(index)) {
      throw mistake(at, 'an index is missing', "write [0], [*] or ['name']");
    }
    step = { type: 'index', index };
  }
  if (!cursor.take(']')) throw mistake(cursor.offset(), 'the bracket is never closed', 'close it with ]');
  return step;
}
