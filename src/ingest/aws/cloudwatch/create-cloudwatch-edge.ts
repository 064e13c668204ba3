import type { IncomingMessage, ServerResponse } from 'node:http';
import { Failure, isFailure, type Log } from '../../../base/index.ts';
import type { Redactor } from '../../../redact/index.ts';
import type { Admission } from '../../admission.ts';
import type { EdgeContext, HttpEdge } from '../../http.ts';
import { readBody, sendAnswer } from '../../http-body.ts';
import { createCleaner } from '../../sink/clean-record.ts';
import { type AuthenticationDeps, openRequest } from '../authenticate.ts';
import { createNames } from '../names.ts';
import { type AwsError, cloudWatchErrorOf, INTERNAL_ERROR } from './error-names.ts';
import { CLOUDWATCH_FAILURES } from './failures.ts';
import { CLOUDWATCH_LIMITS } from './limits.ts';
import { type CloudWatchParts, PROTOCOL } from './operation.ts';
import { NOT_OFFERED, OPERATIONS } from './operations.ts';
import { CBOR_WIRE } from './wires/cbor-wire.ts';
import { JSON_WIRE } from './wires/json-wire.ts';
import { QUERY_WIRE } from './wires/query-wire.ts';
import type { Wire, WireAnswer } from './wires/wire.ts';

export interface CloudWatchEdgeDeps extends AuthenticationDeps, Omit<CloudWatchParts, 'cleaner'> {
  readonly redactor: Redactor;
  /** Shared with every other HTTP edge. */
  readonly admission: Admission;
  readonly log: Log;
  /** Twelve digits: the account in every ARN. */
  readonly accountId: string;
  /** The region in every ARN; by default the one that the caller signed for. */
  readonly region?: string;
}

const WIRES: readonly Wire[] = [JSON_WIRE, CBOR_WIRE, QUERY_WIRE];
/** The service name in a credential scope. */
const SERVICES: readonly string[] = ['monitoring'];

/** What is known of a request while it is served, for the words of a refusal. */
interface Progress {
  region: string;
  caller: string | undefined;
  operation: string;
}

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly context: EdgeContext;
  readonly wire: Wire;
}

/** The edge that speaks the CloudWatch API over its three wires. */
export function createCloudWatchEdge(deps: CloudWatchEdgeDeps): HttpEdge {
  const parts: CloudWatchParts = { ...deps, cleaner: createCleaner(deps.redactor) };
  return {
    protocol: PROTOCOL,
    matches: (request, url) => WIRES.some((wire) => wire.matches(request, url)),
    handle: async (request, response, context) => {
      const wire = WIRES.find((candidate) => candidate.matches(request, context.url)) ?? JSON_WIRE;
      const exchange = { request, response, context, wire };
      const operation = wire.operationOf(request, context.url) ?? '';
      const progress: Progress = { region: deps.region ?? 'us-east-1', caller: undefined, operation };
      try {
        const answer = await serve(deps, parts, exchange, progress);
        await send(deps, exchange, { status: 200, ...answer });
      } catch (error) {
        await refuse(deps, exchange, { error, progress });
      }
    },
  };
}

async function serve(
  deps: CloudWatchEdgeDeps,
  parts: CloudWatchParts,
  { request, context, wire }: Exchange,
  progress: Progress,
): Promise<WireAnswer> {
  const opened = await openRequest(request, context, deps, SERVICES);
  progress.region = deps.region ?? opened.region;
  const body = await readBody(request, { bytesMax: CLOUDWATCH_LIMITS.bodyBytes, encodings: ['gzip'] }, deps);
  try {
    const actor = await opened.verify(body);
    progress.caller = actor.name;
    const read = wire.read(request, context.url, body.bytes);
    progress.operation = read.operation;
    const { operation } = read;
    const found = OPERATIONS.get(operation);
    if (found === undefined) {
      const { operationNotOffered, operationUnknown } = CLOUDWATCH_FAILURES;
      throw new Failure(NOT_OFFERED.has(operation) ? operationNotOffered : operationUnknown, { operation });
    }
    const names = createNames({ accountId: deps.accountId, region: progress.region });
    const value = await found.call(parts, { actor, names, bytes: body.bytes.length }, read);
    return wire.write({ operation, output: found.output, value, requestId: context.requestId });
  } finally {
    body.release();
  }
}

async function refuse(
  deps: CloudWatchEdgeDeps,
  exchange: Exchange,
  { error, progress }: { readonly error: unknown; readonly progress: Progress },
): Promise<void> {
  const { operation, caller, region } = progress;
  const { requestId } = exchange.context;
  if (operation === 'PutMetricData') deps.counters.refused(PROTOCOL, { requests: 1, records: 0 });
  const names = createNames({ accountId: deps.accountId, region });
  const said: AwsError = isFailure(error)
    ? cloudWatchErrorOf({ failure: error, operation, names, caller })
    : INTERNAL_ERROR;
  const line = { requestId, operation, wire: exchange.wire.name, code: isFailure(error) ? error.code : undefined };
  if (said.status >= 500) deps.log.error({ ...line, err: error }, 'a call of the CloudWatch API failed');
  else deps.log.debug(line, 'a call of the CloudWatch API was refused');
  const retryAfter = isFailure(error) ? error.retryAfterSeconds : undefined;
  const answer = exchange.wire.writeError(said, requestId);
  await send(deps, exchange, {
    status: said.status,
    body: answer.body,
    headers: { ...answer.headers, ...(retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) }) },
  });
}

async function send(
  deps: CloudWatchEdgeDeps,
  { request, response, context }: Exchange,
  answer: WireAnswer & { readonly status: number },
): Promise<void> {
  const headers = { 'x-amzn-requestid': context.requestId, ...answer.headers };
  try {
    await sendAnswer({ request, response, clock: deps.clock }, { ...answer, headers });
  } catch (error) {
    deps.log.debug({ requestId: context.requestId, err: error }, 'an answer could not be sent');
    response.destroy();
  }
}
