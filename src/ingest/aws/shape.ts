import { Failure } from '../../base/index.ts';
import { AWS_FAILURES } from './failures.ts';
import { AWS_LIMITS } from './limits.ts';

/**
 * Shapes of request members. A value of the wrong JSON type ends the reading at once (SerializationException in
 * AWS's words); values that only break a constraint are collected, so that one answer names all of them.
 */
export interface Shape<T> {
  readonly read: (value: unknown, at: string, problems: string[]) => T;
}

export interface RequiredMember<T> {
  readonly shape: Shape<T>;
}
type Member = Shape<unknown> | RequiredMember<unknown>;
type MemberValue<M> = M extends RequiredMember<infer T> ? T : M extends Shape<infer T> ? T | undefined : never;
export type Members<M> = { readonly [K in keyof M]: MemberValue<M[K]> };

const wrongType = (at: string, expected: string): Failure =>
  new Failure(AWS_FAILURES.bodyMalformed, { reason: `'${at === '' ? 'the body' : at}' is not ${expected}` });

const echo = (value: string): string =>
  value.length <= AWS_LIMITS.valueEchoed ? value : `${value.slice(0, AWS_LIMITS.valueEchoed)}...`;

const broken = (value: string, at: string, constraint: string): string =>
  `Value ${value} at '${at}' failed to satisfy constraint: Member must ${constraint}`;

export const required = <T>(shape: Shape<T>): RequiredMember<T> => ({ shape });

export interface TextRules {
  readonly min?: number;
  readonly max?: number;
  /** Source of a regular expression that the whole value must match, as the API's model has it. */
  readonly pattern?: string;
  readonly oneOf?: readonly string[];
}

export function text(rules: TextRules = {}): Shape<string> {
  const pattern = rules.pattern === undefined ? undefined : new RegExp(`^(?:${rules.pattern})$`, 'u');
  return {
    read: (value, at, problems) => {
      if (typeof value !== 'string') throw wrongType(at, 'a string');
      const report = (constraint: string): void => void problems.push(broken(`'${echo(value)}'`, at, constraint));
      if (rules.oneOf !== undefined && !rules.oneOf.includes(value)) {
        report(`satisfy enum value set: [${rules.oneOf.join(', ')}]`);
      }
      if (rules.min !== undefined && value.length < rules.min) {
        report(`have length greater than or equal to ${rules.min}`);
      }
      if (rules.max !== undefined && value.length > rules.max) report(`have length less than or equal to ${rules.max}`);
      else if (pattern !== undefined && !pattern.test(value)) {
        report(`satisfy regular expression pattern: ${rules.pattern}`);
      }
      return value;
    },
  };
}

export const choice = <const C extends string>(...oneOf: readonly C[]): Shape<C> => {
  const any = text({ oneOf });
  // A value outside the set is in `problems`, and a request with problems is never run.
  return { read: (value, at, problems) => any.read(value, at, problems) as C };
};

/** The API's integers are 64 bits wide; clients do send the largest one as "no end". */
const LONG_MAX = 2 ** 63;

export function integer(rules: { readonly min?: number; readonly max?: number } = {}): Shape<number> {
  return {
    read: (value, at, problems) => {
      if (typeof value !== 'number' || !Number.isInteger(value) || Math.abs(value) > LONG_MAX)
        throw wrongType(at, 'a whole number');
      if (rules.min !== undefined && value < rules.min) {
        problems.push(broken(`'${value}'`, at, `have value greater than or equal to ${rules.min}`));
      }
      if (rules.max !== undefined && value > rules.max) {
        problems.push(broken(`'${value}'`, at, `have value less than or equal to ${rules.max}`));
      }
      return value;
    },
  };
}

export const double = (): Shape<number> => ({
  read: (value, at) => {
    if (typeof value !== 'number') throw wrongType(at, 'a number');
    return value;
  },
});

export const flag = (): Shape<boolean> => ({
  read: (value, at) => {
    if (typeof value !== 'boolean') throw wrongType(at, 'true or false');
    return value;
  },
});

interface SizeRules {
  readonly min?: number;
  readonly max?: number;
}

function checkSize(size: number, rules: SizeRules, at: string, problems: string[]): boolean {
  if (rules.min !== undefined && size < rules.min) {
    problems.push(broken(`of ${size} elements`, at, `have length greater than or equal to ${rules.min}`));
    return false;
  }
  if (rules.max !== undefined && size > rules.max) {
    problems.push(broken(`of ${size} elements`, at, `have length less than or equal to ${rules.max}`));
    return false;
  }
  return true;
}

export function list<T>(of: Shape<T>, rules: SizeRules = {}): Shape<readonly T[]> {
  return {
    read: (value, at, problems) => {
      if (!Array.isArray(value)) throw wrongType(at, 'a list');
      if (!checkSize(value.length, rules, at, problems)) return [];
      return value.map((item: unknown, index) => {
        const place = `${at}.${index + 1}.member`;
        if (item === null) throw wrongType(place, 'a value');
        return of.read(item, place, problems);
      });
    },
  };
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export function map<T>(key: Shape<string>, of: Shape<T>, rules: SizeRules = {}): Shape<Readonly<Record<string, T>>> {
  return {
    read: (value, at, problems) => {
      if (!isRecord(value)) throw wrongType(at, 'a map');
      const entries = Object.entries(value).filter(([, item]) => item !== null);
      if (!checkSize(entries.length, rules, at, problems)) return {};
      return Object.fromEntries(
        entries.map(([name, item]) => [
          key.read(name, `${at}.${echo(name)}.member.key`, problems),
          of.read(item, `${at}.${echo(name)}.member`, problems),
        ]),
      );
    },
  };
}

export function members<const M extends Readonly<Record<string, Member>>>(table: M): Shape<Members<M>> {
  const entries = Object.entries(table);
  return {
    read: (value, at, problems) => {
      if (!isRecord(value)) throw wrongType(at, 'a structure');
      const out: Record<string, unknown> = {};
      for (const [name, member] of entries) {
        const place = at === '' ? name : `${at}.${name}`;
        const given = Object.hasOwn(value, name) ? value[name] : undefined;
        if (given === undefined || given === null) {
          if ('shape' in member) problems.push(broken('null', place, 'not be null'));
          continue;
        }
        out[name] = ('shape' in member ? member.shape : member).read(given, place, problems);
      }
      // Every member was read by its own shape just above; a required one that is missing is in `problems`.
      return out as Members<M>;
    },
  };
}

/**
 * Reads a request by its shape. Throws `aws.body-malformed` for a value of the wrong type and
 * `aws.parameter-invalid`, worded as the service words it, for values that break constraints.
 */
export function readShape<T>(shape: Shape<T>, value: unknown): T {
  const problems: string[] = [];
  const input = shape.read(value, '', problems);
  if (problems.length > 0) {
    const named = problems.slice(0, AWS_LIMITS.problemsNamed).join('; ');
    const count = `${problems.length} validation error${problems.length === 1 ? '' : 's'} detected`;
    throw new Failure(AWS_FAILURES.parameterInvalid, { reason: `${count}: ${named}` });
  }
  return input;
}
