import { expect, test } from 'vitest';
import { costsBetween, type StatementCounts } from './statement-costs.ts';

const counts = (row: string, calls: number, totalMs: number, fingerprint = 'f'): [string, StatementCounts] => [
  `${fingerprint}/${row}`,
  { fingerprint, database: 'd', row, calls, totalMs, rows: calls, slowestMs: totalMs },
];

test('costs are what came on, of all users of a statement together, most time first', () => {
  const before = { counts: new Map([counts('a', 10, 100), counts('b', 5, 50)]), isWhole: true };
  const now = new Map([counts('a', 12, 130), counts('b', 6, 60), counts('a', 1, 500, 'g')]);
  expect(costsBetween(before, now).map(({ fingerprint, calls, totalMs }) => ({ fingerprint, calls, totalMs }))).toEqual(
    [
      { fingerprint: 'g', calls: 1, totalMs: 500 },
      { fingerprint: 'f', calls: 3, totalMs: 40 },
    ],
  );
});

test('a row that began anew counts what it has, one that rests nothing, and one that may be old nothing', () => {
  const before = { counts: new Map([counts('a', 10, 100), counts('b', 5, 50)]), isWhole: true };
  const now = new Map([counts('a', 2, 30), counts('b', 5, 50)]);
  expect(costsBetween(before, now)).toMatchObject([{ calls: 2, totalMs: 30 }]);
  expect(costsBetween({ counts: new Map(), isWhole: false }, now)).toEqual([]);
});
