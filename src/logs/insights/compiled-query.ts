import type { ValueType } from './value.ts';

/** A column of the answer. */
export interface QueryField {
  /** What people call it. */
  readonly name: string;
  readonly type: 'string' | 'number' | 'boolean' | 'time';
  /** What the engine calls it in each row. */
  readonly column: string;
}

export type QueryParameters = Readonly<Record<string, string | readonly string[]>>;

/** A statement, with what is bound to it. Every text of a user is in the parameters, none in the statement. */
export interface CompiledQuery {
  readonly sql: string;
  readonly params: QueryParameters;
  /** In the order in which they are shown. */
  readonly fields: readonly QueryField[];
  /** True when rows are statistics and no longer events. */
  readonly isStatistics: boolean;
  /** Counts, as `matched`, the events that pass the filters before the first stats, limit, dedup or unnest. */
  readonly countSql: string;
  /** The same condition by itself, over a row of the table: for histograms and facets. */
  readonly filterSql: string;
  /** What `countSql` and `filterSql` need; may hold more. */
  readonly filterParams: QueryParameters;
  /** True when the text index can narrow the search. */
  readonly usesTextIndex: boolean;
}

export const fieldType = (type: ValueType, prefersNumber: boolean): QueryField['type'] =>
  type === 'any' ? (prefersNumber ? 'number' : 'string') : type;
