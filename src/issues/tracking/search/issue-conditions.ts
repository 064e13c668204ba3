import { type RawBuilder, sql } from 'kysely';
import type { TimeBounds } from './read-value.ts';
import type { Operator, SearchValue } from './search-node.ts';

/** Conditions on the issue `i`. */
export type IssueSql = RawBuilder<boolean>;

export const negatedIf = (condition: IssueSql, isNegated: boolean): IssueSql =>
  isNegated ? sql<boolean>`(NOT ${condition})` : condition;

export const joined = (conditions: readonly IssueSql[], word: 'AND' | 'OR'): IssueSql => {
  if (conditions.length === 0) return word === 'AND' ? sql<boolean>`true` : sql<boolean>`false`;
  return sql<boolean>`(${sql.join(conditions, word === 'AND' ? sql` AND ` : sql` OR `)})`;
};

/** LIKE with its own wildcards quoted: only the stars that a person typed are wild. */
const likePattern = (pieces: readonly string[]): string =>
  pieces.map((piece) => piece.replaceAll('\0', '').replace(/[\\%_]/g, '\\$&')).join('%');

/** The text column is like one of the values, without regard to case. */
export const likeAny = (column: string, values: readonly SearchValue[]): IssueSql =>
  joined(
    values.map(({ pieces }) => sql<boolean>`i.${sql.ref(column)} ILIKE ${likePattern(pieces)}`),
    'OR',
  );

/** The text stands anywhere in what the list shows of an issue. */
export function containsText({ pieces, text }: SearchValue): IssueSql {
  const pattern = likePattern(['', ...pieces, '']);
  return sql<boolean>`(i.title ILIKE ${pattern} OR i.title_value ILIKE ${pattern} OR i.culprit ILIKE ${pattern}
    OR i.short_id = ${text.replaceAll('\0', '').toUpperCase()})`;
}

const OPERATORS: Readonly<Record<Operator, RawBuilder<unknown>>> = {
  '=': sql`=`,
  '>': sql`>`,
  '>=': sql`>=`,
  '<': sql`<`,
  '<=': sql`<=`,
};

export const compared = (column: string, operator: Operator, number: number): IssueSql =>
  sql<boolean>`i.${sql.ref(column)} ${OPERATORS[operator]} ${number}::bigint`;

export const within = (column: string, { fromMs, toMs }: TimeBounds): IssueSql =>
  joined(
    [
      ...(fromMs === undefined ? [] : [sql<boolean>`i.${sql.ref(column)} >= ${Math.floor(fromMs)}::bigint`]),
      ...(toMs === undefined ? [] : [sql<boolean>`i.${sql.ref(column)} < ${Math.floor(toMs)}::bigint`]),
    ],
    'AND',
  );

export const compare = (a: number, operator: Operator, b: number): boolean => {
  switch (operator) {
    case '=':
      return a === b;
    case '>':
      return a > b;
    case '>=':
      return a >= b;
    case '<':
      return a < b;
    case '<=':
      return a <= b;
  }
};
