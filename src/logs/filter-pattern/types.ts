import type { LineRegex } from './line-regex.ts';

/** A parsed filter pattern; docs/filter-patterns.md says what each form means. */
export type FilterPattern =
  | { readonly type: 'all' }
  | {
      readonly type: 'terms';
      /** All of these must occur. */
      readonly include: readonly Term[];
      /** None of these may occur. */
      readonly exclude: readonly Term[];
      /** One of these must occur; empty when there are others, because CloudWatch ignores `?` terms then. */
      readonly anyOf: readonly Term[];
    }
  | { readonly type: 'json'; readonly condition: JsonCondition }
  | { readonly type: 'fields'; readonly slots: readonly FieldSlot[] };

export type Term =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'regex'; readonly regex: LineRegex };

export type Condition<Leaf> =
  | { readonly type: 'and'; readonly parts: readonly Condition<Leaf>[] }
  | { readonly type: 'or'; readonly parts: readonly Condition<Leaf>[] }
  | Leaf;

export type JsonCondition = Condition<JsonTest>;
export type FieldCondition = Condition<ValueTest>;

export type JsonTest =
  | { readonly type: 'selected'; readonly selector: Selector; readonly test: ValueTest }
  | { readonly type: 'is'; readonly selector: Selector; readonly value: null | true | false }
  | { readonly type: 'not-exists'; readonly selector: Selector };

export type ValueTest =
  | { readonly type: 'text'; readonly negated: boolean; readonly wildcard: Wildcard }
  | { readonly type: 'regex'; readonly negated: boolean; readonly regex: LineRegex }
  | { readonly type: 'number'; readonly operator: NumberOperator; readonly number: number; readonly text: string };

export type NumberOperator = '=' | '!=' | '<' | '<=' | '>' | '>=';

/** Text with `*` at its beginning, at its end, or both; a `*` inside is an ordinary character. */
export interface Wildcard {
  readonly text: string;
  readonly anyBefore: boolean;
  readonly anyAfter: boolean;
}

export type SelectorStep =
  | { readonly type: 'key'; readonly key: string }
  | { readonly type: 'index'; readonly index: number }
  | { readonly type: 'any' };
export type Selector = readonly SelectorStep[];

export type FieldSlot =
  /** `...`: any number of fields, also none. */
  { readonly type: 'rest' } | { readonly type: 'field'; readonly name: string; readonly condition?: FieldCondition };
