export type Operator = '=' | '>' | '>=' | '<' | '<=';

export interface SearchValue {
  /** Texts between wildcards: one piece is the text itself. */
  readonly pieces: readonly string[];
  /** As it was typed, without quotes and escapes. */
  readonly text: string;
  readonly isQuoted: boolean;
  /** Position in the search, from 0. */
  readonly at: number;
}

export interface SearchTerm {
  readonly type: 'term';
  /** As it was typed; `tags[key]` comes as `key` with `isTag`. */
  readonly key: string;
  /** The key was written so that it can only be a tag. */
  readonly isTag: boolean;
  readonly operator: Operator;
  /** One, or those in brackets: any of them. */
  readonly values: readonly SearchValue[];
  readonly isNegated: boolean;
  readonly at: number;
}

export type SearchNode =
  | { readonly type: 'all'; readonly nodes: readonly SearchNode[] }
  | { readonly type: 'any'; readonly nodes: readonly SearchNode[] }
  | SearchTerm
  | { readonly type: 'text'; readonly value: SearchValue; readonly isNegated: boolean };
