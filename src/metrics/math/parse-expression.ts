import { Failure } from '../../base/index.ts';
import { METRICS_MATH_FAILURES } from './failures.ts';
import { METRICS_MATH_LIMITS } from './limits.ts';
import { malformed, type Token, tokenize } from './tokenize.ts';
import type { BinaryOperator, MathNode } from './types.ts';

/**
 * Reads an expression of metric math (CloudWatch, "Using math expressions with CloudWatch metrics"). Operators bind as
 * in arithmetic: `^`, sign, `* /`, `+ -`, comparisons, AND, OR; all from left to right, `^` from right to left. Throws
 * `math.malformed` and `math.too-complex`, and nothing else.
 */
export function parseExpression(expression: string): MathNode {
  const reader = createReader(tokenize(expression));
  const node = parseBinary(reader, 0);
  const rest = reader.peek();
  if (rest.type !== 'end') throw malformed(rest.position, `"${rest.text}" does not belong here`);
  return node;
}

interface Reader {
  readonly peek: () => Token;
  readonly take: () => Token;
  /** Takes the next word when it is this symbol. */
  readonly accept: (symbol: string) => boolean;
  readonly expect: (symbol: string) => void;
  /** Runs `read` one level deeper. */
  readonly deeper: <T>(read: () => T) => T;
}

function createReader(tokens: readonly Token[]): Reader {
  const end: Token = { type: 'end', text: '', position: 0 };
  let index = 0;
  let depth = 0;
  const peek = (): Token => tokens[index] ?? tokens.at(-1) ?? end;
  const accept = (symbol: string): boolean => {
    const token = peek();
    if (token.type !== 'symbol' || token.text !== symbol) return false;
    index += 1;
    return true;
  };
  return {
    peek,
    accept,
    take: () => {
      const token = peek();
      index += 1;
      return token;
    },
    expect: (symbol) => {
      if (!accept(symbol)) throw malformed(peek().position, `a "${symbol}" is missing`);
    },
    deeper: (read) => {
      depth += 1;
      const { nestingMax: max } = METRICS_MATH_LIMITS;
      if (depth > max) throw new Failure(METRICS_MATH_FAILURES.tooComplex, { limit: 'nestingMax', max });
      const result = read();
      depth -= 1;
      return result;
    },
  };
}

const LEVELS: readonly ReadonlyMap<string, BinaryOperator>[] = [
  new Map([
    ['OR', 'OR'],
    ['||', 'OR'],
  ]),
  new Map([
    ['AND', 'AND'],
    ['&&', 'AND'],
  ]),
  new Map((['==', '!=', '<', '<=', '>', '>='] as const).map((operator) => [operator, operator])),
  new Map((['+', '-'] as const).map((operator) => [operator, operator])),
  new Map((['*', '/'] as const).map((operator) => [operator, operator])),
];

function parseBinary(reader: Reader, level: number): MathNode {
  const operators = LEVELS[level];
  if (operators === undefined) return parseSign(reader);
  let left = parseBinary(reader, level + 1);
  for (;;) {
    const token = reader.peek();
    const operator = token.type === 'symbol' || token.type === 'word' ? operators.get(token.text) : undefined;
    if (operator === undefined) return left;
    reader.take();
    left = { type: 'binary', operator, left, right: parseBinary(reader, level + 1) };
  }
}

function parseSign(reader: Reader): MathNode {
  if (reader.accept('-')) return { type: 'negate', operand: reader.deeper(() => parseSign(reader)) };
  if (reader.accept('+')) return reader.deeper(() => parseSign(reader));
  const base = parsePrimary(reader);
  if (!reader.accept('^')) return base;
  return { type: 'binary', operator: '^', left: base, right: reader.deeper(() => parseSign(reader)) };
}

function parsePrimary(reader: Reader): MathNode {
  const token = reader.take();
  switch (token.type) {
    case 'number':
      return { type: 'number', value: numberOf(token) };
    case 'text':
      return { type: 'text', text: token.text };
    case 'id':
      return { type: 'id', id: token.text };
    case 'word':
      if (token.text === 'AND' || token.text === 'OR') throw malformed(token.position, 'an operand is missing');
      if (!reader.accept('(')) return { type: 'word', word: token.text };
      return { type: 'call', name: token.text, args: reader.deeper(() => parseList(reader, ')')) };
    case 'symbol':
      if (token.text === '[') return { type: 'array', items: reader.deeper(() => parseList(reader, ']')) };
      if (token.text === '(') {
        const inner = reader.deeper(() => parseBinary(reader, 0));
        reader.expect(')');
        return inner;
      }
      throw malformed(token.position, `"${token.text}" does not belong here`);
    case 'end':
      throw malformed(token.position, 'the expression ends too early');
  }
}

function parseList(reader: Reader, close: string): readonly MathNode[] {
  if (reader.accept(close)) return [];
  const items = [parseBinary(reader, 0)];
  while (reader.accept(',')) items.push(parseBinary(reader, 0));
  reader.expect(close);
  return items;
}

function numberOf(token: Token): number {
  const value = Number(token.text);
  if (!Number.isFinite(value)) throw malformed(token.position, 'a number is too large');
  return value;
}

/** What an expression uses, so that callers can refuse what they do not allow. */
export interface ExpressionUses {
  readonly ids: ReadonlySet<string>;
  readonly functions: ReadonlySet<string>;
  readonly calls: readonly Extract<MathNode, { readonly type: 'call' }>[];
}

export function usesOf(root: MathNode): ExpressionUses {
  const ids = new Set<string>();
  const functions = new Set<string>();
  const calls: Extract<MathNode, { readonly type: 'call' }>[] = [];
  const visit = (node: MathNode): void => {
    if (node.type === 'id') ids.add(node.id);
    if (node.type === 'call') {
      functions.add(node.name);
      calls.push(node);
    }
    for (const child of childrenOf(node)) visit(child);
  };
  visit(root);
  return { ids, functions, calls };
}

function childrenOf(node: MathNode): readonly MathNode[] {
  switch (node.type) {
    case 'array':
      return node.items;
    case 'call':
      return node.args;
    case 'negate':
      return [node.operand];
    case 'binary':
      return [node.left, node.right];
    default:
      return [];
  }
}
