import { type Cursor, isSpace } from './cursor.ts';
import { mistake } from './mistake.ts';
import { parseCondition, parseValueTest } from './parse-condition.ts';
import type { FieldCondition, FieldSlot, FilterPattern } from './types.ts';

const isNameCharacter = (character: string): boolean => /[\p{L}\p{N}_.-]/u.test(character);
const isBareEnd = (character: string): boolean => isSpace(character) || ')(],'.includes(character);

/** `[ip, user, ..., status=4*, bytes>1000]`: fields by their place; an empty place is a field without a name. */
export function parseFields(cursor: Cursor): FilterPattern {
  const start = cursor.offset();
  cursor.take('[');
  const slots: FieldSlot[] = [];
  const names = new Set<string>();
  cursor.skipSpace();
  if (!cursor.take(']')) {
    do {
      const at = cursor.offset();
      const slot = parseSlot(cursor);
      if (slot.type === 'rest' && slots.some((other) => other.type === 'rest')) {
        throw mistake(at, 'there is a second ellipsis', 'use ... once');
      }
      if (slot.type === 'field' && slot.name !== '' && names.has(slot.name)) {
        throw mistake(at, `the field name ${slot.name} is used twice`, 'give each field its own name');
      }
      if (slot.type === 'field') names.add(slot.name);
      slots.push(slot);
      cursor.skipSpace();
    } while (cursor.take(','));
    if (cursor.atEnd()) throw mistake(start, 'the bracket is never closed', 'close the pattern with ]');
    if (!cursor.take(']')) {
      throw mistake(cursor.offset(), `the character ${cursor.peek()} is not expected`, 'separate fields with commas');
    }
  }
  cursor.skipSpace();
  if (!cursor.atEnd()) throw mistake(cursor.offset(), 'something follows the closing bracket', 'remove it');
  return { type: 'fields', slots };
}

function parseSlot(cursor: Cursor): FieldSlot {
  cursor.skipSpace();
  if (cursor.take('...')) return { type: 'rest' };
  if (',]'.includes(cursor.peek())) return { type: 'field', name: '' };
  let name: string | undefined;
  let hasTest = false;
  const parseTest = (): FieldCondition => {
    cursor.skipSpace();
    const at = cursor.offset();
    const found = cursor.takeWhile(isNameCharacter);
    if (!/^[\p{L}_]/u.test(found))
      throw mistake(at, 'a field name is missing', 'begin it with a letter, as in status=4*');
    if (name !== undefined && name !== found) {
      throw mistake(
        at,
        `a condition on ${found} stands in the place of ${name}`,
        'put it in the place of its own field',
      );
    }
    name = found;
    cursor.skipSpace();
    if (cursor.atEnd() || ',]'.includes(cursor.peek())) {
      // A name alone tests nothing; parseCondition still needs a leaf, and this one is dropped below.
      return { type: 'and', parts: [] };
    }
    hasTest = true;
    return parseValueTest(cursor, isBareEnd);
  };
  const condition = parseCondition(cursor, parseTest);
  return { type: 'field', name: name ?? '', ...(hasTest ? { condition } : {}) };
}
