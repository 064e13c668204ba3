import { describe, expect, test } from 'vitest';
import { buildException } from './build-event.ts';
import { chooseExceptions } from './exception-tree.ts';

/** `[id, parent, isGroup, kind]`, oldest cause first, as SDKs send them. */
type Row = readonly [number | undefined, number | undefined, boolean, string];

const build = (rows: readonly Row[]) =>
  rows.map(([exceptionId, parentId, isExceptionGroup, type]) =>
    buildException({
      type,
      mechanism: {
        isExceptionGroup,
        ...(exceptionId === undefined ? {} : { exceptionId }),
        ...(parentId === undefined ? {} : { parentId }),
      },
    }),
  );

function choose(rows: readonly Row[]): {
  readonly types: readonly string[];
  readonly main: string;
  readonly hint?: string;
} {
  const exceptions = build(rows);
  const chosen = chooseExceptions(exceptions, (index) => exceptions[index]?.type ?? '');
  const types = chosen.indexes.map((index) => exceptions[index]?.type ?? '');
  return {
    types,
    main: exceptions[chosen.main]?.type ?? '',
    ...(chosen.hint === undefined ? {} : { hint: chosen.hint }),
  };
}

test('an exception group of one kind counts as that kind', () => {
  const { types, main } = choose([
    [3, 0, false, 'A'],
    [2, 0, false, 'A'],
    [1, 0, false, 'A'],
    [0, undefined, true, 'Group'],
  ]);
  expect(types).toEqual(['A']);
  expect(main).toBe('A');
});

test('with its causes, oldest first', () => {
  const { types, main } = choose([
    [3, 2, false, 'Root'],
    [2, 1, false, 'Cause'],
    [1, 0, false, 'A'],
    [0, undefined, true, 'Group'],
  ]);
  expect(types).toEqual(['Root', 'Cause', 'A']);
  expect(main).toBe('A');
});

test('several kinds count once each, in an order of their own, with the outermost group', () => {
  const forward = choose([
    [3, 0, false, 'B'],
    [2, 0, false, 'A'],
    [1, 0, false, 'B'],
    [0, undefined, true, 'Group'],
  ]);
  const backward = choose([
    [2, 0, false, 'B'],
    [1, 0, false, 'A'],
    [0, undefined, true, 'Group'],
  ]);
  expect(forward.types).toEqual(['A', 'B', 'Group']);
  expect(backward.types).toEqual(forward.types);
  expect(forward.main).toBe('Group');
});

test('groups in groups are looked into', () => {
  const { types } = choose([
    [4, 2, false, 'A'],
    [3, 2, false, 'A'],
    [2, 0, true, 'Inner'],
    [1, 0, false, 'A'],
    [0, undefined, true, 'Group'],
  ]);
  expect(types).toEqual(['A']);
});

test('a chain without groups stays as it is', () => {
  const rows: readonly Row[] = [
    [1, 0, false, 'Cause'],
    [0, undefined, false, 'Caught'],
  ];
  expect(choose(rows)).toEqual({ types: ['Cause', 'Caught'], main: 'Caught' });
});

describe('broken trees are taken as chains', () => {
  function check(name: string, rows: readonly Row[]): void {
    test(name, () => {
      const { types, main, hint } = choose(rows);
      expect(types).toEqual(rows.map((row) => row[3]));
      expect(main).toBe(rows[rows.length - 1]?.[3]);
      expect(hint).toMatch(/broken|nothing but groups/);
    });
  }
  check('no ids', [
    [undefined, undefined, false, 'A'],
    [undefined, undefined, true, 'Group'],
  ]);
  check('one id is missing', [
    [undefined, 0, false, 'A'],
    [0, undefined, true, 'Group'],
  ]);
  check('double ids', [
    [0, 0, false, 'A'],
    [0, undefined, true, 'Group'],
  ]);
  check('its own parent', [
    [1, 1, false, 'A'],
    [0, undefined, true, 'Group'],
  ]);
  check('a parent that is not there', [
    [1, 7, false, 'A'],
    [0, undefined, true, 'Group'],
  ]);
  check('no root', [
    [1, 0, false, 'A'],
    [0, 1, true, 'Group'],
  ]);
  check('two roots', [
    [1, undefined, false, 'A'],
    [0, undefined, true, 'Group'],
  ]);
  check('a cycle beside the root', [
    [3, 2, false, 'B'],
    [2, 3, false, 'A'],
    [1, 0, false, 'C'],
    [0, undefined, true, 'Group'],
  ]);
  check('a cycle of three', [
    [3, 1, true, 'C'],
    [2, 3, true, 'B'],
    [1, 2, true, 'A'],
    [0, undefined, true, 'Group'],
  ]);
  check('the root is its own parent', [
    [1, 0, false, 'A'],
    [0, 0, true, 'Group'],
  ]);
  check('a group without anything in it', [
    [1, 0, true, 'Inner'],
    [0, undefined, true, 'Group'],
  ]);
  check('negative ids that point nowhere', [
    [-1, -2, false, 'A'],
    [0, undefined, true, 'Group'],
  ]);
});

test('a single exception is never a tree', () => {
  expect(choose([[0, 0, true, 'Group']])).toEqual({ types: ['Group'], main: 'Group' });
});
