import { readFileSync } from 'node:fs';
import { parse as parseYaml } from 'yaml';
import { BASE_FAILURES } from './base-failures.ts';
import { Failure } from './failures.ts';

interface OptionBase {
  /** Environment variable; it wins over the configuration file. */
  readonly env: string;
  readonly help: string;
  /** A secret is never printed, logged or shown; start refuses a default for it. */
  readonly secret?: boolean;
}
export interface TextOption extends OptionBase {
  readonly type: 'text';
  readonly default?: string;
  readonly pattern?: RegExp;
  readonly expected?: string;
}
export interface IntegerOption extends OptionBase {
  readonly type: 'integer';
  readonly default: number;
  readonly min: number;
  readonly max: number;
  readonly unit?: string;
}
export interface SwitchOption extends OptionBase {
  readonly type: 'switch';
  readonly default: boolean;
}
export interface ChoiceOption extends OptionBase {
  readonly type: 'choice';
  readonly default: string;
  readonly choices: readonly string[];
}
export type OptionSpec = TextOption | IntegerOption | SwitchOption | ChoiceOption;
export type OptionTable = Readonly<Record<string, OptionSpec>>;

type ValueOf<S> = S extends IntegerOption
  ? number
  : S extends SwitchOption
    ? boolean
    : S extends ChoiceOption
      ? S['choices'][number]
      : S extends { readonly default: string }
        ? string
        : string | undefined;
export type OptionValues<T extends OptionTable> = { readonly [K in keyof T]: ValueOf<T[K]> };

/** Declares options; each one exactly once in the program. */
export const defineOptions = <const T extends OptionTable>(table: T): T => table;

export interface OptionSources {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The parsed configuration file: option name (camel case) to value. */
  readonly file?: Readonly<Record<string, unknown>>;
}

/**
 * Reads every option from the environment, then the file, then its default.
 * Throws `base.option-invalid` for a value out of range and `base.option-unknown` for a name nobody declared.
 */
export function readOptions<const T extends OptionTable>(table: T, sources: OptionSources): OptionValues<T> {
  for (const name of Object.keys(sources.file ?? {})) {
    if (!(name in table)) throw new Failure(BASE_FAILURES.optionUnknown, { option: name });
  }
  const values = Object.entries(table).map(([name, spec]) => {
    const given = sources.env[spec.env] ?? sources.file?.[name];
    return [name, given === undefined || given === '' ? spec.default : readValue(spec, given)];
  });
  return Object.fromEntries(values) as OptionValues<T>;
}

function readValue(spec: OptionSpec, given: unknown): string | number | boolean {
  const refuse = (expected: string): Failure =>
    new Failure(BASE_FAILURES.optionInvalid, {
      option: spec.env,
      value: spec.secret === true ? '(secret)' : JSON.stringify(given),
      expected,
    });
  switch (spec.type) {
    case 'text': {
      const text = String(given);
      if (spec.pattern !== undefined && !spec.pattern.test(text)) throw refuse(spec.expected ?? 'of the right form');
      return text;
    }
    case 'integer': {
      const number = typeof given === 'number' ? given : Number(String(given).replaceAll('_', ''));
      if (!Number.isSafeInteger(number) || number < spec.min || number > spec.max) {
        throw refuse(`a whole number from ${spec.min} to ${spec.max}`);
      }
      return number;
    }
    case 'switch': {
      if (given === true || given === 'true' || given === '1' || given === 'on') return true;
      if (given === false || given === 'false' || given === '0' || given === 'off') return false;
      throw refuse('on or off');
    }
    case 'choice': {
      if (!spec.choices.includes(String(given))) throw refuse(`one of ${spec.choices.join(', ')}`);
      return String(given);
    }
  }
}

/** Reads a YAML configuration file into option values; an empty object when the file is empty. */
export function readConfigFile(path: string): Readonly<Record<string, unknown>> {
  try {
    const parsed: unknown = parseYaml(readFileSync(path, 'utf8'), { maxAliasCount: 10 });
    if (parsed === null || parsed === undefined) return {};
    if (typeof parsed !== 'object' || Array.isArray(parsed)) throw new Error('it must be a mapping of option to value');
    return { ...parsed };
  } catch (error) {
    throw new Failure(
      BASE_FAILURES.configUnreadable,
      { path, reason: error instanceof Error ? error.message : String(error) },
      { cause: error },
    );
  }
}
