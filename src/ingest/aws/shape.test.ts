import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isFailure } from '../../base/index.ts';
import { choice, flag, integer, list, map, members, readShape, required, type Shape, text } from './shape.ts';

const shape = members({
  name: required(text({ min: 1, max: 3, pattern: '[a-z]+' })),
  count: integer({ min: 1, max: 5 }),
  kind: choice('A', 'B'),
  isOn: flag(),
  items: list(members({ id: required(integer()) }), { min: 1, max: 2 }),
  tags: map(text({ max: 2 }), text({ max: 2 }), { max: 2 }),
});

const refusalOf = (of: Shape<unknown>, value: unknown): string => {
  try {
    readShape(of, value);
    return 'accepted';
  } catch (error) {
    if (!isFailure(error)) throw error;
    return `${error.code} ${error.details.reason}`;
  }
};
const check = (value: unknown, expected: string): void => expect(refusalOf(shape, value)).toBe(expected);
const one = (constraint: string): string => `aws.parameter-invalid 1 validation error detected: ${constraint}`;

describe('reading by shape', () => {
  it('gives the members it knows, and leaves out null and what it does not know', () => {
    const read = readShape(shape, { name: 'a', count: null, kind: 'B', isOn: false, other: 1, items: [{ id: 1 }] });
    expect(read).toEqual({ name: 'a', kind: 'B', isOn: false, items: [{ id: 1 }] });
  });

  it('words constraints as the service does', () => {
    check({}, one("Value null at 'name' failed to satisfy constraint: Member must not be null"));
    check({ name: null }, one("Value null at 'name' failed to satisfy constraint: Member must not be null"));
    check(
      { name: '' },
      "aws.parameter-invalid 2 validation errors detected: Value '' at 'name' failed to satisfy constraint: Member must have length greater than or equal to 1; Value '' at 'name' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-z]+",
    );
    check(
      { name: 'abcd' },
      one("Value 'abcd' at 'name' failed to satisfy constraint: Member must have length less than or equal to 3"),
    );
    check(
      { name: 'a\n' },
      one("Value 'a\n' at 'name' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-z]+"),
    );
    check(
      { name: 'a', count: 0 },
      one("Value '0' at 'count' failed to satisfy constraint: Member must have value greater than or equal to 1"),
    );
    check(
      { name: 'a', count: 6 },
      one("Value '6' at 'count' failed to satisfy constraint: Member must have value less than or equal to 5"),
    );
    check(
      { name: 'a', kind: 'C' },
      one("Value 'C' at 'kind' failed to satisfy constraint: Member must satisfy enum value set: [A, B]"),
    );
    check(
      { name: 'a', items: [{ id: 1 }, {}] },
      one("Value null at 'items.2.member.id' failed to satisfy constraint: Member must not be null"),
    );
    check(
      { name: 'a', items: [] },
      one(
        "Value of 0 elements at 'items' failed to satisfy constraint: Member must have length greater than or equal to 1",
      ),
    );
    check(
      { name: 'a', tags: { k: 'long' } },
      one(
        "Value 'long' at 'tags.k.member' failed to satisfy constraint: Member must have length less than or equal to 2",
      ),
    );
  });

  it('ends at once when a value has the wrong type', () => {
    const wrong = (value: unknown): void => expect(refusalOf(shape, value)).toMatch(/^aws\.body-malformed /);
    for (const body of [null, [], 'text', 1, true]) wrong(body);
    wrong({ name: 1 });
    wrong({ name: 'a', count: '1' });
    wrong({ name: 'a', count: 1.5 });
    wrong({ name: 'a', count: 1e300 });
    wrong({ name: 'a', isOn: 'true' });
    wrong({ name: 'a', items: {} });
    wrong({ name: 'a', items: [null] });
    wrong({ name: 'a', tags: [] });
  });

  it('repeats no more than the beginning of a long value', () => {
    expect(refusalOf(shape, { name: 'x'.repeat(10_000) }).length).toBeLessThan(500);
  });

  it('spells out a bounded number of problems', () => {
    const many = list(members({ id: required(integer()) }));
    const refused = refusalOf(members({ many: required(many) }), { many: Array.from({ length: 10_000 }, () => ({})) });
    expect(refused).toContain('10000 validation errors detected');
    expect(refused.length).toBeLessThan(4000);
  });

  it('is not confused by names that every object has', () => {
    const odd = members({ constructor: text(), tags: map(text(), text()) });
    expect(readShape(odd, {})).toEqual({});
    const tags = JSON.parse('{"tags":{"__proto__":"x"}}') as unknown;
    expect(Object.entries(readShape(odd, tags).tags ?? {})).toEqual([['__proto__', 'x']]);
  });

  it('answers or refuses whatever JSON it is given', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(refusalOf(shape, value)).toMatch(/^(accepted$|aws\.)/);
      }),
    );
  });
});
