import fc from 'fast-check';
import { expect, it } from 'vitest';
import { isFailure } from '../base/index.ts';
import { readPointer, writePointer } from './events/pointer.ts';
import { LOGS_FAILURES } from './failures.ts';
import { readToken, writeToken } from './page-token.ts';

it('a token gives its position back to its own request alone', () => {
  const token = writeToken(['list', 'a'], ['1', 'x"ü']);
  expect(readToken(['list', 'a'], token, 2)).toEqual(['1', 'x"ü']);
  expect(() => readToken(['list', 'b'], token, 2)).toThrow(/does not belong/);
  expect(() => readToken(['list', 'a'], token, 1)).toThrow(/does not belong/);
});

it('any other text is refused with a registered failure', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.json().map((json) => Buffer.from(json).toString('base64url')),
      ),
      (text) => {
        for (const [read, spec] of [
          [() => readToken(['list'], text, 2), LOGS_FAILURES.tokenInvalid],
          [() => readPointer(text), LOGS_FAILURES.pointerInvalid],
        ] as const) {
          try {
            read();
          } catch (error) {
            expect(isFailure(error, spec)).toBe(true);
          }
        }
      },
    ),
  );
});

it('a pointer is base64url of compact JSON and keeps every nanosecond', () => {
  const pointer = { logGroup: '/app/ü"', timeNs: 1_772_366_400_123_456_789n, eventId: 'e1' };
  const ptr = writePointer(pointer);
  expect(Buffer.from(ptr, 'base64url').toString()).toBe('["/app/ü\\"","1772366400123456789","e1"]');
  expect(readPointer(ptr)).toEqual(pointer);
});
