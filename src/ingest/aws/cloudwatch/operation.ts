import type { Actor, Authorize } from '../../../access/index.ts';
import type { Audit } from '../../../audit/index.ts';
import { type Clock, Failure } from '../../../base/index.ts';
import type { AlarmService, MetricStore } from '../../../metrics/index.ts';
import type { RedactionReport } from '../../../redact/index.ts';
import type { IngestCounters } from '../../counters.ts';
import type { Cleaner } from '../../sink/clean-record.ts';
import type { Names } from '../names.ts';
import { CLOUDWATCH_FAILURES } from './failures.ts';
import { readInput } from './model/read-input.ts';
import type { Shape, ShapeFor } from './model/shapes.ts';
import { type ProblemWords, refuseProblems } from './model/word-problems.ts';
import type { WireRequest } from './wires/wire.ts';

/** As it stands in counters and audit records. */
export const PROTOCOL = 'cloudwatch-metrics';

export interface CloudWatchParts {
  readonly metrics: MetricStore;
  readonly alarms: AlarmService;
  readonly authorize: Authorize;
  readonly audit: Pick<Audit, 'count'>;
  readonly cleaner: Cleaner;
  readonly counters: IngestCounters;
  readonly clock: Clock;
  /** What was masked in one stored request; called once its points are durable. */
  readonly onRedaction?: (report: RedactionReport, seen: { readonly records: number; readonly bytes: number }) => void;
}

/** One authenticated call. */
export interface Call {
  readonly actor: Actor;
  readonly names: Names;
  /** Size of the body after decompression. */
  readonly bytes: number;
}

export interface Operation {
  readonly name: string;
  readonly output: Shape | undefined;
  readonly call: (parts: CloudWatchParts, call: Call, request: WireRequest) => Promise<unknown>;
}

interface Definition<Input, Output> {
  readonly name: string;
  readonly words: ProblemWords;
  readonly input: ShapeFor<Input>;
  /** Absent for operations that answer nothing. */
  readonly output?: ShapeFor<Output>;
  readonly run: (parts: CloudWatchParts, call: Call, input: NoInfer<Input>) => Promise<NoInfer<Output>>;
}

/** Ties the shapes of an operation to the function that runs it. */
export function defineOperation<Input, Output = void>(definition: Definition<Input, Output>): Operation {
  const { name, words, input, output, run } = definition;
  return {
    name,
    output,
    call: async (parts, call, { tree, root }) => {
      const { value, problems } = readInput(input, tree, root);
      refuseProblems(problems, words);
      return run(parts, call, value);
    },
  };
}

export const parameterInvalid = (reason: string): Failure =>
  new Failure(CLOUDWATCH_FAILURES.parameterInvalid, { reason });
export const parametersConflict = (reason: string): Failure =>
  new Failure(CLOUDWATCH_FAILURES.parametersConflict, { reason });
export const parameterMissing = (parameter: string): Failure =>
  new Failure(CLOUDWATCH_FAILURES.parameterMissing, { parameter });
export const validationFailed = (reason: string): Failure =>
  new Failure(CLOUDWATCH_FAILURES.validationFailed, { reason });

/** Only the members that have a value, for types in which an absent one may not be undefined. */
export const given = <T extends object>(values: T): { [K in keyof T]?: Exclude<T[K], undefined> } =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };

/** Counts one call in the audit log, where the calls of a minute become one record. */
export function countCall(
  parts: Pick<CloudWatchParts, 'audit'>,
  call: Call,
  done: {
    readonly eventName: string;
    readonly readOnly: boolean;
    readonly namespaces: readonly string[];
    readonly events: number;
  },
): void {
  const { actor } = call;
  for (const name of done.namespaces) {
    const entry = {
      identity: {
        type: actor.type,
        id: actor.id,
        name: actor.name,
        sourceIp: actor.sourceIp,
        userAgent: actor.userAgent,
        ...(actor.sessionId === undefined ? {} : { sessionId: actor.sessionId }),
      },
      source: 'metrics',
      eventName: done.eventName,
      readOnly: done.readOnly,
      requestParameters: { protocol: PROTOCOL },
      resources: [{ type: 'metric-namespace', name }],
      category: 'Data' as const,
    };
    parts.audit.count(entry, { events: done.events, bytes: call.bytes });
  }
}
