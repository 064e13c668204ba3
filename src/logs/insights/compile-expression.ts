import type { ArithmeticOperator, Expression } from './ast.ts';
import { compileCall } from './compile-call.ts';
import { compileComparison, compileIn } from './compile-comparison.ts';
import { type CompileContext, refuse } from './compile-context.ts';
import { regexProblem } from './regex.ts';
import { contains, matchesRegex } from './text-search.ts';
import {
  boolean,
  conditionOf,
  NULL_VALUE,
  number,
  numberLiteral,
  numberOf,
  string,
  textOf,
  type Value,
} from './value.ts';

/** Turns an expression into one of the engine. Reports what does not make sense and goes on with a null. */
export function compileExpression(context: CompileContext, node: Expression): Value {
  switch (node.type) {
    case 'broken':
      return NULL_VALUE;
    case 'literal':
      return compileLiteral(context, node);
    case 'field':
      return context.resolve(node.segments, node.name, node.span);
    case 'call':
      return context.resolveWritten(written(context, node)) ?? compileCall(context, node);
    case 'duration':
      return refuse(
        context,
        node.span,
        'a period of time cannot stand here',
        'use it in bin(5m) or datefloor(@timestamp, 1h)',
      );
    case 'regex':
      return refuse(
        context,
        node.span,
        'a regular expression cannot stand here',
        'use it after `like`: field like /…/',
      );
    case 'negate':
      return number(`(-${numberOf(context.compile(node.operand))})`);
    case 'not':
      return boolean(`(NOT ${compileCondition(context, node.operand)})`);
    case 'and':
    case 'or': {
      const operands = node.operands.map((operand) => compileCondition(context, operand));
      return boolean(`(${operands.join(node.type === 'and' ? ' AND ' : ' OR ')})`);
    }
    case 'arithmetic':
      return compileArithmetic(context, node);
    case 'compare':
      return compileComparison(context, node);
    case 'in':
      return compileIn(context, node);
    case 'like':
      return compileLike(context, node);
  }
}

/** The text of an expression as its author wrote it, which names its column. */
export const written = (context: CompileContext, node: Expression): string =>
  context.text
    .slice(node.span.offset, node.span.offset + node.span.length)
    .replace(/\s+/g, ' ')
    .trim();

/** Compiles what has to be true or false. */
export function compileCondition(context: CompileContext, node: Expression): string {
  const value = context.compile(node);
  if (value.constant !== undefined && typeof value.constant !== 'boolean') {
    refuse(
      context,
      node.span,
      `a ${typeof value.constant === 'string' ? 'text' : 'number'} is not a condition`,
      'compare a field with it: field = "value"',
    );
  }
  return conditionOf(value);
}

function compileLiteral(context: CompileContext, node: Expression & { readonly type: 'literal' }): Value {
  const { value, text } = node;
  if (typeof value === 'string') return { ...string(context.parameters.text(value)), constant: value };
  if (typeof value === 'number') {
    const isInexact = Number.isInteger(value) && !Number.isSafeInteger(value) && /^-?\d+$/.test(text);
    return { ...number(numberLiteral(value)), constant: value, ...(isInexact ? { digits: text } : {}) };
  }
  return { ...boolean(value ? '1' : '0'), constant: value };
}

const SIGNS: Readonly<Record<ArithmeticOperator, (left: string, right: string) => string>> = {
  '+': (left, right) => `(${left} + ${right})`,
  '-': (left, right) => `(${left} - ${right})`,
  '*': (left, right) => `(${left} * ${right})`,
  // Division by zero has no value; the engine would answer infinity.
  '/': (left, right) => `(${left} / nullIf(${right}, 0))`,
  '%': (left, right) => `(${left} % nullIf(${right}, 0))`,
  '^': (left, right) => `pow(${left}, ${right})`,
};

function compileArithmetic(context: CompileContext, node: Expression & { readonly type: 'arithmetic' }): Value {
  const operands = [node.left, node.right].map((operand) => {
    const value = context.compile(operand);
    if (typeof value.constant === 'string' && numberOf(value).startsWith('CAST')) {
      refuse(context, operand.span, `\`${node.operator}\` needs numbers, not a text`, 'use concat(a, b) to join texts');
    }
    return numberOf(value);
  });
  return number(SIGNS[node.operator](operands[0] ?? 'NULL', operands[1] ?? 'NULL'));
}

function compileLike(context: CompileContext, node: Expression & { readonly type: 'like' }): Value {
  const subject = context.compile(node.subject);
  const negation = node.isNegated ? 'NOT ' : '';
  if (node.pattern.type === 'regex') {
    const problem = regexProblem(node.pattern.source);
    if (problem !== undefined) {
      return refuse(
        context,
        node.pattern.span,
        `the regular expression is not valid: ${problem}`,
        'the syntax is that of RE2: no look-around, no back references',
      );
    }
    return boolean(`(${negation}${matchesRegex(context, subject, node.pattern.source)})`);
  }
  const pattern = context.compile(node.pattern);
  if (typeof pattern.constant === 'string')
    return boolean(`(${negation}${contains(context, subject, pattern.constant)})`);
  return boolean(`(${negation}(position(${textOf(subject)}, ${textOf(pattern)}) > 0))`);
}
