import { Failure } from '../../base/index.ts';
import { METRICS_MATH_FAILURES } from './failures.ts';
import { METRICS_MATH_LIMITS } from './limits.ts';

export interface Token {
  readonly type: 'number' | 'text' | 'id' | 'word' | 'symbol' | 'end';
  readonly text: string;
  readonly position: number;
}

const TOKEN =
  /\s*(?:(?<number>\d+(?:\.\d*)?(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?)|(?<text>'[^']*'|"(?:[^"\\]|\\.)*")|(?<id>[a-z][A-Za-z0-9_]*)|(?<word>[A-Z][A-Za-z0-9_]*)|(?<symbol>&&|\|\||==|!=|<=|>=|[-+*/^<>(),[\]]))/y;

/** Cuts an expression into its words. Throws `math.malformed` and `math.too-complex`. */
export function tokenize(expression: string): readonly Token[] {
  const { expressionLengthMax: max } = METRICS_MATH_LIMITS;
  if (expression.length > max)
    throw new Failure(METRICS_MATH_FAILURES.tooComplex, { limit: 'expressionLengthMax', max });
  const text = expression.trimEnd();
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    const position = TOKEN.lastIndex;
    const groups = TOKEN.exec(text)?.groups;
    if (groups === undefined) throw malformed(position, 'here begins no number, id, function or operator');
    tokens.push({ ...tokenOf(groups), position });
  }
  tokens.push({ type: 'end', text: '', position: text.length });
  return tokens;
}

function tokenOf(groups: Readonly<Record<string, string | undefined>>): Omit<Token, 'position'> {
  for (const type of ['number', 'id', 'word', 'symbol'] as const) {
    const text = groups[type];
    if (text !== undefined) return { type, text };
  }
  const quoted = groups.text ?? '';
  const inner = quoted.slice(1, -1);
  return { type: 'text', text: quoted.startsWith('"') ? inner.replace(/\\(.)/gs, '$1') : inner };
}

export const malformed = (position: number, reason: string): Failure =>
  new Failure(METRICS_MATH_FAILURES.malformed, { position: position + 1, reason });
