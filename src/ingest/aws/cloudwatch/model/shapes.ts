/**
 * Shapes of requests and answers as data. One description serves all three wires: each reads an input by it and
 * writes an output by it, so that no wire can know a member that another does not.
 */
export type Shape =
  | TextShape
  | IntegerShape
  | DoubleShape
  | FlagShape
  | TimeShape
  | ListShape
  | MapShape
  | StructureShape;

export interface TextShape {
  readonly type: 'text';
  readonly min?: number;
  readonly max?: number;
  /** Source of a regular expression that the whole value must match. */
  readonly pattern?: string;
  readonly oneOf?: readonly string[];
}
export interface IntegerShape {
  readonly type: 'integer';
  readonly min?: number;
  readonly max?: number;
}
/** NaN and the infinities can be read; the operation refuses them by its own rule. */
export interface DoubleShape {
  readonly type: 'double';
}
export interface FlagShape {
  readonly type: 'flag';
}
/** Milliseconds since 1970 in memory; each wire has its own form. */
export interface TimeShape {
  readonly type: 'time';
}
export interface ListShape {
  readonly type: 'list';
  readonly of: Shape;
  readonly min?: number;
  readonly max?: number;
}
export interface MapShape {
  readonly type: 'map';
  readonly key: TextShape;
  readonly of: Shape;
  readonly min?: number;
  readonly max?: number;
}
export interface StructureShape {
  readonly type: 'structure';
  readonly members: Readonly<Record<string, Member>>;
}
export interface RequiredMember {
  readonly required: Shape;
}
export type Member = Shape | RequiredMember;

declare const VALUE: unique symbol;
/** Carries the type of the described value; there is nothing of it at run time. */
interface Describes<T> {
  readonly [VALUE]?: () => T;
}
export type ShapeFor<T> = Shape & Describes<T>;
type RequiredFor<T> = RequiredMember & Describes<T>;

/** The value that a shape describes. */
export type ValueOf<S> = S extends Describes<infer T> ? T : never;

type MembersFor = Readonly<Record<string, ShapeFor<unknown> | RequiredFor<unknown>>>;
type StructureValue<M> = {
  readonly [K in keyof M as M[K] extends RequiredMember ? K : never]: ValueOf<M[K]>;
} & { readonly [K in keyof M as M[K] extends RequiredMember ? never : K]?: ValueOf<M[K]> | undefined };

interface Bounds {
  readonly min?: number;
  readonly max?: number;
}

export const text = (rules: Omit<TextShape, 'type' | 'oneOf'> = {}): TextShape & Describes<string> => ({
  type: 'text',
  ...rules,
});
export const choice = <const C extends string>(...oneOf: readonly C[]): TextShape & Describes<C> => ({
  type: 'text',
  oneOf,
});
export const integer = (rules: Bounds = {}): IntegerShape & Describes<number> => ({ type: 'integer', ...rules });
export const double = (): DoubleShape & Describes<number> => ({ type: 'double' });
export const flag = (): FlagShape & Describes<boolean> => ({ type: 'flag' });
export const time = (): TimeShape & Describes<number> => ({ type: 'time' });
export const list = <S extends ShapeFor<unknown>>(
  of: S,
  rules: Bounds = {},
): ListShape & Describes<readonly ValueOf<S>[]> => ({ type: 'list', of, ...rules });
export const map = <S extends ShapeFor<unknown>>(
  key: TextShape,
  of: S,
  rules: Bounds = {},
): MapShape & Describes<Readonly<Record<string, ValueOf<S>>>> => ({ type: 'map', key, of, ...rules });
export const structure = <M extends MembersFor>(members: M): StructureShape & Describes<StructureValue<M>> => ({
  type: 'structure',
  members,
});
export const required = <S extends ShapeFor<unknown>>(shape: S): RequiredFor<ValueOf<S>> => ({ required: shape });

export const shapeOf = (member: Member): Shape => ('required' in member ? member.required : member);
