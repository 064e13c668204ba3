import { expect, test } from 'vitest';
import { isFailure } from '../base/index.ts';
import { CATALOG_FAILURES } from './failures.ts';
import { migrationChecksum, planMigrations } from './migrate.ts';

const one = { name: 'a-0001-one', statements: ['CREATE TABLE a (x int)'] };
const two = { name: 'b-0001-two', statements: ['CREATE TABLE b (x int)'] };
const applied = (...steps: readonly (typeof one)[]) =>
  steps.map((step) => ({ name: step.name, checksum: migrationChecksum(step) }));

test('only what has not run is planned, in the order of the list', () => {
  expect(planMigrations([one, two], [])).toEqual([one, two]);
  expect(planMigrations([one, two], applied(two))).toEqual([one]);
  expect(planMigrations([one, two], applied(two, one))).toEqual([]);
});

test('a changed step and an unknown step are told apart', () => {
  const failureOf = (work: () => unknown): unknown => {
    try {
      return work();
    } catch (error) {
      return error;
    }
  };
  const changed = failureOf(() => planMigrations([{ ...one, statements: [] }], applied(one)));
  expect(isFailure(changed, CATALOG_FAILURES.migrationChanged)).toBe(true);
  expect(
    isFailure(
      failureOf(() => planMigrations([one], applied(one, two))),
      CATALOG_FAILURES.migrationUnknown,
    ),
  ).toBe(true);
  expect(String(failureOf(() => planMigrations([one, one], [])))).toContain('same name');
});

test('the checksum tells apart where statements end', () => {
  expect(migrationChecksum({ name: 'a', statements: ['x', 'y'] })).not.toBe(
    migrationChecksum({ name: 'a', statements: ['xy'] }),
  );
});
