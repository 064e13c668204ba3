import type { EventException } from '../types.ts';

/**
 * Exceptions that hold several others (Python's ExceptionGroup, JavaScript's AggregateError, .NET's
 * AggregateException) come as a tree, written flat with ids; https://github.com/getsentry/rfcs/blob/main/text/0079-exception-groups.md
 */
export interface ChosenExceptions {
  /** Indexes into the event's exceptions, in the order in which they count. */
  readonly indexes: readonly number[];
  /** The exception that the title is of. */
  readonly main: number;
  readonly hint?: string;
}

interface Tree {
  readonly root: number;
  /** Oldest cause first, as in the event. */
  readonly childrenOf: (index: number) => readonly number[];
}

/**
 * What counts of a group is what it holds: the first exceptions from the root down that are no groups themselves, each
 * kind once, told apart by `keyOf`. Of one kind only, it and its causes count as if there were no group; of several,
 * one of each and the outermost group. A tree that is broken is taken as a plain chain.
 */
export function chooseExceptions(
  exceptions: readonly EventException[],
  keyOf: (index: number) => string,
): ChosenExceptions {
  const all = exceptions.map((_, index) => index);
  const last = exceptions.length - 1;
  const plain = { indexes: all, main: last };
  if (exceptions.length < 2 || !exceptions.some((exception) => exception.mechanism.isExceptionGroup)) return plain;
  const tree = readTree(exceptions);
  if (tree === undefined)
    return { ...plain, hint: 'the tree of the exception group is broken, so it is taken as a chain' };
  const held = topLevel(exceptions, tree);
  const kinds = new Map<string, number>();
  for (const index of held) {
    const key = keyOf(index);
    if (!kinds.has(key)) kinds.set(key, index);
  }
  const [first] = kinds.values();
  if (first === undefined) return { ...plain, hint: 'the exception group holds nothing but groups' };
  if (kinds.size === 1) {
    const path = firstPath(first, tree);
    return { indexes: path.toReversed(), main: first, hint: 'all exceptions of the group are of one kind' };
  }
  // In the order of their hashes: which of several tasks failed first is chance.
  const sorted = [...kinds].toSorted(([left], [right]) => (left < right ? -1 : 1)).map(([, index]) => index);
  const withRoot = sorted.includes(tree.root) ? sorted : [...sorted, tree.root];
  return { indexes: withRoot, main: tree.root, hint: `the group holds ${kinds.size} kinds of exceptions` };
}

/** Undefined for ids that are missing or double, for parents that are missing or own themselves, and for no or two roots. */
function readTree(exceptions: readonly EventException[]): Tree | undefined {
  const byId = new Map<number, number>();
  for (const [index, { mechanism }] of exceptions.entries()) {
    if (mechanism.exceptionId === undefined || byId.has(mechanism.exceptionId)) return undefined;
    byId.set(mechanism.exceptionId, index);
  }
  const children = new Map<number, number[]>();
  const roots: number[] = [];
  for (const [index, { mechanism }] of exceptions.entries()) {
    if (mechanism.parentId === undefined) {
      roots.push(index);
      continue;
    }
    const parent = byId.get(mechanism.parentId);
    if (parent === undefined || parent === index) return undefined;
    // SDKs write a tree from the root on and turn the list round, so the last child of a parent is its first.
    children.set(parent, [index, ...(children.get(parent) ?? [])]);
  }
  const [root] = roots;
  if (root === undefined || roots.length > 1) return undefined;
  const childrenOf = (index: number): readonly number[] => children.get(index) ?? [];
  return isWhole(root, childrenOf, exceptions.length) ? { root, childrenOf } : undefined;
}

/** A cycle is not reached from the root. */
function isWhole(root: number, childrenOf: (index: number) => readonly number[], count: number): boolean {
  const seen = new Set<number>([root]);
  for (const index of seen) for (const child of childrenOf(index)) seen.add(child);
  return seen.size === count;
}

function topLevel(exceptions: readonly EventException[], tree: Tree): readonly number[] {
  const found: number[] = [];
  const left = [tree.root];
  for (let index = left.pop(); index !== undefined; index = left.pop()) {
    const isGroup = exceptions[index]?.mechanism.isExceptionGroup ?? false;
    if (!isGroup) found.push(index);
    else left.push(...tree.childrenOf(index).toReversed());
  }
  return found;
}

/** The exception and its first cause, and that one's, to the end. */
function firstPath(from: number, tree: Tree): readonly number[] {
  const path: number[] = [];
  for (let index: number | undefined = from; index !== undefined; index = tree.childrenOf(index)[0]) path.push(index);
  return path;
}
