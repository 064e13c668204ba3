import { describe, expect, it } from 'vitest';
import { bindParams } from './bind-params.ts';

describe('binding parameters', () => {
  const check = (sql: string, params: Readonly<Record<string, unknown>>, expected: string): void =>
    expect(bindParams(sql, params)).toBe(expected);

  it('makes typed literals', () => {
    check('{a:String}', { a: "o'c\\\n" }, "_CAST('o\\'c\\\\\\n', 'String')");
    check('{ a : UInt64 }', { a: 18_446_744_073_709_551_615n }, "_CAST('18446744073709551615', 'UInt64')");
    check("{a:DateTime64(9, 'UTC')}", { a: '1.5' }, "_CAST('1.5', 'DateTime64(9, \\'UTC\\')')");
    check('{a:Array(String)}', { a: ["x'", 'y'] }, "_CAST(['x\\'', 'y'], 'Array(String)')");
    check('{a:Array(String)}', { a: [] }, "_CAST([], 'Array(String)')");
    check('{a:Map(String, UInt8)}', { a: { k: 1 } }, "_CAST(map('k', '1'), 'Map(String, UInt8)')");
    check('{a:Nullable(String)}', { a: null }, "_CAST(NULL, 'Nullable(String)')");
    check('{a:Identifier}', { a: 'we`ird' }, '`we\\`ird`');
  });

  it('leaves literals, quoted names and comments as they are', () => {
    const untouched = `'{a:String}' "{a:String}" \`{a:String}\` '\\'{a:String}' -- {a:String}\n /* {a:String} ; */`;
    check(untouched, {}, untouched);
    check("{'k': 1}", {}, "{'k': 1}");
    check("SELECT ';' -- ;", {}, "SELECT ';' -- ;");
  });

  it('does not look at what it has put in', () => {
    check('{a:String} {b:String}', { a: '{b:String}', b: "'" }, "_CAST('{b:String}', 'String') _CAST('\\'', 'String')");
  });

  it('refuses a second statement, a missing parameter, and a value of no type', () => {
    expect(() => bindParams('SELECT 1; SELECT 2', {})).toThrow('one statement');
    expect(() => bindParams('{a:String}', {})).toThrow('no parameter a');
    expect(() => bindParams('{toString:String}', {})).toThrow('no parameter toString');
    expect(() => bindParams('{a:String}', { a: undefined })).toThrow('cannot be a query parameter');
  });
});
