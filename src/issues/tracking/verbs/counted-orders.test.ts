import { expect, test } from 'vitest';
import { groupsOf, growth } from './counted-orders.ts';

test('hashes of an issue that owns several stand for one of them', () => {
  const owners = new Map([
    [1, 10],
    [2, 20],
    [3, 10],
    [4, 30],
    [5, 10],
  ]);
  expect([...groupsOf(owners)]).toEqual([
    [1, 1],
    [3, 1],
    [5, 1],
  ]);
});

test('growth is what came later beyond what came before, also where one of them is nothing', () => {
  const count = (key: number, events: number) => ({ key, events, users: 0 });
  const weights = growth([count(1, 5), count(2, 5)], [count(1, 7), count(3, 4)]);
  expect([...weights].sort(([a], [b]) => a - b)).toEqual([
    [1, 2],
    [2, -5],
    [3, 4],
  ]);
});
