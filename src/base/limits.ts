/** A limit has a name, a number with a unit, and a reason; docs/limits.md is made from these tables. */
export interface LimitSpec {
  readonly value: number;
  readonly unit: 'bytes' | 'ms' | 's' | 'days' | 'count' | 'per minute' | 'per second';
  readonly reason: string;
}

export type Limits<T> = { readonly [K in keyof T]: number };

const SPECS = new WeakMap<object, { readonly area: string; readonly specs: Readonly<Record<string, LimitSpec>> }>();

/** Declares the limits of one area, in its `limits.ts`; the result maps each name to its number. */
export function defineLimits<const T extends Record<string, LimitSpec>>(area: string, specs: T): Limits<T> {
  const numbers = Object.fromEntries(Object.entries(specs).map(([name, spec]) => [name, spec.value])) as Limits<T>;
  SPECS.set(numbers, { area, specs });
  return Object.freeze(numbers);
}

/** The declaration behind a table made by {@link defineLimits}; undefined for any other object. */
export const limitSpecsOf = (
  limits: object,
): { readonly area: string; readonly specs: Readonly<Record<string, LimitSpec>> } | undefined => SPECS.get(limits);
