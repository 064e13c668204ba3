/** The exit codes of the command line. This is the only table of them. */
export const EXIT_CODES = {
  ok: 0,
  bug: 1,
  usage: 2,
  refused: 3,
  notFound: 4,
  conflict: 5,
  limit: 6,
  unavailable: 7,
  corrupt: 8,
  environment: 9,
} as const;

export type ExitName = keyof typeof EXIT_CODES;

/** What a failure is, declared once in the `failures.ts` of the area that throws it. */
export interface FailureSpec {
  /** HTTP status that an HTTP edge answers with. */
  readonly status: number;
  /** Name of the exit code that the command line ends with. */
  readonly exit: ExitName;
  /** Lower case, says what failed; `{name}` is replaced by the detail of that name. */
  readonly message: string;
  /** What to do about it; `{name}` is replaced too. */
  readonly hint: string;
  /** True when the same call may succeed later without any change. Default false. */
  readonly retryable?: boolean;
}

export interface RegisteredFailure extends FailureSpec {
  /** `area.kebab-name`; stable, printed to people and searched for in docs/errors.md. */
  readonly code: string;
}

export type FailureTable<T> = { readonly [K in keyof T]: RegisteredFailure };

const kebab = (name: string): string => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/** Declares the failures of one area. Names are camel case; codes become `area.kebab-case`. */
export function defineFailures<const T extends Record<string, FailureSpec>>(area: string, specs: T): FailureTable<T> {
  const entries = Object.entries(specs).map(([name, spec]) => [name, { ...spec, code: `${area}.${kebab(name)}` }]);
  return Object.fromEntries(entries) as FailureTable<T>;
}

export type FailureDetails = Readonly<Record<string, string | number | boolean | undefined>>;

export interface FailureOptions {
  readonly cause?: unknown;
  /** Seconds after which a retry makes sense; becomes Retry-After at the HTTP edges. */
  readonly retryAfterSeconds?: number;
}

const fill = (template: string, details: FailureDetails): string =>
  template.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = details[name];
    return value === undefined ? whole : String(value);
  });

/** The only error class that is thrown on purpose. A wrong state of our own is an `invariant` instead. */
export class Failure extends Error {
  readonly code: string;
  readonly status: number;
  readonly exit: ExitName;
  readonly hint: string;
  readonly retryable: boolean;
  readonly details: FailureDetails;
  readonly retryAfterSeconds: number | undefined;

  constructor(spec: RegisteredFailure, details: FailureDetails = {}, options: FailureOptions = {}) {
    super(fill(spec.message, details), options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'Failure';
    this.code = spec.code;
    this.status = spec.status;
    this.exit = spec.exit;
    this.hint = fill(spec.hint, details);
    this.retryable = spec.retryable ?? false;
    this.details = details;
    this.retryAfterSeconds = options.retryAfterSeconds;
  }

  /** True when this failure is the registered one. */
  is(spec: RegisteredFailure): boolean {
    return this.code === spec.code;
  }
}

/** True when `error` is a Failure of exactly this registration. */
export const isFailure = (error: unknown, spec?: RegisteredFailure): error is Failure =>
  error instanceof Failure && (spec === undefined || error.code === spec.code);

/** Asserts what our own code must guarantee. Its error is a bug report, never an answer to a user. */
export function invariant(condition: unknown, message: string): asserts condition {
  if (!condition) throw new Error(`invariant broken: ${message}`);
}

/** For the default branch of a switch over a union: the compiler proves that it cannot be reached. */
export function unreachable(value: never): never {
  throw new Error(`invariant broken: unexpected value ${JSON.stringify(value)}`);
}
