/**
 * What is known of a value while compiling. `any` is text whose meaning is only known row by row (a field of a JSON
 * body, a captured text): it counts as a number wherever it looks like one.
 */
export type ValueType = 'string' | 'number' | 'boolean' | 'time' | 'any';

/** An expression of the engine. Null stands for a missing value; a time is a count of milliseconds since 1970. */
export interface Value {
  readonly sql: string;
  readonly type: ValueType;
  /** Set for what was written as a literal. */
  readonly constant?: string | number | boolean;
  /** The digits of an integer literal too large for a number to hold exactly. */
  readonly digits?: string;
  /** A cheaper way to the number than through the text. */
  readonly numberSql?: string;
  /** The condition behind a number that is 1 or 0; as a number the engine's index would not see it. */
  readonly conditionSql?: string;
  /** What to sort by instead. */
  readonly orderSql?: string;
  /** Set for the message itself, on which the text index works. */
  readonly isBody?: true;
  /** An `any` that most likely holds numbers: max(latency). */
  readonly prefersNumber?: true;
}

export const NULL_VALUE: Value = { sql: 'NULL', type: 'any' };

export const number = (sql: string): Value => ({ sql, type: 'number' });
export const string = (sql: string): Value => ({ sql, type: 'string' });
export const boolean = (sql: string): Value => ({ sql, type: 'boolean' });
export const time = (sql: string): Value => ({ sql, type: 'time' });
export const any = (sql: string): Value => ({ sql, type: 'any' });

/** A number as the engine reads it back exactly; what is not finite has no literal and is missing. */
export const numberLiteral = (value: number): string =>
  Number.isFinite(value) ? `toFloat64(${Object.is(value, -0) ? 0 : value})` : 'NULL';

/** JSON as JavaScript writes it; the engine by itself puts a backslash before each slash. */
export const jsonOf = (sql: string): string => `replaceAll(toJSONString(${sql}), '\\\\/', '/')`;

/** Text that spells a number. `nan` and `inf` are words: one of them must not spoil a sum. */
export const numberOfText = (sql: string): string =>
  `if(isFinite(toFloat64OrNull(${sql})), toFloat64OrNull(${sql}), NULL)`;

const NUMERIC = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
export const looksNumeric = (text: string): boolean => NUMERIC.test(text);

export function numberOf(value: Value): string {
  switch (value.type) {
    case 'number':
      return value.sql;
    case 'time':
    case 'boolean':
      return `toFloat64(${value.sql})`;
    case 'string':
    case 'any':
      if (typeof value.constant === 'string') {
        return looksNumeric(value.constant) ? numberLiteral(Number(value.constant)) : "CAST(NULL, 'Nullable(Float64)')";
      }
      return value.numberSql ?? numberOfText(value.sql);
  }
}

export function textOf(value: Value): string {
  switch (value.type) {
    case 'string':
    case 'any':
      return value.sql;
    case 'number':
      return `toString(${value.sql})`;
    case 'boolean':
      return `toString(CAST(${value.sql}, 'Nullable(Bool)'))`;
    case 'time':
      return `formatDateTimeInJodaSyntax(${dateTimeOf(value)}, 'yyyy-MM-dd HH:mm:ss.SSS')`;
  }
}

/** A condition: 1, 0, or missing, which is no match and whose negation is no match either. */
export function conditionOf(value: Value): string {
  switch (value.type) {
    case 'boolean':
      return value.sql;
    case 'number':
    case 'time':
      return value.conditionSql ?? `(${value.sql} != 0)`;
    case 'string':
    case 'any':
      return `if(${value.sql} IN ('true', 'false'), ${value.sql} = 'true', NULL)`;
  }
}

/** Whole milliseconds since 1970. */
export const millisecondsOf = (value: Value): string =>
  value.type === 'time' ? value.sql : `toInt64(${numberOf(value)})`;

/** The engine's own date and time of a value, in UTC. */
export const dateTimeOf = (value: Value): string => `fromUnixTimestamp64Milli(${millisecondsOf(value)}, 'UTC')`;

/** The keys that order a value: text before numbers, text in natural order, numbers by size. */
export function sortKeysOf(value: Value): readonly string[] {
  if (value.orderSql !== undefined) return [value.orderSql];
  if (value.type === 'number' || value.type === 'time' || value.type === 'boolean') return [value.sql];
  const text = textOf(value);
  const numeric = numberOf(value);
  // The first key keeps missing values apart from text: they come first, as nothing sorts before something.
  return [`isNotNull(${text})`, `isNotNull(${numeric})`, numeric, `naturalSortKey(ifNull(${text}, ''))`];
}

/** The type that fits all of them, for `if`, `case` and `coalesce`. */
export function commonType(values: readonly Value[]): ValueType {
  const first = values[0];
  if (first === undefined) return 'any';
  return values.every((value) => value.type === first.type) ? first.type : 'any';
}

/** The expression in the form of another type. */
export function convert(value: Value, type: ValueType): string {
  if (type === value.type) return value.sql;
  return type === 'number' ? numberOf(value) : textOf(value);
}
