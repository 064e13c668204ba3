/** The same shape, read-only all the way down: what verbs answer with. */
export type Frozen<T> = T extends (infer Entry)[]
  ? readonly Frozen<Entry>[]
  : T extends object
    ? { readonly [Key in keyof T]: Frozen<T[Key]> }
    : T;

/** The domain's values are read-only and the contract's are not; they are plain JSON, and nobody changes them here. */
export const thaw = <T>(value: Frozen<T>): T => value as T;
