import type { Span } from './mistakes.ts';

export type CompareOperator = '=' | '!=' | '<' | '<=' | '>' | '>=';
export type ArithmeticOperator = '+' | '-' | '*' | '/' | '^' | '%';

/** A step of a field path: a key, or a position counted from 0. */
export type Segment = string | number;

export type Expression =
  | { readonly type: 'literal'; readonly value: string | number | boolean; readonly text: string; readonly span: Span }
  | { readonly type: 'duration'; readonly amount: number; readonly unit: string; readonly span: Span }
  | { readonly type: 'regex'; readonly source: string; readonly span: Span }
  | { readonly type: 'field'; readonly name: string; readonly segments: readonly Segment[]; readonly span: Span }
  | {
      readonly type: 'call';
      readonly name: string;
      readonly args: readonly Expression[];
      /** `count(*)`. */
      readonly isStar: boolean;
      readonly nameSpan: Span;
      readonly span: Span;
    }
  | { readonly type: 'negate' | 'not'; readonly operand: Expression; readonly span: Span }
  | {
      readonly type: 'arithmetic';
      readonly operator: ArithmeticOperator;
      readonly left: Expression;
      readonly right: Expression;
      readonly span: Span;
    }
  | {
      readonly type: 'compare';
      readonly operator: CompareOperator;
      readonly left: Expression;
      readonly right: Expression;
      readonly span: Span;
    }
  | {
      readonly type: 'like';
      readonly isNegated: boolean;
      readonly subject: Expression;
      readonly pattern: Expression;
      readonly span: Span;
    }
  | {
      readonly type: 'in';
      readonly isNegated: boolean;
      readonly subject: Expression;
      readonly items: readonly Expression[];
      readonly span: Span;
    }
  | { readonly type: 'and' | 'or'; readonly operands: readonly Expression[]; readonly span: Span }
  /** Stands where a mistake was reported; nothing more is said about it. */
  | { readonly type: 'broken'; readonly span: Span };

/** An expression that makes a column, with the name that the column has. */
export interface NamedExpression {
  readonly name: string;
  readonly hasAlias: boolean;
  readonly expression: Expression;
  readonly span: Span;
}

export interface SortKey {
  readonly expression: Expression;
  readonly isDescending: boolean;
}

export interface CapturedField {
  readonly name: string;
  readonly span: Span;
}

export type Command =
  | { readonly type: 'fields' | 'display'; readonly items: readonly NamedExpression[]; readonly span: Span }
  | { readonly type: 'filter'; readonly isIndexOnly: boolean; readonly condition: Expression; readonly span: Span }
  | {
      readonly type: 'parse';
      readonly subject?: Expression;
      readonly pattern:
        | { readonly type: 'glob'; readonly text: string; readonly span: Span }
        | { readonly type: 'regex'; readonly source: string; readonly span: Span };
      readonly captures: readonly CapturedField[];
      readonly span: Span;
    }
  | {
      readonly type: 'stats';
      readonly items: readonly NamedExpression[];
      readonly by: readonly NamedExpression[];
      readonly span: Span;
    }
  | { readonly type: 'sort'; readonly keys: readonly SortKey[]; readonly span: Span }
  | { readonly type: 'limit'; readonly count: number; readonly isAny: boolean; readonly span: Span }
  | { readonly type: 'dedup'; readonly keys: readonly Expression[]; readonly span: Span }
  | { readonly type: 'unnest'; readonly source: Expression; readonly into: CapturedField; readonly span: Span };

/** A query that was read without a mistake. */
export interface Ast {
  readonly text: string;
  readonly commands: readonly Command[];
}
