/** One time series while it is worked on: times ascend, and each has a value. */
export interface Series {
  readonly label: string;
  readonly periodSeconds: number;
  readonly timesMs: readonly number[];
  readonly values: readonly number[];
}

/** What an expression is worth: S, TS or TS[] in the words of CloudWatch; text and words are arguments only. */
export type MathValue =
  | { readonly type: 'scalar'; readonly value: number }
  | { readonly type: 'series'; readonly series: Series }
  | { readonly type: 'list'; readonly list: readonly Series[] }
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'word'; readonly word: string };

export type BinaryOperator = '+' | '-' | '*' | '/' | '^' | '==' | '!=' | '<' | '<=' | '>' | '>=' | 'AND' | 'OR';

/** An expression as read. */
export type MathNode =
  | { readonly type: 'number'; readonly value: number }
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'id'; readonly id: string }
  | { readonly type: 'word'; readonly word: string }
  | { readonly type: 'array'; readonly items: readonly MathNode[] }
  | { readonly type: 'negate'; readonly operand: MathNode }
  | { readonly type: 'binary'; readonly operator: BinaryOperator; readonly left: MathNode; readonly right: MathNode }
  | { readonly type: 'call'; readonly name: string; readonly args: readonly MathNode[] };

/** The span of time an expression is evaluated for. */
export interface MathRange {
  readonly fromMs: number;
  readonly toMs: number;
  readonly periodSeconds: number;
}

/** What an expression may use besides its own text. */
export interface MathScope {
  readonly range: MathRange;
  /** The value of another query; throws `math.unknown-id` and `math.cycle`. */
  readonly valueOf: (id: string) => MathValue;
  /** All metrics of the call with their ids, expressions left out. */
  readonly metrics: () => readonly { readonly id: string; readonly series: Series }[];
  /** What was found for a search of this expression. */
  readonly search: (call: SearchCall) => readonly Series[];
}

/** The arguments of one SEARCH. */
export interface SearchCall {
  readonly pattern: string;
  readonly statistic: string;
  /** Undefined takes the period of the query. */
  readonly periodSeconds: number | undefined;
}
