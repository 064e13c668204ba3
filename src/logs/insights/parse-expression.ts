import type { ArithmeticOperator, CompareOperator, Expression, Segment } from './ast.ts';
import { type Cursor, describe } from './cursor.ts';
import { INSIGHTS_LIMITS } from './insights-limits.ts';
import { across, type Span } from './mistakes.ts';

/** How strongly an operator binds; a higher one takes its operands first. */
const BINDING = { or: 1, and: 2, not: 3, compare: 4, add: 5, multiply: 6, negate: 7, power: 8 } as const;
const KEYWORDS: ReadonlySet<string> = new Set(['and', 'or', 'in', 'like', 'as', 'by', 'asc', 'desc', 'into']);

/** Reads one expression by precedence climbing (Pratt). */
export function parseExpression(cursor: Cursor, minimum: number = BINDING.or): Expression {
  return cursor.nested(
    () => parseOperators(cursor, minimum),
    () => ({ type: 'broken', span: cursor.peek() }),
  );
}

function parseOperators(cursor: Cursor, minimum: number): Expression {
  let left = parsePrefix(cursor);
  let chain = 0;
  while (!cursor.isBroken()) {
    const joined = parseInfix(cursor, left, minimum);
    if (joined === undefined) return left;
    left = joined;
    // `and` and `or` chains are flat; any other chain grows to the left, one level for each operator.
    chain = left.type === 'and' || left.type === 'or' ? 0 : chain + 1;
    if (chain > INSIGHTS_LIMITS.nesting) {
      cursor.fail(left.span, 'this chain of operators is too long', 'split it over several `fields … as name`');
    }
  }
  return left;
}

function parsePrefix(cursor: Cursor): Expression {
  const token = cursor.peek();
  if (token.type === 'word' && token.text.toLowerCase() === 'not') {
    cursor.next();
    const operand = parseExpression(cursor, BINDING.not);
    return { type: 'not', operand, span: cursor.since(token) };
  }
  if (cursor.takeOperator('-')) {
    const operand = parseExpression(cursor, BINDING.negate);
    if (operand.type === 'literal' && typeof operand.value === 'number') {
      return { ...operand, value: -operand.value, text: `-${operand.text}`, span: cursor.since(token) };
    }
    return { type: 'negate', operand, span: cursor.since(token) };
  }
  return parseOperand(cursor);
}

function parseInfix(cursor: Cursor, left: Expression, minimum: number): Expression | undefined {
  const token = cursor.peek();
  if (token.type === 'operator') return parseSign(cursor, left, token.text, minimum);
  if (token.type !== 'word') return undefined;
  const word = token.text.toLowerCase();
  if ((word === 'and' || word === 'or') && BINDING[word] >= minimum) {
    cursor.next();
    const right = parseExpression(cursor, BINDING[word] + 1);
    const operands = left.type === word ? [...left.operands, right] : [left, right];
    return { type: word, operands, span: across(left.span, right.span) };
  }
  if (BINDING.compare < minimum) return undefined;
  const isNegated = word === 'not' && (cursor.isWord('like', 1) || cursor.isWord('in', 1));
  if (isNegated) cursor.next();
  if (cursor.takeWord('like')) return parseLike(cursor, left, isNegated);
  if (cursor.takeWord('in')) return parseIn(cursor, left, isNegated);
  return undefined;
}

function parseSign(cursor: Cursor, left: Expression, sign: string, minimum: number): Expression | undefined {
  if (sign === '=~' && BINDING.compare >= minimum) {
    cursor.next();
    return parseLike(cursor, left, false);
  }
  if (/^(?:=|!=|<|<=|>|>=)$/.test(sign) && BINDING.compare >= minimum) {
    cursor.next();
    const right = parseExpression(cursor, BINDING.compare + 1);
    const after = cursor.peek();
    if (after.type === 'operator' && /^(?:=|!=|<|<=|>|>=)$/.test(after.text)) {
      cursor.fail(after, 'comparisons cannot be chained', 'join two of them with `and`');
    }
    return { type: 'compare', operator: sign as CompareOperator, left, right, span: across(left.span, right.span) };
  }
  const binding = { '+': BINDING.add, '-': BINDING.add, '*': BINDING.multiply, '/': BINDING.multiply }[sign];
  const strength = sign === '%' ? BINDING.multiply : sign === '^' ? BINDING.power : binding;
  if (strength === undefined || strength < minimum) return undefined;
  cursor.next();
  // Exponentiation groups to the right, all others to the left.
  const right = parseExpression(cursor, sign === '^' ? strength : strength + 1);
  return {
    type: 'arithmetic',
    operator: sign as ArithmeticOperator,
    left,
    right,
    span: across(left.span, right.span),
  };
}

function parseLike(cursor: Cursor, subject: Expression, isNegated: boolean): Expression {
  const pattern = parseExpression(cursor, BINDING.compare + 1);
  return { type: 'like', isNegated, subject, pattern, span: across(subject.span, pattern.span) };
}

function parseIn(cursor: Cursor, subject: Expression, isNegated: boolean): Expression {
  const open = cursor.peek();
  if (!cursor.takeOperator('[')) {
    cursor.fail(
      open,
      `\`in\` needs a list, not ${describe(open, cursor.text)}`,
      'write the values in square brackets: in ["a", "b"]',
    );
  }
  const items = parseList(cursor, ']', INSIGHTS_LIMITS.listItems, 'values in a list');
  if (items.length === 0) cursor.fail(cursor.since(open), 'the list is empty', 'write at least one value in it');
  return { type: 'in', isNegated, subject, items, span: cursor.since(subject.span) };
}

/** Reads `a, b, c` up to the closing sign, which is taken. */
function parseList(cursor: Cursor, close: string, max: number, what: string): readonly Expression[] {
  const items: Expression[] = [];
  if (cursor.takeOperator(close)) return items;
  while (!cursor.isBroken()) {
    items.push(parseExpression(cursor));
    if (items.length > max) cursor.fail(cursor.peek(), `too many ${what}`, `use at most ${max}`);
    if (cursor.takeOperator(close)) return items;
    const token = cursor.peek();
    if (!cursor.takeOperator(',')) {
      cursor.fail(
        token,
        `expected \`,\` or \`${close}\`, found ${describe(token, cursor.text)}`,
        `close it with ${close}`,
      );
    }
  }
  return items;
}

function parseOperand(cursor: Cursor): Expression {
  const token = cursor.peek();
  const span: Span = { offset: token.offset, length: token.length };
  switch (token.type) {
    case 'string':
      cursor.next();
      return { type: 'literal', value: token.value, text: token.value, span };
    case 'number':
      cursor.next();
      return {
        type: 'literal',
        value: token.value,
        text: cursor.text.slice(token.offset).slice(0, token.length),
        span,
      };
    case 'duration':
      cursor.next();
      return { type: 'duration', amount: token.amount, unit: token.unit, span };
    case 'regex':
      cursor.next();
      return { type: 'regex', source: token.source, span };
    case 'word':
    case 'quoted':
      return parseName(cursor);
    case 'operator':
      if (cursor.takeOperator('(')) return parseGroup(cursor, span);
      break;
    case 'end':
      break;
  }
  const hint =
    token.type === 'operator' && token.text === ')'
      ? 'remove it, or open a bracket before it'
      : 'write a field, a value or a function here';
  cursor.fail(span, `expected a value, found ${describe(token, cursor.text)}`, hint);
  return { type: 'broken', span };
}

function parseGroup(cursor: Cursor, open: Span): Expression {
  const inner = parseExpression(cursor);
  const token = cursor.peek();
  if (!cursor.takeOperator(')')) {
    const isEnd = token.type === 'end';
    cursor.fail(
      isEnd ? open : token,
      isEnd ? 'this bracket is never closed' : `expected \`)\`, found ${describe(token, cursor.text)}`,
      'add ) where the group ends',
    );
  }
  return inner;
}

function parseName(cursor: Cursor): Expression {
  const token = cursor.next();
  if (token.type === 'word') {
    const word = token.text.toLowerCase();
    if (word === 'true' || word === 'false') {
      return {
        type: 'literal',
        value: word === 'true',
        text: word,
        span: { offset: token.offset, length: token.length },
      };
    }
    if (cursor.isOperator('(')) return parseCall(cursor, token.text, token);
    if (KEYWORDS.has(word)) {
      cursor.fail(
        token,
        `\`${token.text}\` is a keyword and cannot stand here`,
        'write a field or a value; a field of that name goes in backticks',
      );
      return { type: 'broken', span: token };
    }
  }
  return parsePath(cursor, token.type === 'word' || token.type === 'quoted' ? token : undefined, token);
}

function parsePath(
  cursor: Cursor,
  first: { readonly type: 'word' | 'quoted'; readonly text: string } | undefined,
  start: Span,
): Expression {
  const segments: Segment[] = first === undefined ? [] : first.type === 'word' ? first.text.split('.') : [first.text];
  let name = first?.text ?? '';
  while (!cursor.isBroken()) {
    if (cursor.isOperator('.')) {
      cursor.next();
      const part = cursor.next();
      if (part.type !== 'quoted' && part.type !== 'word') {
        cursor.fail(
          part,
          `expected a field name after the dot, found ${describe(part, cursor.text)}`,
          'finish the path',
        );
        break;
      }
      segments.push(...(part.type === 'word' ? part.text.split('.') : [part.text]));
      name += `.${part.text}`;
    } else if (cursor.isOperator('[')) {
      cursor.next();
      const index = cursor.next();
      if (index.type !== 'number' || !Number.isInteger(index.value) || !cursor.takeOperator(']')) {
        cursor.fail(index, 'expected a position such as [0]', 'positions in a list count from 0');
        break;
      }
      segments.push(index.value);
      name += `[${index.value}]`;
    } else break;
  }
  const span = cursor.since(start);
  if (segments.length > INSIGHTS_LIMITS.pathSegments) {
    cursor.fail(span, 'this path has too many steps', `use at most ${INSIGHTS_LIMITS.pathSegments}`);
  }
  return { type: 'field', name, segments, span: { offset: start.offset, length: span.length } };
}

function parseCall(cursor: Cursor, name: string, nameSpan: Span): Expression {
  const open = cursor.next();
  const isStar = cursor.isOperator('*') && cursor.isOperator(')', 1);
  if (isStar) {
    cursor.next();
    cursor.next();
  }
  const before = cursor.peek();
  if (!isStar && before.type === 'end' && !cursor.isBroken()) {
    cursor.fail(open, 'this bracket is never closed', 'add ) after the arguments');
  }
  const args = isStar ? [] : parseList(cursor, ')', INSIGHTS_LIMITS.callArguments, 'arguments');
  const place: Span = { offset: nameSpan.offset, length: nameSpan.length };
  return { type: 'call', name, args, isStar, nameSpan: place, span: cursor.since(place) };
}
