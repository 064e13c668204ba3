import { LOGS_LIMITS } from '../limits.ts';
import type { Cursor } from './cursor.ts';
import { mistake } from './mistake.ts';
import type { Condition, NumberOperator, ValueTest, Wildcard } from './types.ts';

/** `()` binds before `&&`, which binds before `||`. `parseLeaf` reads one comparison. */
export function parseCondition<Leaf>(cursor: Cursor, parseLeaf: () => Condition<Leaf>, nesting = 0): Condition<Leaf> {
  if (nesting > LOGS_LIMITS.filterNestingMax) {
    throw mistake(cursor.offset(), 'the parentheses are nested too deeply', 'simplify the condition');
  }
  const primary = (): Condition<Leaf> => {
    cursor.skipSpace();
    const start = cursor.offset();
    if (!cursor.take('(')) return parseLeaf();
    const inner = parseCondition(cursor, parseLeaf, nesting + 1);
    cursor.skipSpace();
    if (!cursor.take(')')) throw mistake(start, 'the parenthesis is never closed', 'close it with )');
    return inner;
  };
  const joined = (operator: '&&' | '||', next: () => Condition<Leaf>): Condition<Leaf> => {
    const first = next();
    const parts = [first];
    cursor.skipSpace();
    while (cursor.take(operator)) {
      parts.push(next());
      cursor.skipSpace();
    }
    return parts.length === 1 ? first : { type: operator === '&&' ? 'and' : 'or', parts };
  };
  return joined('||', () => joined('&&', primary));
}

const OPERATORS: readonly NumberOperator[] = ['!=', '<=', '>=', '=', '<', '>'];
const NUMBER = /^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$/;

/** An operator with its value: `= "x*"`, `!= %re%`, `>= 5`. `isBareEnd` tells where an unquoted value stops. */
export function parseValueTest(cursor: Cursor, isBareEnd: (character: string) => boolean): ValueTest {
  cursor.skipSpace();
  const operatorAt = cursor.offset();
  const operator = OPERATORS.find((candidate) => cursor.take(candidate));
  if (operator === undefined) {
    throw mistake(
      operatorAt,
      'an operator is missing',
      'use =, !=, <, <=, >, >=, IS NULL, IS TRUE, IS FALSE or NOT EXISTS',
    );
  }
  cursor.skipSpace();
  const valueAt = cursor.offset();
  const isEquality = operator === '=' || operator === '!=';
  if (isEquality && cursor.take('%')) {
    return { type: 'regex', negated: operator === '!=', regex: cursor.takeRegex() };
  }
  const quoted = cursor.take('"');
  const text = quoted
    ? cursor.takeQuoted('"')
    : cursor.takeWhile(
        (character) =>
          !isBareEnd(character) && !'"=<>!'.includes(character) && !cursor.startsWith('&&') && !cursor.startsWith('||'),
      );
  if (!quoted && text === '') throw mistake(valueAt, 'a value is missing', 'write a number, a word or a quoted text');
  if (!quoted && NUMBER.test(text)) return { type: 'number', operator, number: Number(text), text };
  if (!isEquality) throw mistake(valueAt, `${operator} needs a number`, 'use = or != to compare text');
  return { type: 'text', negated: operator === '!=', wildcard: parseWildcard(text) };
}

const parseWildcard = (text: string): Wildcard => {
  const anyBefore = text.startsWith('*');
  const anyAfter = text.endsWith('*');
  if (/^\*+$/.test(text)) return { text: '', anyBefore: true, anyAfter: true };
  return { text: text.slice(anyBefore ? 1 : 0, anyAfter ? -1 : undefined), anyBefore, anyAfter };
};
