import type { Actor } from '../../access/index.ts';
import { type Clock, Failure } from '../../base/index.ts';
import type { Logs, Sink } from '../../logs/index.ts';
import type { MetricFilters } from '../../metrics/index.ts';
import type { IngestCounters } from '../counters.ts';
import { AWS_FAILURES } from './failures.ts';
import type { Names } from './names.ts';
import { readShape, type Shape } from './shape.ts';

export interface OperationParts {
  readonly logs: Logs;
  readonly sink: Sink;
  /** Absent where there are no metrics: its operations are then unknown. */
  readonly metricFilters?: MetricFilters;
  readonly clock: Clock;
  readonly counters: IngestCounters;
}

/** As it stands in counters and audit records. */
export const PROTOCOL = 'cloudwatch-logs';

/** One authenticated call. */
export interface Call {
  readonly actor: Actor;
  readonly names: Names;
  /** Size of the body after decompression. */
  readonly bytes: number;
}

export interface Operation {
  readonly name: string;
  /** Resolves with the members of the answer; undefined is the empty body of operations that answer nothing. */
  readonly call: (parts: OperationParts, call: Call, body: unknown) => Promise<object | undefined>;
}

/** Ties the shape of an operation's input to the function that runs it. */
export function defineOperation<Input>(
  name: string,
  input: Shape<Input>,
  run: (parts: OperationParts, call: Call, input: Input) => Promise<object | undefined>,
): Operation {
  return { name, call: async (parts, call, body) => run(parts, call, readShape(input, body)) };
}

export const parameterInvalid = (reason: string): Failure => new Failure(AWS_FAILURES.parameterInvalid, { reason });

/** The metric filters; throws `aws.operation-unknown` where there are none. */
export function metricFiltersOf(parts: OperationParts, operation: string): MetricFilters {
  if (parts.metricFilters === undefined) throw new Failure(AWS_FAILURES.operationUnknown, { operation });
  return parts.metricFilters;
}

/** The group that a request names in one of two ways. */
export function chosenLogGroup(
  names: Names,
  input: { readonly logGroupName?: string | undefined; readonly logGroupIdentifier?: string | undefined },
): string {
  const { logGroupName, logGroupIdentifier } = input;
  if (logGroupName !== undefined && logGroupIdentifier !== undefined) {
    throw parameterInvalid('LogGroup name and LogGroup identifier are mutually exclusive parameters.');
  }
  const chosen = logGroupName ?? logGroupIdentifier;
  if (chosen === undefined) {
    throw parameterInvalid('One of the parameters LogGroup name or LogGroup identifier must be specified.');
  }
  return names.logGroupOf(chosen);
}

/** Only the members that have a value: an absent one is never written as null or undefined. */
export const given = <T extends object>(values: T): { [K in keyof T]?: Exclude<T[K], undefined> } =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
