import { describe, expect, it } from 'vitest';
import { faultOf, nameEngineError } from './engine-errors.ts';

describe('errors of the engine', () => {
  const embedded = (code: number, name: string): Error =>
    new Error(`Code: ${code}. DB::Exception: a text that quotes (SECRET_ROW) of somebody: While executing. (${name})`);
  const served = (code: string, type: string): Error => Object.assign(new Error('quotes a row'), { code, type });

  it('are named by code and never by their text', () => {
    const check = (error: unknown, code: number | undefined, name: string): void =>
      expect(nameEngineError(error)).toEqual({ code, name });
    check(embedded(252, 'TOO_MANY_PARTS'), 252, 'TOO_MANY_PARTS (252)');
    check(served('241', 'MEMORY_LIMIT_EXCEEDED'), 241, 'MEMORY_LIMIT_EXCEEDED (241)');
    check(Object.assign(new Error('connect'), { code: 'ECONNREFUSED' }), undefined, 'ECONNREFUSED');
    check(new Error('a row'), undefined, 'an error without a code');
    check('a row', undefined, 'an error without a code');
  });

  it('tell whether rows may be stored, and whose fault it is', () => {
    const check = (error: unknown, type: string): void => expect(faultOf(error).type).toBe(type);
    check(embedded(41, 'CANNOT_PARSE_DATETIME'), 'row');
    check(embedded(27, 'CANNOT_PARSE_INPUT_ASSERTION_FAILED'), 'row');
    check(embedded(252, 'TOO_MANY_PARTS'), 'busy');
    check(embedded(243, 'NOT_ENOUGH_SPACE'), 'disk');
    check(new Error('Code: 74. DB::ErrnoException: Cannot write: errno: 28, No space left on device. (X_Y)'), 'disk');
    check(embedded(1001, 'STD_EXCEPTION'), 'unknown');
    check(Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' }), 'unknown');
    check(undefined, 'unknown');
  });
});
