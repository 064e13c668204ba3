import type { CompareOperator, Expression } from './ast.ts';
import { type CompileContext, refuse } from './compile-context.ts';
import type { Span } from './mistakes.ts';
import { bodyEquals } from './text-search.ts';
import { any, boolean, looksNumeric, number, numberLiteral, numberOf, textOf, type Value } from './value.ts';

/**
 * Numbers compare as numbers, also when one side is text that looks like a number; all else compares as text. A text
 * in quotes is equal only to itself: "007" is not 7. A comparison with a missing value is neither true nor false.
 */
export function compileComparison(context: CompileContext, node: Expression & { readonly type: 'compare' }): Value {
  let left = context.compile(node.left);
  let right = context.compile(node.right);
  if (left.type === 'time') right = timeLiteral(context, right, node.right.span);
  if (right.type === 'time') left = timeLiteral(context, left, node.left.span);
  return boolean(compare(context, node.operator, left, right));
}

/** `field in [a, b]` is `field = a or field = b`; values of one kind are looked up together. */
export function compileIn(context: CompileContext, node: Expression & { readonly type: 'in' }): Value {
  const subject = context.compile(node.subject);
  const isNumber = subject.type === 'number' || subject.type === 'time';
  const texts: string[] = [];
  const numbers: number[] = [];
  const others: string[] = [];
  for (const item of node.items) {
    if (item.type !== 'literal' && item.type !== 'field' && item.type !== 'call') {
      refuse(
        context,
        item.span,
        'a list holds values, fields or functions',
        'compute it before with `fields … as name`',
      );
      continue;
    }
    const plain = context.compile(item);
    const value = subject.type === 'time' ? timeLiteral(context, plain, item.span) : plain;
    if (typeof value.constant === 'string' && !isNumber) texts.push(value.constant);
    else if (value.digits !== undefined && !isNumber) texts.push(value.digits);
    else if (typeof value.constant === 'number') numbers.push(value.constant);
    else others.push(compare(context, '=', subject, value));
  }
  const tests = [...others];
  if (texts.length > 0) tests.push(`(${textOf(subject)} IN ${context.parameters.texts(texts)})`);
  if (numbers.length > 0) {
    const isIn = `${numberOf(subject)} IN (${numbers.map((value) => numberLiteral(value)).join(', ')})`;
    // Text that is no number is in no list of numbers; only what is missing is unknown.
    tests.push(isNumber ? `(${isIn})` : `if(isNull(${textOf(subject)}), NULL, ifNull(${isIn}, 0))`);
  }
  return boolean(`(${node.isNegated ? 'NOT ' : ''}(${tests.join(' OR ') || '0'}))`);
}

function compare(context: CompileContext, operator: CompareOperator, left: Value, right: Value): string {
  const isEquality = operator === '=' || operator === '!=';
  if (isEquality && left.isBody && typeof right.constant === 'string') {
    const equals = bodyEquals(context, right.constant);
    return operator === '=' ? equals : `(NOT ${equals})`;
  }
  if (operator === '=' && left.conditionSql !== undefined && right.constant === 1) return left.conditionSql;
  const isNumber = (value: Value): boolean => value.type === 'number' || value.type === 'time';
  if (isNumber(left) && isNumber(right)) return `(${left.sql} ${operator} ${right.sql})`;
  if (isNumber(left)) return compareWithNumber(operator, left, right, false);
  if (isNumber(right)) return compareWithNumber(operator, right, left, true);
  const texts = `(${textOf(left)} ${operator} ${textOf(right)})`;
  const isOpen = (value: Value): boolean =>
    value.type === 'any' || (value.type === 'string' && value.constant === undefined);
  if (isEquality && !(left.type === 'any' && right.type === 'any')) return texts;
  const isTextual = (value: Value): boolean =>
    typeof value.constant === 'boolean' || (typeof value.constant === 'string' && !looksNumeric(value.constant));
  if (isTextual(left) || isTextual(right) || (!isOpen(left) && !isOpen(right))) return texts;
  const [a, b] = [numberOf(left), numberOf(right)];
  return `if(isNotNull(${a}) AND isNotNull(${b}), ${a} ${operator} ${b}, ${texts})`;
}

/** A number against something that may or may not be one. Text that is no number differs from every number. */
function compareWithNumber(operator: CompareOperator, known: Value, other: Value, isSwapped: boolean): string {
  const text = textOf(other);
  // Beyond 2^53 a number no longer names one integer, but identifiers are often that long: compare the digits.
  if (known.digits !== undefined && other.type === 'any' && (operator === '=' || operator === '!=')) {
    return `(${text} ${operator} '${known.digits}')`;
  }
  const numeric = numberOf(other);
  const compared = isSwapped ? `${numeric} ${operator} ${known.sql}` : `${known.sql} ${operator} ${numeric}`;
  if (operator === '=' || operator === '!=') {
    return `if(isNull(${text}), NULL, ifNull(${compared}, ${operator === '=' ? 0 : 1}))`;
  }
  return `(${compared})`;
}

/** A text beside a time is a time written out. */
function timeLiteral(context: CompileContext, value: Value, span: Span): Value {
  if (typeof value.constant !== 'string') return value.type === 'time' ? value : number(numberOf(value));
  const milliseconds = readTime(value.constant);
  if (milliseconds === undefined) {
    refuse(
      context,
      span,
      'this text is not a time',
      'write "2026-11-22 17:06:00", "2026-11-22T17:06:00.123Z" or milliseconds since 1970',
    );
    return any('NULL');
  }
  return { ...number(numberLiteral(milliseconds)), constant: milliseconds };
}

/** Milliseconds since 1970 of a written time; UTC unless it says otherwise. */
function readTime(text: string): number | undefined {
  if (looksNumeric(text)) return Number(text);
  const match = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?)(Z|[+-]\d{2}:?\d{2})?)?$/i.exec(
    text.trim(),
  );
  if (match === null) return undefined;
  const milliseconds = Date.parse(`${match[1]}T${match[2] ?? '00:00'}${match[3] ?? 'Z'}`);
  return Number.isNaN(milliseconds) ? undefined : milliseconds;
}
