import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseTimeNs } from './parse-time.ts';

const check = (value: unknown, expected: bigint | undefined): void => {
  expect(parseTimeNs(value), JSON.stringify(value)).toBe(expected);
};

it('reads ISO 8601 with and without zone, and every digit of the fraction', () => {
  check('2026-11-22T10:00:00Z', 1795341600000000000n);
  check('2026-11-22T10:00:00.123456789Z', 1795341600123456789n);
  check('2026-11-22 10:00:00,5', 1795341600500000000n);
  check('2026-11-22T12:00:00+02:00', 1795341600000000000n);
  check('2026-11-22T04:30:00-0530', 1795341600000000000n);
  check('2026-11-22T10:00', 1795341600000000000n);
  check('2026-11-22', 1795305600000000000n);
  check('1969-12-31T23:59:59Z', -1000000000n);
});

it('tells the unit of a number by its size, as number and as text', () => {
  check(1795341600, 1795341600000000000n);
  check(1795341600.25, 1795341600250000000n);
  check('1795341600.000000001', 1795341600000000001n);
  check(1795341600123, 1795341600123000000n);
  check(1795341600123.5, 1795341600123500000n);
  check('1795341600123456', 1795341600123456000n);
  check('1795341600123456789', 1795341600123456789n);
  check(0, 0n);
  check(-5, -5000000000n);
  check('-1.5', -1500000000n);
});

it('does not take for a time what is none', () => {
  for (const value of ['', 'now', '22/11/2026', '2026-13-01', '2026-11-22T25:00:00Z', true, null, {}, [1], '1e9']) {
    check(value, undefined);
  }
  check(Number.POSITIVE_INFINITY, undefined);
});

it('reads back every time that JavaScript writes', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 253402300799999 }), (ms) => {
      expect(parseTimeNs(new Date(ms).toISOString())).toBe(BigInt(ms) * 1_000_000n);
    }),
  );
});

it('never throws', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.double(), fc.anything()), (value) => {
      const time = parseTimeNs(value);
      expect(['bigint', 'undefined']).toContain(typeof time);
    }),
  );
});
