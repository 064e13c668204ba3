import { Failure } from '../../../../base/index.ts';
import { CLOUDWATCH_FAILURES } from '../failures.ts';
import { CLOUDWATCH_LIMITS } from '../limits.ts';
import type { IntegerShape, ListShape, MapShape, Shape, ShapeFor, StructureShape, TextShape } from './shapes.ts';

/**
 * How a wire's parsed request is looked at. Each function gives undefined for a node of another type; the reader of
 * shapes turns that into one refusal.
 */
export interface TreeReader {
  readonly isAbsent: (node: unknown) => boolean;
  /** The members of a structure by name; unknown members are never asked for, and so ignored as AWS does. */
  readonly structure: (node: unknown) => ((name: string) => unknown) | undefined;
  readonly items: (node: unknown) => readonly unknown[] | undefined;
  readonly entries: (node: unknown) => readonly (readonly [string, unknown])[] | undefined;
  readonly text: (node: unknown) => string | undefined;
  readonly number: (node: unknown) => number | undefined;
  readonly flag: (node: unknown) => boolean | undefined;
  readonly timeMs: (node: unknown) => number | undefined;
}

type PathStep = string | number;

/** A broken rule of the model; `word-problems.ts` says it in the words of the operation. */
export type Problem = { readonly path: readonly PathStep[] } & (
  | { readonly type: 'missing' }
  | { readonly type: 'constraint'; readonly value: string; readonly constraint: string; readonly size?: number }
);

interface Reading {
  readonly tree: TreeReader;
  readonly problems: Problem[];
}

/**
 * Reads a request by its shape: the value, and every broken constraint. Throws `cloudwatch.body-malformed` at the
 * first value of a wrong type. A value may be used only when there are no problems.
 */
export function readInput<T>(
  shape: ShapeFor<T>,
  tree: TreeReader,
  root: unknown,
): { readonly value: T; readonly problems: readonly Problem[] } {
  const reading: Reading = { tree, problems: [] };
  // The walk below gives what the shape describes, case by case; the type of a shape is not there at run time.
  const value = read(shape, root, [], reading) as T;
  return { value, problems: reading.problems };
}

function read(shape: Shape, node: unknown, path: readonly PathStep[], reading: Reading): unknown {
  const { tree } = reading;
  switch (shape.type) {
    case 'text':
      return checkText(shape, tree.text(node) ?? wrongType(path, 'a string'), path, reading);
    case 'integer':
      return checkInteger(shape, tree.number(node) ?? wrongType(path, 'a number'), path, reading);
    case 'double':
      return tree.number(node) ?? wrongType(path, 'a number');
    case 'flag':
      return tree.flag(node) ?? wrongType(path, 'true or false');
    case 'time':
      return tree.timeMs(node) ?? wrongType(path, 'a time');
    case 'list':
      return readList(shape, node, path, reading);
    case 'map':
      return readMap(shape, node, path, reading);
    case 'structure':
      return readStructure(shape, node, path, reading);
  }
}

function readList(shape: ListShape, node: unknown, path: readonly PathStep[], reading: Reading): unknown {
  const items = reading.tree.items(node) ?? wrongType(path, 'a list');
  if (!checkSize(shape, items.length, path, reading)) return [];
  return items.map((item, index) => {
    const at = [...path, index + 1];
    if (reading.tree.isAbsent(item)) wrongType(at, 'a value');
    return read(shape.of, item, at, reading);
  });
}

function readMap(shape: MapShape, node: unknown, path: readonly PathStep[], reading: Reading): unknown {
  const entries = reading.tree.entries(node) ?? wrongType(path, 'a map');
  if (!checkSize(shape, entries.length, path, reading)) return {};
  return Object.fromEntries(
    entries.map(([key, item]) => {
      const at = [...path, key];
      checkText(shape.key, key, at, reading);
      return [key, read(shape.of, item, at, reading)];
    }),
  );
}

function readStructure(shape: StructureShape, node: unknown, path: readonly PathStep[], reading: Reading): unknown {
  const memberOf = reading.tree.structure(node) ?? wrongType(path, 'a structure');
  const out: Record<string, unknown> = {};
  for (const name in shape.members) {
    const member = shape.members[name];
    if (member === undefined) continue;
    const found = memberOf(name);
    const at = [...path, name];
    if (reading.tree.isAbsent(found)) {
      if ('required' in member) reading.problems.push({ type: 'missing', path: at });
      continue;
    }
    out[name] = read('required' in member ? member.required : member, found, at, reading);
  }
  return out;
}

const PATTERNS = new Map<string, RegExp>();
const patternOf = (source: string): RegExp => {
  const known = PATTERNS.get(source);
  if (known !== undefined) return known;
  const made = new RegExp(`^(?:${source})$`, 'su');
  PATTERNS.set(source, made);
  return made;
};

const echo = (value: string): string =>
  value.length <= CLOUDWATCH_LIMITS.valueEchoed ? value : `${value.slice(0, CLOUDWATCH_LIMITS.valueEchoed)}...`;

function checkText(shape: TextShape, value: string, path: readonly PathStep[], reading: Reading): string {
  const report = (constraint: string): void =>
    void reading.problems.push({ type: 'constraint', path, value: echo(value), constraint });
  if (shape.oneOf !== undefined && !shape.oneOf.includes(value)) {
    report(`satisfy enum value set: [${shape.oneOf.join(', ')}]`);
  }
  if (shape.min !== undefined && value.length < shape.min) report(`have length greater than or equal to ${shape.min}`);
  if (shape.max !== undefined && value.length > shape.max) report(`have length less than or equal to ${shape.max}`);
  else if (shape.pattern !== undefined && value.length > 0 && !patternOf(shape.pattern).test(value)) {
    report(`satisfy regular expression pattern: ${shape.pattern}`);
  }
  return value;
}

function checkInteger(shape: IntegerShape, value: number, path: readonly PathStep[], reading: Reading): number {
  if (!Number.isInteger(value)) wrongType(path, 'a whole number');
  const report = (constraint: string): void =>
    void reading.problems.push({ type: 'constraint', path, value: String(value), constraint });
  if (shape.min !== undefined && value < shape.min) report(`have value greater than or equal to ${shape.min}`);
  if (shape.max !== undefined && value > shape.max) report(`have value less than or equal to ${shape.max}`);
  return value;
}

function checkSize(
  shape: { readonly min?: number; readonly max?: number },
  size: number,
  path: readonly PathStep[],
  reading: Reading,
): boolean {
  const report = (constraint: string): boolean => {
    reading.problems.push({ type: 'constraint', path, value: `of ${size} elements`, constraint, size });
    return false;
  };
  if (shape.min !== undefined && size < shape.min) return report(`have length greater than or equal to ${shape.min}`);
  if (shape.max !== undefined && size > shape.max) return report(`have length less than or equal to ${shape.max}`);
  return true;
}

function wrongType(path: readonly PathStep[], expected: string): never {
  const at = path.length === 0 ? 'the request' : path.join('.');
  throw new Failure(CLOUDWATCH_FAILURES.bodyMalformed, { reason: `${at} is not ${expected}` });
}
