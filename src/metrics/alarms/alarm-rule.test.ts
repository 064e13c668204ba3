import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AlarmStateValue } from '../types.ts';
import { type AlarmRule, namesIn, parseAlarmRule, ruleHolds } from './alarm-rule.ts';

const STATES: Readonly<Record<string, AlarmStateValue>> = { a: 'ALARM', o: 'OK', i: 'INSUFFICIENT_DATA' };
const holds = (text: string): boolean => ruleHolds(parseAlarmRule(text), (alarm) => STATES[alarm]);

describe('an alarm rule', () => {
  it('asks for the state of alarms', () => {
    expect(holds('ALARM(a)')).toBe(true);
    expect(holds('ALARM("o")')).toBe(false);
    expect(holds('OK(o)')).toBe(true);
    expect(holds('INSUFFICIENT_DATA ( "i" )')).toBe(true);
    expect(holds('OK(nowhere)')).toBe(false);
    expect(holds('NOT OK(nowhere)')).toBe(true);
    expect(holds('TRUE')).toBe(true);
    expect(holds('False')).toBe(false);
  });

  it('binds NOT before AND before OR', () => {
    expect(holds('TRUE OR FALSE AND FALSE')).toBe(true);
    expect(holds('(TRUE OR FALSE) AND FALSE')).toBe(false);
    expect(holds('NOT FALSE AND FALSE')).toBe(false);
    expect(holds('NOT (FALSE AND FALSE)')).toBe(true);
    expect(holds('not not true')).toBe(true);
  });

  it('reads quoted names with anything in them, names with spaces, and ARNs', () => {
    const names = (text: string): readonly string[] => namesIn(parseAlarmRule(text));
    expect(names('ALARM("a (b) \\"c\\"") OR OK(two words)')).toEqual(['a (b) "c"', 'two words']);
    expect(names('ALARM(arn:aws:cloudwatch:us-east-1:123456789012:alarm:x)')).toEqual([
      'arn:aws:cloudwatch:us-east-1:123456789012:alarm:x',
    ]);
    expect(names('ALARM(a) AND NOT OK(a)')).toEqual(['a']);
  });

  it('refuses what it does not understand, with the column', () => {
    const column = (text: string): unknown => {
      try {
        return parseAlarmRule(text);
      } catch (error) {
        return (error as { readonly details: { readonly column: number } }).details.column;
      }
    };
    expect(column('')).toBe(1);
    expect(column('ALARM')).toBe(1);
    expect(column('ALARM()')).toBe(7);
    expect(column('ALARM(a) ALARM(b)')).toBe(10);
    expect(column('ALARM(a) AND')).toBe(13);
    expect(column('ALARM("a')).toBe(7);
    expect(column('(TRUE')).toBe(1);
    expect(column('BROKEN(a)')).toBe(1);
    expect(column('TRUE)')).toBe(5);
  });

  it('refuses more than 500 elements, more than 100 children and deep nesting', () => {
    const join = (count: number, leaf: (index: number) => string): string =>
      Array.from({ length: count }, (_, index) => leaf(index)).join(' OR ');
    expect(() => parseAlarmRule(join(500, () => 'TRUE'))).not.toThrow();
    expect(() => parseAlarmRule(join(501, () => 'TRUE'))).toThrow(/500 elements/);
    expect(() => parseAlarmRule(join(100, (index) => `ALARM(x${index})`))).not.toThrow();
    expect(() => parseAlarmRule(join(101, (index) => `ALARM(x${index})`))).toThrow(/100 child/);
    expect(() => parseAlarmRule(`${'('.repeat(101)}TRUE${')'.repeat(101)}`)).toThrow(/nested/);
  });

  it('reads back every rule that can be written', () => {
    const { rule } = fc.letrec<{ rule: AlarmRule }>((tie) => ({
      rule: fc.oneof(
        { maxDepth: 4 },
        fc.record({ type: fc.constant('constant' as const), value: fc.boolean() }),
        fc.record({
          type: fc.constant('state' as const),
          state: fc.constantFrom<AlarmStateValue>('OK', 'ALARM', 'INSUFFICIENT_DATA'),
          alarm: fc.string({ minLength: 1, maxLength: 8 }),
        }),
        fc.record({ type: fc.constant('not' as const), operand: tie('rule') }),
        fc.record({
          type: fc.constantFrom('and' as const, 'or' as const),
          operands: fc.array(tie('rule'), { minLength: 2, maxLength: 3 }),
        }),
      ),
    }));
    const write = (tree: AlarmRule): string => {
      if (tree.type === 'constant') return tree.value ? 'TRUE' : 'FALSE';
      if (tree.type === 'state') return `${tree.state}("${tree.alarm.replace(/[\\"]/g, '\\$&')}")`;
      if (tree.type === 'not') return `NOT (${write(tree.operand)})`;
      return tree.operands.map((operand) => `(${write(operand)})`).join(` ${tree.type.toUpperCase()} `);
    };
    fc.assert(
      fc.property(rule, (tree) => {
        expect(parseAlarmRule(write(tree))).toEqual(tree);
      }),
    );
  });

  it('never fails otherwise than with its own refusal', () => {
    const words = fc.constantFrom('ALARM', 'OK', '(', ')', 'AND', 'OR', 'NOT', 'x', '"', ' ', 'TRUE', '\\');
    fc.assert(
      fc.property(fc.array(words, { maxLength: 20 }), (parts) => {
        try {
          parseAlarmRule(parts.join(''));
        } catch (error) {
          expect((error as { readonly code?: string }).code).toBe('alarms.rule-invalid');
        }
      }),
    );
  });
});
